//! Each policy twice: as the library in this process, and as the component that ships.
#![allow(clippy::unwrap_used, clippy::panic, reason = "what a test needs is there, or the test fails")]

use std::fmt::Debug;
use std::sync::LazyLock;
use std::time::Duration;

use interlock::{Engine, EvaluateError, Policy};
use interlock_model::{Answer, Decision, Request, RequestError, Situation, SurveyQuery};
use interlock_policies as components;
use interlock_tests::Native;

const PATIENCE: Duration = Duration::from_secs(30);

/// One policy in its two forms.
pub(crate) struct Both {
    pub(crate) native: Native,
    pub(crate) component: Policy,
    /// The same, asked nothing in packed form.
    typed: Policy,
}

/// The backup policy.
pub(crate) static BACKUP: LazyLock<Both> = LazyLock::new(|| Both::new(Native::backup(), components::BACKUP));

/// The turnstile policy.
pub(crate) static TURNSTILE: LazyLock<Both> =
    LazyLock::new(|| Both::new(Native::turnstile(), components::TURNSTILE));

impl Both {
    fn new(native: Native, component: &[u8]) -> Self {
        // Answers are compared here, not timed: a busy machine must not make them late.
        // And it is the component that is asked, not the table of what it once said.
        let load = |packed| {
            let engine = Engine::builder().call_deadline(PATIENCE).batch_deadline(PATIENCE).table_bytes(0);
            engine.packed(packed).build().unwrap().load(component).unwrap()
        };
        Self { native, component: load(true), typed: load(false) }
    }

    /// The answer on which both forms agree, however the component is asked.
    #[track_caller]
    pub(crate) fn evaluate(&self, request: &Request) -> Result<Decision, RequestError> {
        let packed = self.component.evaluate(request);
        agreed(agreed(self.native.evaluate(request), packed), self.typed.evaluate(request))
    }

    /// The answer on which both forms agree.
    #[track_caller]
    pub(crate) fn observe(&self, request: &Request) -> Result<Situation, RequestError> {
        agreed(self.native.observe(request), self.component.observe(request))
    }

    /// The answer on which both forms agree, however the component is asked.
    #[track_caller]
    pub(crate) fn survey(&self, query: &SurveyQuery) -> Result<Vec<Answer>, RequestError> {
        let packed = self.component.survey(query);
        agreed(agreed(self.native.survey(query), packed), self.typed.survey(query))
    }
}

#[track_caller]
fn agreed<T: Debug + PartialEq>(
    native: Result<T, RequestError>,
    component: Result<T, EvaluateError>,
) -> Result<T, RequestError> {
    let component = match component {
        Ok(answer) => Ok(answer),
        Err(EvaluateError::Request(mistake)) => Err(mistake),
        Err(EvaluateError::Call(failure)) => panic!("the component did not answer: {failure}"),
    };
    assert_eq!(native, component, "the library (left) and the component (right) differ");
    native
}
