use std::fs;
use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context, Result};
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};

use crate::{cargo, setup};

/// Writes the policy components, the very bytes that the program embeds, to `target/policies`, and the component that
/// compares policies in a browser to `target/compare`.
pub(crate) fn run() -> Result<()> {
    let built = components()?;
    let directory = cargo::target_directory()?.join("policies");
    fs::create_dir_all(&directory).with_context(|| format!("cannot make `{}`", directory.display()))?;
    let mut files = Vec::new();
    for name in ["backup.wasm", "turnstile.wasm"] {
        let (source, file) = (built.join(name), directory.join(name));
        fs::copy(&source, &file).with_context(|| format!("cannot write `{}`", file.display()))?;
        files.push(file);
    }
    files.push(compare()?);

    println!("{:>9}  {:>9}  {:64}  file", "bytes", "gzipped", "sha256");
    for file in files {
        let component = fs::read(&file).with_context(|| format!("cannot read `{}`", file.display()))?;
        println!(
            "{:>9}  {:>9}  {}  {}",
            component.len(),
            gzipped(&component)?,
            sha256(&component),
            file.strip_prefix(cargo::workspace()).unwrap_or(&file).display(),
        );
    }
    Ok(())
}

/// Builds the policy components, and returns the folder that holds them.
pub(crate) fn components() -> Result<PathBuf> {
    setup::require(setup::WEBASSEMBLY)?;
    cargo::build(&["--package", "interlock-policies"])?
        .into_iter()
        .find(|message| message.out_dir.is_some() && message.package_id.contains("interlock-policies"))
        .and_then(|message| message.out_dir)
        .context("cargo named no output directory of `interlock-policies`")
}

/// Builds the component that compares policies in a browser, and returns where it is.
pub(crate) fn compare() -> Result<PathBuf> {
    setup::require(setup::WEBASSEMBLY)?;
    let file = cargo::target_directory()?.join("compare/compare.wasm");
    let arguments = ["run", "--package", "interlock-componentize", "--", "interlock-compare"];
    cargo::announce(&arguments);
    cargo::finish(cargo::cargo(&arguments).arg(&file), &arguments)?;
    Ok(file)
}

/// The size of some bytes as gzip packs them at its best.
fn gzipped(bytes: &[u8]) -> Result<usize> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?.len())
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
