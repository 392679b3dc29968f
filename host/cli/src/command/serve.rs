//! `interlock serve`: decisions over HTTP.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use interlock_server::config::{Config, PolicyConfig, SourceName};
use interlock_server::{Embedded, Server};
use tracing::level_filters::LevelFilter;

use crate::arguments::PolicyFile;
use crate::ending::asked_to_end;
use crate::exit::Status;
use crate::failure::Failure;
use crate::page::print;

/// Answer over HTTP, with policies that are replaced while it runs
///
/// Without a configuration the policy built in, or the one of --policy, answers on loopback. The configuration is one
/// TOML file; what a flag or a variable says counts instead of what the file says.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Serve {
    /// Configuration, TOML
    #[arg(long, value_name = "FILE", env = "INTERLOCK_CONFIG")]
    config: Option<PathBuf>,
    /// Address where decisions are asked for [default: 127.0.0.1:8181]
    #[arg(long, value_name = "ADDRESS", env = "INTERLOCK_LISTEN")]
    listen: Option<SocketAddr>,
    /// Address where rollouts are led and metrics are read, if apart
    #[arg(long, value_name = "ADDRESS", env = "INTERLOCK_MANAGEMENT")]
    management: Option<SocketAddr>,
    /// Directory that keeps the last good versions and the history of rollouts
    #[arg(long, value_name = "DIRECTORY", env = "INTERLOCK_STATE")]
    state: Option<PathBuf>,
    /// File of bearer tokens, lines as `interlock token` prints them
    #[arg(long, value_name = "FILE", env = "INTERLOCK_TOKENS")]
    tokens: Option<PathBuf>,
    /// Read the configuration and what it names, say whether that is right, and end
    #[arg(long)]
    check_config: bool,
    /// The service's own log, on standard error: text for people, or JSON Lines
    #[arg(long, value_enum, default_value_t, env = "INTERLOCK_LOG_FORMAT")]
    log_format: LogFormat,
    /// What that log tells
    #[arg(long, value_name = "LEVEL", default_value = "info", env = "INTERLOCK_LOG_LEVEL")]
    log_level: LevelFilter,
}

const EXAMPLES: &str = "\
Examples:
  interlock serve
  interlock serve --policy policy.wasm --state state
  interlock serve --config interlock.toml --check-config";

/// Who reads the service's own log.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum LogFormat {
    /// For people
    #[default]
    Text,
    /// For programs
    Json,
}

/// What `embedded:…` names.
const EMBEDDED: Embedded =
    &[("backup", interlock_policies::BACKUP), ("turnstile", interlock_policies::TURNSTILE)];

impl Serve {
    /// Answers until it is told to end.
    pub(crate) fn run(&self, policy: &PolicyFile) -> Result<Status, Failure> {
        let config = self.configuration(policy)?;
        if self.check_config {
            Server::check(&config, EMBEDDED).map_err(|source| self.unusable(source.into()))?;
            let policies: Vec<&str> = config.policy.iter().map(|policy| policy.name.as_str()).collect();
            print(&format!("the configuration is right: {}\n", policies.join(", ")))?;
            return Ok(Status::Done);
        }
        self.log();
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .map_err(|source| self.unusable(source.into()))?;
        let stdout_is_log = config.log.as_ref().is_some_and(|log| log.stdout);
        runtime.block_on(async {
            // Before anybody can know that it listens, so that whoever asks it to end then is heard.
            let asked_to_end = asked_to_end().map_err(|source| self.unusable(source.into()))?;
            let server =
                Server::start(config, EMBEDDED).await.map_err(|source| self.unusable(source.into()))?;
            // Programs that start this one read where it listens, since port 0 is any that is free.
            let mut listens = format!("listening on {}\n", server.address());
            if let Some(address) = server.management() {
                listens.push_str(&format!("management on {address}\n"));
            }
            if stdout_is_log {
                eprint!("{listens}");
            } else {
                print(&listens)?;
            }
            asked_to_end.await.map_err(|source| self.unusable(source.into()))?;
            tracing::info!("ending: no more requests are taken");
            server.stop().await;
            tracing::info!("ended");
            Ok(Status::Done)
        })
    }

    fn configuration(&self, policy: &PolicyFile) -> Result<Config, Failure> {
        let mut config = match (&self.config, &policy.path) {
            (Some(_), Some(_)) => {
                let message = "the configuration names its policies: leave out --policy, or --config";
                return Err(Failure::Usage(message.to_owned()));
            }
            (Some(path), None) => Config::read(path).map_err(|source| self.unusable(source.into()))?,
            (None, Some(path)) => {
                let source = SourceName::Path(path.clone());
                Config { policy: vec![PolicyConfig::new("default", source)], ..Config::default() }
            }
            (None, None) => {
                let source = SourceName::Embedded("backup".to_owned());
                Config { policy: vec![PolicyConfig::new("backup", source)], ..Config::default() }
            }
        };
        config.listen = self.listen.unwrap_or(config.listen);
        config.management = self.management.or(config.management);
        config.state = self.state.clone().or(config.state);
        config.tokens = self.tokens.clone().or(config.tokens);
        if config.cache.is_none() {
            config.cache = crate::cache::directory(&policy.cache).filter(|_| config.state.is_none());
        }
        config.check().map_err(|source| self.unusable(source.into()))?;
        Ok(config)
    }

    fn unusable(&self, source: Box<dyn std::error::Error + Send + Sync>) -> Failure {
        let place = match &self.config {
            Some(path) => format!("serve with `{}`", path.display()),
            None => "serve".to_owned(),
        };
        Failure::Serve { place, source }
    }

    fn log(&self) {
        let log = tracing_subscriber::fmt().with_writer(std::io::stderr).with_max_level(self.log_level);
        match self.log_format {
            LogFormat::Text => log.with_ansi(false).with_target(false).init(),
            LogFormat::Json => log.json().flatten_event(true).with_target(false).init(),
        }
    }
}
