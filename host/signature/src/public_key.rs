//! The half of a key that verifies.

use std::fmt;
use std::path::Path;
use std::str::FromStr;

use crate::KeyError;
use crate::encoded::{are_blank, decode, number};
use crate::file::{MAX_KEY_BYTES, read};

/// Eight bytes by which a signature names its key. No proof of anything: anyone can make a key with any id.
///
/// Displays as minisign writes it, 16 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyId(u64);

/// A key that verifies signatures.
///
/// Displays as its line of Base64, which [`PublicKey::parse`] reads.
#[derive(Clone)]
pub struct PublicKey(pub(crate) minisign::PublicKey);

impl PublicKey {
    /// Reads a key: the two lines of a `.pub` file, or the second of them alone.
    ///
    /// # Errors
    ///
    /// [`KeyError::Malformed`].
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let wrong = |reason| KeyError::Malformed { what: "public key", reason };
        if text.len() > MAX_KEY_BYTES {
            return Err(wrong("larger than 4 KiB"));
        }
        let mut lines = text.trim().lines();
        let mut line = lines.next().unwrap_or_default();
        if line.starts_with("untrusted comment:") {
            line = lines.next().ok_or(wrong("the line after the comment is missing"))?;
        }
        let bytes: [u8; 42] = decode(line).ok_or(wrong("not 42 bytes in Base64"))?;
        if !bytes.starts_with(b"Ed") {
            return Err(wrong("not of algorithm Ed25519"));
        }
        if !are_blank(lines) {
            return Err(wrong("something follows the key"));
        }
        // The length is the right one, so that this cannot fail.
        minisign::PublicKey::from_bytes(&bytes).map(Self).map_err(|_| wrong("not 42 bytes"))
    }

    /// Reads a key out of a file.
    ///
    /// # Errors
    ///
    /// [`KeyError::Read`] and [`KeyError::Malformed`].
    pub fn read(path: &Path) -> Result<Self, KeyError> {
        Self::parse(&read(path, MAX_KEY_BYTES).map_err(KeyError::Read)?)
    }

    /// By what signatures name this key.
    #[must_use]
    pub fn id(&self) -> KeyId {
        KeyId::new(self.0.keynum())
    }

    /// The two lines of a `.pub` file.
    #[must_use]
    pub fn to_text(&self) -> String {
        format!("untrusted comment: minisign public key {}\n{self}\n", self.id())
    }
}

impl FromStr for PublicKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        Self::parse(text)
    }
}

impl PartialEq for PublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.0.to_bytes() == other.0.to_bytes()
    }
}

impl Eq for PublicKey {}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.to_base64())
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({self})")
    }
}

impl KeyId {
    /// The id in a key's or a signature's bytes.
    pub(crate) fn new(bytes: &[u8]) -> Self {
        Self(number(bytes))
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016X}", self.0)
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyId({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = "RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3";

    #[test]
    fn a_key_is_read_with_its_comment_or_without() {
        let key = PublicKey::parse(LINE).unwrap();
        assert_eq!(key.id().to_string(), "E7620F1842B4E81F");
        assert_eq!(key.to_string(), LINE);
        let forms = [
            key.to_text(),
            format!("{LINE}\n"),
            format!("\n {LINE}\r\n\r\n"),
            format!("untrusted comment: of release\r\n{LINE}"),
        ];
        for text in forms {
            assert_eq!(PublicKey::parse(&text).unwrap(), key, "{text}");
        }
    }

    #[test]
    fn what_is_no_key_is_told_why() {
        let cases = [
            (String::new(), "not 42 bytes in Base64"),
            ("untrusted comment: x".to_owned(), "the line after the comment is missing"),
            (LINE[..52].to_owned(), "not 42 bytes in Base64"),
            (format!("{LINE}AAAA"), "not 42 bytes in Base64"),
            (format!("{LINE}\n{LINE}"), "something follows the key"),
            (LINE.replacen("RW", "XX", 1), "not of algorithm Ed25519"),
            ("A".repeat(5000), "larger than 4 KiB"),
        ];
        for (text, wanted) in cases {
            let error = PublicKey::parse(&text).unwrap_err();
            assert_eq!(error.to_string(), format!("not a public key: {wanted}"), "{text}");
        }
    }
}
