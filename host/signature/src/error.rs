//! What can be wrong with keys and signatures.

use std::io;

use thiserror::Error;

use crate::KeyId;

/// Why there is no key.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The file cannot be read.
    #[error("the key cannot be read")]
    Read(#[source] io::Error),
    /// The text is no key in minisign's form.
    #[error("not a {what}: {reason}")]
    Malformed {
        /// `public key` or `secret key`.
        what: &'static str,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The secret key is encrypted and no password was given.
    #[error("the secret key is encrypted, a password is needed")]
    PasswordNeeded,
    /// The secret key is encrypted with another password, or it is damaged.
    #[error("the password is not the one of this secret key")]
    WrongPassword,
    /// A password that is empty or too long.
    #[error("the password has {bytes} bytes, allowed are 1 to {}", crate::MAX_PASSWORD_BYTES)]
    Password {
        /// Its length.
        bytes: usize,
    },
    /// No key can be made: the system gives no random numbers.
    #[error("no key can be made")]
    Generate(#[source] minisign::PError),
}

/// Why something was not signed.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SignError {
    /// The comment has a control character other than tab, or begins or ends with a blank.
    #[error("the trusted comment must be one line without blanks at its ends")]
    Comment,
    /// The comment is too long.
    #[error("the trusted comment has {bytes} bytes, allowed are {}", crate::MAX_COMMENT_BYTES)]
    LongComment {
        /// Its length.
        bytes: usize,
    },
    /// The system gives no random numbers.
    #[error("cannot sign")]
    Sign(#[source] minisign::PError),
}

/// Why a signature is not accepted.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum VerifyError {
    /// The text is no signature in minisign's form.
    #[error("not a signature: {reason}")]
    Malformed {
        /// What is wrong with it.
        reason: &'static str,
    },
    /// None of the keys has the id that the signature names.
    #[error("signed by key `{signed_by}`, {}", told(.trusted))]
    UnknownKey {
        /// Id of the key that the signature says it was made with.
        signed_by: KeyId,
        /// Ids of the keys that were given.
        trusted: Vec<KeyId>,
    },
    /// The signature is not one of these bytes by this key: the bytes changed, the signature did, or it is of
    /// another file.
    #[error("the signature does not match: not made by key `{key}` for these bytes")]
    OtherBytes {
        /// Id of the key that was to have signed.
        key: KeyId,
    },
    /// The signature is of these bytes, but its trusted comment was changed.
    #[error("the trusted comment of the signature was changed: key `{key}` did not sign it")]
    ChangedComment {
        /// Id of the key that signed the bytes.
        key: KeyId,
    },
}

fn told(keys: &[KeyId]) -> String {
    match keys {
        [] => "no key is trusted".to_owned(),
        [key] => format!("trusted is `{key}`"),
        keys => {
            let ids: Vec<String> = keys.iter().map(|key| format!("`{key}`")).collect();
            format!("trusted are {}", ids.join(", "))
        }
    }
}
