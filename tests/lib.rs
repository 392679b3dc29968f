//! The policies as plain Rust, the oracle that components are held against; the public scenarios of AuthZEN; and what
//! measures memory.

pub mod authzen;
pub mod memory;
mod native;

pub use native::{Mutant, Native};
