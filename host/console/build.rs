//! Packs the pages, where they are built, and leaves a list of them for the library to include.

use std::error::Error;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs};

#[path = "src/pack.rs"]
mod pack;

/// The folder that Vite writes, from this package's directory.
const PAGES: &str = "../../browser/console/dist";

fn main() -> ExitCode {
    match build() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("cargo::error=cannot embed the pages of the console: {error}");
            ExitCode::FAILURE
        }
    }
}

fn build() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=src/pack.rs");
    let pages = Path::new(PAGES);
    // Cargo takes a path that is not there for one that has changed, in every build.
    let there = pages.ancestors().find(|path| path.exists()).unwrap_or(pages);
    println!("cargo::rerun-if-changed={}", there.display());

    let directory = PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo gave no output directory")?);
    let mut list = "None".to_owned();
    if pages.join("index.html").is_file() {
        list = "Some(&[".to_owned();
        for (number, file) in pack::pack(pages)?.into_iter().enumerate() {
            let packed = directory.join(format!("page-{number}"));
            fs::write(&packed, &file.bytes)?;
            write!(list, "({:?}, {}, include_bytes!({packed:?})), ", file.path, file.gzipped)?;
        }
        list.push_str("])");
    }
    fs::write(directory.join("pages.rs"), list)?;
    Ok(())
}
