use std::sync::LazyLock;

use interlock_analysis::Decide;
use interlock_model::{Manifest, Outcome, Situation, Verdict};
use interlock_tests::Native;

use super::{Question, Rules};
use crate::Engine;

/// The shipped policy as a Rust library: it says what the rules are, and what is permitted where nothing is timed.
static NATIVE: LazyLock<Native> = LazyLock::new(Native::backup);

/// What the shipped policy knows.
pub fn manifest() -> &'static Manifest {
    NATIVE.manifest()
}

/// Interlock.
///
/// A request is a situation: the names of the question looked up, its answers made bits.
#[derive(Clone)]
pub struct Interlock<D> {
    decide: D,
    rules: &'static Rules,
    /// For each offer, mode, kind and action by their indexes.
    indexes: Vec<Situation>,
}

/// By the rules as a Rust library, in this process.
pub fn native() -> Interlock<impl Fn(Situation) -> Outcome + Clone + Send> {
    Interlock::by(|situation| NATIVE.decide(situation))
}

impl<D: Fn(Situation) -> Outcome + Clone + Send> Interlock<D> {
    /// By a function that decides situations as the shipped policy does.
    pub fn by(decide: D) -> Self {
        let rules = Rules::shipped();
        let manifest = manifest();
        let indexes = rules.offers.iter().map(|offer| Situation {
            mode: manifest.mode(&offer.mode).unwrap(),
            kind: manifest.kind(&offer.kind).unwrap(),
            action: manifest.action(&offer.action).unwrap(),
            ..Situation::default()
        });
        Self { decide, rules, indexes: indexes.collect() }
    }
}

impl<D: Fn(Situation) -> Outcome + Clone + Send> Engine for Interlock<D> {
    type Question = Question;
    type Request<'q> = Situation;

    fn request(&self, question: &Question) -> Situation {
        let offer = self.rules.find(question.mode, question.kind, question.action).unwrap();
        let mut situation = self.indexes[offer];
        situation.state = manifest().state(situation.kind, question.state).unwrap();
        let names = &self.rules.offers[offer].conditions;
        for &(name, holds) in &question.conditions {
            let bit = names.iter().position(|known| known == name).unwrap();
            situation.known |= 1 << bit;
            situation.holds |= u32::from(holds) << bit;
        }
        situation
    }

    fn permits(&mut self, &situation: &Situation) -> bool {
        (self.decide)(situation).verdict == Verdict::Allow
    }
}
