//! The service over real sockets.

mod guests;
mod interface;
mod rollouts;
mod security;
mod service;
