use serde::{Deserialize, Serialize};

/// What kind of question a condition asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum ConditionClass {
    /// Ruled out by the mode whatever else holds.
    Mode,
    /// Who may: roles, ownership, shares.
    Access,
    /// The target's own attributes.
    Target,
    /// Other resources.
    Related,
    /// The action's parameters.
    Parameter,
}

impl ConditionClass {
    /// The name, as it stands in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Mode => "mode",
            Self::Access => "access",
            Self::Target => "target",
            Self::Related => "related",
            Self::Parameter => "parameter",
        }
    }
}

/// How sure the source of a rule is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Certainty {
    /// A source says it directly.
    Stated,
    /// It follows from what sources say.
    Inferred,
    /// The sources presuppose it without listing it.
    Implied,
    /// Sources are silent or in conflict; the policy chose.
    Default,
}

impl Certainty {
    /// The word, as it stands in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Stated => "stated",
            Self::Inferred => "inferred",
            Self::Implied => "implied",
            Self::Default => "default",
        }
    }
}

/// Where a rule comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provenance {
    /// How sure it is.
    pub certainty: Certainty,
    /// Keys of the sources, as the policy's documentation lists them.
    pub sources: Vec<String>,
    /// What a reader should know besides; may be empty.
    pub note: String,
}

/// A state of a kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StateInfo {
    /// Name.
    pub name: String,
    /// Title, as people read it.
    pub title: String,
    /// What it means to be in this state.
    pub meaning: String,
    /// Modes that have the state, as indexes.
    pub modes: Vec<u8>,
    /// Reported by the platform only; exempt from reachability.
    pub observed_only: bool,
    /// Where it comes from.
    pub provenance: Provenance,
}

/// Whether an action is asked for or reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ActionClass {
    /// Asked for by a subject.
    Operation,
    /// Reported by the platform; allowed only without a subject, or with the role `system`.
    Event,
}

/// Something that may be done to a resource, or happen to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActionInfo {
    /// Name.
    pub name: String,
    /// Title, as people read it.
    pub title: String,
    /// Asked for or reported.
    pub class: ActionClass,
    /// What it does.
    pub meaning: String,
}

/// A named yes/no question about a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConditionInfo {
    /// Name; the code of the reason when it is false or unknown.
    pub code: String,
    /// What kind of question it is.
    pub class: ConditionClass,
    /// As a yes/no question; yes is what an action needs.
    pub question: String,
    /// Paths of [`Manifest::inputs`] that a caller supplies so that it can be answered.
    pub reads: Vec<String>,
    /// Where it comes from.
    pub provenance: Provenance,
}

/// Something that can follow from an action besides the next state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EffectInfo {
    /// Name.
    pub code: String,
    /// What happens.
    pub meaning: String,
}

/// Something a caller can supply.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputInfo {
    /// `subject.id`, `subject.roles`, `subject.NAME`, `target.NAME`, `related.KIND.NAME` or `parameter.NAME`.
    pub path: String,
    /// What it says, and what its absence means.
    pub meaning: String,
    /// The values it takes. Empty: any text; a whole number where the meaning says so.
    pub values: Vec<String>,
    /// The kind of resource whose id it holds.
    pub links_to: Option<String>,
}

/// One end of a rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Branch {
    /// Selector bits that must be true for this end to be taken.
    pub when: u32,
    /// Selector bits that must be false for this end to be taken.
    pub unless: u32,
    /// Condition bits that this end requires besides those of its rule.
    pub requires: u32,
    /// Index into the kind's states. None: unchanged.
    pub next_state: Option<u8>,
    /// Bit i is the i-th effect of the offer.
    pub effects: u32,
}

/// What an action requires and leads to from some states.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// Indexes into the kind's states.
    pub from_states: Vec<u8>,
    /// Condition bits that must all be true.
    pub requires: u32,
    /// The ends; the first match is taken, the last one always matches.
    pub branches: Vec<Branch>,
    /// Actions named as ways out of a refusal, as indexes.
    pub alternatives: Vec<u8>,
    /// Where it comes from.
    pub provenance: Provenance,
}

/// What an action on a kind reads and can cause in one mode.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// Index into [`Manifest::modes`].
    pub mode: u8,
    /// Index into [`Manifest::kinds`].
    pub kind: u8,
    /// Index into [`Manifest::actions`].
    pub action: u8,
    /// Indexes into [`Manifest::conditions`]: the order of the mask bits.
    pub conditions: Vec<u16>,
    /// Of these, which only choose among ends and never refuse.
    pub selectors: u32,
    /// Indexes into [`Manifest::effects`]: the order of the effect bits.
    pub effects: Vec<u16>,
    /// States from which the action is offered, ascending.
    pub from_states: Vec<u8>,
    /// What it requires and leads to; no two rules share a state.
    pub rules: Vec<Rule>,
}

/// A kind of resource.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KindInfo {
    /// Name.
    pub name: String,
    /// Title, as people read it.
    pub title: String,
    /// Modes that have the kind, as indexes.
    pub modes: Vec<u8>,
    /// States; the first is `absent`.
    pub states: Vec<StateInfo>,
    /// Where it comes from.
    pub provenance: Provenance,
}

/// Which resources of a kind a grant covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// Those the subject owns.
    Owned,
    /// Those shared with the subject, as far as the share goes.
    Granted,
    /// All.
    Any,
}

/// What a role may do to a kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// A name from [`Manifest::roles`].
    pub role: String,
    /// Index into [`Manifest::modes`].
    pub mode: u8,
    /// Index into [`Manifest::kinds`].
    pub kind: u8,
    /// Operations, as indexes into [`Manifest::actions`].
    pub actions: Vec<u8>,
    /// Which resources of the kind.
    pub scope: Scope,
}

/// Everything a policy knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// Name of the policy.
    pub name: String,
    /// Version of the policy, semantic.
    pub version: String,
    /// Title, as people read it.
    pub title: String,
    /// Modes of operation.
    pub modes: Vec<String>,
    /// Kinds, in the order in which people expect them.
    pub kinds: Vec<KindInfo>,
    /// Actions: operations first, then events.
    pub actions: Vec<ActionInfo>,
    /// Conditions.
    pub conditions: Vec<ConditionInfo>,
    /// Effects.
    pub effects: Vec<EffectInfo>,
    /// Inputs that conditions read.
    pub inputs: Vec<InputInfo>,
    /// One for each (mode, kind, action) that exists.
    pub offers: Vec<Offer>,
    /// Roles.
    pub roles: Vec<String>,
    /// What each role may do.
    pub grants: Vec<Grant>,
}

impl Manifest {
    /// Index of a mode.
    pub fn mode(&self, name: &str) -> Option<u8> {
        position(self.modes.iter().map(String::as_str), name)
    }

    /// Index of a kind.
    pub fn kind(&self, name: &str) -> Option<u8> {
        position(self.kinds.iter().map(|kind| kind.name.as_str()), name)
    }

    /// Index of a state of a kind.
    pub fn state(&self, kind: u8, name: &str) -> Option<u8> {
        position(self.kinds.get(usize::from(kind))?.states.iter().map(|state| state.name.as_str()), name)
    }

    /// Index of an action.
    pub fn action(&self, name: &str) -> Option<u8> {
        position(self.actions.iter().map(|action| action.name.as_str()), name)
    }

    /// The offer of an action on a kind in a mode.
    pub fn offer(&self, mode: u8, kind: u8, action: u8) -> Option<&Offer> {
        self.offers.iter().find(|offer| offer.mode == mode && offer.kind == kind && offer.action == action)
    }

    /// The offers of a mode and kind, in the order of the manifest's actions.
    pub fn offers_of(&self, mode: u8, kind: u8) -> Vec<&Offer> {
        let mut offers: Vec<_> =
            self.offers.iter().filter(|offer| offer.mode == mode && offer.kind == kind).collect();
        offers.sort_by_key(|offer| offer.action);
        offers
    }

    /// The operations that a kind offers in a mode, as action indexes: what a survey without actions asks.
    pub fn operations(&self, mode: u8, kind: u8) -> Vec<u8> {
        self.offers_of(mode, kind)
            .into_iter()
            .map(|offer| offer.action)
            .filter(|&action| {
                self.actions.get(usize::from(action)).is_some_and(|info| info.class == ActionClass::Operation)
            })
            .collect()
    }
}

fn position<'a>(mut names: impl Iterator<Item = &'a str>, wanted: &str) -> Option<u8> {
    names.position(|name| name == wanted).and_then(|index| u8::try_from(index).ok())
}
