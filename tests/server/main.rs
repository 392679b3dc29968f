//! The service over real sockets.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod authzen;
mod client;
mod guests;
mod hostile;
mod interface;
mod load;
mod log;
mod rollouts;
mod security;
mod service;
mod sources;
