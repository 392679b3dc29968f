//! The console as a whole: started, listening, ended.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum_server::Handle;
use thiserror::Error;
use tokio::task::JoinHandle;

use crate::answer::router;
use crate::listing::listing;
use crate::pages::Pages;
use crate::policy::ServedPolicy;

/// How long a connection may take to say what it wants, and how long an answer may take when the console ends.
const PATIENCE: Duration = Duration::from_secs(5);

/// What is served, and where.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Address to listen on, loopback alone; with port 0 the system chooses one.
    pub listen: SocketAddr,
    /// The files that a browser loads.
    pub pages: Pages,
    /// The policy that the pages show first.
    pub policy: ServedPolicy,
    /// A world that the pages list first. Default: none.
    pub world: Option<GivenWorld>,
}

/// A world, beside those that the pages bring along.
#[derive(Clone, Debug)]
pub struct GivenWorld {
    /// What people call it.
    pub title: String,
    /// The file that it was read from, as commands name it; none where it came otherwise.
    pub file: Option<PathBuf>,
    /// The world as JSON, which is served as it is.
    pub json: Vec<u8>,
}

/// A console that listens. It ends by [`stop`](Self::stop).
#[derive(Debug)]
pub struct Console {
    address: SocketAddr,
    handle: Handle<SocketAddr>,
    listener: JoinHandle<io::Result<()>>,
}

/// Why a console cannot start.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StartError {
    /// The address can be reached from other machines.
    #[error(
        "`{address}` is no loopback address: the console listens on those alone, such as `127.0.0.1:8182`"
    )]
    NotLoopback {
        /// The address.
        address: SocketAddr,
    },
    /// The address cannot be listened on.
    #[error("cannot listen on {address}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// The pages' own list of policies and worlds cannot be used.
    #[error("cannot use the `console.json` of the pages: {0}")]
    Listing(String),
}

impl Console {
    /// Listens, and answers from then on. Needs a runtime of Tokio's with I/O and time.
    ///
    /// # Errors
    ///
    /// [`StartError`]; nothing listens then.
    pub async fn start(settings: Settings) -> Result<Self, StartError> {
        let address = settings.listen;
        if !address.ip().is_loopback() {
            return Err(StartError::NotLoopback { address });
        }
        let listing = listing(&settings)?;
        let failed = |source| StartError::Listen { address, source };
        let listener = TcpListener::bind(address).map_err(failed)?;
        listener.set_nonblocking(true).map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let handle = Handle::new();
        let server = axum_server::from_tcp(listener).map_err(failed)?;
        let mut server = server.handle(handle.clone()).first_request_timeout(PATIENCE);
        server.http_builder().http1().header_read_timeout(PATIENCE);
        let service = router(Arc::new(settings), listing).into_make_service();
        Ok(Self { address, handle, listener: tokio::spawn(server.serve(service)) })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What to open in a browser.
    pub fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// Takes no more requests, finishes those that it took, within five seconds, and ends.
    pub async fn stop(self) {
        self.handle.graceful_shutdown(Some(PATIENCE));
        // Whether it ended well or not, it has ended.
        let _ = self.listener.await;
    }
}
