//! The half of a key that signs.

use std::fmt;
use std::path::Path;

use minisign::{KeyPair, SecretKeyBox};

use crate::encoded::{are_blank, decode, number};
use crate::file::{MAX_KEY_BYTES, read};
use crate::{KeyError, KeyId, PublicKey};

/// Most bytes of a password, as in minisign.
pub const MAX_PASSWORD_BYTES: usize = 1024;

const COMMENT: &str = "minisign secret key";

/// A key that signs, unlocked. It is never printed: `Debug` tells its id.
#[derive(Clone)]
pub struct SecretKey {
    pub(crate) key: minisign::SecretKey,
    pub(crate) public: PublicKey,
    text: String,
}

impl SecretKey {
    /// Makes a new key. With a password, [`SecretKey::to_text`] gives it encrypted (scrypt with 32 MiB).
    ///
    /// # Errors
    ///
    /// [`KeyError::Password`] where the password is empty or longer than [`MAX_PASSWORD_BYTES`],
    /// [`KeyError::Generate`] where the system gives no random numbers.
    pub fn generate(password: Option<&str>) -> Result<Self, KeyError> {
        let text = match password {
            None => KeyPair::generate_unencrypted_keypair(),
            Some(password) => {
                check(password)?;
                KeyPair::generate_encrypted_keypair(Some(password.to_owned()))
            }
        }
        .and_then(|pair| pair.sk.to_box(Some(COMMENT)))
        .map_err(KeyError::Generate)?;
        Self::parse(&text.into_string(), password)
    }

    /// Reads a key: the two lines of a secret key file. A password is used where the key is encrypted.
    ///
    /// Decrypting takes the time and memory that the key asks for, with the settings of the program `minisign`
    /// 1 GiB for some seconds. Keys that ask for more are refused.
    ///
    /// # Errors
    ///
    /// [`KeyError::Malformed`], [`KeyError::PasswordNeeded`], [`KeyError::WrongPassword`], [`KeyError::Password`].
    pub fn parse(text: &str, password: Option<&str>) -> Result<Self, KeyError> {
        let wrong = |reason| KeyError::Malformed { what: "secret key", reason };
        let form = Form::of(text).map_err(wrong)?;
        // The form was checked. What can still fail is the password, or the checksum.
        let whole = SecretKeyBox::from(text.trim().to_owned());
        let key = match (form, password) {
            (Form::Plain, _) => {
                whole.into_unencrypted_secret_key().map_err(|_| wrong("its checksum does not match"))?
            }
            (Form::Unchecked(bytes), _) => {
                minisign::SecretKey::from_bytes(bytes.as_slice()).map_err(|_| wrong("not 158 bytes"))?
            }
            (Form::Encrypted, None) => return Err(KeyError::PasswordNeeded),
            (Form::Encrypted, Some(password)) => {
                check(password)?;
                whole.into_secret_key(Some(password.to_owned())).map_err(|_| KeyError::WrongPassword)?
            }
        };
        let public =
            minisign::PublicKey::from_secret_key(&key).map_err(|_| wrong("it has no public half"))?;
        Ok(Self { key, public: PublicKey(public), text: format!("{}\n", text.trim()) })
    }

    /// Reads a key out of a file.
    ///
    /// # Errors
    ///
    /// As [`SecretKey::parse`], and [`KeyError::Read`].
    pub fn read(path: &Path, password: Option<&str>) -> Result<Self, KeyError> {
        Self::parse(&read(path, MAX_KEY_BYTES).map_err(KeyError::Read)?, password)
    }

    /// The half that verifies.
    #[must_use]
    pub fn public_key(&self) -> PublicKey {
        self.public.clone()
    }

    /// By what signatures name this key.
    #[must_use]
    pub fn id(&self) -> KeyId {
        self.public.id()
    }

    /// The two lines of a secret key file: secret, and without a password all that is needed to sign.
    #[must_use]
    pub fn to_text(&self) -> &str {
        &self.text
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretKey({})", self.id())
    }
}

fn check(password: &str) -> Result<(), KeyError> {
    match password.len() {
        1..=MAX_PASSWORD_BYTES => Ok(()),
        bytes => Err(KeyError::Password { bytes }),
    }
}

/// How a secret key is kept.
enum Form {
    /// As it is, with a checksum.
    Plain,
    /// As it is, without a checksum: so does minisign 0.11 write keys that have no password.
    Unchecked(Box<[u8; BYTES]>),
    /// With a password.
    Encrypted,
}

/// Bytes of a secret key. They are, in this order: algorithm of the signature (2 bytes), of the encryption (2),
/// of the checksum (2), salt (32), operations (8) and memory (8) of the encryption, id (8), key (64),
/// checksum (32).
const BYTES: usize = 158;

impl Form {
    /// The form of a key's text, after checking all that can be checked without a password.
    fn of(text: &str) -> Result<Self, &'static str> {
        if text.len() > MAX_KEY_BYTES {
            return Err("larger than 4 KiB");
        }
        let mut lines = text.trim().lines();
        if !lines.next().unwrap_or_default().starts_with("untrusted comment:") {
            return Err("no line `untrusted comment:` comes first");
        }
        let line = lines.next().ok_or("the line after the comment is missing")?;
        let key: [u8; BYTES] = decode(line).ok_or("not 158 bytes in Base64")?;
        if !are_blank(lines) {
            return Err("something follows the key");
        }
        match (&key[..2], &key[2..4], &key[4..6]) {
            (b"Ed", b"\0\0", b"B2") if key[126..] == [0; 32] => Ok(Self::Unchecked(Box::new(key))),
            (b"Ed", b"\0\0", b"B2") => Ok(Self::Plain),
            // What minisign itself asks for, which is all that anyone needs; more would take days.
            (b"Ed", b"Sc", b"B2") if number(&key[38..46]) > 1 << 25 || number(&key[46..54]) > 1 << 30 => {
                Err("its password takes more than 2^25 operations or 1 GiB to check")
            }
            (b"Ed", b"Sc", b"B2") => Ok(Self::Encrypted),
            _ => Err("not of algorithms Ed25519, scrypt and BLAKE2b"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_without_a_password_is_read_as_it_was_written() {
        let key = SecretKey::generate(None).unwrap();
        let read = SecretKey::parse(key.to_text(), None).unwrap();
        assert_eq!(read.public_key(), key.public_key());
        assert_eq!(SecretKey::parse(key.to_text(), Some("unneeded")).unwrap().id(), key.id());
    }

    #[test]
    fn a_key_with_a_password_needs_it() {
        let key = SecretKey::generate(Some("correct horse")).unwrap();
        let read = |password| SecretKey::parse(key.to_text(), password);
        assert_eq!(read(Some("correct horse")).unwrap().public_key(), key.public_key());
        assert!(matches!(read(Some("wrong")), Err(KeyError::WrongPassword)));
        assert!(matches!(read(None), Err(KeyError::PasswordNeeded)));
        assert!(matches!(read(Some("")), Err(KeyError::Password { bytes: 0 })));
    }

    #[test]
    fn a_secret_is_not_printed() {
        let key = SecretKey::generate(None).unwrap();
        assert_eq!(format!("{key:?}"), format!("SecretKey({})", key.id()));
    }

    #[test]
    fn a_damaged_key_is_told_why() {
        let text = SecretKey::generate(None).unwrap().to_text().to_owned();
        let line = text.lines().nth(1).unwrap();
        let with = |place: usize, byte: u8| {
            use ct_codecs::{Base64, Encoder};
            let mut bytes: [u8; 158] = decode(line).unwrap();
            bytes[place] ^= byte;
            format!("untrusted comment: x\n{}\n", Base64::encode_to_string(bytes).unwrap())
        };
        let cases = [
            (String::new(), "no line `untrusted comment:` comes first"),
            ("untrusted comment: x".to_owned(), "the line after the comment is missing"),
            (format!("untrusted comment: x\n{}", &line[4..]), "not 158 bytes in Base64"),
            (format!("{text}more"), "something follows the key"),
            (with(0, 1), "not of algorithms Ed25519, scrypt and BLAKE2b"),
            (with(100, 1), "its checksum does not match"),
            ("untrusted comment: x\n".repeat(500), "larger than 4 KiB"),
        ];
        for (text, wanted) in cases {
            let error = SecretKey::parse(&text, None).unwrap_err();
            assert_eq!(error.to_string(), format!("not a secret key: {wanted}"));
        }
    }

    #[test]
    fn a_key_that_takes_too_long_to_decrypt_is_refused_before() {
        use ct_codecs::{Base64, Encoder};
        let mut bytes = [0; 158];
        bytes[..6].copy_from_slice(b"EdScB2");
        for place in [45, 53] {
            let mut bytes = bytes;
            bytes[place] = 0x7f;
            let text = format!("untrusted comment: x\n{}\n", Base64::encode_to_string(bytes).unwrap());
            let error = SecretKey::parse(&text, Some("x")).unwrap_err();
            assert!(error.to_string().contains("1 GiB"), "{error}");
        }
    }
}
