//! The shipped policy components as bytes.
//!
//! This crate's build script compiles the guests, so whoever depends on it embeds what the sources say.
//! It needs the target `wasm32-unknown-unknown`; a build without it says so.

/// The backup resource state matrix, package `interlock-backup-policy`: a component that imports nothing
/// and exports the world `policy` of `interlock:policy@0.1.0`.
pub const BACKUP: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/backup.wasm"));

/// The coin turnstile, package `interlock-turnstile-policy`, the smallest policy: a component of the same
/// shape.
pub const TURNSTILE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/turnstile.wasm"));
