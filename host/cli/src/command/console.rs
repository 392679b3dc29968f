//! `interlock console`: the policy in a browser.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;
use interlock::Engine;
use interlock_console::{
    Console as Server, GivenWorld, Pages, PolicySource, ServedPolicy, Settings, StartError,
};

use crate::arguments::{Input, PolicyFile};
use crate::ending::asked_to_end;
use crate::exit::Status;
use crate::failure::Failure;
use crate::file::{place, unread};
use crate::page::print;
use crate::{policy, world_file};

/// Show a policy in a browser: matrix, charts, worlds, questions, comparisons
///
/// The pages ask the policy built in, or the one of --policy, whose file they follow. They are served on loopback, load
/// nothing from elsewhere and send nothing anywhere.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Console {
    /// Loopback address to listen on; with port 0 the system chooses one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8182")]
    listen: SocketAddr,
    /// World to list first; - for standard input
    #[arg(long, value_name = "FILE")]
    world: Option<Input>,
    /// Pages to serve in place of those built in: what `npm run build` wrote
    #[arg(long, value_name = "FOLDER")]
    pages: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  interlock console
  interlock console --policy policy.wasm --world examples/federated-site.json
  interlock console --listen 127.0.0.1:0";

impl Console {
    /// Serves the pages until it is told to end.
    pub(crate) fn run(&self, file: &PolicyFile) -> Result<Status, Failure> {
        let pages = match &self.pages {
            Some(folder) => Pages::read(folder).map_err(|source| unread(folder, source))?,
            None => Pages::built_in().ok_or_else(|| unusable(NOT_BUILT))?,
        };
        let world = self.world.as_ref().map(given).transpose()?;
        let settings = Settings { listen: self.listen, pages, policy: served(file)?, world };
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(unusable)?;
        runtime.block_on(async {
            // Before anybody can know that it listens, so that whoever asks it to end then is heard.
            let asked_to_end = asked_to_end().map_err(unusable)?;
            let server = Server::start(settings).await.map_err(|error| match error {
                StartError::NotLoopback { .. } => Failure::Usage(error.to_string()),
                error => unusable(error),
            })?;
            print(&format!("listening on {}\n", server.url()))?;
            asked_to_end.await.map_err(unusable)?;
            server.stop().await;
            Ok(Status::Done)
        })
    }
}

const NOT_BUILT: &str = "its pages are not built in; `cargo xtask console` builds them and the program";

fn unusable(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Failure {
    Failure::Serve { place: "serve the console".to_owned(), source: source.into() }
}

/// The policy that the command line names, once it was let in as by every other command.
fn served(file: &PolicyFile) -> Result<ServedPolicy, Failure> {
    let name = policy::load(file)?.name().to_owned();
    let (title, source) = match &file.path {
        None => ("built in".to_owned(), PolicySource::BuiltIn(interlock_policies::BACKUP)),
        Some(path) => {
            let largest = Engine::new().map_err(Failure::Engine)?.component_bytes();
            let title = path.file_name().map_or_else(|| place(path), |name| name.display().to_string());
            (title, PolicySource::File { path: path.clone(), largest })
        }
    };
    Ok(ServedPolicy { title, name, source })
}

fn given(input: &Input) -> Result<GivenWorld, Failure> {
    let world = world_file::read(input)?;
    let title = if world.title.is_empty() { input.name() } else { world.title.clone() };
    let json = serde_json::to_vec(&world).map_err(unusable)?;
    let file = match input {
        Input::File(path) => Some(path.clone()),
        _ => None,
    };
    Ok(GivenWorld { title, file, json })
}
