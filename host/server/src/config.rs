//! What the service is told when it starts: one TOML file. Unknown keys are refused; every key has a default but
//! the name and the source of a policy.

mod error;
mod gate;
mod limits;
mod listen;
mod log;
mod policy;

use std::collections::BTreeSet;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use serde::Deserialize;

pub use self::error::ConfigError;
pub use self::gate::{Budget, GateConfig, Grants, Promotion, ShadowConfig, WhenExceeded};
pub use self::limits::RequestLimits;
pub use self::listen::Tls;
pub use self::log::{LogConfig, RotateConfig};
pub use self::policy::{PolicyConfig, SourceName, Versions};

/// The configuration of a service.
///
/// ```
/// use interlock_server::config::Config;
///
/// let config = Config::parse(
///     r#"
///     state = "state"
///
///     [[policy]]
///     name = "backup"
///     source = "policies/backup.wasm"
///     "#,
///     std::path::Path::new("/etc/interlock"),
/// )?;
/// assert_eq!(config.policy[0].source.to_string(), "/etc/interlock/policies/backup.wasm");
/// # Ok::<(), interlock_server::config::ConfigError>(())
/// ```
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Where decisions are asked for. Default: `127.0.0.1:8181`.
    ///
    /// Another address than loopback needs [`tls`](Self::tls) or [`plain`](Self::plain), and
    /// [`tokens`](Self::tokens).
    pub listen: SocketAddr,
    /// Where rollouts are led and metrics are read, apart from decisions. Default: the same as
    /// [`listen`](Self::listen).
    pub management: Option<SocketAddr>,
    /// The URL that callers know the service by, `https`, without a final slash; AuthZEN metadata names it.
    /// Default: `https://` and the address of [`listen`](Self::listen).
    pub public_url: Option<String>,
    /// Certificate and key of the listeners. Default: none, plain HTTP.
    pub tls: Option<Tls>,
    /// Whether plain HTTP may be spoken beyond loopback, since something in front of the service does TLS.
    /// Default: no.
    pub plain: bool,
    /// File of bearer tokens. Default: none; whoever reaches the service may then decide and read, and nobody may
    /// administer.
    pub tokens: Option<PathBuf>,
    /// Directory where the last good versions and the history of rollouts are kept. Default: none; nothing is kept.
    pub state: Option<PathBuf>,
    /// Directory that keeps compiled policies. Default: `compiled` in [`state`](Self::state), if there is one.
    pub cache: Option<PathBuf>,
    /// What one request may take.
    pub limits: RequestLimits,
    /// The decision log. Default: none.
    pub log: Option<LogConfig>,
    /// The policies; the first answers where a path names none. Default: none, so that a file names at least one.
    pub policy: Vec<PolicyConfig>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, PORT)),
            management: None,
            public_url: None,
            tls: None,
            plain: false,
            tokens: None,
            state: None,
            cache: None,
            limits: RequestLimits::default(),
            log: None,
            policy: Vec::new(),
        }
    }
}

/// The port of [`Config::listen`].
pub const PORT: u16 = 8181;

/// First parts of paths that are not names of policies.
const RESERVED: [&str; 8] =
    ["access", "healthz", "metrics", "openapi", "openapi.json", "readyz", "v1", "well-known"];

impl Config {
    /// Reads a file; relative paths in it start from its directory.
    ///
    /// # Errors
    ///
    /// [`ConfigError`], with the place of the first mistake.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| ConfigError::Read { path: path.to_owned(), source })?;
        Self::parse(&text, path.parent().unwrap_or(Path::new("")))
    }

    /// Reads TOML; relative paths in it start from `directory`. What is read is also checked.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    pub fn parse(text: &str, directory: &Path) -> Result<Self, ConfigError> {
        let mut config: Self = toml::from_str(text).map_err(|error| ConfigError::syntax(text, &error))?;
        config.start_from(directory);
        config.check()?;
        Ok(config)
    }

    /// Checks what one field alone does not show: names, addresses that need protection.
    ///
    /// # Errors
    ///
    /// [`ConfigError::Contradiction`] with the first mistake.
    pub fn check(&self) -> Result<(), ConfigError> {
        let wrong = |sentence: String| Err(ConfigError::Contradiction(sentence));
        if self.policy.is_empty() {
            return wrong("no policy is named: add a table `[[policy]]` with `name` and `source`".to_owned());
        }
        let mut names = BTreeSet::new();
        for policy in &self.policy {
            let name = &policy.name;
            let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            if name.is_empty() || name.len() > 64 || !name.chars().all(plain) {
                return wrong(format!(
                    "policy name `{name}`: allowed are 1 to 64 lower-case letters, digits and hyphens"
                ));
            }
            if RESERVED.contains(&name.as_str()) {
                return wrong(format!("policy name `{name}` is one of the service's own paths"));
            }
            if !names.insert(name) {
                return wrong(format!("two policies have the name `{name}`"));
            }
            policy.check()?;
        }
        for (key, address) in [("listen", Some(self.listen)), ("management", self.management)] {
            let Some(address) = address.filter(|address| !address.ip().is_loopback()) else { continue };
            if self.tls.is_none() && !self.plain {
                return wrong(format!(
                    "`{key}` is {address}, which is not loopback: set `tls`, or `plain = true` where something \
                     in front of the service does TLS"
                ));
            }
            if self.tokens.is_none() {
                return wrong(format!("`{key}` is {address}, which is not loopback: set `tokens`"));
            }
        }
        if let Some(url) = &self.public_url
            && (!url.starts_with("https://") || url.ends_with('/') || url.contains(['?', '#']))
        {
            return wrong(format!(
                "`public_url` is `{url}`: it starts with `https://` and has no final slash"
            ));
        }
        self.log.as_ref().map_or(Ok(()), LogConfig::check)?;
        self.limits.check()
    }

    /// The URL that callers know the service by.
    pub fn public_url(&self) -> String {
        self.public_url.clone().unwrap_or_else(|| format!("https://{}", self.listen))
    }

    /// Where compiled policies are kept.
    pub fn cache(&self) -> Option<PathBuf> {
        self.cache.clone().or_else(|| Some(self.state.as_ref()?.join("compiled")))
    }

    fn start_from(&mut self, directory: &Path) {
        let from = |path: &mut PathBuf| *path = directory.join(&path);
        [&mut self.tokens, &mut self.state, &mut self.cache].into_iter().flatten().for_each(from);
        if let Some(tls) = &mut self.tls {
            from(&mut tls.certificate);
            from(&mut tls.key);
        }
        if let Some(log) = &mut self.log {
            log.start_from(directory);
        }
        for policy in &mut self.policy {
            policy.start_from(directory);
        }
    }
}
