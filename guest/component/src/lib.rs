//! Makes a WebAssembly component of a policy: the one place that names the generated bindings.
//!
//! The bindings say what the module exports, and answer nothing: they would copy each string and free it again,
//! and weigh more than the policies. Here a request is read where the host put it and an answer is laid out in one
//! piece. These exports carry names of their own, and take the place of the generated ones when the module becomes
//! a component.
//!
//! Empty on every target but wasm, so that several guests link into one native test.
#![cfg(target_family = "wasm")]
#![no_std]

extern crate alloc;

mod arena;
mod image;
mod outcome;
mod request;

use alloc::string::String;
use alloc::vec::Vec;

#[doc(hidden)]
pub use interlock_rules;
#[doc(hidden)]
pub use interlock_rules::contract::Situation;
#[doc(hidden)]
pub use outcome::RawOutcome;
#[doc(hidden)]
pub use request::{List, RawRequest, RawSurveyQuery, Text};

use bindings::exports::interlock::policy::decisions;
use image::Image;
use interlock_rules::{Decider, Policy, contract};

#[global_allocator]
static ALLOCATOR: arena::Arena = arena::Arena::new();

/// A policy has nobody to tell of a panic but its host, which sees the trap; without messages the machinery
/// that would format them stays out of the component.
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}

/// The bindings of the contract.
#[doc(hidden)]
#[allow(unsafe_code, missing_docs, reason = "generated: the canonical ABI reads and writes linear memory")]
#[allow(clippy::all, unreachable_pub, reason = "generated")]
pub mod bindings {
    wit_bindgen::generate!({
        path: "../../wit",
        world: "policy",
        pub_export_macro: true,
        export_macro_name: "export",
        default_bindings_module: "interlock_component::bindings",
    });
}

/// A policy that [`export_policy!`] exports.
pub trait Exported {
    /// The policy.
    fn policy() -> &'static Policy;
}

/// Others stand in for all of them.
impl<T: Exported> decisions::Guest for T {
    fn describe() -> decisions::Manifest {
        core::arch::wasm32::unreachable()
    }

    fn evaluate(_: decisions::Request) -> Result<decisions::Decision, decisions::RequestError> {
        core::arch::wasm32::unreachable()
    }

    fn survey(_: decisions::SurveyQuery) -> Result<Vec<decisions::Answer>, decisions::RequestError> {
        core::arch::wasm32::unreachable()
    }

    fn observe(_: decisions::Request) -> Result<decisions::Situation, decisions::RequestError> {
        core::arch::wasm32::unreachable()
    }

    fn decide(_: decisions::Situation) -> decisions::Outcome {
        core::arch::wasm32::unreachable()
    }

    fn decide_all(_: Vec<decisions::Situation>) -> Vec<decisions::Outcome> {
        core::arch::wasm32::unreachable()
    }

    fn evaluate_packed(_: Vec<u8>, _: String) -> Vec<u8> {
        core::arch::wasm32::unreachable()
    }

    fn survey_packed(_: Vec<u8>, _: String) -> Vec<u32> {
        core::arch::wasm32::unreachable()
    }

    fn texts() -> Vec<String> {
        core::arch::wasm32::unreachable()
    }
}

/// An answer laid out for the host, which reads it before [`forget`].
pub type Laid = *const u32;

/// `describe`.
#[doc(hidden)]
pub fn describe(policy: &Policy) -> Laid {
    Image::of_manifest(policy.book()).leak().as_ptr()
}

/// `evaluate`.
#[doc(hidden)]
pub fn evaluate(policy: &'static Policy, request: &RawRequest) -> Laid {
    lay(policy, policy.evaluate_flat(&request.question()), image::DECISION)
}

/// `observe`.
#[doc(hidden)]
pub fn observe(policy: &'static Policy, request: &RawRequest) -> Laid {
    lay(policy, policy.observe(&request.question()).map(|situation| situation.flat()), image::SITUATION)
}

/// `survey`: its answers are laid out already.
#[doc(hidden)]
pub fn survey(policy: &'static Policy, query: &RawSurveyQuery) -> Laid {
    match policy.survey(&query.question()) {
        Ok(answers) => {
            let answers = answers.leak();
            Vec::from([0, answers.as_ptr().addr() as u32, answers.len() as u32]).leak().as_ptr()
        }
        Err(error) => lay(policy, Err(error), &[]),
    }
}

/// `decide`. The host calls nothing afterwards, so what earlier calls left is taken back first.
#[doc(hidden)]
pub fn decide(policy: &Policy, situation: Situation) -> *const RawOutcome {
    ALLOCATOR.reset();
    Vec::from([RawOutcome::of(policy.decide(situation))]).leak().as_ptr()
}

/// `decide-all`.
#[doc(hidden)]
pub fn decide_all(policy: &'static Policy, situations: &List<Situation>) -> Laid {
    let mut decider = Decider::new(policy);
    let mut outcomes = Vec::with_capacity(situations.items().len());
    for &situation in situations.items() {
        outcomes.push(RawOutcome::of(decider.decide(situation)));
    }
    list(outcomes)
}

/// `texts`.
#[doc(hidden)]
pub fn texts(policy: &Policy) -> Laid {
    list(policy.book().texts().map(|text| [text.as_ptr().addr() as u32, text.len() as u32]).collect())
}

/// `evaluate-packed`.
#[doc(hidden)]
pub fn evaluate_packed(policy: &'static Policy, numbers: &List<u8>, text: &Text) -> Laid {
    list(policy.evaluate_packed(numbers.items(), text.as_ref()).unwrap_or_default())
}

/// `survey-packed`.
#[doc(hidden)]
pub fn survey_packed(policy: &'static Policy, numbers: &List<u8>, text: &Text) -> Laid {
    list(policy.survey_packed(numbers.items(), text.as_ref()).unwrap_or_default())
}

/// A list as the result of a function.
fn list<T>(items: Vec<T>) -> Laid {
    let items = items.leak();
    Vec::from([items.as_ptr().addr() as u32, items.len() as u32]).leak().as_ptr()
}

fn lay(policy: &Policy, answer: Result<Vec<u8>, contract::RequestError>, schema: &[u8]) -> Laid {
    let image = match answer {
        Ok(flat) => Image::of_result(policy.book(), true, schema, &flat),
        Err(error) => Image::of_result(policy.book(), false, image::REQUEST_ERROR, &error.flat()),
    };
    image.leak().as_ptr()
}

/// Frees an answer and the request it was for: everything, since a policy keeps nothing between calls.
#[doc(hidden)]
pub fn forget() {
    ALLOCATOR.reset();
}

/// Exports a static [`Policy`] under the contract's world.
#[macro_export]
macro_rules! export_policy {
    ($policy:path) => {
        struct Component;

        impl $crate::Exported for Component {
            fn policy() -> &'static $crate::interlock_rules::Policy {
                &$policy
            }
        }

        $crate::bindings::export!(Component with_types_in $crate::bindings);

        #[unsafe(export_name = "stand-in describe")]
        extern "C" fn describe() -> $crate::Laid {
            $crate::describe(&$policy)
        }

        #[unsafe(export_name = "stand-in evaluate")]
        extern "C" fn evaluate(request: &$crate::RawRequest) -> $crate::Laid {
            $crate::evaluate(&$policy, request)
        }

        #[unsafe(export_name = "stand-in observe")]
        extern "C" fn observe(request: &$crate::RawRequest) -> $crate::Laid {
            $crate::observe(&$policy, request)
        }

        #[unsafe(export_name = "stand-in survey")]
        extern "C" fn survey(query: &$crate::RawSurveyQuery) -> $crate::Laid {
            $crate::survey(&$policy, query)
        }

        #[unsafe(export_name = "stand-in decide")]
        extern "C" fn decide(
            mode: u8,
            kind: u8,
            state: u8,
            action: u8,
            holds: u32,
            known: u32,
        ) -> *const $crate::RawOutcome {
            $crate::decide(&$policy, $crate::Situation { mode, kind, state, action, holds, known })
        }

        #[unsafe(export_name = "stand-in decide-all")]
        extern "C" fn decide_all(first: *const $crate::Situation, length: usize) -> $crate::Laid {
            $crate::decide_all(&$policy, &$crate::List::new(first, length))
        }

        #[unsafe(export_name = "stand-in texts")]
        extern "C" fn texts() -> $crate::Laid {
            $crate::texts(&$policy)
        }

        #[unsafe(export_name = "stand-in evaluate-packed")]
        extern "C" fn evaluate_packed(
            numbers: *const u8,
            length: usize,
            text: *const u8,
            bytes: usize,
        ) -> $crate::Laid {
            $crate::evaluate_packed(
                &$policy,
                &$crate::List::new(numbers, length),
                &$crate::List::new(text, bytes),
            )
        }

        #[unsafe(export_name = "stand-in survey-packed")]
        extern "C" fn survey_packed(
            numbers: *const u8,
            length: usize,
            text: *const u8,
            bytes: usize,
        ) -> $crate::Laid {
            $crate::survey_packed(
                &$policy,
                &$crate::List::new(numbers, length),
                &$crate::List::new(text, bytes),
            )
        }

        #[unsafe(export_name = "stand-in forget")]
        extern "C" fn forget(_: $crate::Laid) {
            $crate::forget();
        }
    };
}
