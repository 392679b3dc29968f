//! The library that policies are written with.
//!
//! A policy is data: kinds with their states, rules that say from which states an action is offered, what
//! it requires and where it leads, and conditions, each one function that answers a yes/no question about
//! a request with true, false or unknown. [`policy!`] checks all of it at compile time and lays it out as
//! tables; [`Policy`] answers.
//!
//! ```text
//! request ──observe──▶ situation ──decide──▶ outcome ──explain──▶ decision
//! ```
//!
//! Read in this order: [`Truth`], [`Condition`], [`Action`], [`Rule`], [`Kind`], [`Source`], [`policy!`],
//! then [`Facts`], which conditions ask. The turnstile policy of this repository is a whole example.
//!
//! No I/O, no clock, no globals: equal requests give equal answers. It knows no backups and no WebAssembly.
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

mod truth;

mod action;
mod attribute;
mod condition;
mod id;
mod kind;
mod rule;
mod source;

mod compile;
mod list;
mod mistake;
mod tables;
mod write;

mod book;
mod policy;

pub mod contract;
mod facts;
mod index;
pub mod question;
mod world;

mod decide;
mod evaluate;
mod explain;
mod flat;
#[cfg(feature = "mutants")]
mod mutate;
mod observe;
mod order;
mod packed;
mod read;
mod survey;

pub use action::{Action, Effect, Op, Ops};
pub use attribute::{Attr, AttributeInfo, Values};
pub use book::Book;
pub use compile::Draft;
pub use condition::{Condition, REPORTED_BY_PLATFORM, SYSTEM_ROLE};
pub use contract::{ActionClass, Certainty, ConditionClass, Scope};
pub use decide::Decider;
pub use facts::{Facts, Given, Link, Others, Res, Trace, number};
pub use id::{KindId, RoleId, StateId};
pub use kind::{Kind, State};
pub use mistake::Mistake;
#[cfg(feature = "mutants")]
pub use mutate::Mutant;
pub use policy::Policy;
pub use rule::{Branch, Modes, Rule};
pub use source::{Grant, Provenance, Source};
pub use tables::Tables;
pub use truth::Truth;

/// The state of a resource that is not yet made, or gone: state 0 of every kind.
pub const ABSENT: &str = "absent";

/// The most conditions that one (mode, kind, action) may read, so that its situations stay countable.
pub const MAX_CONDITIONS: usize = 10;
