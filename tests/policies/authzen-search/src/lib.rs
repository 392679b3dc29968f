//! The records of the public AuthZEN search scenario: who may view, edit and delete which.
#![no_std]

use interlock_rules::Values::Text;
use interlock_rules::{
    Action, Condition, ConditionClass, Facts, Kind, Provenance, RoleId, Rule, SYSTEM_ROLE, Source, State,
    Truth, attributes, policy,
};

#[cfg(target_family = "wasm")]
mod component;

const SCENARIO: Provenance = Provenance::stated("search-scenario");
const CHOSEN: Provenance = Provenance::chosen("");

attributes! {
    OWNER = "owner", [Text], "Whose record it is, by the subject's id; absent: not known.";
    DEPARTMENT = "department", [Text], "Where the record belongs, or the subject works; absent: not known.";
}

const ROLES: &[&str] = &["manager", "employee", "contractor", SYSTEM_ROLE];
const MANAGER: RoleId = RoleId::of(ROLES, "manager");

fn owns(facts: &Facts<'_>) -> Truth {
    facts.subject_id().map_or(Truth::Unknown, |subject| facts.target().says(OWNER, subject))
}

fn manages(facts: &Facts<'_>) -> Truth {
    Truth::known(facts.has_role(MANAGER))
}

fn works_there(facts: &Facts<'_>) -> Truth {
    facts
        .subject_get(DEPARTMENT)
        .map_or(Truth::Unknown, |department| facts.target().says(DEPARTMENT, department))
}

const READS: &[&str] =
    &["subject.id", "subject.roles", "subject.department", "target.owner", "target.department"];

fn may_view(facts: &Facts<'_>) -> Truth {
    owns(facts).or(manages(facts)).or(works_there(facts))
}

fn may_edit(facts: &Facts<'_>) -> Truth {
    owns(facts).or(manages(facts).and(works_there(facts)))
}

static MAY_VIEW: Condition =
    Condition::new("may-view", ConditionClass::Access, "May the subject view it?", |facts, _| {
        may_view(facts)
    })
    .refuses("it is neither yours nor your department's, and you are no manager")
    .reads(READS)
    .source(SCENARIO);

static MAY_EDIT: Condition =
    Condition::new("may-edit", ConditionClass::Access, "May the subject edit it?", |facts, _| {
        may_edit(facts)
    })
    .refuses("it is not yours, nor do you manage its department")
    .reads(READS)
    .source(SCENARIO);

static MAY_DELETE: Condition =
    Condition::new("may-delete", ConditionClass::Access, "May the subject delete it?", |facts, _| {
        owns(facts)
    })
    .refuses("it is not yours")
    .reads(&["subject.id", "target.owner"])
    .source(SCENARIO);

static VIEW: Action = Action::operation("view", "viewed", "Reads it.").guarded_by(&MAY_VIEW);
static EDIT: Action = Action::operation("edit", "edited", "Changes it.").guarded_by(&MAY_EDIT);
static DELETE: Action = Action::operation("delete", "deleted", "Removes it.").guarded_by(&MAY_DELETE);
static FILED: Action = Action::event("filed", "A record is filed.");

static RECORD: Kind = Kind::new(
    "record",
    "Records",
    "record",
    &[State::new("present", "Present", "It is there.", CHOSEN)],
    SCENARIO,
)
.rules(&[
    Rule::of(&FILED).from(&["absent"]).to("present").source(CHOSEN),
    Rule::of(&VIEW).from(&["present"]).source(SCENARIO),
    Rule::of(&EDIT).from(&["present"]).source(SCENARIO),
    Rule::of(&DELETE).from(&["present"]).to("absent").source(SCENARIO),
]);

static SOURCE: Source = Source {
    name: "authzen-search",
    version: "0.1.0",
    title: "AuthZEN search scenario",
    modes: &["normal"],
    kinds: &[&RECORD],
    operations: &[&VIEW, &EDIT, &DELETE],
    attributes: ATTRIBUTES,
    together: &[],
    roles: ROLES,
    // Departments decide, which no grant tells.
    grants: &[],
    everywhere: &[],
    visible: |facts, record| may_view(&facts.about(record)) == Truth::True,
};

policy! {
    /// The search scenario's policy.
    pub POLICY = SOURCE
}
