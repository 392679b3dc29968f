//! The contract's records as plain types: what callers say and hear.
//!
//! Field by field what `wit/policy.wit` defines, so that a component's bindings use these types themselves
//! and nothing is converted at the boundary. Their documentation is the contract's.
#![allow(missing_docs, reason = "documented item by item in the contract, `wit/policy.wit`")]

use alloc::string::String;
use alloc::vec::Vec;

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Attribute {
    pub name: String,
    pub value: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observation {
    pub kind: String,
    pub id: String,
    pub state: String,
    pub attributes: Vec<Attribute>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    pub id: String,
    pub roles: Vec<String>,
    pub attributes: Vec<Attribute>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Coverage {
    Partial,
    Complete,
}

impl Coverage {
    /// From the number that stands for it at the boundary; bindings call it, having checked the range.
    #[doc(hidden)]
    #[must_use]
    pub fn _lift(discriminant: u8) -> Self {
        if discriminant == Self::Complete as u8 { Self::Complete } else { Self::Partial }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    pub mode: String,
    pub subject: Option<Subject>,
    pub action: String,
    pub target: Observation,
    pub related: Vec<Observation>,
    pub parameters: Vec<Attribute>,
    pub coverage: Coverage,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SurveyQuery {
    pub mode: String,
    pub subject: Option<Subject>,
    pub actions: Vec<String>,
    pub targets: Vec<Observation>,
    pub related: Vec<Observation>,
    pub parameters: Vec<Attribute>,
    pub coverage: Coverage,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Verdict {
    Allow,
    Deny,
    Depends,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum ConditionClass {
    Mode,
    Access,
    Target,
    Related,
    Parameter,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    pub kind: String,
    pub id: String,
    pub state: String,
    pub visible: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    pub code: String,
    pub class: ConditionClass,
    pub message: String,
    pub evidence: Vec<Reference>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effect {
    pub code: String,
    pub message: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WayOut {
    pub action: String,
    pub from_states: Vec<String>,
    pub needs: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    pub verdict: Verdict,
    pub reasons: Vec<Reason>,
    pub next_state: Option<String>,
    pub effects: Vec<Effect>,
    pub ways_out: Vec<WayOut>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RequestError {
    UnknownMode(String),
    UnknownKind(String),
    UnknownState(String),
    UnknownAction(String),
    Invalid(String),
    Other(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Situation {
    pub mode: u8,
    pub kind: u8,
    pub state: u8,
    pub action: u8,
    pub holds: u32,
    pub known: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Cause {
    Conditions,
    NotInMode,
    NotOffered,
    NotFromState,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    pub verdict: Verdict,
    pub cause: Cause,
    pub reasons: u32,
    pub next_state: Option<u8>,
    pub effects: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    pub target: u32,
    pub action: u32,
    pub verdict: Verdict,
    pub cause: Cause,
    pub reasons: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Certainty {
    Stated,
    Inferred,
    Implied,
    Default,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provenance {
    pub certainty: Certainty,
    pub sources: Vec<String>,
    pub note: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StateInfo {
    pub name: String,
    pub title: String,
    pub meaning: String,
    pub modes: Vec<u8>,
    pub observed_only: bool,
    pub provenance: Provenance,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum ActionClass {
    Operation,
    Event,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActionInfo {
    pub name: String,
    pub title: String,
    pub class: ActionClass,
    pub meaning: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConditionInfo {
    pub code: String,
    pub class: ConditionClass,
    pub question: String,
    pub reads: Vec<String>,
    pub provenance: Provenance,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EffectInfo {
    pub code: String,
    pub meaning: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputInfo {
    pub path: String,
    pub meaning: String,
    pub values: Vec<String>,
    pub links_to: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Branch {
    pub when: u32,
    pub unless: u32,
    pub requires: u32,
    pub next_state: Option<u8>,
    pub effects: u32,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    pub from_states: Vec<u8>,
    pub requires: u32,
    pub branches: Vec<Branch>,
    pub alternatives: Vec<u8>,
    pub provenance: Provenance,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    pub mode: u8,
    pub kind: u8,
    pub action: u8,
    pub conditions: Vec<u16>,
    pub selectors: u32,
    pub effects: Vec<u16>,
    pub from_states: Vec<u8>,
    pub rules: Vec<Rule>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KindInfo {
    pub name: String,
    pub title: String,
    pub modes: Vec<u8>,
    pub states: Vec<StateInfo>,
    pub provenance: Provenance,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Scope {
    Owned,
    Granted,
    Any,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    pub role: String,
    pub mode: u8,
    pub kind: u8,
    pub actions: Vec<u8>,
    pub scope: Scope,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    pub name: String,
    pub version: String,
    pub title: String,
    pub modes: Vec<String>,
    pub kinds: Vec<KindInfo>,
    pub actions: Vec<ActionInfo>,
    pub conditions: Vec<ConditionInfo>,
    pub effects: Vec<EffectInfo>,
    pub inputs: Vec<InputInfo>,
    pub offers: Vec<Offer>,
    pub roles: Vec<String>,
    pub grants: Vec<Grant>,
}
