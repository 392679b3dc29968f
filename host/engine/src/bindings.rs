//! Types and calls of the contract, generated from its text. Everything else speaks
//! [`interlock_model`]; [`convert`](crate::convert) goes between the two.

wasmtime::component::bindgen!({
    path: "../../wit",
    world: "policy",
    // What is only sent borrows, so that a request is lowered without copying its text first.
    ownership: Borrowing { duplicate_if_necessary: false },
});

pub(crate) use self::exports::interlock::policy::decisions::{self as types, Guest};
