//! The service over real sockets.

mod guests;
mod rollouts;
mod service;
