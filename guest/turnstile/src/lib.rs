//! A coin turnstile: the smallest policy, and the example for authors.
//!
//! A turnstile is locked until a coin is dropped in; a push lets one person through and locks it again.
//! When it is jammed nothing moves. That is all; read it from top to bottom, then copy it.
#![no_std]

use interlock_rules::Values::Flag;
use interlock_rules::{
    Action, Condition, ConditionClass, Effect, Facts, Kind, Provenance, Rule, Source, State, Trace, Truth,
    attributes, policy,
};

#[cfg(target_family = "wasm")]
mod component;

// 1. Where the rules come from. Every state, condition and rule says so.
const SIGN: Provenance = Provenance::stated("sign-on-the-wall");
const CHOSEN: Provenance = Provenance::chosen("");

// 2. What callers may say of a turnstile. Absence has a meaning, and the sentence gives it.
attributes! {
    JAMMED = "jammed", [Flag], "Whether the arm is stuck; absent: not known.";
}

// 3. Conditions: yes/no questions, answered with true, false or unknown; yes is what an action needs.
fn moves(facts: &Facts<'_>, _: &mut Trace) -> Truth {
    !Truth::known(facts.target().flag(JAMMED))
}

static NOT_JAMMED: Condition =
    Condition::new("not-jammed", ConditionClass::Target, "Does the arm move freely?", moves)
        .refuses("its arm is jammed")
        .reads(&["target.jammed"])
        .source(SIGN);

// 4. Actions. A subject asks for an operation; the platform reports an event.
static COIN: Action = Action::operation("coin", "given a coin", "Drops a coin into the slot.");
static PUSH: Action = Action::operation("push", "pushed", "Pushes the arm to walk through.");
static INSTALLED: Action = Action::event("installed", "A turnstile is put up.");
static REMOVED: Action = Action::event("removed", "A turnstile is taken down.");

// 5. What follows besides the next state.
static COIN_KEPT: Effect = Effect::new("coin-kept", "The coin falls into the box.");
static PASSAGE_COUNTED: Effect = Effect::new("passage-counted", "The counter goes up by one.");

// 6. The kind: its states (besides `absent`), and rules that say from which states an action is offered,
//    what it requires and where it leads. What is not written here is refused.
static TURNSTILE: Kind = Kind::new(
    "turnstile",
    "Turnstile",
    "turnstile",
    &[
        State::new("locked", "Locked", "The arm does not give way.", SIGN),
        State::new("unlocked", "Unlocked", "The arm gives way once.", SIGN),
    ],
    SIGN,
)
.rules(&[
    Rule::of(&INSTALLED).from(&["absent"]).to("locked").source(CHOSEN),
    Rule::of(&COIN)
        .from(&["locked", "unlocked"])
        .requires(&[&NOT_JAMMED])
        .to("unlocked")
        .effects(&[&COIN_KEPT])
        .source(SIGN),
    Rule::of(&PUSH)
        .from(&["unlocked"])
        .requires(&[&NOT_JAMMED])
        .to("locked")
        .effects(&[&PASSAGE_COUNTED])
        .source(SIGN),
    Rule::of(&REMOVED).from(&["locked", "unlocked"]).to("absent").source(CHOSEN),
]);

static SOURCE: Source = Source {
    name: "turnstile",
    version: "0.1.0",
    title: "Coin turnstile",
    modes: &["normal"],
    kinds: &[&TURNSTILE],
    operations: &[&COIN, &PUSH],
    attributes: ATTRIBUTES,
    together: &[],
    // Anyone may use a turnstile, so there are no roles but the platform's own.
    roles: &[interlock_rules::SYSTEM_ROLE],
    grants: &[],
    everywhere: &[],
    visible: |_, _| true,
};

// 7. Checked as it compiles: a mistake above stops the build with a sentence that names it.
policy! {
    /// The turnstile policy.
    pub POLICY = SOURCE
}
