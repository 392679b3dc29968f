//! Verifying a signature.

use std::io::Cursor;

use minisign::SignatureBox;

use crate::encoded::{are_blank, decode};
use crate::{KeyId, MAX_SIGNATURE_BYTES, PublicKey, VerifyError};

/// What a signature proves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// Which of the keys signed.
    pub key: KeyId,
    /// What the key signed along with the bytes. Text of whoever has the key: it may hold control characters.
    pub trusted_comment: String,
}

/// Verifies that one of the keys signed exactly these bytes, and the trusted comment.
///
/// `signature` is the text of a `.minisig` file; of whatever size and content, this returns.
///
/// # Errors
///
/// [`VerifyError::Malformed`] where the text is no signature or larger than [`MAX_SIGNATURE_BYTES`], else
/// [`VerifyError::UnknownKey`], [`VerifyError::OtherBytes`], [`VerifyError::ChangedComment`].
pub fn verify(
    bytes: &[u8],
    signature: impl AsRef<[u8]>,
    keys: &[PublicKey],
) -> Result<Verified, VerifyError> {
    let signature = parse(signature.as_ref()).map_err(|reason| VerifyError::Malformed { reason })?;
    let id = KeyId::new(signature.keynum());
    // Ids are no proof, and so two keys may have the same one.
    let mut refused = None;
    for key in keys.iter().filter(|key| key.id() == id) {
        match verify_by(bytes, &signature, key) {
            Ok(verified) => return Ok(verified),
            Err(error) => refused = Some(error),
        }
    }
    Err(refused.unwrap_or_else(|| VerifyError::UnknownKey {
        signed_by: id,
        trusted: keys.iter().map(PublicKey::id).collect(),
    }))
}

fn verify_by(bytes: &[u8], signature: &SignatureBox, key: &PublicKey) -> Result<Verified, VerifyError> {
    let id = key.id();
    let (quiet, output, allow_legacy) = (true, false, true);
    match minisign::verify(&key.0, signature, Cursor::new(bytes), quiet, output, allow_legacy) {
        Ok(()) => {
            let reason = "the trusted comment is no text";
            let comment = signature.trusted_comment().map_err(|_| VerifyError::Malformed { reason })?;
            Ok(Verified { key: id, trusted_comment: comment })
        }
        // The crate has one kind for both, and checks the comment only once the bytes match. Should its words
        // change, a test fails, and what was a changed comment is other bytes: refused all the same.
        Err(error) if error.to_string() == "Comment signature verification failed" => {
            Err(VerifyError::ChangedComment { key: id })
        }
        Err(_) => Err(VerifyError::OtherBytes { key: id }),
    }
}

/// Checks the form line by line before the crate reads it, since that takes lengths on trust.
fn parse(signature: &[u8]) -> Result<SignatureBox, &'static str> {
    if signature.len() > MAX_SIGNATURE_BYTES {
        return Err("larger than 16 KiB");
    }
    let text = std::str::from_utf8(signature).map_err(|_| "not UTF-8 text")?;
    let mut lines = text.lines();
    let mut line = || lines.next().ok_or("it has fewer than four lines");
    let (untrusted, signed, trusted, global) = (line()?, line()?, line()?, line()?);
    if !untrusted.starts_with("untrusted comment: ") {
        return Err("the first line does not begin with `untrusted comment: `");
    }
    let signed: [u8; 74] = decode(signed).ok_or("the second line is not 74 bytes in Base64")?;
    if !signed.starts_with(b"ED") && !signed.starts_with(b"Ed") {
        return Err("not of algorithm Ed25519");
    }
    if !trusted.starts_with("trusted comment: ") {
        return Err("the third line does not begin with `trusted comment: `");
    }
    decode::<64>(global).ok_or("the fourth line is not 64 bytes in Base64")?;
    if !are_blank(lines) {
        return Err("something follows the fourth line");
    }
    SignatureBox::from_string(text).map_err(|_| "not of minisign's form")
}
