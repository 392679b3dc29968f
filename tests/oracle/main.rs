//! What the policies answer as plain Rust, written down for whoever runs their components elsewhere: `oracle FOLDER`.
//! The README beside this file describes what is written.

mod cases;
mod cells;

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use interlock_analysis::Decide;
use interlock_tests::Native;
use serde::Serialize;
use sha2::{Digest, Sha256};

/// What `index.json` holds.
#[derive(Serialize)]
struct Index {
    policies: Vec<PolicyIndex>,
    cases: cases::CasesIndex,
}

#[derive(Serialize)]
struct PolicyIndex {
    name: String,
    version: String,
    component: &'static str,
    cells: &'static str,
    situations: u64,
    chunks: Vec<cells::Chunk>,
}

/// The policies, with the files of their components and of their cells.
fn policies() -> [(Native, &'static str, &'static str); 2] {
    [
        (Native::backup(), "backup.wasm", "backup.cells"),
        (Native::turnstile(), "turnstile.wasm", "turnstile.cells"),
    ]
}

fn main() -> Result<()> {
    let folder = std::env::args_os().nth(1).context("oracle FOLDER")?;
    let folder = Path::new(&folder);
    fs::create_dir_all(folder).with_context(|| format!("cannot make `{}`", folder.display()))?;
    let mut index = Index { policies: Vec::new(), cases: cases::write(&folder.join("cases.jsonl"))? };
    for (policy, component, cells) in policies() {
        let chunks = cells::write(&policy, &folder.join(cells))?;
        let manifest = policy.manifest();
        index.policies.push(PolicyIndex {
            name: manifest.name.clone(),
            version: manifest.version.clone(),
            component,
            cells,
            situations: chunks.iter().map(|chunk| chunk.situations).sum(),
            chunks,
        });
    }
    write(&folder.join("index.json"), &serde_json::to_vec(&index)?)
}

fn write(file: &Path, content: &[u8]) -> Result<()> {
    fs::write(file, content).with_context(|| format!("cannot write `{}`", file.display()))
}

/// The SHA-256 in lower-case hexadecimal.
fn sha256(content: &[u8]) -> String {
    Sha256::digest(content).iter().map(|byte| format!("{byte:02x}")).collect()
}
