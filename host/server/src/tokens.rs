//! Bearer tokens: who may do what. A file holds their hashes, never the tokens.

use std::path::Path;

use ct_codecs::{Base64UrlSafeNoPadding, Encoder};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use thiserror::Error;

/// What a caller may do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rights {
    /// Ask for decisions.
    pub decide: bool,
    /// Read policies, manifests, rollouts and metrics.
    pub read: bool,
    /// Promote, reject and roll back.
    pub administer: bool,
    /// Speak for the platform: ask as a subject with the role `system`, and about events.
    pub system: bool,
}

/// The tokens of a file.
///
/// A line each: name, rights separated by commas, and `sha256:` with the hash of the token in lower-case hexadecimal.
/// Empty lines, and lines that begin with `#`, are passed over.
///
/// ```
/// use interlock_server::Tokens;
///
/// let (token, line) = Tokens::make("console", "decide,read")?;
/// let tokens = Tokens::parse(&line)?;
/// let (name, rights) = tokens.find(&token).ok_or("unknown")?;
/// assert_eq!((name, rights.decide, rights.administer), ("console", true, false));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Default)]
pub struct Tokens(Vec<Known>);

#[derive(Clone)]
struct Known {
    name: String,
    rights: Rights,
    hash: [u8; 32],
}

/// What is wrong with a file of tokens. No part of a hash is shown.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum TokensError {
    /// It cannot be read.
    #[error("cannot read the tokens in `{path}`")]
    Read {
        /// The file.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// Others than its owner may read it.
    #[error("the tokens in `{path}` can be read by others: allow its owner alone, mode 600")]
    Exposed {
        /// The file.
        path: String,
    },
    /// A line is not a token's.
    #[error("line {line}: {message}")]
    Line {
        /// Its number, from 1.
        line: usize,
        /// What is wrong and what is allowed.
        message: String,
    },
    /// A right that there is not.
    #[error("right `{0}`: allowed are decide, read, administer and system")]
    Right(String),
    /// The system gives no random bytes.
    #[error("the system gives no random bytes")]
    Random,
}

impl Tokens {
    /// Reads a file, which nobody but its owner may read.
    ///
    /// # Errors
    ///
    /// [`TokensError`].
    pub fn read(path: &Path) -> Result<Self, TokensError> {
        let shown = || path.display().to_string();
        let text =
            std::fs::read_to_string(path).map_err(|source| TokensError::Read { path: shown(), source })?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(path)
                .map_err(|source| TokensError::Read { path: shown(), source })?
                .permissions()
                .mode();
            if mode & 0o077 != 0 {
                return Err(TokensError::Exposed { path: shown() });
            }
        }
        Self::parse(&text)
    }

    /// Reads the text of such a file.
    ///
    /// # Errors
    ///
    /// [`TokensError::Line`] with the first mistake.
    pub fn parse(text: &str) -> Result<Self, TokensError> {
        let mut tokens = Vec::new();
        for (index, text) in text.lines().enumerate() {
            let text = text.trim();
            if text.is_empty() || text.starts_with('#') {
                continue;
            }
            let wrong = |message: String| TokensError::Line { line: index + 1, message };
            let [name, rights, hash] = text.split_whitespace().collect::<Vec<_>>()[..] else {
                return Err(wrong("a line is a name, rights and a hash, separated by blanks".to_owned()));
            };
            let rights = Rights::parse(rights).map_err(|error| wrong(error.to_string()))?;
            let hash = hash.strip_prefix("sha256:").and_then(bytes).ok_or_else(|| {
                wrong("the hash is `sha256:` and 64 lower-case hexadecimal digits".to_owned())
            })?;
            if tokens.iter().any(|known: &Known| known.name == name) {
                return Err(wrong(format!("two tokens have the name `{name}`")));
            }
            tokens.push(Known { name: name.to_owned(), rights, hash });
        }
        Ok(Self(tokens))
    }

    /// Makes a token of 32 random bytes: the token, and its line for the file.
    ///
    /// # Errors
    ///
    /// [`TokensError::Right`], [`TokensError::Random`].
    pub fn make(name: &str, rights: &str) -> Result<(String, String), TokensError> {
        Rights::parse(rights)?;
        let mut random = [0; 32];
        getrandom::fill(&mut random).map_err(|_| TokensError::Random)?;
        // So few bytes always fit.
        let token = Base64UrlSafeNoPadding::encode_to_string(random).map_err(|_| TokensError::Random)?;
        let hash = crate::candidate::digest(token.as_bytes());
        Ok((token, format!("{name} {rights} {hash}")))
    }

    /// Whose token it is. Takes the same time for every token that it is not.
    pub fn find(&self, token: &str) -> Option<(&str, Rights)> {
        let hash: [u8; 32] = Sha256::digest(token.as_bytes()).into();
        let mut found = None;
        for known in &self.0 {
            if bool::from(known.hash.ct_eq(&hash)) {
                found = Some((known.name.as_str(), known.rights));
            }
        }
        found
    }
}

impl std::fmt::Debug for Tokens {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.0.iter().map(|known| &known.name)).finish()
    }
}

impl Rights {
    /// What whoever reaches the service may do where there are no tokens.
    pub(crate) const OPEN: Self = Self { decide: true, read: true, administer: false, system: false };

    fn parse(text: &str) -> Result<Self, TokensError> {
        let mut rights = Self::default();
        for right in text.split(',') {
            match right {
                "decide" => rights.decide = true,
                "read" => rights.read = true,
                "administer" => rights.administer = true,
                "system" => rights.system = true,
                unknown => return Err(TokensError::Right(unknown.to_owned())),
            }
        }
        Ok(rights)
    }
}

fn bytes(hex: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    if hex.len() != 64 || !hex.bytes().all(|c| matches!(c, b'0'..=b'9' | b'a'..=b'f')) {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(hex.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mistakes_are_named_with_their_line_and_show_no_hash() {
        let hash = "0".repeat(64);
        for (text, wanted) in [
            ("# fine\nconsole decide", "line 2: a line is a name, rights and a hash, separated by blanks"),
            (
                &*format!("a decide,write sha256:{hash}"),
                "line 1: right `write`: allowed are decide, read, administer and system",
            ),
            ("a decide sha256:abc", "line 1: the hash is `sha256:` and 64 lower-case hexadecimal digits"),
            (
                &*format!("a decide sha256:{hash}\na read sha256:{hash}"),
                "line 2: two tokens have the name `a`",
            ),
        ] {
            assert_eq!(Tokens::parse(text).unwrap_err().to_string(), wanted);
        }
    }

    #[test]
    fn a_token_that_is_not_known_is_nobodys() {
        let (_, line) = Tokens::make("console", "decide").unwrap();
        let tokens = Tokens::parse(&line).unwrap();
        assert!(tokens.find("").is_none());
        assert!(tokens.find(&line).is_none());
    }
}
