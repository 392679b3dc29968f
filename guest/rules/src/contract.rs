//! The contract's records as plain types: what callers say and hear.
//!
//! Field by field what `wit/policy.wit` defines; their documentation is the contract's. What comes in is borrowed:
//! a component reads requests where the host put them.
#![allow(missing_docs, reason = "documented item by item in the contract, `wit/policy.wit`")]

use alloc::string::String;
use alloc::vec::Vec;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attribute<'a> {
    pub name: &'a str,
    pub value: &'a str,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observation<'a> {
    pub kind: &'a str,
    pub id: &'a str,
    pub state: &'a str,
    pub attributes: Vec<Attribute<'a>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject<'a> {
    pub id: &'a str,
    pub roles: Vec<&'a str>,
    pub attributes: Vec<Attribute<'a>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Coverage {
    Partial,
    Complete,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request<'a> {
    pub mode: &'a str,
    pub subject: Option<Subject<'a>>,
    pub action: &'a str,
    pub target: Observation<'a>,
    pub related: Vec<Observation<'a>>,
    pub parameters: Vec<Attribute<'a>>,
    pub coverage: Coverage,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SurveyQuery<'a> {
    pub mode: &'a str,
    pub subject: Option<Subject<'a>>,
    pub actions: Vec<&'a str>,
    pub targets: Vec<Observation<'a>>,
    pub related: Vec<Observation<'a>>,
    pub parameters: Vec<Attribute<'a>>,
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
    pub kind: &'static str,
    pub id: String,
    pub state: &'static str,
    pub visible: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    pub code: &'static str,
    pub class: ConditionClass,
    pub message: String,
    pub evidence: Vec<Reference>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effect {
    pub code: &'static str,
    pub message: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WayOut {
    pub action: &'static str,
    pub from_states: Vec<&'static str>,
    pub needs: Vec<&'static str>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    pub verdict: Verdict,
    pub reasons: Vec<Reason>,
    pub next_state: Option<&'static str>,
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

/// Laid out as the canonical ABI does, so that a component reads many of them where the host put them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
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

/// Laid out as the canonical ABI does, so that a survey's answers cross as they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
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
