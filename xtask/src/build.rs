use std::fs;
use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context, Result};
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};

use crate::{cargo, setup};

/// Writes the policy components, the very bytes that the program embeds, to `target/policies`.
pub(crate) fn run() -> Result<()> {
    let built = components()?;
    let directory = cargo::target_directory()?.join("policies");
    fs::create_dir_all(&directory).with_context(|| format!("cannot make `{}`", directory.display()))?;

    println!("{:>9}  {:>9}  {:64}  file", "bytes", "gzipped", "sha256");
    for name in ["backup.wasm", "turnstile.wasm"] {
        let source = built.join(name);
        let component = fs::read(&source).with_context(|| format!("cannot read `{}`", source.display()))?;
        let file = directory.join(name);
        fs::write(&file, &component).with_context(|| format!("cannot write `{}`", file.display()))?;
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

/// The size of some bytes as gzip packs them at its best.
fn gzipped(bytes: &[u8]) -> Result<usize> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?.len())
}

fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
