//! Signatures of policies in the format of minisign: Ed25519, small text files, nothing to ask over a network.
//!
//! A signature lies beside the file that it is of, as `policy.wasm.minisig`. It covers the file's bytes, and a
//! trusted comment that says for example when it was made. The program `minisign` reads what this writes and
//! the other way round. Files are hashed before they are signed; signatures of the older form, over the bytes
//! themselves, are verified as well.
//!
//! ```
//! use interlock_signature::{SecretKey, VerifyError, sign, verify};
//!
//! let key = SecretKey::generate(None)?;
//! let signature = sign(b"a policy", &key, "release 7")?;
//!
//! let trusted = [key.public_key()];
//! assert_eq!(verify(b"a policy", &signature, &trusted)?.trusted_comment, "release 7");
//!
//! let changed = verify(b"another policy", &signature, &trusted);
//! assert!(matches!(changed, Err(VerifyError::OtherBytes { .. })));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod encoded;
mod error;
mod file;
mod public_key;
mod secret_key;
mod sign;
mod verify;

pub use error::{KeyError, SignError, VerifyError};
pub use file::{MAX_SIGNATURE_BYTES, SUFFIX, beside, read_signature};
pub use public_key::{KeyId, PublicKey};
pub use secret_key::{MAX_PASSWORD_BYTES, SecretKey};
pub use sign::{MAX_COMMENT_BYTES, sign};
pub use verify::{Verified, verify};
