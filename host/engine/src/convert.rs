//! Between the contract's plain types and what the bindings send and receive.

use interlock_model as model;

use crate::bindings::types;

/// Sends a request: lends its text for the time of one call.
pub(crate) fn lend_request<R>(request: &model::Request, call: impl FnOnce(types::Request<'_>) -> R) -> R {
    let observations = std::iter::once(&request.target).chain(&request.related);
    let attributes = lent_attributes(observations, &request.subject, &request.parameters);
    let mut attributes = attributes.as_slice();
    let target = lent_observation(&request.target, &mut attributes);
    let related: Vec<_> =
        request.related.iter().map(|related| lent_observation(related, &mut attributes)).collect();
    let roles = lent_roles(&request.subject);
    let subject = lent_subject(&request.subject, &roles, &mut attributes);
    call(types::Request {
        mode: &request.mode,
        subject,
        action: &request.action,
        target,
        related: &related,
        parameters: attributes,
        coverage: lent_coverage(request.coverage),
    })
}

/// Sends a survey: lends its text for the time of one call.
pub(crate) fn lend_survey<R>(
    query: &model::SurveyQuery,
    call: impl FnOnce(types::SurveyQuery<'_>) -> R,
) -> R {
    let observations = query.targets.iter().chain(&query.related);
    let attributes = lent_attributes(observations.clone(), &query.subject, &query.parameters);
    let mut attributes = attributes.as_slice();
    let observations: Vec<_> =
        observations.map(|observation| lent_observation(observation, &mut attributes)).collect();
    let (targets, related) = observations.split_at(query.targets.len());
    let roles = lent_roles(&query.subject);
    let subject = lent_subject(&query.subject, &roles, &mut attributes);
    let actions: Vec<&str> = query.actions.iter().map(String::as_str).collect();
    call(types::SurveyQuery {
        mode: &query.mode,
        subject,
        actions: &actions,
        targets,
        related,
        parameters: attributes,
        coverage: lent_coverage(query.coverage),
    })
}

/// Every attribute of a request in one list, so that they take one allocation: first those of the
/// observations, then the subject's, then the parameters.
fn lent_attributes<'a>(
    observations: impl Iterator<Item = &'a model::Observation> + Clone,
    subject: &'a Option<model::Subject>,
    parameters: &'a model::Attributes,
) -> Vec<types::Attribute<'a>> {
    let lists = observations
        .map(|observation| &observation.attributes)
        .chain(subject.iter().map(|subject| &subject.attributes))
        .chain([parameters]);
    let mut lent = Vec::with_capacity(lists.clone().map(|list| list.0.len()).sum());
    for list in lists {
        lent.extend(
            list.iter().map(|attribute| types::Attribute { name: &attribute.name, value: &attribute.value }),
        );
    }
    lent
}

/// An observation, whose attributes are the first of those that are `left`.
fn lent_observation<'a>(
    observation: &'a model::Observation,
    left: &mut &'a [types::Attribute<'a>],
) -> types::Observation<'a> {
    types::Observation {
        kind: &observation.kind,
        id: &observation.id,
        state: &observation.state,
        attributes: first(left, observation.attributes.0.len()),
    }
}

fn lent_roles(subject: &Option<model::Subject>) -> Vec<&str> {
    subject.iter().flat_map(|subject| &subject.roles).map(String::as_str).collect()
}

/// A subject, whose attributes are the first of those that are `left`.
fn lent_subject<'a>(
    subject: &'a Option<model::Subject>,
    roles: &'a [&'a str],
    left: &mut &'a [types::Attribute<'a>],
) -> Option<types::Subject<'a>> {
    subject.as_ref().map(|subject| types::Subject {
        id: &subject.id,
        roles,
        attributes: first(left, subject.attributes.0.len()),
    })
}

fn lent_coverage(coverage: model::Coverage) -> types::Coverage {
    match coverage {
        model::Coverage::Partial => types::Coverage::Partial,
        model::Coverage::Complete => types::Coverage::Complete,
    }
}

fn first<'a, T>(left: &mut &'a [T], count: usize) -> &'a [T] {
    let (first, rest) = left.split_at(count);
    *left = rest;
    first
}

impl From<&model::Situation> for types::Situation {
    fn from(situation: &model::Situation) -> Self {
        let &model::Situation { mode, kind, state, action, holds, known } = situation;
        Self { mode, kind, state, action, holds, known }
    }
}

impl From<types::Situation> for model::Situation {
    fn from(situation: types::Situation) -> Self {
        let types::Situation { mode, kind, state, action, holds, known } = situation;
        Self { mode, kind, state, action, holds, known }
    }
}

impl From<types::Outcome> for model::Outcome {
    fn from(outcome: types::Outcome) -> Self {
        Self {
            verdict: outcome.verdict.into(),
            cause: outcome.cause.into(),
            reasons: outcome.reasons,
            next_state: outcome.next_state,
            effects: outcome.effects,
        }
    }
}

impl From<types::Answer> for model::Answer {
    fn from(answer: types::Answer) -> Self {
        Self {
            target: answer.target,
            action: answer.action,
            verdict: answer.verdict.into(),
            cause: answer.cause.into(),
            reasons: answer.reasons,
        }
    }
}

impl From<types::Decision> for model::Decision {
    fn from(decision: types::Decision) -> Self {
        Self {
            verdict: decision.verdict.into(),
            reasons: all(decision.reasons),
            next_state: decision.next_state,
            effects: all(decision.effects),
            ways_out: all(decision.ways_out),
        }
    }
}

impl From<types::Reason> for model::Reason {
    fn from(reason: types::Reason) -> Self {
        Self {
            code: reason.code,
            class: reason.class.into(),
            message: reason.message,
            evidence: all(reason.evidence),
        }
    }
}

impl From<types::Reference> for model::Reference {
    fn from(reference: types::Reference) -> Self {
        let types::Reference { kind, id, state, visible } = reference;
        Self { kind, id, state, visible }
    }
}

impl From<types::Effect> for model::Effect {
    fn from(effect: types::Effect) -> Self {
        Self { code: effect.code, message: effect.message }
    }
}

impl From<types::WayOut> for model::WayOut {
    fn from(way: types::WayOut) -> Self {
        Self { action: way.action, from_states: way.from_states, needs: way.needs }
    }
}

impl From<types::RequestError> for model::RequestError {
    fn from(error: types::RequestError) -> Self {
        match error {
            types::RequestError::UnknownMode(text) => Self::UnknownMode(text),
            types::RequestError::UnknownKind(text) => Self::UnknownKind(text),
            types::RequestError::UnknownState(text) => Self::UnknownState(text),
            types::RequestError::UnknownAction(text) => Self::UnknownAction(text),
            types::RequestError::Invalid(text) => Self::Invalid(text),
            types::RequestError::Other(text) => Self::Other(text),
        }
    }
}

impl From<types::Verdict> for model::Verdict {
    fn from(verdict: types::Verdict) -> Self {
        match verdict {
            types::Verdict::Allow => Self::Allow,
            types::Verdict::Deny => Self::Deny,
            types::Verdict::Depends => Self::Depends,
        }
    }
}

impl From<types::Cause> for model::Cause {
    fn from(cause: types::Cause) -> Self {
        match cause {
            types::Cause::Conditions => Self::Conditions,
            types::Cause::NotInMode => Self::NotInMode,
            types::Cause::NotOffered => Self::NotOffered,
            types::Cause::NotFromState => Self::NotFromState,
        }
    }
}

impl From<types::ConditionClass> for model::ConditionClass {
    fn from(class: types::ConditionClass) -> Self {
        match class {
            types::ConditionClass::Mode => Self::Mode,
            types::ConditionClass::Access => Self::Access,
            types::ConditionClass::Target => Self::Target,
            types::ConditionClass::Related => Self::Related,
            types::ConditionClass::Parameter => Self::Parameter,
        }
    }
}

impl From<types::Manifest> for model::Manifest {
    fn from(manifest: types::Manifest) -> Self {
        Self {
            name: manifest.name,
            version: manifest.version,
            title: manifest.title,
            modes: manifest.modes,
            kinds: all(manifest.kinds),
            actions: all(manifest.actions),
            conditions: all(manifest.conditions),
            effects: all(manifest.effects),
            inputs: all(manifest.inputs),
            offers: all(manifest.offers),
            roles: manifest.roles,
            grants: all(manifest.grants),
        }
    }
}

impl From<types::KindInfo> for model::KindInfo {
    fn from(kind: types::KindInfo) -> Self {
        Self {
            name: kind.name,
            title: kind.title,
            modes: kind.modes,
            states: all(kind.states),
            provenance: kind.provenance.into(),
        }
    }
}

impl From<types::StateInfo> for model::StateInfo {
    fn from(state: types::StateInfo) -> Self {
        Self {
            name: state.name,
            title: state.title,
            meaning: state.meaning,
            modes: state.modes,
            observed_only: state.observed_only,
            provenance: state.provenance.into(),
        }
    }
}

impl From<types::ActionInfo> for model::ActionInfo {
    fn from(action: types::ActionInfo) -> Self {
        let class = match action.class {
            types::ActionClass::Operation => model::ActionClass::Operation,
            types::ActionClass::Event => model::ActionClass::Event,
        };
        Self { name: action.name, title: action.title, class, meaning: action.meaning }
    }
}

impl From<types::ConditionInfo> for model::ConditionInfo {
    fn from(condition: types::ConditionInfo) -> Self {
        Self {
            code: condition.code,
            class: condition.class.into(),
            question: condition.question,
            reads: condition.reads,
            provenance: condition.provenance.into(),
        }
    }
}

impl From<types::EffectInfo> for model::EffectInfo {
    fn from(effect: types::EffectInfo) -> Self {
        Self { code: effect.code, meaning: effect.meaning }
    }
}

impl From<types::InputInfo> for model::InputInfo {
    fn from(input: types::InputInfo) -> Self {
        Self { path: input.path, meaning: input.meaning, values: input.values, links_to: input.links_to }
    }
}

impl From<types::Offer> for model::Offer {
    fn from(offer: types::Offer) -> Self {
        Self {
            mode: offer.mode,
            kind: offer.kind,
            action: offer.action,
            conditions: offer.conditions,
            selectors: offer.selectors,
            effects: offer.effects,
            from_states: offer.from_states,
            rules: all(offer.rules),
        }
    }
}

impl From<types::Rule> for model::Rule {
    fn from(rule: types::Rule) -> Self {
        Self {
            from_states: rule.from_states,
            requires: rule.requires,
            branches: all(rule.branches),
            alternatives: rule.alternatives,
            provenance: rule.provenance.into(),
        }
    }
}

impl From<types::Branch> for model::Branch {
    fn from(branch: types::Branch) -> Self {
        let types::Branch { when, unless, requires, next_state, effects } = branch;
        Self { when, unless, requires, next_state, effects }
    }
}

impl From<types::Grant> for model::Grant {
    fn from(grant: types::Grant) -> Self {
        let scope = match grant.scope {
            types::Scope::Owned => model::Scope::Owned,
            types::Scope::Granted => model::Scope::Granted,
            types::Scope::Any => model::Scope::Any,
        };
        Self { role: grant.role, mode: grant.mode, kind: grant.kind, actions: grant.actions, scope }
    }
}

impl From<types::Provenance> for model::Provenance {
    fn from(provenance: types::Provenance) -> Self {
        let certainty = match provenance.certainty {
            types::Certainty::Stated => model::Certainty::Stated,
            types::Certainty::Inferred => model::Certainty::Inferred,
            types::Certainty::Implied => model::Certainty::Implied,
            types::Certainty::Default => model::Certainty::Default,
        };
        Self { certainty, sources: provenance.sources, note: provenance.note }
    }
}

fn all<T, U: From<T>>(list: Vec<T>) -> Vec<U> {
    list.into_iter().map(U::from).collect()
}
