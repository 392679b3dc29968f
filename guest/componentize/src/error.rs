use std::io;
use std::path::PathBuf;
use std::process::ExitStatus;

use crate::TARGET;

/// Why a guest did not become a component.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The Rust toolchain lacks the standard library for WebAssembly.
    #[error("the target {TARGET} is not installed; run `rustup target add {TARGET}`")]
    TargetMissing,
    /// A program of the Rust toolchain did not start.
    #[error("cannot run `{program}`")]
    Start {
        /// The program, as it was called.
        program: String,
        /// What the system said.
        source: io::Error,
    },
    /// A program of the Rust toolchain failed. What it said is on standard error.
    #[error("`{command}` failed: {status}")]
    Failed {
        /// The command, without the options that never differ.
        command: String,
        /// How it ended.
        status: ExitStatus,
    },
    /// A program of the Rust toolchain said something that this version does not understand.
    #[error("cannot read what `{command}` printed")]
    Output {
        /// The command, without the options that never differ.
        command: String,
        /// What was wrong with it.
        source: serde_json::Error,
    },
    /// The workspace has no such package.
    #[error("no package `{package}` in the workspace `{}`", workspace.display())]
    NoPackage {
        /// The package asked for.
        package: String,
        /// Root directory of the workspace that was searched.
        workspace: PathBuf,
    },
    /// Cargo built the package and named no module among what it made.
    #[error("cargo built no WebAssembly module of `{package}`; a guest is a library")]
    NoModule {
        /// The package built.
        package: String,
    },
    /// The module that cargo built could not be read.
    #[error("cannot read `{}`", path.display())]
    Read {
        /// The module.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The module is not one that a component can be made of: it imports something, or lacks an export
    /// that its contract names.
    #[error("cannot make a component of `{package}`")]
    Encode {
        /// The package built.
        package: String,
        /// What was wrong with the module.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}
