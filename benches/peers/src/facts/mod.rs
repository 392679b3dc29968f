//! Bare facts: mode, kind, state and action in names, and every condition of the action answered by the caller.
//!
//! The rules are those of the shipped policy's manifest, of every operation in both modes. Each engine is told them in
//! its own language, by a program; none is typed by hand.

mod casbin;
mod cedar;
mod cel;
mod interlock;
mod question;
mod regorus;
mod rules;

pub use casbin::Casbin;
pub use cedar::Cedar;
pub use cel::Cel;
pub use interlock::{Interlock, manifest, native};
pub use question::{Question, draw};
pub use regorus::Regorus;
pub use rules::{Clause, Offer, Rules};

pub(crate) use casbin::enforcer;
pub(crate) use cel::holds;
pub(crate) use regorus::compile;

use crate::Engine;

/// Holds every engine against Interlock, on `count` questions, and returns how many are permitted.
///
/// # Panics
///
/// Where one says otherwise; the message has the question.
pub fn agree(mut interlock: impl Engine<Question = Question>, count: usize) -> usize {
    let questions = draw(count);
    let expected: Vec<bool> = questions.iter().map(|question| interlock.answer(question)).collect();
    check("cedar", Cedar::sliced(), &questions, &expected);
    check("cedar, not sliced", Cedar::whole(), &questions, &expected);
    check("regorus", Regorus::new(), &questions, &expected);
    check("casbin", Casbin::new(), &questions, &expected);
    check("cel", Cel::new(), &questions, &expected);
    expected.into_iter().filter(|&permitted| permitted).count()
}

fn check(
    name: &str,
    mut engine: impl Engine<Question = Question>,
    questions: &[Question],
    expected: &[bool],
) {
    for (question, &expected) in questions.iter().zip(expected) {
        assert_eq!(engine.answer(question), expected, "{name}: {question:?}");
    }
}
