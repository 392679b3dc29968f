//! Where a policy lies: `oci://host[:port]/repository:tag`, or `…@sha256:…`.

use std::fmt;
use std::str::FromStr;

use reqwest::Url;
use thiserror::Error;

use crate::Digest;

/// Most bytes of a reference.
const MAX_BYTES: usize = 1024;

/// Where a policy lies: a registry, a repository in it, and a version there.
///
/// ```
/// use interlock_registry::Reference;
///
/// let reference = Reference::parse("oci://localhost:5000/policies/backup:1.4")?;
/// assert_eq!((reference.host(), reference.repository()), ("localhost:5000", "policies/backup"));
/// assert!(Reference::parse("oci://localhost:5000/policies/backup").is_err());
/// # Ok::<(), interlock_registry::ReferenceError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Reference {
    host: String,
    repository: String,
    version: Version,
}

/// Which version in a repository.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Version {
    /// What a tag stands for at the time. Tags can be moved.
    Tag(String),
    /// One manifest, for good.
    Digest(Digest),
}

/// What is wrong with a reference. The text is not repeated: it may hold a password.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReferenceError {
    /// Longer than any reference is.
    #[error("a reference has at most {MAX_BYTES} bytes")]
    Long,
    /// It does not begin with `oci://`.
    #[error("a reference begins with `oci://`, as in oci://registry.example/policies/backup:1.4")]
    Scheme,
    /// What stands before the first slash is no host with a port or without.
    #[error("between `oci://` and the next slash stands a host, with a port or without, and nothing else")]
    Host,
    /// What stands between the host and the version is no repository.
    #[error(
        "a repository is names between slashes, each of lower-case letters, digits and single `.`, `_` and `-` between"
    )]
    Repository,
    /// Neither a tag nor a digest.
    #[error("a tag or a digest is missing, as in oci://registry.example/policies/backup:1.4")]
    NoVersion,
    /// A tag and a digest.
    #[error("give a tag or a digest, not both")]
    TwoVersions,
    /// What stands after the last colon is no tag.
    #[error("a tag is at most 128 letters, digits and `_`, `.`, `-`, and does not begin with `.` or `-`")]
    Tag,
    /// What stands after `@` is no digest.
    #[error("a digest is `sha256:` and 64 hexadecimal digits in lower case")]
    Digest,
}

impl Reference {
    /// Reads a reference.
    ///
    /// # Errors
    ///
    /// [`ReferenceError`]; there is no version that is meant where none is given.
    pub fn parse(text: &str) -> Result<Self, ReferenceError> {
        if text.len() > MAX_BYTES {
            return Err(ReferenceError::Long);
        }
        let rest = text.strip_prefix("oci://").ok_or(ReferenceError::Scheme)?;
        let (host, path) = rest.split_once('/').ok_or(ReferenceError::Repository)?;
        if !is_host(host) {
            return Err(ReferenceError::Host);
        }
        let (path, digest) = match path.split_once('@') {
            Some((path, digest)) => (path, Some(digest)),
            None => (path, None),
        };
        let (repository, tag) = match path.split_once(':') {
            Some((repository, tag)) => (repository, Some(tag)),
            None => (path, None),
        };
        if !is_repository(repository) {
            return Err(ReferenceError::Repository);
        }
        let version = match (tag, digest) {
            (None, None) => return Err(ReferenceError::NoVersion),
            (Some(_), Some(_)) => return Err(ReferenceError::TwoVersions),
            (Some(tag), None) if !is_tag(tag) => return Err(ReferenceError::Tag),
            (Some(tag), None) => Version::Tag(tag.to_owned()),
            (None, Some(digest)) => Version::Digest(digest.parse().map_err(|_| ReferenceError::Digest)?),
        };
        Ok(Self { host: host.to_owned(), repository: repository.to_owned(), version })
    }

    /// The registry: a host, with a port or without.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The repository, as in `policies/backup`.
    #[must_use]
    pub fn repository(&self) -> &str {
        &self.repository
    }

    /// Which version in the repository.
    #[must_use]
    pub fn version(&self) -> &Version {
        &self.version
    }

    /// The same repository's manifest of a digest.
    #[must_use]
    pub fn at(&self, digest: Digest) -> Self {
        Self { version: Version::Digest(digest), ..self.clone() }
    }

    /// Whether the registry is on this machine: `localhost`, 127.0.0.0/8 or `[::1]`.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        Url::parse(&format!("http://{}/", self.host)).is_ok_and(|url| is_loopback(&url))
    }
}

/// Whether an address is one of this machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<std::net::IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

fn is_host(host: &str) -> bool {
    let bytes = host.bytes();
    let plain = bytes.clone().all(|byte| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte));
    plain && !host.is_empty() && !host.ends_with(':') && Url::parse(&format!("https://{host}/")).is_ok()
}

fn is_repository(repository: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let name = |name: &str| {
        name.bytes().all(|byte| plain(byte) || b"._-".contains(&byte))
            && name.bytes().next().is_some_and(plain)
            && name.bytes().last().is_some_and(plain)
            // Between letters stands one point, one or two underscores, or any number of hyphens.
            && name.split(|character: char| character.is_ascii_alphanumeric()).all(|between| {
                matches!(between, "" | "." | "_" | "__") || between.bytes().all(|byte| byte == b'-')
            })
    };
    repository.len() <= 255 && repository.split('/').all(name)
}

fn is_tag(tag: &str) -> bool {
    let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    tag.len() <= 128
        && tag.bytes().next().is_some_and(word)
        && tag.bytes().all(|byte| word(byte) || b".-".contains(&byte))
}

impl FromStr for Reference {
    type Err = ReferenceError;

    fn from_str(text: &str) -> Result<Self, ReferenceError> {
        Self::parse(text)
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { host, repository, version } = self;
        match version {
            Version::Tag(tag) => write!(f, "oci://{host}/{repository}:{tag}"),
            Version::Digest(digest) => write!(f, "oci://{host}/{repository}@{digest}"),
        }
    }
}

/// As it stands in a manifest's address.
impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tag(tag) => f.write_str(tag),
            Self::Digest(digest) => write!(f, "{digest}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn references_are_read_as_they_are_written() {
        let digest = Digest::of(b"");
        let texts = [
            "oci://registry.example/backup:1.4".to_owned(),
            "oci://localhost:5000/policies/eu/back-up__2.x:_Stable-1".to_owned(),
            format!("oci://[::1]:5000/a/b@{digest}"),
        ];
        for text in texts {
            assert_eq!(Reference::parse(&text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn what_is_no_reference_is_told_why() {
        use ReferenceError::{Host, Long, NoVersion, Repository, Scheme, Tag, TwoVersions};
        let digest = Digest::of(b"");
        let cases = [
            ("registry.example/backup:1".to_owned(), Scheme),
            ("https://registry.example/backup:1".to_owned(), Scheme),
            ("oci://registry.example".to_owned(), Repository),
            ("oci:///backup:1".to_owned(), Host),
            ("oci://registry.example:/backup:1".to_owned(), Host),
            ("oci://registry.example:port/backup:1".to_owned(), Host),
            ("oci://user:secret@registry.example/backup:1".to_owned(), Host),
            ("oci://a?b/backup:1".to_owned(), Host),
            ("oci://h/Backup:1".to_owned(), Repository),
            ("oci://h/a//b:1".to_owned(), Repository),
            ("oci://h/../b:1".to_owned(), Repository),
            ("oci://h/a..b:1".to_owned(), Repository),
            ("oci://h/a-:1".to_owned(), Repository),
            (format!("oci://h/{}:1", "a".repeat(256)), Repository),
            ("oci://h/a".to_owned(), NoVersion),
            ("oci://h/a:".to_owned(), Tag),
            ("oci://h/a:.x".to_owned(), Tag),
            ("oci://h/a:x/y".to_owned(), Tag),
            (format!("oci://h/a:{}", "x".repeat(129)), Tag),
            ("oci://h/a@sha256:12".to_owned(), ReferenceError::Digest),
            (format!("oci://h/a:1@{digest}"), TwoVersions),
            (format!("oci://h/a:{}", "x".repeat(2000)), Long),
        ];
        for (text, wanted) in cases {
            assert_eq!(Reference::parse(&text), Err(wanted), "{text}");
        }
    }

    #[test]
    fn this_machine_is_known_by_its_addresses() {
        let is_loopback = |host: &str| Reference::parse(&format!("oci://{host}/a:1")).unwrap().is_loopback();
        for host in ["localhost", "localhost:5000", "127.0.0.1", "127.8.9.10:1", "[::1]", "[::1]:80"] {
            assert!(is_loopback(host), "{host}");
        }
        for host in ["localhost.example", "128.0.0.1", "10.0.0.1:5000", "[::2]", "registry.example"] {
            assert!(!is_loopback(host), "{host}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_refused_or_read_as_it_is_written(text in "(oci://)?[a-zA-Z0-9.:/@_\\-\\[\\]\u{e9} %?#]{0,60}") {
            if let Ok(reference) = Reference::parse(&text) {
                prop_assert_eq!(reference.to_string(), text);
            }
        }
    }
}
