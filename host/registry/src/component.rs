//! What the configuration of an artifact tells of the component in its layer.

use std::time::SystemTime;

use jiff::Timestamp;
use serde::Serialize;
use wasmparser::{Encoding, Parser, Payload};

use crate::{Digest, RegistryError};

/// The configuration of an artifact, as the layout for WebAssembly has it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Config {
    /// As RFC 3339 writes it.
    created: String,
    architecture: &'static str,
    /// The layout's word for a component, whether it uses WASI or not.
    os: &'static str,
    layer_digests: Vec<String>,
    component: Component,
}

#[derive(Default, Serialize)]
struct Component {
    exports: Vec<String>,
    imports: Vec<String>,
}

impl Config {
    /// What is to be told of a component.
    ///
    /// # Errors
    ///
    /// [`RegistryError::NotComponent`].
    pub(crate) fn new(bytes: &[u8], created: SystemTime) -> Result<Self, RegistryError> {
        Ok(Self {
            // A clock that is far off tells no time that can be written.
            created: Timestamp::try_from(created).unwrap_or(Timestamp::UNIX_EPOCH).to_string(),
            architecture: "wasm",
            os: "wasip2",
            layer_digests: vec![Digest::of(bytes).to_string()],
            component: Component::read(bytes)?,
        })
    }
}

impl Component {
    fn read(bytes: &[u8]) -> Result<Self, RegistryError> {
        if !bytes.starts_with(b"\0asm") {
            return Err(RegistryError::NotComponent { reason: "it is not WebAssembly", source: None });
        }
        let damaged = |error| RegistryError::NotComponent { reason: "it is damaged", source: Some(error) };
        let mut component = Self::default();
        let mut depth = 0_usize;
        for payload in Parser::new(0).parse_all(bytes) {
            match payload.map_err(damaged)? {
                Payload::Version { encoding: Encoding::Module, .. } if depth == 0 => {
                    return Err(RegistryError::NotComponent { reason: "it is a core module", source: None });
                }
                Payload::Version { .. } => depth += 1,
                Payload::End(_) => depth = depth.saturating_sub(1),
                Payload::ComponentImportSection(section) if depth == 1 => {
                    for import in section {
                        component.imports.push(import.map_err(damaged)?.name.name.to_owned());
                    }
                }
                Payload::ComponentExportSection(section) if depth == 1 => {
                    for export in section {
                        component.exports.push(export.map_err(damaged)?.name.name.to_owned());
                    }
                }
                _ => {}
            }
        }
        Ok(component)
    }
}
