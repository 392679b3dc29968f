//! What a property is worth as an attribute.

use interlock_model::Attributes;

use crate::error::ItemError;
use crate::json::{Json, Place};

/// Whole numbers beyond this a double does not keep apart.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Adds the values of one property.
pub(crate) fn push(
    attributes: &mut Attributes,
    name: &str,
    json: &Json<'_>,
    place: Place<'_>,
) -> Result<(), ItemError> {
    let Json::List(list) = json else {
        attributes.push(name, scalar(json, place, "a string, a number, a boolean or a list of these")?);
        return Ok(());
    };
    for (index, json) in list.iter().enumerate() {
        attributes.push(name, scalar(json, place.index(index), "a string, a number or a boolean")?);
    }
    Ok(())
}

fn scalar(json: &Json<'_>, place: Place<'_>, expected: &'static str) -> Result<String, ItemError> {
    Ok(match json {
        Json::Text(text) => text.clone().into_owned(),
        Json::Bool(true) => "true".to_owned(),
        Json::Bool(false) => "false".to_owned(),
        Json::Natural(number) => number.to_string(),
        Json::Negative(number) => number.to_string(),
        Json::Real(number) if number.fract() != 0.0 => number.to_string(),
        Json::Real(number) if *number == 0.0 => "0".to_owned(),
        Json::Real(number) if number.abs() <= EXACT => number.to_string(),
        Json::Real(_) => {
            let message = format!("{place}: a number too large to be kept exactly; give it as a string");
            return Err(ItemError::invalid(message));
        }
        Json::Null | Json::List(_) | Json::Object(_) => return Err(json.is_not(expected, place).into()),
    })
}
