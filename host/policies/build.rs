//! Builds the shipped policies and leaves them where the library includes them from.

use std::error::Error;
use std::path::Path;
use std::process::ExitCode;
use std::{env, fs};

use interlock_componentize::Guest;

const POLICIES: [(&str, &str); 2] =
    [("interlock-backup-policy", "backup.wasm"), ("interlock-turnstile-policy", "turnstile.wasm")];

/// What the components are made of, from this package's directory.
const SOURCES: [&str; 5] = ["build.rs", "../../Cargo.lock", "../../Cargo.toml", "../../guest", "../../wit"];

fn main() -> ExitCode {
    for source in SOURCES {
        println!("cargo::rerun-if-changed={source}");
    }
    match build() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("cargo::error={}", chain(error.as_ref()));
            ExitCode::FAILURE
        }
    }
}

fn build() -> Result<(), Box<dyn Error>> {
    let directory = env::var_os("OUT_DIR").ok_or("cargo gave no output directory")?;
    for (package, file) in POLICIES {
        let component = Guest::new(".", package).build()?;
        fs::write(Path::new(&directory).join(file), component)?;
    }
    Ok(())
}

/// An error and its causes in one line.
fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text.replace('\n', " ")
}
