use std::convert::Infallible;

use interlock_analysis::{Decide, Observe, ObserveError};
use interlock_model::{self as model, Names, Packed, UnpackError};
use interlock_rules::{Policy, contract};

/// A policy that runs in this process, without a component.
#[derive(Clone)]
pub struct Native {
    policy: &'static Policy,
    manifest: model::Manifest,
}

impl Native {
    /// The backup policy.
    pub fn backup() -> Self {
        Self::of(&interlock_backup_policy::POLICY)
    }

    /// The turnstile policy.
    pub fn turnstile() -> Self {
        Self::of(&interlock_turnstile_policy::POLICY)
    }

    fn of(policy: &'static Policy) -> Self {
        Self { policy, manifest: manifest(policy.describe()) }
    }

    /// As the component's `evaluate`.
    ///
    /// # Errors
    ///
    /// What the policy says of a wrong request.
    pub fn evaluate(&self, request: &model::Request) -> Result<model::Decision, model::RequestError> {
        self.policy.evaluate(&to_request(request)).map(decision).map_err(request_error)
    }

    /// As the component's `evaluate-packed`, packed and unpacked here; none where `evaluate` has to be asked.
    ///
    /// # Errors
    ///
    /// [`UnpackError`] for an answer that is none.
    pub fn evaluate_packed(&self, request: &model::Request) -> Result<Option<model::Decision>, UnpackError> {
        let texts: Vec<Box<str>> = self.policy.book().texts().map(Box::from).collect();
        let packed = Packed::request(&Names::of(&self.manifest), request);
        let answer = packed.and_then(|Packed { numbers, text }| self.policy.evaluate_packed(&numbers, &text));
        answer.map(|answer| model::Decision::unpack(&answer, &texts, usize::MAX)).transpose()
    }

    /// As the component's `observe`.
    ///
    /// # Errors
    ///
    /// What the policy says of a wrong request.
    pub fn observe(&self, request: &model::Request) -> Result<model::Situation, model::RequestError> {
        let situation = self.policy.observe(&to_request(request)).map_err(request_error)?;
        let contract::Situation { mode, kind, state, action, holds, known } = situation;
        Ok(model::Situation { mode, kind, state, action, holds, known })
    }

    /// As the component's `survey`.
    ///
    /// # Errors
    ///
    /// What the policy says of a wrong query.
    pub fn survey(&self, query: &model::SurveyQuery) -> Result<Vec<model::Answer>, model::RequestError> {
        let query = contract::SurveyQuery {
            mode: &query.mode,
            subject: query.subject.as_ref().map(to_subject),
            actions: query.actions.iter().map(String::as_str).collect(),
            targets: query.targets.iter().map(to_observation).collect(),
            related: query.related.iter().map(to_observation).collect(),
            parameters: to_attributes(&query.parameters),
            coverage: to_coverage(query.coverage),
        };
        let answers = self.policy.survey(&query).map_err(request_error)?;
        Ok(answers
            .into_iter()
            .map(|answer| model::Answer {
                target: answer.target,
                action: answer.action,
                verdict: verdict(answer.verdict),
                cause: cause(answer.cause),
                reasons: answer.reasons,
            })
            .collect())
    }

    /// As the component's `decide`.
    pub fn decide(&self, situation: model::Situation) -> model::Outcome {
        decide(self.policy, situation)
    }
}

/// A policy with one mistake; what [`interlock_rules::Mutant`] says of it, in plain types.
pub struct Mutant {
    /// Index of the mode of the cells that are wrong.
    pub mode: u8,
    /// Of their kind.
    pub kind: u8,
    /// Of their action.
    pub action: u8,
    /// Of their states.
    pub states: &'static [u8],
    /// What is wrong.
    pub mistake: String,
    policy: &'static Policy,
}

impl Native {
    /// Every policy that differs from this one in one rule.
    pub fn mutants(&self) -> Vec<Mutant> {
        let mutants = self.policy.mutants().into_iter();
        let plain = |mutant: interlock_rules::Mutant| {
            let interlock_rules::Mutant { mode, kind, action, states, mistake, policy } = mutant;
            Mutant { mode, kind, action, states, mistake, policy }
        };
        mutants.map(plain).collect()
    }
}

impl Mutant {
    /// The policy as any other.
    pub fn native(&self) -> Native {
        Native::of(self.policy)
    }

    /// As [`Native::decide`].
    pub fn decide(&self, situation: model::Situation) -> model::Outcome {
        decide(self.policy, situation)
    }
}

impl Decide for Native {
    type Error = Infallible;

    fn manifest(&self) -> &model::Manifest {
        &self.manifest
    }

    fn decide_all(&self, situations: &[model::Situation]) -> Result<Vec<model::Outcome>, Infallible> {
        Ok(situations.iter().map(|&situation| self.decide(situation)).collect())
    }
}

fn decide(policy: &Policy, situation: model::Situation) -> model::Outcome {
    let model::Situation { mode, kind, state, action, holds, known } = situation;
    let outcome = policy.decide(contract::Situation { mode, kind, state, action, holds, known });
    model::Outcome {
        verdict: verdict(outcome.verdict),
        cause: cause(outcome.cause),
        reasons: outcome.reasons,
        next_state: outcome.next_state,
        effects: outcome.effects,
    }
}

impl Observe for Native {
    fn observe(&self, request: &model::Request) -> Result<model::Situation, ObserveError<Infallible>> {
        Ok(self.observe(request)?)
    }

    fn evaluate(&self, request: &model::Request) -> Result<model::Decision, ObserveError<Infallible>> {
        Ok(self.evaluate(request)?)
    }
}

fn to_request(request: &model::Request) -> contract::Request<'_> {
    contract::Request {
        mode: &request.mode,
        subject: request.subject.as_ref().map(to_subject),
        action: &request.action,
        target: to_observation(&request.target),
        related: request.related.iter().map(to_observation).collect(),
        parameters: to_attributes(&request.parameters),
        coverage: to_coverage(request.coverage),
    }
}

fn to_coverage(coverage: model::Coverage) -> contract::Coverage {
    match coverage {
        model::Coverage::Partial => contract::Coverage::Partial,
        model::Coverage::Complete => contract::Coverage::Complete,
    }
}

fn to_subject(subject: &model::Subject) -> contract::Subject<'_> {
    contract::Subject {
        id: &subject.id,
        roles: subject.roles.iter().map(String::as_str).collect(),
        attributes: to_attributes(&subject.attributes),
    }
}

fn to_observation(observation: &model::Observation) -> contract::Observation<'_> {
    contract::Observation {
        kind: &observation.kind,
        id: &observation.id,
        state: &observation.state,
        attributes: to_attributes(&observation.attributes),
    }
}

fn to_attributes(attributes: &model::Attributes) -> Vec<contract::Attribute<'_>> {
    attributes
        .iter()
        .map(|attribute| contract::Attribute { name: &attribute.name, value: &attribute.value })
        .collect()
}

fn verdict(verdict: contract::Verdict) -> model::Verdict {
    match verdict {
        contract::Verdict::Allow => model::Verdict::Allow,
        contract::Verdict::Deny => model::Verdict::Deny,
        contract::Verdict::Depends => model::Verdict::Depends,
    }
}

fn cause(cause: contract::Cause) -> model::Cause {
    match cause {
        contract::Cause::Conditions => model::Cause::Conditions,
        contract::Cause::NotInMode => model::Cause::NotInMode,
        contract::Cause::NotOffered => model::Cause::NotOffered,
        contract::Cause::NotFromState => model::Cause::NotFromState,
    }
}

fn class(class: contract::ConditionClass) -> model::ConditionClass {
    match class {
        contract::ConditionClass::Mode => model::ConditionClass::Mode,
        contract::ConditionClass::Access => model::ConditionClass::Access,
        contract::ConditionClass::Target => model::ConditionClass::Target,
        contract::ConditionClass::Related => model::ConditionClass::Related,
        contract::ConditionClass::Parameter => model::ConditionClass::Parameter,
    }
}

fn request_error(error: contract::RequestError) -> model::RequestError {
    match error {
        contract::RequestError::UnknownMode(text) => model::RequestError::UnknownMode(text),
        contract::RequestError::UnknownKind(text) => model::RequestError::UnknownKind(text),
        contract::RequestError::UnknownState(text) => model::RequestError::UnknownState(text),
        contract::RequestError::UnknownAction(text) => model::RequestError::UnknownAction(text),
        contract::RequestError::Invalid(text) => model::RequestError::Invalid(text),
        contract::RequestError::Other(text) => model::RequestError::Other(text),
    }
}

fn decision(decision: contract::Decision) -> model::Decision {
    let reference = |reference: contract::Reference| model::Reference {
        kind: reference.kind.to_owned(),
        id: reference.id,
        state: reference.state.to_owned(),
        visible: reference.visible,
    };
    let reason = |reason: contract::Reason| model::Reason {
        code: reason.code.to_owned(),
        class: class(reason.class),
        message: reason.message,
        evidence: reason.evidence.into_iter().map(reference).collect(),
    };
    let way_out = |way: contract::WayOut| model::WayOut {
        action: way.action.to_owned(),
        from_states: way.from_states.into_iter().map(ToOwned::to_owned).collect(),
        needs: way.needs.into_iter().map(ToOwned::to_owned).collect(),
    };
    model::Decision {
        verdict: verdict(decision.verdict),
        reasons: decision.reasons.into_iter().map(reason).collect(),
        next_state: decision.next_state.map(ToOwned::to_owned),
        effects: decision
            .effects
            .into_iter()
            .map(|effect| model::Effect { code: effect.code.to_owned(), message: effect.message.to_owned() })
            .collect(),
        ways_out: decision.ways_out.into_iter().map(way_out).collect(),
    }
}

fn provenance(provenance: contract::Provenance) -> model::Provenance {
    model::Provenance {
        certainty: match provenance.certainty {
            contract::Certainty::Stated => model::Certainty::Stated,
            contract::Certainty::Inferred => model::Certainty::Inferred,
            contract::Certainty::Implied => model::Certainty::Implied,
            contract::Certainty::Default => model::Certainty::Default,
        },
        sources: provenance.sources,
        note: provenance.note,
    }
}

fn manifest(of: contract::Manifest) -> model::Manifest {
    model::Manifest {
        name: of.name,
        version: of.version,
        title: of.title,
        modes: of.modes,
        kinds: of.kinds.into_iter().map(kind).collect(),
        actions: of
            .actions
            .into_iter()
            .map(|action| model::ActionInfo {
                name: action.name,
                title: action.title,
                class: match action.class {
                    contract::ActionClass::Operation => model::ActionClass::Operation,
                    contract::ActionClass::Event => model::ActionClass::Event,
                },
                meaning: action.meaning,
            })
            .collect(),
        conditions: of
            .conditions
            .into_iter()
            .map(|condition| model::ConditionInfo {
                code: condition.code,
                class: class(condition.class),
                question: condition.question,
                reads: condition.reads,
                provenance: provenance(condition.provenance),
            })
            .collect(),
        effects: of
            .effects
            .into_iter()
            .map(|effect| model::EffectInfo { code: effect.code, meaning: effect.meaning })
            .collect(),
        inputs: of
            .inputs
            .into_iter()
            .map(|input| model::InputInfo {
                path: input.path,
                meaning: input.meaning,
                values: input.values,
                links_to: input.links_to,
            })
            .collect(),
        offers: of.offers.into_iter().map(offer).collect(),
        roles: of.roles,
        grants: of
            .grants
            .into_iter()
            .map(|grant| model::Grant {
                role: grant.role,
                mode: grant.mode,
                kind: grant.kind,
                actions: grant.actions,
                scope: match grant.scope {
                    contract::Scope::Owned => model::Scope::Owned,
                    contract::Scope::Granted => model::Scope::Granted,
                    contract::Scope::Any => model::Scope::Any,
                },
            })
            .collect(),
    }
}

fn kind(kind: contract::KindInfo) -> model::KindInfo {
    let state = |state: contract::StateInfo| model::StateInfo {
        name: state.name,
        title: state.title,
        meaning: state.meaning,
        modes: state.modes,
        observed_only: state.observed_only,
        provenance: provenance(state.provenance),
    };
    model::KindInfo {
        name: kind.name,
        title: kind.title,
        modes: kind.modes,
        states: kind.states.into_iter().map(state).collect(),
        provenance: provenance(kind.provenance),
    }
}

fn offer(offer: contract::Offer) -> model::Offer {
    let branch = |branch: contract::Branch| model::Branch {
        when: branch.when,
        unless: branch.unless,
        requires: branch.requires,
        next_state: branch.next_state,
        effects: branch.effects,
    };
    let rule = |rule: contract::Rule| model::Rule {
        from_states: rule.from_states,
        requires: rule.requires,
        branches: rule.branches.into_iter().map(branch).collect(),
        alternatives: rule.alternatives,
        provenance: provenance(rule.provenance),
    };
    model::Offer {
        mode: offer.mode,
        kind: offer.kind,
        action: offer.action,
        conditions: offer.conditions,
        selectors: offer.selectors,
        effects: offer.effects,
        from_states: offer.from_states,
        rules: offer.rules.into_iter().map(rule).collect(),
    }
}
