//! The keys that a source's policies are signed with.

use std::path::Path;

use interlock_signature::{PublicKey, verify};

use crate::chain::chain;

/// Public keys, one of which must have signed; none where signatures are not asked for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Keys(Vec<PublicKey>);

impl Keys {
    /// Reads keys: each is a key itself, or the path of a file.
    ///
    /// # Errors
    ///
    /// One sentence about the first that is neither.
    pub(crate) fn read(keys: &[String]) -> Result<Self, String> {
        let read = |key: &String| {
            if let Ok(key) = PublicKey::parse(key) {
                return Ok(key);
            }
            PublicKey::read(Path::new(key)).map_err(|error| format!("key `{key}`: {}", chain(&error)))
        };
        keys.iter().map(read).collect::<Result<_, _>>().map(Self)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Id of the key that signed.
    ///
    /// # Errors
    ///
    /// One sentence.
    pub(crate) fn verify(&self, bytes: &[u8], signature: Option<&str>) -> Result<String, String> {
        let signature = signature.ok_or("it is not signed")?;
        match verify(bytes, signature, &self.0) {
            Ok(verified) => Ok(verified.key.to_string()),
            Err(error) => Err(chain(&error)),
        }
    }
}
