use jiff::Timestamp;
use serde_json::Value;

use super::error::{ImportError, Place};

/// A value in a file that knows where it stands. A value that is not there, or `null`, reads as the
/// default of its type, as in protobuf's JSON form.
#[derive(Clone, Debug)]
pub(super) struct Node<'a> {
    file: &'a str,
    path: String,
    value: Option<&'a Value>,
}

impl<'a> Node<'a> {
    /// A whole file.
    pub(super) fn root(file: &'a str, value: &'a Value) -> Self {
        Self { file, path: String::new(), value: Some(value) }
    }

    pub(super) fn place(&self) -> Place {
        Place { file: self.file.into(), path: self.path.as_str().into() }
    }

    pub(super) fn path(&self) -> &str {
        &self.path
    }

    pub(super) fn is_set(&self) -> bool {
        self.value.is_some()
    }

    pub(super) fn value(&self) -> Option<&'a Value> {
        self.value
    }

    /// A field of a message, in either spelling that protobuf's JSON form allows (`backup_info`,
    /// `backupInfo`). Letter case does not count: a few fields are tagged with a third spelling.
    pub(super) fn field(&self, name: &str) -> Result<Self, ImportError> {
        let mut spellings = self.members()?.filter(|(key, _)| Self::same_field(key, name));
        match (spellings.next(), spellings.next()) {
            (Some((key, value)), None) => Ok(self.child(key, Some(value))),
            (Some((key, _)), Some(_)) => {
                Err(ImportError::GivenTwice { place: self.child(key, None).place() })
            }
            (None, _) => Ok(self.child(name, None)),
        }
    }

    /// Whether a key is a spelling of a field's name.
    pub(super) fn same_field(key: &str, name: &str) -> bool {
        fn letters(text: &str) -> impl Iterator<Item = u8> {
            text.bytes().filter(|byte| *byte != b'_').map(|byte| byte.to_ascii_lowercase())
        }
        letters(key).eq(letters(name))
    }

    /// A field within a field.
    pub(super) fn at(&self, path: &[&str]) -> Result<Self, ImportError> {
        path.iter().try_fold(self.clone(), |node, name| node.field(name))
    }

    /// The value of a map's key, letter by letter.
    pub(super) fn key(&self, key: &str) -> Result<Self, ImportError> {
        let value = self.members()?.find(|(name, _)| *name == key).map(|(_, value)| value);
        Ok(self.child(key, value))
    }

    /// The members of an object; none where it is not there.
    pub(super) fn entries(&self) -> Result<Vec<(&'a str, Self)>, ImportError> {
        Ok(self.members()?.map(|(key, value)| (key, self.child(key, Some(value)))).collect())
    }

    /// The elements of a list; none where it is not there.
    pub(super) fn items(&self) -> Result<Vec<Self>, ImportError> {
        match self.value {
            None => Ok(Vec::new()),
            Some(Value::Array(items)) => Ok(items
                .iter()
                .enumerate()
                .map(|(index, value)| Self {
                    file: self.file,
                    path: format!("{}[{index}]", self.path),
                    value: set(value),
                })
                .collect()),
            Some(_) => Err(self.wrong_type("a list")),
        }
    }

    /// A string; none where it is not there or empty.
    pub(super) fn text(&self) -> Result<Option<&'a str>, ImportError> {
        match self.value {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.as_str()).filter(|text| !text.is_empty())),
            Some(_) => Err(self.wrong_type("a string")),
        }
    }

    /// A string that must be there.
    pub(super) fn required_text(&self) -> Result<&'a str, ImportError> {
        self.text()?.ok_or_else(|| ImportError::Missing { place: self.place() })
    }

    pub(super) fn flag(&self) -> Result<bool, ImportError> {
        match self.value {
            None => Ok(false),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(_) => Err(self.wrong_type("true or false")),
        }
    }

    /// A count. 64-bit integers are strings in protobuf's JSON form.
    pub(super) fn count(&self) -> Result<u64, ImportError> {
        let count = match self.value {
            None => Some(0),
            Some(Value::Number(number)) => number.as_u64(),
            Some(Value::String(text)) => text.parse().ok(),
            Some(_) => None,
        };
        count.ok_or_else(|| self.wrong_type("a whole number, not negative"))
    }

    /// A point in time; none where it is not there, or where it is the epoch or before it, as zero
    /// values are printed.
    pub(super) fn time(&self) -> Result<Option<Timestamp>, ImportError> {
        let Some(text) = self.text()? else { return Ok(None) };
        let time: Timestamp =
            text.parse().map_err(|_| self.wrong_type("a time such as 2026-06-01T02:00:00Z"))?;
        Ok(Some(time).filter(|time| *time > Timestamp::UNIX_EPOCH))
    }

    pub(super) fn wrong_type(&self, wanted: &'static str) -> ImportError {
        let found = match self.value {
            None => "nothing",
            Some(Value::Null) => "null",
            Some(Value::Bool(_)) => "true or false",
            Some(Value::Number(_)) => "a number",
            Some(Value::String(_)) => "a string",
            Some(Value::Array(_)) => "a list",
            Some(Value::Object(_)) => "an object",
        };
        ImportError::WrongType { place: self.place(), found, wanted }
    }

    fn members(&self) -> Result<impl Iterator<Item = (&'a str, &'a Value)>, ImportError> {
        let members = match self.value {
            None => None,
            Some(Value::Object(members)) => Some(members),
            Some(_) => return Err(self.wrong_type("an object")),
        };
        Ok(members.into_iter().flatten().map(|(key, value)| (key.as_str(), value)))
    }

    fn child(&self, key: &str, value: Option<&'a Value>) -> Self {
        let plain = !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        let path = match (self.path.as_str(), plain) {
            ("", true) => key.to_owned(),
            (path, true) => format!("{path}.{key}"),
            (path, false) => format!("{path}[{key:?}]"),
        };
        Self { file: self.file, path, value: value.and_then(set) }
    }
}

fn set(value: &Value) -> Option<&Value> {
    Some(value).filter(|value| !value.is_null())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn either_spelling_of_a_field_is_found_and_its_own_is_named() {
        let value = json!({"backupInfo": {"cluster_ref": {"name": 1}}});
        let node = Node::root("f.json", &value).at(&["backup_info", "cluster_ref", "name"]).unwrap();
        assert_eq!(node.place().to_string(), "f.json: backupInfo.cluster_ref.name");
    }

    #[test]
    fn a_field_in_two_spellings_is_refused() {
        let value = json!({"backup_info": {}, "backupInfo": {}});
        let error = Node::root("f.json", &value).field("backup_info").unwrap_err().to_string();
        assert_eq!(error, "f.json: backupInfo: given twice, in two spellings");
    }

    #[test]
    fn a_wrong_type_names_what_was_found_and_wanted() {
        let value = json!({"text": 1, "flag": "yes", "list": {}, "object": [], "count": -1, "time": "noon"});
        let node = Node::root("f.json", &value);
        let errors = [
            node.field("text").unwrap().text().unwrap_err(),
            node.field("flag").unwrap().flag().unwrap_err(),
            node.field("list").unwrap().items().unwrap_err(),
            node.field("object").unwrap().entries().unwrap_err(),
            node.field("count").unwrap().count().unwrap_err(),
            node.field("time").unwrap().time().unwrap_err(),
        ];
        assert_eq!(
            errors.map(|error| error.to_string()),
            [
                "f.json: text: found a number, wanted a string",
                "f.json: flag: found a string, wanted true or false",
                "f.json: list: found an object, wanted a list",
                "f.json: object: found a list, wanted an object",
                "f.json: count: found a number, wanted a whole number, not negative",
                "f.json: time: found a string, wanted a time such as 2026-06-01T02:00:00Z",
            ]
        );
    }

    #[test]
    fn what_is_missing_or_null_reads_as_the_default() {
        let value = json!({"none": null});
        let node = Node::root("f.json", &value);
        for name in ["none", "missing"] {
            let node = node.field(name).unwrap();
            assert_eq!(node.text().unwrap(), None);
            assert!(!node.flag().unwrap());
            assert_eq!(node.count().unwrap(), 0);
            assert_eq!(node.time().unwrap(), None);
            assert!(node.items().unwrap().is_empty() && node.entries().unwrap().is_empty());
        }
    }

    #[test]
    fn integers_are_numbers_or_strings() {
        let value = json!({"number": 3, "string": "3"});
        let node = Node::root("f.json", &value);
        assert_eq!(node.field("number").unwrap().count().unwrap(), 3);
        assert_eq!(node.field("string").unwrap().count().unwrap(), 3);
    }

    #[test]
    fn a_zero_time_is_no_time() {
        let value = json!(["0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "2026-06-01T02:00:00Z"]);
        let set: Vec<bool> = Node::root("f.json", &value)
            .items()
            .unwrap()
            .iter()
            .map(|t| t.time().unwrap().is_some())
            .collect();
        assert_eq!(set, [false, false, true]);
    }

    #[test]
    fn a_key_that_is_no_identifier_is_quoted_in_a_path() {
        let value = json!({"cluster_status": {"shoot-a/7d3c": {}}});
        let node = Node::root("f.json", &value).field("cluster_status").unwrap().key("shoot-a/7d3c").unwrap();
        assert_eq!(node.path(), r#"cluster_status["shoot-a/7d3c"]"#);
    }
}
