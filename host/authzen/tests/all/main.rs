//! Bodies read, mapped and answered, with the shipped policies as plain Rust.
#![allow(clippy::unwrap_used, clippy::panic, reason = "what a test needs is there, or the test fails")]

mod answers;
mod any;
mod bodies;
mod mapping;
