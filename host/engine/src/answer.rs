//! Holds what a guest returned against its manifest, so that nothing the contract forbids is passed on.

use interlock_model::{
    Answer, Cause, ConditionClass, Decision, KindInfo, Manifest, Names, Offer, Outcome, Reason, Request,
    Situation, SurveyQuery, UnpackError, Verdict,
};

use crate::error::{Breach, shown};

/// What answers are checked against, laid out for quick look-ups.
pub(crate) struct Expected {
    modes: usize,
    kinds: usize,
    actions: usize,
    /// Positions among `offers`, by mode, then kind, then action; [`NONE`] where there is no offer.
    positions: Vec<u16>,
    offers: Vec<OfferBounds>,
    /// How many states each kind has.
    states: Vec<usize>,
    pub(crate) names: Names,
}

/// What an answer about one offer may contain.
struct OfferBounds {
    conditions: u32,
    effects: u32,
    states: usize,
    /// Bit i: the action is offered from state i.
    from_states: [u64; 4],
}

const NONE: u16 = u16::MAX;

impl Expected {
    /// Lays out a manifest that is consistent with itself.
    pub(crate) fn new(manifest: &Manifest) -> Self {
        let (modes, kinds, actions) = (manifest.modes.len(), manifest.kinds.len(), manifest.actions.len());
        let mut expected = Self {
            modes,
            kinds,
            actions,
            positions: vec![NONE; modes * kinds * actions],
            offers: Vec::with_capacity(manifest.offers.len()),
            states: manifest.kinds.iter().map(|kind| kind.states.len()).collect(),
            names: Names::of(manifest),
        };
        for (position, offer) in manifest.offers.iter().enumerate() {
            let mut from_states = [0; 4];
            for state in &offer.from_states {
                from_states[usize::from(state / 64)] |= 1 << (state % 64);
            }
            expected.offers.push(OfferBounds {
                conditions: offer.conditions.len() as u32,
                effects: offer.effects.len() as u32,
                states: expected.states[usize::from(offer.kind)],
                from_states,
            });
            let cell = expected.cell(offer.mode, offer.kind, offer.action);
            expected.positions[cell] = position as u16;
        }
        expected
    }

    /// An outcome as it is, if the situation can have it.
    pub(crate) fn outcome(&self, situation: &Situation, outcome: Outcome) -> Result<Outcome, Breach> {
        let offer = self.offer(situation.mode, situation.kind, situation.action);
        let verdict = outcome.verdict;
        self.reasons(offer, situation.state, verdict, outcome.cause, outcome.reasons)?;
        match (verdict, offer, outcome.next_state) {
            (Verdict::Allow, Some(offer), Some(next_state)) => {
                index("next state", next_state.into(), offer.states)?;
                mask("effects", outcome.effects, offer.effects)?;
            }
            (Verdict::Allow, _, None) => return Err(Breach::Missing { verdict, what: "a next state" }),
            (Verdict::Deny | Verdict::Depends, _, Some(_)) => {
                return Err(Breach::Superfluous { verdict, what: "a next state" });
            }
            _ if outcome.effects != 0 => return Err(Breach::Superfluous { verdict, what: "effects" }),
            _ => {}
        }
        Ok(outcome)
    }

    /// Outcomes as they are, if there is one for each situation and the situation can have it.
    pub(crate) fn outcomes(
        &self,
        situations: &[Situation],
        outcomes: impl ExactSizeIterator<Item = Outcome>,
    ) -> Result<Vec<Outcome>, Breach> {
        count(outcomes.len(), situations.len())?;
        situations.iter().zip(outcomes).map(|(situation, outcome)| self.outcome(situation, outcome)).collect()
    }

    /// A situation as it is, if it is the one that was asked about.
    pub(crate) fn situation(&self, request: &Request, situation: Situation) -> Result<Situation, Breach> {
        let asked = Asked::of(&self.names, request)?;
        let Situation { mode, kind, state, action, .. } = situation;
        index("mode", mode.into(), self.modes)?;
        index("kind", kind.into(), self.kinds)?;
        index("state", state.into(), self.states[usize::from(kind)])?;
        index("action", action.into(), self.actions)?;
        for (what, observed, asked) in [
            ("mode", mode, asked.mode),
            ("kind", kind, asked.kind),
            ("state", state, asked.state),
            ("action", action, asked.action),
        ] {
            if observed != asked {
                return Err(Breach::NotAsked { what, observed: observed.into(), asked: asked.into() });
            }
        }
        Ok(situation)
    }

    /// A decision as it is, if the request can have it.
    pub(crate) fn decision(
        &self,
        manifest: &Manifest,
        request: &Request,
        decision: Decision,
    ) -> Result<Decision, Breach> {
        let asked = Asked::of(&self.names, request)?;
        let kind = &manifest.kinds[usize::from(asked.kind)];
        let offer = self
            .position(asked.mode, asked.kind, asked.action)
            .and_then(|position| manifest.offers.get(position))
            .filter(|offer| offer.from_states.contains(&asked.state));
        check_reasons(manifest, offer, &decision)?;
        check_end(manifest, kind, offer, &decision)?;
        check_ways_out(manifest, kind, &decision)?;
        Ok(decision)
    }

    /// Answers as they are, if there is one for each target and action, in order, and each can be had.
    pub(crate) fn answers(
        &self,
        manifest: &Manifest,
        query: &SurveyQuery,
        answers: Vec<Answer>,
    ) -> Result<Vec<Answer>, Breach> {
        let pairs = Pairs::of(&self.names, manifest, query, answers.len())?;
        for (pair, answer) in pairs.iter().zip(&answers) {
            for (what, observed, asked) in
                [("target", answer.target, pair.target), ("action", answer.action, pair.position)]
            {
                if observed != asked {
                    return Err(Breach::NotAsked { what, observed, asked });
                }
            }
            self.answer(pairs.mode, pair, answer)?;
        }
        Ok(answers)
    }

    /// The same of packed answers.
    pub(crate) fn packed_answers(
        &self,
        manifest: &Manifest,
        query: &SurveyQuery,
        words: &[u32],
    ) -> Result<Vec<Answer>, Breach> {
        let pairs = Pairs::of(&self.names, manifest, query, words.len())?;
        let mut answers = Vec::with_capacity(words.len());
        for (pair, &word) in pairs.iter().zip(words) {
            let answer = Answer::unpack(pair.target, pair.position, word).ok_or(UnpackError::Unreadable)?;
            self.answer(pairs.mode, pair, &answer)?;
            answers.push(answer);
        }
        Ok(answers)
    }

    fn answer(&self, mode: u8, pair: Pair, answer: &Answer) -> Result<(), Breach> {
        let offer = self.offer(mode, pair.kind, pair.action);
        self.reasons(offer, pair.state, answer.verdict, answer.cause, answer.reasons)
    }

    /// Whether verdict, cause and reasons go together, and with what is offered.
    fn reasons(
        &self,
        offer: Option<&OfferBounds>,
        state: u8,
        verdict: Verdict,
        cause: Cause,
        reasons: u32,
    ) -> Result<(), Breach> {
        let offered = offer.is_some_and(|offer| offer.offers_from(state));
        let by_conditions = cause == Cause::Conditions;
        if offered != by_conditions || (!offered && verdict != Verdict::Deny) {
            return Err(Breach::Offer { verdict, cause: cause.as_str(), offered });
        }
        match (by_conditions && verdict != Verdict::Allow, reasons) {
            (true, 0) => Err(Breach::Missing { verdict, what: "reasons" }),
            (true, reasons) => mask("reasons", reasons, offer.map_or(0, |offer| offer.conditions)),
            (false, 0) => Ok(()),
            (false, _) => Err(Breach::Superfluous { verdict, what: "reasons" }),
        }
    }

    fn offer(&self, mode: u8, kind: u8, action: u8) -> Option<&OfferBounds> {
        self.offers.get(self.position(mode, kind, action)?)
    }

    /// Where among the manifest's offers the one for these stands.
    fn position(&self, mode: u8, kind: u8, action: u8) -> Option<usize> {
        let inside = usize::from(mode) < self.modes
            && usize::from(kind) < self.kinds
            && usize::from(action) < self.actions;
        let position = if inside { *self.positions.get(self.cell(mode, kind, action))? } else { NONE };
        (position != NONE).then_some(usize::from(position))
    }

    fn cell(&self, mode: u8, kind: u8, action: u8) -> usize {
        (usize::from(mode) * self.kinds + usize::from(kind)) * self.actions + usize::from(action)
    }
}

impl OfferBounds {
    fn offers_from(&self, state: u8) -> bool {
        self.from_states[usize::from(state / 64)] & (1 << (state % 64)) != 0
    }
}

/// Whether a decision's reasons go with its verdict, and are those of the offer; none: the action is not offered.
fn check_reasons(manifest: &Manifest, offer: Option<&Offer>, decision: &Decision) -> Result<(), Breach> {
    let verdict = decision.verdict;
    match (verdict, decision.reasons.is_empty()) {
        (Verdict::Allow, false) => return Err(Breach::Superfluous { verdict, what: "reasons" }),
        (Verdict::Deny | Verdict::Depends, true) => return Err(Breach::Missing { verdict, what: "reasons" }),
        _ => {}
    }
    for reason in &decision.reasons {
        match (fixed_cause(&reason.code), offer) {
            (Some(cause), None) if verdict == Verdict::Deny => same_class(reason, class_of(cause))?,
            (Some(cause), offer) => {
                return Err(Breach::Offer { verdict, cause: cause.as_str(), offered: offer.is_some() });
            }
            (None, None) => return Err(unoffered(verdict)),
            (None, Some(offer)) => {
                let condition = offer
                    .conditions
                    .iter()
                    .filter_map(|&condition| manifest.conditions.get(usize::from(condition)))
                    .find(|condition| condition.code == reason.code)
                    .ok_or_else(|| unknown("reason", &reason.code))?;
                same_class(reason, condition.class)?;
            }
        }
        for reference in &reason.evidence {
            let kind = manifest
                .kinds
                .iter()
                .find(|kind| kind.name == reference.kind)
                .ok_or_else(|| unknown("kind of evidence", &reference.kind))?;
            known_state(kind, "state of evidence", &reference.state)?;
        }
    }
    Ok(())
}

/// Whether what is allowed leads to a state of the kind with effects of the offer, and nothing else does.
fn check_end(
    manifest: &Manifest,
    kind: &KindInfo,
    offer: Option<&Offer>,
    decision: &Decision,
) -> Result<(), Breach> {
    let verdict = decision.verdict;
    match (verdict, &decision.next_state, offer) {
        (Verdict::Allow, _, None) => Err(unoffered(verdict)),
        (Verdict::Allow, None, _) => Err(Breach::Missing { verdict, what: "a next state" }),
        (Verdict::Allow, Some(next_state), Some(offer)) => {
            known_state(kind, "next state", next_state)?;
            let listed = |code: &str| {
                let infos =
                    offer.effects.iter().filter_map(|&effect| manifest.effects.get(usize::from(effect)));
                infos.map(|info| &info.code).any(|listed| listed == code)
            };
            match decision.effects.iter().find(|effect| !listed(&effect.code)) {
                Some(effect) => Err(unknown("effect", &effect.code)),
                None => Ok(()),
            }
        }
        (_, Some(_), _) => Err(Breach::Superfluous { verdict, what: "a next state" }),
        (_, None, _) if !decision.effects.is_empty() => Err(Breach::Superfluous { verdict, what: "effects" }),
        (_, None, _) => Ok(()),
    }
}

/// Whether ways out stand on a denial only, and name what exists.
fn check_ways_out(manifest: &Manifest, kind: &KindInfo, decision: &Decision) -> Result<(), Breach> {
    let verdict = decision.verdict;
    if verdict != Verdict::Deny && !decision.ways_out.is_empty() {
        return Err(Breach::Superfluous { verdict, what: "ways out" });
    }
    for way in &decision.ways_out {
        manifest.action(&way.action).ok_or_else(|| unknown("action of a way out", &way.action))?;
        for state in &way.from_states {
            known_state(kind, "state of a way out", state)?;
        }
        for parameter in &way.needs {
            let listed = |path: &str| path.strip_prefix("parameter.") == Some(parameter);
            if !manifest.inputs.iter().any(|input| listed(&input.path)) {
                return Err(unknown("parameter of a way out", parameter));
            }
        }
    }
    Ok(())
}

fn unoffered(verdict: Verdict) -> Breach {
    Breach::Offer { verdict, cause: Cause::Conditions.as_str(), offered: false }
}

/// The targets of a survey, each with every action.
struct Pairs {
    mode: u8,
    /// Kind and state of each target.
    targets: Vec<(u8, u8)>,
    /// The actions that targets of each kind are asked about.
    actions: Vec<Vec<u8>>,
}

/// One target with one action.
#[derive(Clone, Copy)]
struct Pair {
    target: u32,
    kind: u8,
    state: u8,
    /// Position of the action among those asked.
    position: u32,
    action: u8,
}

impl Pairs {
    /// Fails where the manifest lacks a name, or so many answers are not what was asked.
    fn of(names: &Names, manifest: &Manifest, query: &SurveyQuery, answers: usize) -> Result<Self, Breach> {
        let mode = asked("mode", &query.mode, names.mode(&query.mode))?;
        let named: Vec<u8> = query
            .actions
            .iter()
            .map(|action| asked("action", action, names.action(action)))
            .collect::<Result<_, _>>()?;
        let targets = query
            .targets
            .iter()
            .map(|target| {
                let kind = asked("kind", &target.kind, names.kind(&target.kind))?;
                Ok((kind, asked("state", &target.state, names.state(kind, &target.state))?))
            })
            .collect::<Result<Vec<_>, Breach>>()?;
        let actions: Vec<Vec<u8>> = (0..=u8::MAX)
            .take(manifest.kinds.len())
            .map(|kind| if named.is_empty() { manifest.operations(mode, kind) } else { named.clone() })
            .collect();
        let pairs = Self { mode, targets, actions };
        // Counted before anything is laid out: targets times actions may be far more than was answered.
        let asked = pairs.targets.iter().map(|&(kind, _)| pairs.actions[usize::from(kind)].len());
        count(answers, asked.fold(0, usize::saturating_add))?;
        Ok(pairs)
    }

    fn iter(&self) -> impl Iterator<Item = Pair> {
        (0..).zip(&self.targets).flat_map(|(target, &(kind, state))| {
            let actions = (0..).zip(&self.actions[usize::from(kind)]);
            actions.map(move |(position, &action)| Pair { target, kind, state, position, action })
        })
    }
}

/// The names of a request as indexes.
struct Asked {
    mode: u8,
    kind: u8,
    state: u8,
    action: u8,
}

impl Asked {
    /// Fails where the manifest has no such name: there, the only right answer is an error of the request.
    fn of(names: &Names, request: &Request) -> Result<Self, Breach> {
        let target = &request.target;
        let kind = asked("kind", &target.kind, names.kind(&target.kind))?;
        Ok(Self {
            mode: asked("mode", &request.mode, names.mode(&request.mode))?,
            kind,
            state: asked("state", &target.state, names.state(kind, &target.state))?,
            action: asked("action", &request.action, names.action(&request.action))?,
        })
    }
}

fn asked(what: &'static str, name: &str, index: Option<u8>) -> Result<u8, Breach> {
    index.ok_or_else(|| Breach::Unasked { what, name: shown(name) })
}

/// The fixed cause that a code names; none for any other code.
fn fixed_cause(code: &str) -> Option<Cause> {
    [Cause::NotInMode, Cause::NotOffered, Cause::NotFromState]
        .into_iter()
        .find(|cause| cause.as_str() == code)
}

fn class_of(cause: Cause) -> ConditionClass {
    if cause == Cause::NotInMode { ConditionClass::Mode } else { ConditionClass::Target }
}

fn same_class(reason: &Reason, class: ConditionClass) -> Result<(), Breach> {
    if reason.class == class { Ok(()) } else { Err(unknown("class of reason", reason.class.as_str())) }
}

fn known_state(kind: &KindInfo, what: &'static str, name: &str) -> Result<(), Breach> {
    if kind.states.iter().any(|state| state.name == name) { Ok(()) } else { Err(unknown(what, name)) }
}

fn index(what: &'static str, observed: u32, count: usize) -> Result<(), Breach> {
    if (observed as usize) < count { Ok(()) } else { Err(Breach::Index { what, observed, count }) }
}

fn mask(what: &'static str, observed: u32, count: u32) -> Result<(), Breach> {
    let listed = 1_u32.checked_shl(count).map_or(u32::MAX, |bit| bit - 1);
    if observed & !listed == 0 { Ok(()) } else { Err(Breach::Mask { what, observed, count }) }
}

fn count(observed: usize, asked: usize) -> Result<(), Breach> {
    if observed == asked { Ok(()) } else { Err(Breach::Count { observed, asked }) }
}

fn unknown(what: &'static str, name: &str) -> Breach {
    Breach::Name { what, name: shown(name) }
}

#[cfg(test)]
mod tests {
    use interlock_model::{Attributes, Coverage, Effect, Observation, Reference, Subject, WayOut};

    use super::*;
    use crate::door;

    const INSTALL: u8 = 0;
    const REMOVE: u8 = 1;
    const OPEN: u8 = 1;

    type Change<T> = fn(&mut T);
    type Make = fn() -> Decision;

    #[test]
    fn an_outcome_that_keeps_the_contract_passes() {
        let expected = Expected::new(&door::manifest());
        for (situation, outcome) in [
            (situation(REMOVE), allowed()),
            (situation(REMOVE), refused(Verdict::Depends, Cause::Conditions, 0b01)),
            (situation(REMOVE), refused(Verdict::Deny, Cause::Conditions, 0b11)),
            (situation(INSTALL), refused(Verdict::Deny, Cause::NotFromState, 0)),
            (Situation { action: 255, ..situation(REMOVE) }, refused(Verdict::Deny, Cause::NotOffered, 0)),
            (Situation { state: 255, ..situation(REMOVE) }, refused(Verdict::Deny, Cause::NotFromState, 0)),
        ] {
            assert_eq!(expected.outcome(&situation, outcome), Ok(outcome));
        }
    }

    #[test]
    fn an_outcome_that_breaks_the_contract_is_named() {
        let expected = Expected::new(&door::manifest());
        let (deny, depends) = (Verdict::Deny, Verdict::Depends);
        let cases = [
            (Outcome { next_state: Some(2), ..allowed() }, "next state 2 is out of range, there are 2"),
            (Outcome { next_state: None, ..allowed() }, "allow lacks a next state"),
            (Outcome { reasons: 1, ..allowed() }, "allow has reasons"),
            (
                Outcome { effects: 0b10, ..allowed() },
                "effects 0b10 has bits beyond the offer's list, which has 1",
            ),
            (
                Outcome { cause: Cause::NotOffered, ..allowed() },
                "allow with cause `not-offered` where the action is offered",
            ),
            (refused(deny, Cause::Conditions, 0), "deny lacks reasons"),
            (
                refused(deny, Cause::Conditions, 0b100),
                "reasons 0b100 has bits beyond the offer's list, which has 2",
            ),
            (refused(deny, Cause::NotInMode, 0), "deny with cause `not-in-mode` where the action is offered"),
            (refused(depends, Cause::Conditions, 0), "depends lacks reasons"),
            (
                Outcome { next_state: Some(0), ..refused(depends, Cause::Conditions, 1) },
                "depends has a next state",
            ),
            (Outcome { effects: 1, ..refused(deny, Cause::Conditions, 1) }, "deny has effects"),
        ];
        for (outcome, text) in cases {
            assert_eq!(expected.outcome(&situation(REMOVE), outcome).unwrap_err().to_string(), text);
        }
        for outcome in
            [allowed(), refused(depends, Cause::NotFromState, 0), refused(deny, Cause::Conditions, 1)]
        {
            let error = expected.outcome(&situation(INSTALL), outcome).unwrap_err();
            assert!(matches!(error, Breach::Offer { offered: false, .. }), "{error}");
        }
    }

    #[test]
    fn a_decision_that_keeps_the_contract_passes() {
        let manifest = door::manifest();
        let expected = Expected::new(&manifest);
        for decision in [allow(), deny()] {
            assert_eq!(expected.decision(&manifest, &request("remove"), decision.clone()), Ok(decision));
        }
        let mut unoffered = deny();
        unoffered.reasons[0].code = "not-from-state".to_owned();
        unoffered.reasons[0].class = ConditionClass::Target;
        assert!(expected.decision(&manifest, &request("install"), unoffered).is_ok());
    }

    #[test]
    fn a_decision_that_breaks_the_contract_is_named() {
        let manifest = door::manifest();
        let expected = Expected::new(&manifest);
        let cases: [(Make, Change<Decision>, &str); 19] = [
            (allow, |d| d.next_state = None, "allow lacks a next state"),
            (allow, |d| d.next_state = Some("ajar".to_owned()), "next state `ajar` is unknown"),
            (allow, |d| d.reasons = deny().reasons, "allow has reasons"),
            (allow, |d| d.effects[0].code = "alarm".to_owned(), "effect `alarm` is unknown"),
            (allow, |d| d.ways_out = deny().ways_out, "allow has ways out"),
            (deny, |d| d.reasons.clear(), "deny lacks reasons"),
            (deny, |d| d.next_state = Some("open".to_owned()), "deny has a next state"),
            (deny, |d| d.effects = allow().effects, "deny has effects"),
            (deny, |d| d.verdict = Verdict::Depends, "depends has ways out"),
            (deny, |d| d.reasons[0].code = "moody".to_owned(), "reason `moody` is unknown"),
            (
                deny,
                |d| d.reasons[0].code = "a\n".repeat(99),
                "reason `a\u{fffd}a\u{fffd}a\u{fffd}a\u{fffd}a\u{fffd}a\u{fffd}a\u{fffd}a\u{fffd}a\u{fffd}a\u{fffd}a\u{fffd}a\u{fffd}a\u{fffd}a\u{fffd}a\u{fffd}a\u{fffd}a\u{fffd}a\u{fffd}a\u{fffd}a\u{fffd}a\u{fffd}a\u{fffd}a\u{fffd}a\u{fffd}a\u{fffd}a\u{fffd}a\u{fffd}a\u{fffd}a\u{fffd}a\u{fffd}a\u{fffd}a\u{fffd}` is unknown",
            ),
            (
                deny,
                |d| d.reasons[0].code = "not-in-mode".to_owned(),
                "deny with cause `not-in-mode` where the action is offered",
            ),
            (deny, |d| d.reasons[0].class = ConditionClass::Mode, "class of reason `mode` is unknown"),
            (
                deny,
                |d| d.reasons[0].evidence[0].kind = "window".to_owned(),
                "kind of evidence `window` is unknown",
            ),
            (
                deny,
                |d| d.reasons[0].evidence[0].state = "ajar".to_owned(),
                "state of evidence `ajar` is unknown",
            ),
            (deny, |d| d.ways_out[0].action = "kick".to_owned(), "action of a way out `kick` is unknown"),
            (
                deny,
                |d| d.ways_out[0].from_states[0] = "ajar".to_owned(),
                "state of a way out `ajar` is unknown",
            ),
            (
                deny,
                |d| d.ways_out[0].needs[0] = "force".to_owned(),
                "parameter of a way out `force` is unknown",
            ),
            (deny, |d| d.reasons[0].code.clear(), "reason `` is unknown"),
        ];
        for (decision, change, text) in cases {
            let mut decision = decision();
            change(&mut decision);
            let error = expected.decision(&manifest, &request("remove"), decision).unwrap_err();
            assert_eq!(error.to_string(), text);
        }
        for decision in [allow(), deny()] {
            let error = expected.decision(&manifest, &request("install"), decision).unwrap_err();
            assert!(matches!(error, Breach::Offer { offered: false, .. }), "{error}");
        }
    }

    #[test]
    fn an_answer_to_a_request_with_unknown_names_is_no_answer() {
        let manifest = door::manifest();
        let expected = Expected::new(&manifest);
        let cases: [(Change<Request>, &str); 4] = [
            (|r| r.mode = "odd".to_owned(), "answered a request whose mode `odd` is unknown"),
            (|r| r.target.kind = "odd".to_owned(), "answered a request whose kind `odd` is unknown"),
            (|r| r.target.state = "odd".to_owned(), "answered a request whose state `odd` is unknown"),
            (|r| r.action = "odd".to_owned(), "answered a request whose action `odd` is unknown"),
        ];
        for (change, text) in cases {
            let mut request = request("remove");
            change(&mut request);
            let decided = expected.decision(&manifest, &request, allow()).unwrap_err();
            let observed = expected.situation(&request, situation(REMOVE)).unwrap_err();
            assert_eq!((decided.to_string(), observed.to_string()), (text.to_owned(), text.to_owned()));
        }
    }

    #[test]
    fn a_situation_is_that_of_the_request() {
        let manifest = door::manifest();
        let expected = Expected::new(&manifest);
        let observe = |situation| expected.situation(&request("remove"), situation);
        assert_eq!(observe(situation(REMOVE)), Ok(situation(REMOVE)));
        let cases: [(Change<Situation>, &str); 6] = [
            (|s| s.mode = 1, "mode 1 is out of range, there are 1"),
            (|s| s.kind = 1, "kind 1 is out of range, there are 1"),
            (|s| s.state = 2, "state 2 is out of range, there are 2"),
            (|s| s.action = 3, "action 3 is out of range, there are 3"),
            (|s| s.state = 0, "state 0 is not what was asked, which is 1"),
            (|s| s.action = 2, "action 2 is not what was asked, which is 1"),
        ];
        for (change, text) in cases {
            let mut situation = situation(REMOVE);
            change(&mut situation);
            assert_eq!(observe(situation).unwrap_err().to_string(), text);
        }
    }

    #[test]
    fn answers_stand_in_the_order_of_the_query() {
        let manifest = door::manifest();
        let expected = Expected::new(&manifest);
        let request = request("remove");
        let query = SurveyQuery {
            mode: request.mode,
            subject: None,
            actions: Vec::new(),
            targets: vec![request.target],
            related: Vec::new(),
            parameters: Attributes::new(),
            coverage: Coverage::Partial,
        };
        // Without actions, the operations: the event is not asked about.
        let (verdict, cause, reasons) = (Verdict::Deny, Cause::NotFromState, 0);
        let first = Answer { target: 0, action: 0, verdict, cause, reasons };
        let (verdict, cause) = (Verdict::Allow, Cause::Conditions);
        let second = Answer { target: 0, action: 1, verdict, cause, reasons };
        let check = |answers: Vec<Answer>| expected.answers(&manifest, &query, answers);
        assert_eq!(check(vec![first, second]), Ok(vec![first, second]));
        for (answers, text) in [
            (vec![first], "gave 1 answers to 2 questions"),
            (vec![first, second, second], "gave 3 answers to 2 questions"),
            (vec![second, first], "action 1 is not what was asked, which is 0"),
            (vec![first, Answer { target: 1, ..second }], "target 1 is not what was asked, which is 0"),
            (vec![first, Answer { reasons: 1, ..second }], "allow has reasons"),
            (
                vec![first, Answer { verdict: Verdict::Depends, reasons: 8, ..second }],
                "reasons 0b1000 has bits beyond the offer's list, which has 2",
            ),
        ] {
            assert_eq!(check(answers).unwrap_err().to_string(), text);
        }
    }

    fn situation(action: u8) -> Situation {
        Situation { mode: 0, kind: 0, state: OPEN, action, holds: 1, known: 1 }
    }

    fn allowed() -> Outcome {
        let (verdict, cause) = (Verdict::Allow, Cause::Conditions);
        Outcome { verdict, cause, reasons: 0, next_state: Some(0), effects: 1 }
    }

    fn refused(verdict: Verdict, cause: Cause, reasons: u32) -> Outcome {
        Outcome { verdict, cause, reasons, next_state: None, effects: 0 }
    }

    fn request(action: &str) -> Request {
        Request {
            mode: "normal".to_owned(),
            subject: Some(Subject { id: "s".to_owned(), roles: Vec::new(), attributes: Attributes::new() }),
            action: action.to_owned(),
            target: Observation {
                kind: "door".to_owned(),
                id: "d1".to_owned(),
                state: "open".to_owned(),
                attributes: Attributes::new(),
            },
            related: Vec::new(),
            parameters: Attributes::new(),
            coverage: Coverage::Complete,
        }
    }

    fn allow() -> Decision {
        Decision {
            verdict: Verdict::Allow,
            reasons: Vec::new(),
            next_state: Some("absent".to_owned()),
            effects: vec![Effect { code: "bell-rings".to_owned(), message: "It rings.".to_owned() }],
            ways_out: Vec::new(),
        }
    }

    fn deny() -> Decision {
        let evidence = Reference {
            kind: "door".to_owned(),
            id: "d2".to_owned(),
            state: "absent".to_owned(),
            visible: true,
        };
        Decision {
            verdict: Verdict::Deny,
            reasons: vec![Reason {
                code: "acknowledged".to_owned(),
                class: ConditionClass::Parameter,
                message: "say so".to_owned(),
                evidence: vec![evidence],
            }],
            next_state: None,
            effects: Vec::new(),
            ways_out: vec![WayOut {
                action: "install".to_owned(),
                from_states: vec!["absent".to_owned()],
                needs: vec!["loud".to_owned()],
            }],
        }
    }
}
