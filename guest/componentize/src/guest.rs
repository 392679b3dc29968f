use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs, io};

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::environment::Environment;
use crate::toolchain::Toolchain;
use crate::{Error, encode, paths};

/// The target that guests are compiled for: WebAssembly without any system interface, so that there is
/// nothing to import.
pub const TARGET: &str = "wasm32-unknown-unknown";

/// The cargo profile that guests are compiled with; their workspace defines it.
pub const PROFILE: &str = "guest";

/// A guest crate, to be built into a component.
#[derive(Clone, Debug)]
pub struct Guest {
    directory: PathBuf,
    package: String,
    variables: Vec<(OsString, OsString)>,
}

impl Guest {
    /// The library `package` of the workspace that `directory` is in.
    pub fn new(directory: impl Into<PathBuf>, package: impl Into<String>) -> Self {
        Self { directory: directory.into(), package: package.into(), variables: Vec::new() }
    }

    /// Sets a variable for the build, as if it were in the environment of this process: one that could
    /// change the component is left out all the same.
    ///
    /// `CARGO_HOME`, `CARGO_NET_OFFLINE` and `CARGO_TARGET_DIR` are what this is for.
    #[must_use]
    pub fn env(mut self, name: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        self.variables.push((name.into(), value.into()));
        self
    }

    /// Compiles the guest and returns the component.
    ///
    /// Runs the cargo that the variable `CARGO` names, or else `cargo`. What the compiler says goes to
    /// standard error. Where the workspace has a `Cargo.lock`, it is used as it is.
    ///
    /// # Errors
    ///
    /// [`Error::TargetMissing`] where the toolchain cannot compile for [`TARGET`]; otherwise what failed.
    pub fn build(&self) -> Result<Vec<u8>, Error> {
        let module = self.module(&LINKER_ARGUMENTS)?;
        encode::component(&module).map_err(|source| self.not_encoded(source))
    }

    /// Compiles a library that is no policy, with whatever its bindings import and export, and returns the component.
    /// Its stack is as large as the linker makes it by itself.
    ///
    /// # Errors
    ///
    /// As [`build`](Self::build).
    pub fn build_with_imports(&self) -> Result<Vec<u8>, Error> {
        let module = self.module(&[])?;
        encode::component_with_imports(&module).map_err(|source| self.not_encoded(source))
    }

    /// Compiles the library and returns the module.
    fn module(&self, linker_arguments: &[&str]) -> Result<Vec<u8>, Error> {
        let environment = Environment::new(self.variables.iter().cloned());
        let workspace = self.workspace(&environment)?;
        let toolchain = Toolchain::find(&workspace.workspace_root, &environment)?;

        let module = self.compile(&workspace, &toolchain, &environment, linker_arguments)?;
        fs::read(&module).map_err(|source| Error::Read { path: module, source })
    }

    fn not_encoded(&self, source: encode::Error) -> Error {
        Error::Encode { package: self.package.clone(), source }
    }

    /// Asks cargo where the workspace and its target directory are.
    fn workspace(&self, environment: &Environment) -> Result<Workspace, Error> {
        let mut metadata = environment.command(cargo(), &self.directory);
        metadata.args(["metadata", "--no-deps", "--format-version", "1"]);
        let output = run(&mut metadata, "cargo metadata")?;
        let workspace: Workspace = parse(&output, "cargo metadata")?;

        if workspace.packages.iter().any(|package| package.name == self.package) {
            Ok(workspace)
        } else {
            Err(Error::NoPackage { package: self.package.clone(), workspace: workspace.workspace_root })
        }
    }

    /// Has cargo compile the library as a module, and returns where it is.
    fn compile(
        &self,
        workspace: &Workspace,
        toolchain: &Toolchain,
        environment: &Environment,
        linker_arguments: &[&str],
    ) -> Result<PathBuf, Error> {
        let root = &workspace.workspace_root;
        let target_directory = workspace.target_directory.join("guests");
        let mut flags = paths::remapping(root, environment.cargo_home().as_deref(), toolchain);
        for argument in linker_arguments {
            flags.push("\u{1f}-Clink-arg=");
            flags.push(argument);
        }

        let mut rustc = environment.command(cargo(), root);
        rustc
            .args(["rustc", "--lib", "--crate-type", "cdylib", "--package", &self.package])
            .args(["--profile", PROFILE, "--target", TARGET])
            .args(["--message-format", "json-render-diagnostics"])
            .arg("--target-dir")
            .arg(&target_directory);
        if root.join("Cargo.lock").exists() {
            rustc.arg("--locked");
        }
        rustc
            .env("CARGO_BUILD_BUILD_DIR", &target_directory)
            .env("CARGO_ENCODED_RUSTFLAGS", flags)
            .env("CARGO_INCREMENTAL", "0")
            // Empty is none, even where a configuration file names one.
            .env("RUSTC_WRAPPER", "")
            .env("RUSTC_WORKSPACE_WRAPPER", "");

        let command = format!("cargo rustc --package {}", self.package);
        let output = run(&mut rustc, &command)?;
        for line in output.split(|&byte| byte == b'\n').filter(|line| line.starts_with(b"{")) {
            let message: Message = parse(line, &command)?;
            let module = message.filenames.into_iter().find(|file| file.extension() == Some("wasm".as_ref()));
            if let Some(module) = module {
                return Ok(module);
            }
        }
        Err(Error::NoModule { package: self.package.clone() })
    }
}

/// Arguments for the linker of policies: numbers take as few bytes as they need; the stack, which only a few calls nest on, is
/// small, so that what stands behind it has small addresses; and there is memory for small calls from the start, since to
/// grow takes longer than all else of a fresh instance.
const LINKER_ARGUMENTS: [&str; 3] = ["--compress-relocations", "-zstack-size=65536", "--initial-heap=65536"];

/// What is read of `cargo metadata`.
#[derive(Debug, Deserialize)]
struct Workspace {
    workspace_root: PathBuf,
    target_directory: PathBuf,
    packages: Vec<Package>,
}

#[derive(Debug, Deserialize)]
struct Package {
    name: String,
}

/// What is read of a line of `cargo rustc`: a dependency that is a module itself does not exist, so the
/// only module named is the guest's.
#[derive(Debug, Deserialize)]
struct Message {
    #[serde(default)]
    filenames: Vec<PathBuf>,
}

fn cargo() -> OsString {
    env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// Runs a command and returns what it printed; what it complained of goes to standard error.
pub(crate) fn run(command: &mut Command, described: &str) -> Result<Vec<u8>, Error> {
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|source| start_error(command.get_program().as_ref(), source))?;
    if output.status.success() {
        Ok(output.stdout)
    } else {
        Err(Error::Failed { command: described.to_owned(), status: output.status })
    }
}

fn start_error(program: &Path, source: io::Error) -> Error {
    Error::Start { program: program.display().to_string(), source }
}

fn parse<T: DeserializeOwned>(output: &[u8], command: &str) -> Result<T, Error> {
    serde_json::from_slice(output).map_err(|source| Error::Output { command: command.to_owned(), source })
}
