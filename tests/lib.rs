//! The policies as plain Rust, the oracle that components are held against; and what measures memory.

pub mod memory;
mod native;

pub use native::{Mutant, Native};
