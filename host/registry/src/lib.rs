//! Policies in OCI registries: push, pull, and what a tag stands for now.
//!
//! A policy is kept in the [artifact layout for WebAssembly][layout]: a manifest whose configuration has the
//! media type `application/vnd.wasm.config.v0+json`, and one layer of media type `application/wasm`, which is
//! the component as it is. Programs that know the layout take what is pushed here, and the other way round.
//!
//! The minisign signature of a policy, where there is one, is an annotation of that layer's descriptor, named by
//! [`SIGNATURE_ANNOTATION`]. The layout's programs take artifacts of exactly one layer, so that a second one
//! would lock them out; whereas nobody may refuse an annotation that they do not know. It stands with the layer
//! and not with the whole manifest since it is the layer's bytes that it signs.
//!
//! ```no_run
//! use interlock_registry::{Options, Reference, Registry};
//!
//! # async fn pull() -> Result<(), Box<dyn std::error::Error>> {
//! let registry = Registry::new(&Options::default())?;
//! let reference = Reference::parse("oci://registry.example/policies/backup:stable")?;
//! let pulled = registry.pull(&reference).await?;
//! println!("{} has {} bytes", pulled.manifest_digest, pulled.bytes.len());
//! # Ok(())
//! # }
//! ```
//!
//! Of a registry nothing is believed. Every answer is read up to a limit, what is pulled has the digest that
//! was asked for, and every request ends in time. That is why this speaks the few requests it needs itself:
//! the client libraries there are read manifests, tokens and errors whole, however long they are.
//!
//! [layout]: https://tag-runtime.cncf.io/wgs/wasm/deliverables/wasm-oci-artifact/

mod artifact;
mod authorization;
mod component;
mod digest;
mod error;
mod http;
mod options;
mod reference;
mod registry;

pub use artifact::{Artifact, MAX_SIGNATURE_BYTES, SIGNATURE_ANNOTATION};
pub use digest::{Digest, DigestError};
pub use error::{Mismatch, RegistryError};
pub use options::{Authorities, Credentials, FileError, Options, PlainHttp};
pub use reference::{Reference, ReferenceError, Version};
pub use registry::{Pulled, Registry};
