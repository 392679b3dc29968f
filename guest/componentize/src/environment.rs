use std::collections::BTreeMap;
use std::env;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The variables that a guest's build sees: those of this process, less those that could change what the
/// compiler makes.
///
/// A build script runs among the variables of the build that it belongs to, `cargo clippy`'s compiler
/// wrapper and the outer package's own ones included.
#[derive(Debug)]
pub(crate) struct Environment {
    variables: BTreeMap<OsString, OsString>,
}

impl Environment {
    /// The variables of this process, `more` of them replaced.
    pub(crate) fn new(more: impl IntoIterator<Item = (OsString, OsString)>) -> Self {
        let variables = env::vars_os().chain(more).filter(|(name, _)| passes(name)).collect();
        Self { variables }
    }

    /// A command with these variables and no others.
    pub(crate) fn command(&self, program: impl AsRef<OsStr>, directory: &Path) -> Command {
        let mut command = Command::new(program);
        command.env_clear().envs(&self.variables).current_dir(directory);
        command
    }

    pub(crate) fn get(&self, name: &str) -> Option<&OsStr> {
        self.variables.get(OsStr::new(name)).map(OsString::as_os_str)
    }

    /// Where cargo keeps the sources of dependencies.
    pub(crate) fn cargo_home(&self) -> Option<PathBuf> {
        match self.get("CARGO_HOME") {
            Some(home) => Some(home.into()),
            None => env::home_dir().map(|home| home.join(".cargo")),
        }
    }
}

/// Whether a variable reaches the build.
///
/// Of cargo's, those pass that say where things are and how to fetch them, how loud to be and how many jobs
/// to run. Everything else that starts like cargo's or the compiler's stays out: flags, profiles, linkers,
/// wrappers, and what a build script is told about its own package.
fn passes(name: &OsStr) -> bool {
    const PASSED: [&str; 7] = [
        "CARGO",
        "CARGO_BUILD_JOBS",
        "CARGO_HOME",
        "CARGO_MAKEFLAGS",
        "CARGO_TARGET_DIR",
        "RUSTC",
        "RUST_BACKTRACE",
    ];
    const PASSED_PREFIXES: [&str; 6] =
        ["CARGO_HTTP_", "CARGO_NET_", "CARGO_REGISTRIES_", "CARGO_REGISTRY_", "CARGO_TERM_", "RUSTUP_"];
    const KEPT_OUT_PREFIXES: [&str; 5] = ["CARGO", "__CARGO", "DEP_", "RUST", "WIT_BINDGEN_"];

    // A name that is not text is none of cargo's.
    let Some(name) = name.to_str() else { return true };
    let starts_with = |prefix: &&str| name.starts_with(*prefix);
    PASSED.contains(&name)
        || PASSED_PREFIXES.iter().any(starts_with)
        || !KEPT_OUT_PREFIXES.iter().any(starts_with)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_that_change_code_are_kept_out() {
        let names = [
            "CARGO_BUILD_RUSTFLAGS",
            "CARGO_BUILD_TARGET",
            "CARGO_ENCODED_RUSTFLAGS",
            "CARGO_FEATURE_DEFAULT",
            "CARGO_INCREMENTAL",
            "CARGO_PKG_VERSION",
            "CARGO_PROFILE_GUEST_OPT_LEVEL",
            "CARGO_PROFILE_RELEASE_DEBUG",
            "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER",
            "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS",
            "DEP_Z_INCLUDE",
            "RUSTC_BOOTSTRAP",
            "RUSTC_WORKSPACE_WRAPPER",
            "RUSTC_WRAPPER",
            "RUSTFLAGS",
            "WIT_BINDGEN_DEBUG",
            "__CARGO_DEFAULT_LIB_METADATA",
        ];
        for name in names {
            assert!(!passes(name.as_ref()), "`{name}` passes");
        }
    }

    #[test]
    fn variables_that_a_build_needs_pass() {
        let names = [
            "CARGO_HOME",
            "CARGO_HTTP_PROXY",
            "CARGO_MAKEFLAGS",
            "CARGO_NET_OFFLINE",
            "CARGO_REGISTRIES_CRATES_IO_PROTOCOL",
            "CARGO_TARGET_DIR",
            "HOME",
            "PATH",
            "RUSTC",
            "RUSTUP_TOOLCHAIN",
            "SSL_CERT_FILE",
        ];
        for name in names {
            assert!(passes(name.as_ref()), "`{name}` is kept out");
        }
    }
}
