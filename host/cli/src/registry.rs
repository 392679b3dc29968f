//! How `push` and `pull` speak to a registry.

use std::future::Future;
use std::io;
use std::path::{Path, PathBuf};

use clap::Args;
use interlock_registry::{
    Authorities, Credentials, FileError, Options, PlainHttp, Reference, Registry, RegistryError,
};

use crate::failure::Failure;
use crate::file::{self, place, unusable};
use crate::progress;

/// How a registry is spoken to.
#[derive(Args)]
pub(crate) struct Connection {
    /// Speak HTTP without TLS; a registry on this machine is spoken to so in any case
    #[arg(long, conflicts_with = "authorities")]
    plain_http: bool,
    /// File with what the registry wants to know of who asks: `USER:PASSWORD` or `Bearer TOKEN`
    #[arg(long, value_name = "FILE")]
    credentials: Option<PathBuf>,
    /// File with certificates, in PEM form, that vouch for the registry besides the system's; TLS even on this
    /// machine
    #[arg(long = "ca", value_name = "FILE")]
    authorities: Option<PathBuf>,
}

impl Connection {
    /// Asks a registry, on this thread, and says so on a terminal meanwhile.
    ///
    /// # Errors
    ///
    /// [`Failure::Registry`]; [`Failure::Read`] and [`Failure::Unusable`] for the files.
    pub(crate) fn ask<T, F>(
        &self,
        action: &'static str,
        reference: &Reference,
        question: impl FnOnce(Registry) -> F,
    ) -> Result<T, Failure>
    where
        F: Future<Output = Result<T, RegistryError>>,
    {
        let options = self.options()?;
        let failure =
            |source| Failure::Registry { action, reference: reference.to_string(), source: Box::new(source) };
        let setup = |error: io::Error| failure(RegistryError::Setup(Box::new(error)));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(setup)?;
        let registry = Registry::new(&options).map_err(failure)?;
        progress::while_doing("asking the registry", || runtime.block_on(question(registry))).map_err(failure)
    }

    fn options(&self) -> Result<Options, Failure> {
        let mut options = Options::default();
        if self.plain_http {
            options.plain_http = PlainHttp::Always;
        }
        if let Some(path) = &self.credentials {
            options.credentials =
                Some(Credentials::read(path).map_err(|error| wrong(path, "credentials", error))?);
        }
        if let Some(path) = &self.authorities {
            options.plain_http = PlainHttp::Never;
            options.authorities =
                Authorities::read(path).map_err(|error| wrong(path, "certificates", error))?;
        }
        Ok(options)
    }
}

fn wrong(path: &Path, what: &'static str, error: FileError) -> Failure {
    match error {
        FileError::Read(source) => file::unread(path, source),
        malformed => unusable(place(path), what, malformed),
    }
}
