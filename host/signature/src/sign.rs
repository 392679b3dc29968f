//! Making a signature.

use std::io::Cursor;

use crate::{SecretKey, SignError};

/// Most bytes of a trusted comment, so that the signature stays below [`crate::MAX_SIGNATURE_BYTES`].
pub const MAX_COMMENT_BYTES: usize = 8000;

const UNTRUSTED_COMMENT: &str = "signature from minisign secret key";

/// Signs bytes, and a comment with them. Gives the text of a `.minisig` file.
///
/// Two signatures of the same bytes differ, since each is made with random numbers.
///
/// # Errors
///
/// [`SignError::Comment`] and [`SignError::LongComment`] where the comment is not one line, [`SignError::Sign`]
/// where the system gives no random numbers.
pub fn sign(bytes: &[u8], key: &SecretKey, trusted_comment: &str) -> Result<String, SignError> {
    if trusted_comment.len() > MAX_COMMENT_BYTES {
        return Err(SignError::LongComment { bytes: trusted_comment.len() });
    }
    if trusted_comment.contains(|character: char| character.is_control() && character != '\t')
        || trusted_comment.trim() != trusted_comment
    {
        return Err(SignError::Comment);
    }
    let public = Some(&key.public.0);
    let (trusted, untrusted) = (Some(trusted_comment), Some(UNTRUSTED_COMMENT));
    let signature =
        minisign::sign(public, &key.key, Cursor::new(bytes), trusted, untrusted).map_err(SignError::Sign)?;
    Ok(signature.into_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_is_one_line() {
        let key = SecretKey::generate(None).unwrap();
        for comment in ["a\nb", "a\r", "\0", " a", "a\t"] {
            assert!(matches!(sign(b"", &key, comment), Err(SignError::Comment)), "{comment:?}");
        }
        let long = "x".repeat(MAX_COMMENT_BYTES + 1);
        assert!(matches!(sign(b"", &key, &long), Err(SignError::LongComment { bytes: 8001 })));
        assert!(sign(b"", &key, &long[1..]).unwrap().len() < crate::MAX_SIGNATURE_BYTES);
    }
}
