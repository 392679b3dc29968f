use std::collections::BTreeMap;
use std::fmt;

use interlock_model::{Attributes, Coverage, Observation, Subject};
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Error, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use super::{CaseError, Want};

/// What all case files of a folder share.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a cast")]
pub struct Cast {
    /// Name of the policy that files ask which name none. Default: any.
    pub policy: Option<String>,
    /// Subjects by name.
    #[serde(default)]
    pub subjects: BTreeMap<String, Subject>,
    /// Resources by name.
    #[serde(default)]
    pub resources: BTreeMap<String, Observation>,
    /// By mode, names of the resources that are related in every case of that mode, in files that ask the
    /// cast's policy.
    #[serde(default)]
    pub sites: BTreeMap<String, Vec<String>>,
}

impl Cast {
    /// Reads a cast.
    ///
    /// # Errors
    ///
    /// [`CaseError`] with the place of the mistake.
    pub fn parse(text: &str) -> Result<Self, CaseError> {
        serde_json::from_str(text).map_err(|error| CaseError::of(&error, 0, 0))
    }
}

/// A case as it is written: in several modes, from several states.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a case")]
pub struct Written {
    /// A claim; no two cases of a file share one.
    pub name: String,
    /// What is still to be looked at before the case counts as written; absent: nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review: Option<String>,
    /// Keys of the sources. Default: none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub source: Vec<String>,
    /// What else the case shows, by the author's own numbers. Default: nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ids: Vec<String>,
    /// Modes; the case is run in each.
    pub mode: OneOrMany,
    /// Name of the subject. Default: nobody asks.
    #[serde(rename = "as", default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// Name of the action.
    pub action: String,
    /// The resource acted on; with several states, the case is run from each.
    pub target: Resource,
    /// Laid over the site and the file's related resources: one with the same kind and id is replaced.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub related: Vec<Resource>,
    /// Resources that are left out, by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub without: Vec<String>,
    /// Resources that are related in place of all others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub only: Option<Vec<Resource>>,
    /// As in a request.
    #[serde(default, skip_serializing_if = "Attributes::is_empty")]
    pub parameters: Attributes,
    /// As in a request. Default: complete.
    #[serde(default = "complete", skip_serializing_if = "is_complete")]
    pub coverage: Coverage,
    /// The wanted answer.
    pub want: Want,
}

fn complete() -> Coverage {
    Coverage::Complete
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
fn is_complete(coverage: &Coverage) -> bool {
    *coverage == Coverage::Complete
}

/// A resource by name, or described.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Resource {
    /// A name of the file or the cast.
    Name(String),
    /// Like another one but for what is said, or new altogether.
    Changed(Box<Changed>),
}

/// A resource that is described.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a resource")]
pub struct Changed {
    /// Name of the resource whose fields are the default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub like: Option<String>,
    /// Kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// State; a target may have several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<OneOrMany>,
    /// Attributes in place of those of the same name; an empty list takes one away.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub attributes: BTreeMap<String, OneOrMany>,
}

impl<'de> Deserialize<'de> for Resource {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct NameOrObject;

        impl<'de> Visitor<'de> for NameOrObject {
            type Value = Resource;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a resource: a name, or an object of `like`, `kind`, `id`, `state`, `attributes`")
            }

            fn visit_str<E: Error>(self, name: &str) -> Result<Resource, E> {
                Ok(Resource::Name(name.to_owned()))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Resource, A::Error> {
                Changed::deserialize(MapAccessDeserializer::new(map))
                    .map(|it| Resource::Changed(Box::new(it)))
            }
        }

        deserializer.deserialize_any(NameOrObject)
    }
}

/// One text or several.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum OneOrMany {
    /// One.
    One(String),
    /// Any number.
    Many(Vec<String>),
}

impl OneOrMany {
    /// All of them.
    pub fn list(&self) -> &[String] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Many(many) => many,
        }
    }
}

impl From<Vec<String>> for OneOrMany {
    fn from(mut list: Vec<String>) -> Self {
        match (list.len(), list.pop()) {
            (1, Some(one)) => Self::One(one),
            (_, Some(last)) => {
                list.push(last);
                Self::Many(list)
            }
            (_, None) => Self::Many(list),
        }
    }
}

impl<'de> Deserialize<'de> for OneOrMany {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextOrList;

        impl<'de> Visitor<'de> for TextOrList {
            type Value = OneOrMany;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string or a list of strings")
            }

            fn visit_str<E: Error>(self, one: &str) -> Result<OneOrMany, E> {
                Ok(OneOrMany::One(one.to_owned()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<OneOrMany, A::Error> {
                Vec::deserialize(SeqAccessDeserializer::new(list)).map(OneOrMany::Many)
            }
        }

        deserializer.deserialize_any(TextOrList)
    }
}
