//! Row 4: virtual machines; classic mode only; they go by their cluster. Backing one up is creating a backup
//! of object type `vm`, restoring one is creating a restore.

use interlock_rules::{Action, Kind, Provenance, Rule, State};

use crate::actions::VIEW;
use crate::effects::CUSTOM_RULES_FAIL;
use crate::events::STARTED;
use crate::modes::CLASSIC;

/// What tells whether one may be viewed: its own access, else that of its cluster.
const SIGHT: &[&str] = &[
    "subject.roles",
    "subject.state",
    "related.virtual-machine.access",
    "related.virtual-machine.cluster",
    "related.cluster.access",
];

static PAUSED: Action = Action::event("paused", "The machine is paused.");
static STOPPED: Action = Action::event("stopped", "The machine is stopped.");
static APPEARED: Action = Action::event("appeared", "The machine is there.");
static REMOVED: Action = Action::event("removed", "The machine is gone.");

pub(super) static VIRTUAL_MACHINE: Kind = Kind::new(
    "virtual-machine",
    "Virtual Machines",
    "virtual machine",
    &[
        State::new("paused", "Paused", "Pre-exec and post-exec rules fail.", Provenance::stated("SM")),
        State::new("running", "Running", "Operational.", Provenance::stated("SM")),
        State::new("stopped", "Stopped", "Pre-exec and post-exec rules fail.", Provenance::stated("SM")),
    ],
    Provenance::stated("SM FM"),
)
.only_in(CLASSIC)
.seen_by(SIGHT)
.rules(&[
    Rule::of(&VIEW).from(&["paused", "running", "stopped"]).source(Provenance::stated("PR SA")),
    Rule::of(&PAUSED)
        .from(&["running"])
        .to("paused")
        .effects(&[&CUSTOM_RULES_FAIL])
        .source(Provenance::stated("T30 SM")),
    Rule::of(&STOPPED)
        .from(&["running"])
        .to("stopped")
        .effects(&[&CUSTOM_RULES_FAIL])
        .source(Provenance::stated("T31 SM")),
    Rule::of(&STARTED).from(&["paused", "stopped"]).to("running").source(Provenance::inferred("T32")),
    Rule::of(&APPEARED).from(&["absent"]).to("running").source(Provenance::chosen("G05")),
    Rule::of(&REMOVED).from(&["paused", "running", "stopped"]).to("absent").source(Provenance::chosen("G06")),
]);
