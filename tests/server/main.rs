//! The service over real sockets.

mod guests;
mod interface;
mod load;
mod log;
mod rollouts;
mod security;
mod service;
mod sources;
