//! The console, served to the browser of this machine: pages that show what a policy says, and the policy that they
//! show.
//!
//! [`Console::start`] listens on a loopback address and nowhere else. The pages are built by `cargo xtask console` and
//! embedded when this crate is built after that; [`Pages::built_in`] is none otherwise. A policy that lies in a file is
//! read whenever it is asked for, so that the pages can follow it. Nothing here runs WebAssembly: the browser does.

mod answer;
mod console;
mod error;
mod host;
mod listing;
mod pack;
mod pages;
mod policy;

pub use console::{Console, GivenWorld, Settings, StartError};
pub use pages::Pages;
pub use policy::{PolicySource, ServedPolicy};
