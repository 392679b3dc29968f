use std::convert::Infallible;
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use interlock_authzen::Settings;
use serde::{Deserialize, Deserializer};

use super::{ConfigError, GateConfig};

/// One policy that is served under a name.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyConfig {
    /// The name in paths: lower-case letters, digits and hyphens.
    pub name: String,
    /// Where it comes from: a path of a file or a directory, `https://…`, `http://…`, `oci://host/repository:tag`, or
    /// `embedded:backup`.
    pub source: SourceName,
    /// Time between two looks at the source. Files are also watched. Default: 30 s.
    #[serde(default = "poll", with = "humantime_serde")]
    pub poll: Duration,
    /// Time that one request to an `http`, `https` or `oci` source may take, its answer included. Default: 30 s.
    #[serde(default = "timeout", with = "humantime_serde")]
    pub timeout: Duration,
    /// Public keys in minisign's form, one of which must have signed it: the key itself, or the path of a file.
    /// Default: none, so that signatures are not asked for.
    #[serde(default)]
    pub keys: Vec<String>,
    /// Which versions may follow. Default: `up`.
    #[serde(default)]
    pub versions: Versions,
    /// Digests, `sha256:…`, that are never let in. Default: none.
    #[serde(default)]
    pub revoked: Vec<String>,
    /// Versions that are kept to go back to. Default: 5.
    #[serde(default = "keep")]
    pub keep: usize,
    /// File with what an HTTP source or a registry wants to know of who asks: one line, `USER:PASSWORD` or
    /// `Bearer TOKEN`. They are not sent by plain HTTP, except to loopback, nor to another host. Default: none.
    #[serde(default)]
    pub credentials: Option<PathBuf>,
    /// File with certificates, in PEM form, that vouch for an `https` source or a registry besides those that the
    /// system trusts. With it, a registry on this machine is spoken to by TLS too. Default: none.
    #[serde(default)]
    pub ca: Option<PathBuf>,
    /// How bodies of AuthZEN are read: `mode`, `states`, `coverage` and so on.
    #[serde(default)]
    pub authzen: Settings,
    /// File with subjects and resources that requests need not describe, JSON or TOML. Default: none.
    #[serde(default)]
    pub directory: Option<PathBuf>,
    /// What a candidate must pass before it answers.
    #[serde(default)]
    pub rollout: GateConfig,
}

impl PolicyConfig {
    /// A policy with every default.
    pub fn new(name: &str, source: SourceName) -> Self {
        Self {
            name: name.to_owned(),
            source,
            poll: poll(),
            timeout: timeout(),
            keys: Vec::new(),
            versions: Versions::default(),
            revoked: Vec::new(),
            keep: keep(),
            credentials: None,
            ca: None,
            authzen: Settings::default(),
            directory: None,
            rollout: GateConfig::default(),
        }
    }

    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let name = &self.name;
        let wrong = |sentence: String| Err(ConfigError::Contradiction(sentence));
        for (key, time) in [("poll", self.poll), ("timeout", self.timeout)] {
            if time < SHORTEST {
                return wrong(format!("policy `{name}`: `{key}` is less than 100 ms"));
            }
            if time > LONGEST {
                return wrong(format!("policy `{name}`: `{key}` is more than 30 days"));
            }
        }
        let for_source = [
            ("credentials", &self.credentials, "an `http`, `https` or `oci`", &["http", "https", "oci"][..]),
            ("ca", &self.ca, "an `https` or `oci`", &["https", "oci"][..]),
        ];
        for (key, value, allowed, schemes) in for_source {
            if value.is_some() && !schemes.contains(&self.source.scheme()) {
                return wrong(format!("policy `{name}`: `{key}` is for {allowed} source"));
            }
        }
        if self.keep == 0 {
            return wrong(format!("policy `{name}`: `keep` is 0, allowed is 1 or more"));
        }
        for digest in &self.revoked {
            let hash = digest.strip_prefix("sha256:");
            if !hash.is_some_and(|hash| {
                hash.len() == 64 && hash.chars().all(|c| matches!(c, '0'..='9' | 'a'..='f'))
            }) {
                return wrong(format!(
                    "policy `{name}`: `revoked` has `{digest}`, written is `sha256:` and 64 lower-case \
                     hexadecimal digits"
                ));
            }
        }
        self.rollout.check(name)
    }

    pub(super) fn start_from(&mut self, directory: &Path) {
        if let SourceName::Path(path) = &mut self.source {
            *path = directory.join(&path);
        }
        let paths = [&mut self.credentials, &mut self.ca, &mut self.directory].into_iter().flatten();
        for path in paths.chain(&mut self.rollout.laws).chain(&mut self.rollout.cases) {
            *path = directory.join(&path);
        }
        for key in &mut self.keys {
            // A key in itself has no directory and no extension.
            if key.contains(['/', '.']) && !key.starts_with("RW") {
                *key = directory.join(&key).display().to_string();
            }
        }
    }
}

fn poll() -> Duration {
    Duration::from_secs(30)
}

fn timeout() -> Duration {
    Duration::from_secs(30)
}

fn keep() -> usize {
    5
}

/// The bounds of times, so that a slip is no flood of requests and no overflow.
const SHORTEST: Duration = Duration::from_millis(100);
const LONGEST: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// Which versions may follow the one that answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Versions {
    /// Higher ones, by semantic versioning.
    #[default]
    Up,
    /// Any, so that an older policy that somebody kept can come back.
    Any,
}

/// Where a policy comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SourceName {
    /// One that is built into the program.
    Embedded(String),
    /// A file, or a directory whose newest `.wasm` file counts.
    Path(PathBuf),
    /// An HTTP or HTTPS URL.
    Http(String),
    /// A reference to a registry, with `oci://`.
    Oci(String),
}

impl SourceName {
    fn scheme(&self) -> &str {
        match self {
            Self::Embedded(_) => "embedded",
            Self::Path(_) => "file",
            Self::Http(url) => url.split(':').next().unwrap_or_default(),
            Self::Oci(_) => "oci",
        }
    }
}

impl FromStr for SourceName {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(match text.split_once(':') {
            Some(("embedded", name)) => Self::Embedded(name.to_owned()),
            Some(("http" | "https", rest)) if rest.starts_with("//") => Self::Http(text.to_owned()),
            Some(("oci", rest)) if rest.starts_with("//") => Self::Oci(text.to_owned()),
            Some(("file", rest)) => Self::Path(PathBuf::from(rest.strip_prefix("//").unwrap_or(rest))),
            _ => Self::Path(PathBuf::from(text)),
        })
    }
}

impl<'de> Deserialize<'de> for SourceName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let Ok(name) = text.parse();
        Ok(name)
    }
}

impl fmt::Display for SourceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Embedded(name) => write!(f, "embedded:{name}"),
            Self::Path(path) => write!(f, "{}", path.display()),
            Self::Http(url) | Self::Oci(url) => f.write_str(url),
        }
    }
}
