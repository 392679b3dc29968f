//! The service as a whole: started, listening, ended.

use std::collections::BTreeMap;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use axum_server::Handle;
use axum_server::tls_rustls::RustlsConfig;
use interlock::{Engine, EngineError};
use interlock_authzen::Directory;
use interlock_log::{Log, MaskError, OpenError, Options};
use thiserror::Error;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

use crate::api::{Part, router};
use crate::app::App;
use crate::chain::chain;
use crate::config::{Config, ConfigError, LogConfig, PolicyConfig};
use crate::keeper::{Keeper, Prepare};
use crate::rollout::Gate;
use crate::serving::Serving;
use crate::signature::Keys;
use crate::slot::Slot;
use crate::source::{Embedded, Source, SourceError};
use crate::store::Store;
use crate::telemetry::Metrics;
use crate::tokens::{Tokens, TokensError};

/// A service that listens. It ends by [`stop`](Self::stop); dropping it leaves requests unanswered.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    management: Option<SocketAddr>,
    handles: Vec<Handle<SocketAddr>>,
    stop: watch::Sender<bool>,
    listeners: JoinSet<io::Result<()>>,
    keepers: JoinSet<()>,
    log: Option<Arc<Log>>,
    drain: Duration,
}

/// Why a service cannot start.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StartError {
    /// The configuration contradicts itself.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// An address cannot be listened on.
    #[error("cannot listen on {address}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// Certificate or key cannot be used.
    #[error("cannot use the certificate `{}`", path.display())]
    Tls {
        /// The certificate.
        path: std::path::PathBuf,
        /// What is wrong.
        source: io::Error,
    },
    /// The tokens cannot be used.
    #[error(transparent)]
    Tokens(#[from] TokensError),
    /// The engine cannot start.
    #[error("the engine cannot start")]
    Engine(#[from] EngineError),
    /// A source cannot be used at all.
    #[error("policy `{policy}`")]
    Source {
        /// Name of the policy.
        policy: String,
        /// What is wrong.
        source: SourceError,
    },
    /// The decision log cannot be opened.
    #[error(transparent)]
    Log(#[from] OpenError),
    /// The key of the decision log's mask cannot be read.
    #[error("cannot read the key of the mask in `{}`", path.display())]
    MaskKey {
        /// The file.
        path: std::path::PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The mask of the decision log cannot be used.
    #[error(transparent)]
    Mask(#[from] MaskError),
    /// Something else that a policy's configuration names cannot be used.
    #[error("policy `{policy}`: {message}")]
    Policy {
        /// Name of the policy.
        policy: String,
        /// What is wrong.
        message: String,
    },
    /// The directory of kept versions cannot be used.
    #[error("cannot keep state in `{}`", path.display())]
    State {
        /// The directory.
        path: std::path::PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl Server {
    /// Reads what a configuration names, listens, and starts to look at the sources. Returns as soon as it listens:
    /// `/readyz` tells when every policy answers.
    ///
    /// - `embedded`: policies that a source can name as `embedded:…`.
    ///
    /// # Errors
    ///
    /// [`StartError`] for what can be known before any source is asked; that a source cannot be read is none.
    pub async fn start(config: Config, embedded: Embedded) -> Result<Self, StartError> {
        let parts = Parts::read(&config, embedded)?;
        let tls = match &config.tls {
            None => None,
            Some(tls) => {
                let unusable = |source| StartError::Tls { path: tls.certificate.clone(), source };
                Some(RustlsConfig::from_config(Arc::new(crate::tls::listener(tls).map_err(unusable)?)))
            }
        };
        let log = parts.log.map(Log::open).transpose()?.map(Arc::new);
        let metrics = Arc::new(Metrics::new(log.clone()));
        let (stop, stopped) = watch::channel(false);
        let (mut slots, mut keepers) = (BTreeMap::new(), JoinSet::new());
        for part in parts.policies {
            let (slot, commands) = Slot::new(Arc::clone(&part.gate.config));
            slots.insert(slot.name().to_owned(), Arc::clone(&slot));
            let settings = part.gate.config.authzen.clone();
            let directory = part.directory;
            let prepare: Prepare = Arc::new(move |policy, candidate| {
                Serving::new(policy, candidate, &settings, Arc::clone(&directory))
            });
            let keeper = Keeper {
                slot,
                gate: part.gate,
                store: part.store,
                commands,
                metrics: Arc::clone(&metrics),
                prepare,
            };
            keepers.spawn(keeper.run(part.source, stopped.clone()));
        }
        let app = Arc::new(App {
            slots,
            metrics,
            tokens: parts.tokens,
            log: log.clone(),
            permits: Arc::new(Semaphore::new(config.limits.concurrent)),
            bound: OnceLock::new(),
            config,
        });
        let mut server = Self {
            address: app.config.listen,
            management: None,
            handles: Vec::new(),
            stop,
            listeners: JoinSet::new(),
            keepers,
            log,
            drain: app.config.limits.drain,
        };
        let part = if app.config.management.is_some() { Part::Decisions } else { Part::Whole };
        server.address = server.listen(&app, app.config.listen, part, tls.clone())?;
        app.bound.get_or_init(|| server.address);
        if let Some(address) = app.config.management {
            server.management = Some(server.listen(&app, address, Part::Management, tls)?);
        }
        Ok(server)
    }

    /// Reads what a configuration names, and starts nothing.
    ///
    /// # Errors
    ///
    /// As [`start`](Self::start), but for what listening alone shows.
    pub fn check(config: &Config, embedded: Embedded) -> Result<(), StartError> {
        Parts::read(config, embedded).map(|_| ())
    }

    /// Where decisions are asked for.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where rollouts are led, if that is apart.
    pub fn management(&self) -> Option<SocketAddr> {
        self.management
    }

    /// Takes no more requests, answers those that it took, writes what is left of the decision log, and ends. What
    /// cannot be written in time is told in the service's own log.
    pub async fn stop(mut self) {
        for handle in &self.handles {
            handle.graceful_shutdown(Some(self.drain));
        }
        // The keepers may be gone already.
        let _ = self.stop.send(true);
        while self.listeners.join_next().await.is_some() {}
        while self.keepers.join_next().await.is_some() {}
        if let Some(log) = &self.log
            && let Err(error) = log.close(self.drain).await
        {
            tracing::error!("{error}");
        }
    }

    fn listen(
        &mut self,
        app: &Arc<App>,
        address: SocketAddr,
        part: Part,
        tls: Option<RustlsConfig>,
    ) -> Result<SocketAddr, StartError> {
        let failed = |source| StartError::Listen { address, source };
        let listener = TcpListener::bind(address).map_err(failed)?;
        listener.set_nonblocking(true).map_err(failed)?;
        let bound = listener.local_addr().map_err(failed)?;
        let handle = Handle::new();
        self.handles.push(handle.clone());
        let service = router(app, part).into_make_service();
        // Who connects and says nothing, or never ends a head, does not keep the connection.
        let patience = app.config.limits.time;
        match tls {
            None => {
                let server = axum_server::from_tcp(listener).map_err(failed)?;
                let mut server = server.handle(handle).first_request_timeout(patience);
                server.http_builder().http1().header_read_timeout(patience);
                self.listeners.spawn(server.serve(service));
            }
            Some(tls) => {
                let server = axum_server::from_tcp_rustls(listener, tls).map_err(failed)?;
                let mut server = server.handle(handle).first_request_timeout(patience);
                server.http_builder().http1().header_read_timeout(patience);
                self.listeners.spawn(server.serve(service));
            }
        }
        Ok(bound)
    }
}

/// What a configuration names, read.
struct Parts {
    tokens: Option<Tokens>,
    log: Option<Options>,
    policies: Vec<PolicyParts>,
}

struct PolicyParts {
    gate: Gate,
    source: Source,
    store: Option<Store>,
    directory: Arc<Directory>,
}

impl Parts {
    fn read(config: &Config, embedded: Embedded) -> Result<Self, StartError> {
        config.check()?;
        let tokens = config.tokens.as_deref().map(Tokens::read).transpose()?;
        let mut engine = Engine::builder();
        if let Some(cache) = config.cache() {
            engine = engine.cache_directory(cache);
        }
        let engine = engine.build()?;
        let policies =
            config.policy.iter().map(|policy| PolicyParts::read(config, policy, &engine, embedded));
        let log = config.log.as_ref().map(log_options).transpose()?;
        Ok(Self { tokens, log, policies: policies.collect::<Result<_, _>>()? })
    }
}

fn log_options(config: &LogConfig) -> Result<Options, StartError> {
    let Some(path) = &config.mask_key else { return Ok(config.options(None)?) };
    let key = std::fs::read(path).map_err(|source| StartError::MaskKey { path: path.clone(), source })?;
    Ok(config.options(Some(key.trim_ascii()))?)
}

impl PolicyParts {
    fn read(
        config: &Config,
        policy: &PolicyConfig,
        engine: &Engine,
        embedded: Embedded,
    ) -> Result<Self, StartError> {
        let name = || policy.name.clone();
        let wrong = |message: String| StartError::Policy { policy: name(), message };
        let keys = Keys::read(&policy.keys).map_err(wrong)?;
        let source =
            Source::new(policy, embedded).map_err(|source| StartError::Source { policy: name(), source })?;
        let directory = match &policy.directory {
            None => Directory::default(),
            Some(path) => directory(path).map_err(wrong)?,
        };
        for path in &policy.rollout.laws {
            interlock_checks::LawsFile::read(path).map_err(|error| wrong(chain(&error)))?;
        }
        if !policy.rollout.cases.is_empty() {
            interlock_checks::find(&policy.rollout.cases).map_err(|error| wrong(chain(&error)))?;
        }
        let open = |state: &std::path::PathBuf| {
            Store::open(state, &policy.name)
                .map_err(|source| StartError::State { path: state.clone(), source })
        };
        Ok(Self {
            gate: Gate { engine: engine.clone(), config: Arc::new(policy.clone()), keys },
            source,
            store: config.state.as_ref().map(open).transpose()?,
            directory: Arc::new(directory),
        })
    }
}

fn directory(path: &std::path::Path) -> Result<Directory, String> {
    let place = path.display();
    let text = std::fs::read_to_string(path).map_err(|error| format!("cannot read `{place}`: {error}"))?;
    let read = match path.extension().and_then(|extension| extension.to_str()) {
        Some("toml") => toml::from_str(&text).map_err(|error| error.message().replace('\n', " ")),
        _ => serde_json::from_str(&text).map_err(|error| error.to_string()),
    };
    read.map_err(|why| format!("cannot use `{place}` as a directory of subjects and resources: {why}"))
}
