use std::sync::LazyLock;

use interlock::Policy;
use interlock::model::{Manifest, Situation, Verdict};

use super::{Question, Rules};
use crate::Engine;

/// The shipped policy with every limit at its default: it decides by its table.
pub(super) static POLICY: LazyLock<Policy> = LazyLock::new(|| load(interlock::Engine::builder()));

/// The same without a table: its component decides.
static WITHOUT_TABLE: LazyLock<Policy> = LazyLock::new(|| load(interlock::Engine::builder().table_bytes(0)));

fn load(builder: interlock::EngineBuilder) -> Policy {
    builder.build().unwrap().load(interlock_policies::BACKUP).unwrap()
}

/// Interlock, by [`Policy::decide`].
///
/// A request is a situation: the names of the question looked up, its answers made bits.
#[derive(Clone)]
pub struct Interlock {
    policy: &'static Policy,
    rules: &'static Rules,
    /// For each offer, mode, kind and action by their indexes.
    indexes: Vec<Situation>,
}

impl Interlock {
    /// By the table.
    pub fn with_table() -> Self {
        Self::of(&POLICY)
    }

    /// By the component, for each question one call.
    pub fn without_table() -> Self {
        Self::of(&WITHOUT_TABLE)
    }

    /// The policy itself.
    pub(crate) fn policy(&self) -> &'static Policy {
        self.policy
    }

    /// What the policy knows.
    pub(crate) fn manifest(&self) -> &'static Manifest {
        self.policy.manifest()
    }

    fn of(policy: &'static Policy) -> Self {
        let rules = Rules::shipped();
        let manifest = policy.manifest();
        let indexes = rules.offers.iter().map(|offer| Situation {
            mode: manifest.mode(&offer.mode).unwrap(),
            kind: manifest.kind(&offer.kind).unwrap(),
            action: manifest.action(&offer.action).unwrap(),
            ..Situation::default()
        });
        Self { policy, rules, indexes: indexes.collect() }
    }
}

impl Engine for Interlock {
    type Question = Question;
    type Request<'q> = Situation;

    fn request(&self, question: &Question) -> Situation {
        let offer = self.rules.find(question.mode, question.kind, question.action).unwrap();
        let mut situation = self.indexes[offer];
        situation.state = self.policy.manifest().state(situation.kind, question.state).unwrap();
        let names = &self.rules.offers[offer].conditions;
        for &(name, holds) in &question.conditions {
            let bit = names.iter().position(|known| known == name).unwrap();
            situation.known |= 1 << bit;
            situation.holds |= u32::from(holds) << bit;
        }
        situation
    }

    fn permits(&mut self, &situation: &Situation) -> bool {
        self.policy.decide(situation).unwrap().verdict == Verdict::Allow
    }
}
