//! What can be known of a policy's bytes without compiling or running them.

use sha2::{Digest, Sha256};
use wasmparser::{Encoding, Parser, Payload};

use crate::error::{LoadError, NotComponent};

/// Versions of the policy contract that this host knows.
pub const KNOWN_CONTRACTS: &[&str] = &[CONTRACT];

/// The version that the bindings are made from.
pub(crate) const CONTRACT: &str = "0.1.0";

/// What a policy exports, up to its version.
const EXPORT: &str = "interlock:policy/decisions@";

/// Facts about a component's bytes. Not a judgement: a component with these facts may still not be let in.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Facts {
    /// Bytes.
    pub size: usize,
    /// `sha256:` and the hash of the bytes, in lower-case hexadecimal.
    pub digest: String,
    /// Version of the policy contract that it exports: a known one if there is one. None: it is no policy.
    pub contract: Option<String>,
    /// What it asks its host for, and what its core modules ask for, in the order of the bytes.
    pub imports: Vec<String>,
    /// What it offers, in the order of the bytes.
    pub exports: Vec<String>,
    /// Core modules, those of nested components included.
    pub core_modules: usize,
    /// Bytes that each memory starts with.
    pub memories: Vec<u64>,
    /// Elements that each table starts with.
    pub tables: Vec<u64>,
}

/// Reads the facts from a component's bytes. Runs nothing, compiles nothing.
///
/// ```
/// use interlock::{LoadError, NotComponent, inspect};
///
/// let module = b"\0asm\x01\0\0\0";
/// assert!(matches!(inspect(module), Err(LoadError::NotComponent(NotComponent::CoreModule))));
/// ```
///
/// # Errors
///
/// [`LoadError::NotComponent`] and [`LoadError::Damaged`].
pub fn inspect(bytes: &[u8]) -> Result<Facts, LoadError> {
    if !bytes.starts_with(b"\0asm") {
        return Err(LoadError::NotComponent(NotComponent::NotWasm));
    }
    let mut facts = Facts {
        size: bytes.len(),
        digest: digest(bytes),
        contract: None,
        imports: Vec::new(),
        exports: Vec::new(),
        core_modules: 0,
        memories: Vec::new(),
        tables: Vec::new(),
    };
    let mut depth = 0_usize;
    for payload in Parser::new(0).parse_all(bytes) {
        let payload = payload.map_err(damaged)?;
        match &payload {
            Payload::Version { encoding: Encoding::Module, .. } if depth == 0 => {
                return Err(LoadError::NotComponent(NotComponent::CoreModule));
            }
            Payload::Version { .. } => depth += 1,
            Payload::End(_) => depth = depth.saturating_sub(1),
            _ => facts.note(&payload, depth).map_err(damaged)?,
        }
    }
    let versions = || facts.exports.iter().filter_map(|export| export.strip_prefix(EXPORT));
    facts.contract = versions()
        .find(|version| KNOWN_CONTRACTS.contains(version))
        .or_else(|| versions().next())
        .map(str::to_owned);
    Ok(facts)
}

impl Facts {
    fn note(&mut self, payload: &Payload<'_>, depth: usize) -> wasmparser::Result<()> {
        match payload {
            Payload::ModuleSection { .. } => self.core_modules += 1,
            Payload::ComponentImportSection(section) if depth == 1 => {
                for import in section.clone() {
                    self.imports.push(import?.name.name.to_owned());
                }
            }
            Payload::ComponentExportSection(section) if depth == 1 => {
                for export in section.clone() {
                    self.exports.push(export?.name.name.to_owned());
                }
            }
            Payload::ImportSection(section) => {
                for import in section.clone().into_imports() {
                    let import = import?;
                    self.imports.push(format!("{}.{}", import.module, import.name));
                }
            }
            Payload::MemorySection(section) => {
                for memory in section.clone() {
                    let memory = memory?;
                    let page = 1_u64.checked_shl(memory.page_size_log2()).unwrap_or(u64::MAX);
                    self.memories.push(memory.initial.saturating_mul(page));
                }
            }
            Payload::TableSection(section) => {
                for table in section.clone() {
                    self.tables.push(table?.ty.initial);
                }
            }
            _ => {}
        }
        Ok(())
    }
}

fn damaged(error: wasmparser::BinaryReaderError) -> LoadError {
    LoadError::Damaged { source: Box::new(error) }
}

/// `sha256:` and the hash of some bytes.
pub(crate) fn digest(bytes: &[u8]) -> String {
    format!("sha256:{}", hexadecimal(&Sha256::digest(bytes)))
}

/// Bytes in lower-case hexadecimal.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(value.into(), 16).unwrap_or_default();
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}
