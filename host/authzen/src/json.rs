//! A body as a tree that lends its text from the bytes it was read from.

use std::borrow::Cow;
use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor};

use crate::error::{BodyError, shown};

/// A JSON value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Json<'a> {
    Null,
    Bool(bool),
    /// From 0 to 2^64.
    Natural(u64),
    /// Below 0, from -2^63.
    Negative(i64),
    /// Anything else, to the precision of a double.
    Real(f64),
    Text(Cow<'a, str>),
    List(Vec<Json<'a>>),
    Object(Object<'a>),
}

/// The members of a JSON object, in the order given, each name once.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Object<'a>(pub(crate) Vec<(Cow<'a, str>, Json<'a>)>);

/// Where in a body something stands: written `evaluations[2].subject.id`.
#[derive(Clone, Copy)]
pub(crate) struct Place<'p> {
    parent: Option<&'p Place<'p>>,
    step: Step<'p>,
}

#[derive(Clone, Copy)]
enum Step<'p> {
    Body,
    Name(&'p str),
    Index(usize),
}

/// Reads a body, every name of an object given once.
pub(crate) fn read(bytes: &[u8], nesting: usize) -> Result<Json<'_>, BodyError> {
    let too_deep = Cell::new(false);
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let read = Tree { left: nesting, too_deep: &too_deep }
        .deserialize(&mut deserializer)
        .and_then(|json| deserializer.end().map(|()| json));
    match read {
        Ok(json) => json.check_names(Place::BODY).map(|()| json),
        Err(_) if too_deep.get() => Err(BodyError::TooDeep { allowed: nesting }),
        Err(error) => Err(BodyError::Malformed { why: error.to_string() }),
    }
}

impl<'a> Json<'a> {
    /// What it is, with an article.
    pub(crate) fn what(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "a boolean",
            Self::Natural(_) | Self::Negative(_) | Self::Real(_) => "a number",
            Self::Text(_) => "a string",
            Self::List(_) => "a list",
            Self::Object(_) => "an object",
        }
    }

    pub(crate) fn text(self, place: Place<'_>) -> Result<Cow<'a, str>, BodyError> {
        match self {
            Self::Text(text) => Ok(text),
            other => Err(other.is_not("a string", place)),
        }
    }

    pub(crate) fn object(self, place: Place<'_>) -> Result<Object<'a>, BodyError> {
        match self {
            Self::Object(object) => Ok(object),
            other => Err(other.is_not("an object", place)),
        }
    }

    pub(crate) fn list(self, place: Place<'_>) -> Result<Vec<Self>, BodyError> {
        match self {
            Self::List(list) => Ok(list),
            other => Err(other.is_not("a list", place)),
        }
    }

    pub(crate) fn is_not(&self, expected: &'static str, place: Place<'_>) -> BodyError {
        BodyError::Type { place: place.to_string(), expected, found: self.what() }
    }

    fn check_names(&self, place: Place<'_>) -> Result<(), BodyError> {
        match self {
            Self::List(list) => {
                list.iter().enumerate().try_for_each(|(index, json)| json.check_names(place.index(index)))
            }
            Self::Object(Object(members)) => {
                if let Some(name) = repeated(members) {
                    return Err(BodyError::Repeated { place: place.name(name).to_string() });
                }
                members.iter().try_for_each(|(name, json)| json.check_names(place.name(name)))
            }
            _ => Ok(()),
        }
    }
}

/// Up to this many names are compared each with each.
const FEW: usize = 12;

fn repeated<'m>(members: &'m [(Cow<'_, str>, Json<'_>)]) -> Option<&'m str> {
    if members.len() <= FEW {
        let mut rest = members;
        while let Some(((name, _), after)) = rest.split_first() {
            if after.iter().any(|(other, _)| other == name) {
                return Some(name);
            }
            rest = after;
        }
        return None;
    }
    let mut names: Vec<&str> = members.iter().map(|(name, _)| &**name).collect();
    names.sort_unstable();
    names.windows(2).find(|pair| pair[0] == pair[1]).map(|pair| pair[0])
}

impl<'a> Object<'a> {
    pub(crate) fn get(&self, name: &str) -> Option<&Json<'a>> {
        self.0.iter().find(|(given, _)| given == name).map(|(_, json)| json)
    }

    pub(crate) fn take(&mut self, name: &str) -> Option<Json<'a>> {
        let position = self.0.iter().position(|(given, _)| given == name)?;
        Some(self.0.swap_remove(position).1)
    }
}

impl<'p> Place<'p> {
    pub(crate) const BODY: Place<'static> = Place { parent: None, step: Step::Body };

    pub(crate) fn name(&'p self, name: &'p str) -> Self {
        Self { parent: Some(self), step: Step::Name(name) }
    }

    pub(crate) fn index(&'p self, index: usize) -> Self {
        Self { parent: Some(self), step: Step::Index(index) }
    }
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inside = self.parent.filter(|parent| parent.parent.is_some());
        if let Some(parent) = self.parent {
            parent.fmt_unless_body(f)?;
        }
        match self.step {
            Step::Body => f.write_str("the body"),
            Step::Name(name) => write!(f, "{}{}", if inside.is_some() { "." } else { "" }, shown(name)),
            Step::Index(index) => write!(f, "[{index}]"),
        }
    }
}

impl Place<'_> {
    fn fmt_unless_body(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.parent.is_some() { fmt::Display::fmt(self, f) } else { Ok(()) }
    }
}

/// Reads one value with at most `left` levels.
#[derive(Clone, Copy)]
struct Tree<'c> {
    left: usize,
    too_deep: &'c Cell<bool>,
}

impl<'c> Tree<'c> {
    fn inner<E: serde::de::Error>(self) -> Result<Tree<'c>, E> {
        match self.left.checked_sub(1) {
            Some(left) => Ok(Self { left, ..self }),
            None => {
                self.too_deep.set(true);
                Err(E::custom("nested too deep"))
            }
        }
    }
}

impl<'de> DeserializeSeed<'de> for Tree<'_> {
    type Value = Json<'de>;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Json<'de>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Tree<'_> {
    type Value = Json<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Json<'de>, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json<'de>, E> {
        Ok(Json::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json<'de>, E> {
        Ok(Json::Natural(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json<'de>, E> {
        Ok(u64::try_from(value).map_or(Json::Negative(value), Json::Natural))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Json<'de>, E> {
        Ok(Json::Real(value))
    }

    fn visit_borrowed_str<E>(self, value: &'de str) -> Result<Json<'de>, E> {
        Ok(Json::Text(Cow::Borrowed(value)))
    }

    fn visit_str<E>(self, value: &str) -> Result<Json<'de>, E> {
        Ok(Json::Text(Cow::Owned(value.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Json<'de>, A::Error> {
        let inner = self.inner::<A::Error>()?;
        let mut list = Vec::new();
        while let Some(json) = access.next_element_seed(inner)? {
            list.push(json);
        }
        Ok(Json::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Json<'de>, A::Error> {
        let inner = self.inner::<A::Error>()?;
        let mut members = Vec::new();
        while let Some(name) = access.next_key_seed(Name)? {
            members.push((name, access.next_value_seed(inner)?));
        }
        Ok(Json::Object(Object(members)))
    }
}

/// Reads a name, lent where it has no escapes.
struct Name;

impl<'de> DeserializeSeed<'de> for Name {
    type Value = Cow<'de, str>;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Cow<'de, str>, D::Error> {
        match (Tree { left: 0, too_deep: &Cell::new(false) }).deserialize(deserializer)? {
            Json::Text(text) => Ok(text),
            _ => Err(D::Error::custom("a name that is no string")),
        }
    }
}
