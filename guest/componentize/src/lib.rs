//! Builds a guest crate into a policy component.
//!
//! A guest is a plain Rust library: natively it links into tests like any other crate, and its Cargo.toml
//! says nothing of WebAssembly's `cdylib`. [`Guest::build`] compiles it for [`TARGET`] with the profile
//! [`PROFILE`] of its workspace, and makes the module a component.
//!
//! The component has one core module and no custom sections. Interfaces that hold nothing but types it
//! exports, even where the guest's bindings import them: a policy that asks for no function imports nothing.
//!
//! # Same sources, same bytes
//!
//! One commit, one `Cargo.lock` and one Rust toolchain give one component, in whatever directory and with
//! whatever cargo home it is built. Three things see to that:
//!
//! - paths of the machine, which panic messages carry, are replaced by fixed ones;
//! - variables that could change the code (`RUSTFLAGS`, `CARGO_PROFILE_…`, a compiler wrapper) do not reach
//!   the build;
//! - names and tool versions are left out of the component.
//!
//! What is not covered: profiles and linkers set in cargo's configuration files, and dependencies replaced
//! by vendored copies.
//!
//! # In a build script
//!
//! ```no_run
//! use interlock_componentize::Guest;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let component = Guest::new(".", "interlock-turnstile-policy").build()?;
//! std::fs::write("turnstile.wasm", component)?;
//! # Ok(())
//! # }
//! ```
//!
//! The build has a target directory of its own, `guests` inside the workspace's, because the outer cargo
//! holds the lock of its own one. All callers share it, so that a guest is compiled once; cargo's lock on it
//! lets concurrent callers wait for each other.

mod encode;
mod environment;
mod error;
mod guest;
mod once;
mod order;
mod paths;
mod toolchain;

pub use error::Error;
pub use guest::{Guest, PROFILE, TARGET};
