//! Makes a WebAssembly component of a policy: the one place that names the generated bindings.
//!
//! Empty on every target but wasm, so that several guests link into one native test.
#![cfg(target_family = "wasm")]

#[doc(hidden)]
pub use interlock_rules;

use interlock_rules::{Policy, contract};

/// The bindings of the contract; `interlock_rules::contract` stands in for its types, so nothing is converted.
#[doc(hidden)]
#[allow(unsafe_code, missing_docs, reason = "generated: the canonical ABI reads and writes linear memory")]
#[allow(clippy::all, unreachable_pub, reason = "generated")]
pub mod bindings {
    wit_bindgen::generate!({
        path: "../../wit",
        world: "policy",
        with: { "interlock:policy/types@0.1.0": interlock_rules::contract },
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

impl<T: Exported> bindings::exports::interlock::policy::decisions::Guest for T {
    fn describe() -> contract::Manifest {
        T::policy().describe()
    }

    fn evaluate(request: contract::Request) -> Result<contract::Decision, contract::RequestError> {
        T::policy().evaluate(&request)
    }

    fn survey(query: contract::SurveyQuery) -> Result<Vec<contract::Answer>, contract::RequestError> {
        T::policy().survey(&query)
    }

    fn observe(request: contract::Request) -> Result<contract::Situation, contract::RequestError> {
        T::policy().observe(&request)
    }

    fn decide(situation: contract::Situation) -> contract::Outcome {
        T::policy().decide(situation)
    }

    fn decide_all(situations: Vec<contract::Situation>) -> Vec<contract::Outcome> {
        situations.into_iter().map(|situation| T::policy().decide(situation)).collect()
    }
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
    };
}
