//! A source with a mistake is refused with a sentence that names it, and where it is.

use interlock_rules::Values::{self, Flag, Link};
use interlock_rules::{
    Action, AttributeInfo, Branch, Condition, ConditionClass, Draft, Effect, Grant, Kind, Modes, Ops,
    Provenance, Rule, Scope, Source, State, Truth,
};

const SIGN: Provenance = Provenance::stated("sign");

static TURN: Action = Action::operation("turn", "turned", "Turns it.");
static BREAK: Action = Action::event("break", "It breaks.");

macro_rules! condition {
    ($id:ident, $code:literal) => {
        static $id: Condition = Condition::new($code, ConditionClass::Target, $code, |_, _| Truth::Unknown);
    };
}
condition!(OILED, "oiled");
static SAME_CODE: Condition = Condition::new("oiled", ConditionClass::Target, "Another?", |_, _| Truth::True);

const STATES: &[State] =
    &[State::new("on", "On", "It is on.", SIGN), State::new("off", "Off", "It is off.", SIGN)];

const EMPTY: Source = Source {
    name: "knobs",
    version: "0.1.0",
    title: "Knobs",
    modes: &["normal"],
    kinds: &[],
    operations: &[&TURN],
    attributes: &[],
    together: &[],
    roles: &["user"],
    grants: &[],
    everywhere: &[],
    visible: |_, _| true,
};

/// Refuses the source of one kind `knob` with these rules, and says why.
macro_rules! refused {
    ($rules:expr) => {{
        static KNOB: Kind = Kind::new("knob", "Knob", "knob", STATES, SIGN).rules($rules);
        static SOURCE: Source = Source { kinds: &[&KNOB], ..EMPTY };
        refusal(&SOURCE)
    }};
}

fn refusal(source: &'static Source) -> String {
    Draft::new(source).err().map(|mistake| mistake.to_string()).unwrap_or_default()
}

#[test]
fn a_good_source_is_taken() {
    assert_eq!(
        refused!(&[Rule::of(&TURN).from(&["on"]).to("off"), Rule::of(&TURN).from(&["off"]).to("on")]),
        ""
    );
}

#[test]
fn two_rules_for_one_situation() {
    let why = refused!(&[Rule::of(&TURN).from(&["on", "off"]), Rule::of(&TURN).from(&["off"]).to("on")]);
    assert_eq!(why, "kind `knob`, action `turn` has two rules from one state: `off`");
}

#[test]
fn a_next_state_that_the_kind_does_not_have() {
    let why = refused!(&[Rule::of(&TURN).from(&["on"]).to("of")]);
    assert_eq!(why, "kind `knob`, action `turn` leads to a state that the kind does not have: `of`");
}

#[test]
fn a_state_that_the_kind_does_not_have() {
    let why = refused!(&[Rule::of(&TURN).from(&["one"])]);
    assert_eq!(why, "kind `knob`, action `turn` is offered from a state that the kind does not have: `one`");
}

#[test]
fn a_rule_from_nowhere() {
    assert_eq!(
        refused!(&[Rule::of(&TURN)]),
        "kind `knob`, action `turn` names no state that it is offered from"
    );
}

#[test]
fn a_next_state_that_the_mode_does_not_have() {
    static NIGHT: [State; 1] = [State::new("dark", "Dark", "It is dark.", SIGN).only_in(Modes::only(1))];
    static KNOB: Kind = Kind::new("knob", "Knob", "knob", &NIGHT, SIGN)
        .rules(&[Rule::of(&TURN).from(&["absent"]).to("dark")]);
    static SOURCE: Source = Source { kinds: &[&KNOB], modes: &["day", "night"], ..EMPTY };
    assert_eq!(
        refusal(&SOURCE),
        "kind `knob`, action `turn` leads to a state that its mode does not have: `dark`"
    );
}

#[test]
fn too_many_conditions_for_one_action() {
    condition!(C1, "c1");
    condition!(C2, "c2");
    condition!(C3, "c3");
    condition!(C4, "c4");
    condition!(C5, "c5");
    condition!(C6, "c6");
    condition!(C7, "c7");
    condition!(C8, "c8");
    condition!(C9, "c9");
    condition!(C10, "c10");
    condition!(C11, "c11");
    let why = refused!(&[
        Rule::of(&TURN).from(&["on"]).requires(&[&C1, &C2, &C3, &C4, &C5, &C6]),
        Rule::of(&TURN).from(&["off"]).requires(&[&C7, &C8, &C9, &C10, &C11]),
    ]);
    assert_eq!(
        why,
        "kind `knob`, action `turn` reads more conditions than an action may, the last being `c11`"
    );
}

#[test]
fn two_conditions_of_one_code() {
    let why = refused!(&[Rule::of(&TURN).from(&["on"]).requires(&[&OILED, &SAME_CODE])]);
    assert_eq!(why, "two different conditions are both called `oiled`");
}

#[test]
fn a_selector_that_is_also_required() {
    let why = refused!(&[Rule::of(&TURN)
        .from(&["on"])
        .requires(&[&OILED])
        .branches(&[Branch::when(&[&OILED]).to("off")])]);
    assert_eq!(why, "kind `knob`, action `turn`: a condition both selects and is required");
}

#[test]
fn an_operation_that_is_not_listed() {
    static PULL: Action = Action::operation("pull", "pulled", "Pulls it.");
    let why = refused!(&[Rule::of(&PULL).from(&["on"])]);
    assert_eq!(why, "kind `knob` has a rule for `pull`, which is not among the operations");
}

#[test]
fn two_actions_of_one_name() {
    static AGAIN: Action = Action::event("break", "Something else.");
    let why = refused!(&[Rule::of(&BREAK).from(&["on"]), Rule::of(&AGAIN).from(&["off"])]);
    assert_eq!(why, "two different actions are both called `break`");
}

#[test]
fn a_name_that_is_not_kebab_case() {
    static WRONG: Effect = Effect::new("Coin_Kept", "It is kept.");
    let why = refused!(&[Rule::of(&TURN).from(&["on"]).effects(&[&WRONG])]);
    assert_eq!(why, "the name of effect `Coin_Kept` is not kebab-case");

    static UNFINISHED: Effect = Effect::new("coin_", "It is kept.");
    let why = refused!(&[Rule::of(&TURN).from(&["on"]).effects(&[&UNFINISHED])]);
    assert_eq!(why, "the name of effect `coin_` is not kebab-case");
}

#[test]
fn underscores_may_stand_for_hyphens_and_attributes_may_have_capitals() {
    const OWNER: AttributeInfo =
        AttributeInfo { name: "ownerID", values: Values::Text, repeats: false, meaning: "Whose it is." };
    static TURN_IT: Action = Action::operation("can_turn", "turned", "Turns it.");
    static KNOB: Kind =
        Kind::new("old_knob", "Knob", "knob", STATES, SIGN).rules(&[Rule::of(&TURN_IT).from(&["on"])]);
    static SOURCE: Source =
        Source { kinds: &[&KNOB], operations: &[&TURN_IT], attributes: &[OWNER], ..EMPTY };
    assert_eq!(refusal(&SOURCE), "");

    const CAPITAL: AttributeInfo = AttributeInfo { name: "OwnerID", ..OWNER };
    static OTHER: Source =
        Source { kinds: &[&KNOB], operations: &[&TURN_IT], attributes: &[CAPITAL], ..EMPTY };
    assert_eq!(refusal(&OTHER), "the name of attribute `OwnerID` is not kebab-case");
}

#[test]
fn a_way_out_that_is_no_action() {
    static FLEE: Action = Action::operation("flee", "fled", "Runs.");
    let why = refused!(&[Rule::of(&TURN).from(&["on"]).ways_out(&[&FLEE])]);
    assert_eq!(why, "kind `knob`, action `turn` has a way out too many, or one that no rule is for: `flee`");
}

#[test]
fn a_kind_without_rules() {
    assert_eq!(refused!(&[]), "the policy has no rules");
}

#[test]
fn two_kinds_of_one_name() {
    static KNOB: Kind = Kind::new("knob", "Knob", "knob", STATES, SIGN);
    static SOURCE: Source = Source { kinds: &[&KNOB, &KNOB], ..EMPTY };
    assert_eq!(refusal(&SOURCE), "two kinds are both called `knob`");
}

#[test]
fn a_state_listed_twice() {
    static TWICE: [State; 2] = [State::new("on", "On", "On.", SIGN), State::new("on", "On", "On.", SIGN)];
    static KNOB: Kind = Kind::new("knob", "Knob", "knob", &TWICE, SIGN);
    static SOURCE: Source = Source { kinds: &[&KNOB], ..EMPTY };
    assert_eq!(refusal(&SOURCE), "kind `knob` has two states called `on`");
}

#[test]
fn absent_listed_as_a_state() {
    static GONE: [State; 1] = [State::new("absent", "Absent", "Gone.", SIGN)];
    static KNOB: Kind = Kind::new("knob", "Knob", "knob", &GONE, SIGN);
    static SOURCE: Source = Source { kinds: &[&KNOB], ..EMPTY };
    assert_eq!(refusal(&SOURCE), "kind `knob` lists `absent`, which every kind has");
}

#[test]
fn a_link_to_a_kind_that_is_not_there() {
    static SOURCE: Source = Source {
        attributes: &[
            AttributeInfo { name: "lit", values: Flag, repeats: false, meaning: "Whether it shines." },
            AttributeInfo { name: "lamp", values: Link("lamp"), repeats: false, meaning: "Its lamp." },
        ],
        ..EMPTY
    };
    assert_eq!(refusal(&SOURCE), "attribute `lamp` links to a kind that is not there: lamp");
}

#[test]
fn a_grant_to_a_role_that_is_not_listed() {
    static KNOB: Kind = Kind::new("knob", "Knob", "knob", STATES, SIGN);
    static SOURCE: Source = Source {
        kinds: &[&KNOB],
        grants: &[Grant {
            role: "boss",
            modes: Modes::ALL,
            kind: "knob",
            actions: Ops::of(&[]),
            scope: Scope::Any,
        }],
        ..EMPTY
    };
    assert_eq!(refusal(&SOURCE), "something is granted to a role that is not listed: boss");
}

#[test]
fn a_condition_that_reads_what_is_not_there() {
    static GREASED: Condition =
        Condition::new("greased", ConditionClass::Target, "Is it?", |_, _| Truth::Unknown)
            .reads(&["target.grease"]);
    let why = refused!(&[Rule::of(&TURN).from(&["on"]).requires(&[&GREASED])]);
    assert_eq!(
        why,
        "a condition reads `target.grease`, which is no attribute of a subject, resource or parameter"
    );
}

#[test]
fn a_text_of_two_lines() {
    static LONG: [State; 1] = [State::new("on", "On", "It is\non.", SIGN)];
    static KNOB: Kind =
        Kind::new("knob", "Knob", "knob", &LONG, SIGN).rules(&[Rule::of(&TURN).from(&["on"])]);
    static SOURCE: Source = Source { kinds: &[&KNOB], ..EMPTY };
    assert!(refusal(&SOURCE).starts_with("a text has two lines: It is"), "{}", refusal(&SOURCE));
}

#[test]
fn events_need_the_role_that_reports_them() {
    static KNOB: Kind = Kind::new("knob", "Knob", "knob", STATES, SIGN)
        .rules(&[Rule::of(&BREAK).from(&["on"]).to("off"), Rule::of(&BREAK).from(&["off"]).to("on")]);
    static SOURCE: Source = Source { kinds: &[&KNOB], ..EMPTY };
    assert_eq!(refusal(&SOURCE), "the policy has events, and lacks the role that reports them: system");
}

#[test]
fn a_subject_holds_at_most_thirty_two_roles() {
    static SOURCE: Source = Source { roles: &["a"; 33], ..EMPTY };
    assert_eq!(refusal(&SOURCE), "the policy has too many roles: what a subject holds is kept in 32 bits");
}
