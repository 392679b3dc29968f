use std::fmt;

use serde::de::{Error, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A named value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Attribute {
    /// Name, kebab-case; underscores and capitals are allowed.
    pub name: String,
    /// Value, any text.
    pub value: String,
}

/// Named values, where a name may have several.
///
/// In JSON an object whose values are strings or lists of strings:
/// `{"owner": "user-17", "clusters": ["shoot-a", "shoot-b"]}`. Order means nothing to a policy; it is
/// kept so that a file that is read and written stays as its author laid it out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attributes(pub Vec<Attribute>);

impl Attributes {
    /// No attributes.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one value to those that `name` has.
    pub fn push(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.0.push(Attribute { name: name.into(), value: value.into() });
    }

    /// The first value of `name`.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter().find(|a| a.name == name).map(|a| a.value.as_str())
    }

    /// Every value of `name`, in the order given.
    pub fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.iter().filter(move |a| a.name == name).map(|a| a.value.as_str())
    }

    /// Every named value, in the order given.
    pub fn iter(&self) -> impl Iterator<Item = &Attribute> {
        self.0.iter()
    }

    /// Whether there are none; absent from JSON then.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Attributes {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        let mut attributes = Self::new();
        for (name, value) in pairs {
            attributes.push(name, value);
        }
        attributes
    }
}

impl Serialize for Attributes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut names: Vec<&str> = Vec::new();
        for attribute in self.iter() {
            if !names.contains(&attribute.name.as_str()) {
                names.push(&attribute.name);
            }
        }
        let mut map = serializer.serialize_map(Some(names.len()))?;
        for name in names {
            let values: Vec<&str> = self.values(name).collect();
            match values.as_slice() {
                [one] => map.serialize_entry(name, one)?,
                many => map.serialize_entry(name, many)?,
            }
        }
        map.end()
    }
}

/// One value or several, as JSON writes them.
#[derive(Deserialize)]
#[serde(untagged, expecting = "an attribute's value is a string or a list of strings")]
enum Values {
    One(String),
    Many(Vec<String>),
}

impl<'de> Deserialize<'de> for Attributes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Map;

        impl<'de> Visitor<'de> for Map {
            type Value = Attributes;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of attributes, each a string or a list of strings")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Attributes, A::Error> {
                let mut attributes = Attributes::new();
                while let Some(name) = map.next_key::<String>()? {
                    if attributes.get(&name).is_some() {
                        return Err(A::Error::custom(format!(
                            "attribute `{name}` is given twice; list its values"
                        )));
                    }
                    let values: Values = map
                        .next_value()
                        .map_err(|error| A::Error::custom(format!("attribute `{name}`: {error}")))?;
                    match values {
                        Values::One(value) => attributes.push(name, value),
                        Values::Many(values) => {
                            values.into_iter().for_each(|value| attributes.push(&*name, value))
                        }
                    }
                }
                Ok(attributes)
            }
        }

        deserializer.deserialize_map(Map)
    }
}

/// An object whose values are strings or lists of strings, which no derive can know.
#[cfg(feature = "openapi")]
mod schema {
    use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, OneOfBuilder, Type};
    use utoipa::openapi::{RefOr, Schema};
    use utoipa::{PartialSchema, ToSchema};

    use super::Attributes;

    impl PartialSchema for Attributes {
        fn schema() -> RefOr<Schema> {
            let text = || ObjectBuilder::new().schema_type(Type::String).build();
            let value = OneOfBuilder::new().item(text()).item(ArrayBuilder::new().items(text()));
            ObjectBuilder::new().additional_properties(Some(Schema::from(value))).build().into()
        }
    }

    impl ToSchema for Attributes {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_value_is_a_string_and_several_are_a_list() {
        let text = r#"{"owner":"user-17","clusters":["a","b"]}"#;
        let attributes: Attributes = serde_json::from_str(text).unwrap();
        assert_eq!(attributes.values("clusters").collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(serde_json::to_string(&attributes).unwrap(), text);
    }

    #[test]
    fn a_boolean_is_refused_by_name() {
        let error = serde_json::from_str::<Attributes>(r#"{"acknowledged": true}"#).unwrap_err().to_string();
        assert!(error.contains("`acknowledged`") && error.contains("string or a list of strings"), "{error}");
    }
}
