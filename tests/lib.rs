//! The policies as plain Rust: the oracle that components are held against.

mod native;

pub use native::{Mutant, Native};
