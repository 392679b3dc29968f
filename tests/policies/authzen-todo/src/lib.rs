//! The todo list of the public AuthZEN scenario: who may read, make, change and delete entries.
//!
//! Its names are the scenario's, so that its requests are asked as they stand.
#![no_std]

use interlock_rules::Values::Text;
use interlock_rules::{
    Action, Condition, ConditionClass, Facts, Grant, Kind, Modes, Op, Ops, Provenance, Rule, SYSTEM_ROLE,
    Scope, Source, State, Truth, attributes, policy,
};

#[cfg(target_family = "wasm")]
mod component;

const SCENARIO: Provenance = Provenance::stated("todo-scenario");
const CHOSEN: Provenance = Provenance::chosen("");

attributes! {
    OWNER = "ownerID", [Text], "Who made the entry, by the subject's id; absent: not known.";
}

// Conditions. Each asks the grants below.
macro_rules! may {
    ($($id:ident = $code:literal, $op:ident, $question:literal;)*) => {
        $(
            static $id: Condition = Condition::new($code, ConditionClass::Access, $question, |facts, _| {
                may(facts, $op)
            })
            .refuses("your roles do not give it to you")
            .reads(&["subject.id", "subject.roles", "target.ownerID"])
            .source(SCENARIO);
        )*
    };
}

may! {
    MAY_UPDATE = "may-update", UPDATE, "May the subject change this entry?";
    MAY_DELETE = "may-delete", DELETE, "May the subject delete this entry?";
}

static MAY_CREATE: Condition =
    Condition::new("may-create", ConditionClass::Access, "May the subject make entries?", |facts, _| {
        may(facts, CREATE)
    })
    .refuses("your roles do not give it to you")
    .reads(&["subject.id", "subject.roles"])
    .source(SCENARIO);

/// Whether a role of the subject gives it `op`, on every entry or on its own.
fn may(facts: &Facts<'_>, op: Op) -> Truth {
    let Some(subject) = facts.subject_id() else { return Truth::Unknown };
    let entry = facts.target();
    facts.granted(entry, op).fold(Truth::False, |so_far, (_, scope)| {
        so_far.or(match scope {
            Scope::Any => Truth::True,
            _ => entry.says(OWNER, subject),
        })
    })
}

static READ_USER: Action = Action::operation("can_read_user", "looked up", "Looks a user up.");
static READ_TODOS: Action = Action::operation("can_read_todos", "read", "Reads the list of entries.");
static CREATE_TODO: Action =
    Action::operation("can_create_todo", "made", "Adds an entry to the list.").guarded_by(&MAY_CREATE);
static UPDATE_TODO: Action =
    Action::operation("can_update_todo", "changed", "Changes an entry, or ticks it off.")
        .guarded_by(&MAY_UPDATE);
static DELETE_TODO: Action =
    Action::operation("can_delete_todo", "deleted", "Takes an entry off the list.").guarded_by(&MAY_DELETE);

static OPERATIONS: &[&Action] = &[&READ_USER, &READ_TODOS, &CREATE_TODO, &UPDATE_TODO, &DELETE_TODO];

// Their positions in the list above.
const CREATE: Op = Op(2);
const UPDATE: Op = Op(3);
const DELETE: Op = Op(4);

static USER: Kind = Kind::new(
    "user",
    "Users",
    "user",
    &[State::new("known", "Known", "An account of the application.", SCENARIO).observed()],
    SCENARIO,
)
.rules(&[Rule::of(&READ_USER).from(&["known"]).source(SCENARIO)]);

// The scenario asks about the list, and about making an entry, with the id of an entry that stands for all: so both are
// offered whether or not there is an entry of that id.
static TODO: Kind = Kind::new(
    "todo",
    "Entries",
    "entry",
    &[State::new("listed", "Listed", "It is on the list.", CHOSEN)],
    SCENARIO,
)
.rules(&[
    Rule::of(&READ_TODOS).from(&["absent", "listed"]).source(SCENARIO),
    Rule::of(&CREATE_TODO).from(&["absent", "listed"]).to("listed").source(SCENARIO),
    Rule::of(&UPDATE_TODO).from(&["listed"]).source(SCENARIO),
    Rule::of(&DELETE_TODO).from(&["listed"]).to("absent").source(SCENARIO),
]);

const fn grant(role: &'static str, op: Op, scope: Scope) -> Grant {
    Grant { role, modes: Modes::ALL, kind: "todo", actions: Ops::of(&[op]), scope }
}

/// Everyone may read, so that reading is granted to nobody.
static GRANTS: &[Grant] = &[
    grant("editor", CREATE, Scope::Any),
    grant("editor", UPDATE, Scope::Owned),
    grant("editor", DELETE, Scope::Owned),
    grant("admin", CREATE, Scope::Any),
    grant("admin", UPDATE, Scope::Owned),
    grant("admin", DELETE, Scope::Any),
    grant("evil_genius", CREATE, Scope::Any),
    grant("evil_genius", UPDATE, Scope::Any),
];

static SOURCE: Source = Source {
    name: "authzen-todo",
    version: "0.1.0",
    title: "AuthZEN todo scenario",
    modes: &["normal"],
    kinds: &[&USER, &TODO],
    operations: OPERATIONS,
    attributes: ATTRIBUTES,
    together: &[],
    roles: &["viewer", "editor", "admin", "evil_genius", SYSTEM_ROLE],
    grants: GRANTS,
    everywhere: &[],
    // Everyone may read the whole list.
    visible: |_, _| true,
};

policy! {
    /// The todo scenario's policy.
    pub POLICY = SOURCE
}
