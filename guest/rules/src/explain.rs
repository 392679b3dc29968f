//! Sentences for the person who was refused.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use crate::compile::{ActionTable, ConditionTable, KindTable, OfferTable};
use crate::contract::{ActionClass, Cause, ConditionClass, Outcome, Reason, Reference, Situation, Verdict};
use crate::facts::Who;
use crate::order::sorted;
use crate::{ABSENT, Attr, Facts, Link, Policy, Res, Trace};

/// Messages list this many resources; the evidence has them all.
const LISTED: usize = 5;

impl Policy {
    /// The reasons of an outcome.
    pub(crate) fn reasons(&self, facts: &Facts<'_>, situation: Situation, outcome: &Outcome) -> Vec<Reason> {
        let action = &self.actions[usize::from(situation.action)];
        let offer = self.offer(situation.mode, situation.kind, situation.action).ok();
        if outcome.cause != Cause::Conditions {
            return Vec::from([self.cause(facts, action, offer, outcome.cause)]);
        }
        let Some(offer) = offer else { return Vec::new() };
        let mut reasons = Vec::new();
        for (bit, &condition) in self.condition_list(offer).iter().enumerate() {
            if outcome.reasons >> bit & 1 == 1 {
                let condition = &self.conditions[usize::from(condition)];
                let selects = offer.selectors >> bit & 1 == 1;
                reasons.push(self.reason(facts, action, condition, outcome.verdict, selects));
            }
        }
        reasons
    }

    fn reason(
        &self,
        facts: &Facts<'_>,
        action: &ActionTable,
        condition: &ConditionTable,
        verdict: Verdict,
        selects: bool,
    ) -> Reason {
        let mut trace = Trace::on();
        (condition.test)(facts, &mut trace);
        let mut text = Text { facts, policy: self, out: String::new() };
        if verdict == Verdict::Deny {
            text.refused(action);
            text.template(trace.because.unwrap_or(condition.refusal));
            text.in_the_way(&trace, condition.unseen);
        } else {
            text.open(action, selects);
            text.question(condition.question);
        }
        Reason {
            code: condition.code,
            class: condition.class,
            message: text.out,
            evidence: self.evidence(facts, &trace),
        }
    }

    fn cause(
        &self,
        facts: &Facts<'_>,
        action: &ActionTable,
        offer: Option<&OfferTable>,
        cause: Cause,
    ) -> Reason {
        let kind = self.kind(facts.world.rows[facts.target as usize].kind);
        let mut text = Text { facts, policy: self, out: String::new() };
        text.refused(action);
        let (code, class) = match cause {
            Cause::NotInMode => {
                text.out.push_str(facts.mode());
                text.out.push_str(" mode has no ");
                if kind.modes.has(usize::from(facts.world.mode)) {
                    text.out.push_str("such action on a ");
                }
                text.out.push_str(kind.noun);
                ("not-in-mode", ConditionClass::Mode)
            }
            Cause::NotOffered => {
                text.out.push_str("a ");
                text.out.push_str(kind.noun);
                text.out.push_str(" has no such action");
                ("not-offered", ConditionClass::Target)
            }
            Cause::NotFromState | Cause::Conditions => {
                text.wrong_state(kind, offer, self);
                ("not-from-state", ConditionClass::Target)
            }
        };
        Reason { code, class, message: text.out, evidence: Vec::new() }
    }

    /// Everything blamed, each once, sorted by kind, then id.
    fn evidence(&self, facts: &Facts<'_>, trace: &Trace) -> Vec<Reference> {
        let mut evidence: Vec<Reference> = Vec::new();
        for blamed in &trace.blamed {
            evidence.push(match &blamed.who {
                Who::Row(row) => {
                    let resource = facts.about_row(*row).target();
                    Reference {
                        kind: resource.kind(),
                        id: resource.id().to_owned(),
                        state: resource.state(),
                        visible: facts.visible(resource),
                    }
                }
                Who::Missing(kind, id) => Reference {
                    kind,
                    id: id.clone(),
                    state: ABSENT,
                    visible: facts.has_role(crate::SYSTEM_ROLE).unwrap_or(true),
                },
            });
        }
        let mut evidence = sorted(evidence, &|a, b| (&a.kind, &a.id).cmp(&(&b.kind, &b.id)));
        evidence.dedup();
        evidence
    }
}

/// A sentence in the making.
struct Text<'f, 'w> {
    facts: &'f Facts<'w>,
    policy: &'f Policy,
    out: String,
}

impl Text<'_, '_> {
    /// *backup `b1` cannot be deleted:*
    fn refused(&mut self, action: &ActionTable) {
        if action.class == ActionClass::Event {
            self.quoted(action.name);
            self.out.push_str(" does not apply to ");
            self.target();
        } else {
            self.target();
            self.out.push_str(" cannot be ");
            self.out.push_str(action.participle);
        }
        self.out.push_str(": ");
    }

    /// *backup `b1` cannot be deleted until this is known:*
    fn open(&mut self, action: &ActionTable, selects: bool) {
        if selects {
            self.out.push_str("what becomes of ");
            self.target();
            self.out.push_str(" is open until this is known: ");
        } else {
            self.refused(action);
            // Over the colon and the blank.
            self.out.truncate(self.out.len() - 2);
            self.out.push_str(" until this is known: ");
        }
    }

    /// A question in the middle of a sentence.
    fn question(&mut self, question: &str) {
        let mut letters = question.chars();
        if let Some(first) = letters.next() {
            self.out.push(first.to_ascii_lowercase());
        }
        self.out.push_str(letters.as_str());
    }

    fn wrong_state(&mut self, kind: &KindTable, offer: Option<&OfferTable>, policy: &Policy) {
        let target = self.facts.target();
        let offered: Vec<&str> =
            offer.map(|offer| policy.states_offering(offer).collect()).unwrap_or_default();
        if !target.exists() {
            self.out.push_str("it does not exist");
        } else if offered == [ABSENT] {
            self.out.push_str("it exists already and is ");
            self.out.push_str(target.state());
        } else {
            self.out.push_str("it is ");
            self.out.push_str(target.state());
            if !offered.is_empty() {
                self.out.push_str("; this is possible only while a ");
                self.out.push_str(kind.noun);
                self.out.push_str(" is ");
                for (position, state) in offered.iter().enumerate() {
                    if position > 0 {
                        self.out.push_str(if position + 1 == offered.len() { " or " } else { ", " });
                    }
                    self.out.push_str(state);
                }
            }
        }
    }

    /// A template, its slots filled.
    fn template(&mut self, template: &str) {
        let mut rest = template;
        while let Some((before, after)) = rest.split_once('{') {
            self.out.push_str(before);
            let (slot, tail) = after.split_once('}').unwrap_or((after, ""));
            if slot == "target" {
                self.target();
            } else {
                self.slot(slot);
            }
            rest = tail;
        }
        self.out.push_str(rest);
    }

    /// An attribute: the resource it links to if that may be named, else its value.
    fn slot(&mut self, name: &str) {
        let attributes = self.policy.attributes;
        let Some(position) = attributes.iter().position(|info| info.name == name) else {
            self.out.push_str(name);
            return;
        };
        let (info, attr) = (&attributes[position], Attr(position as u8));
        if info.values.link().is_none() {
            self.quoted(self.facts.parameter(attr).unwrap_or_default());
            return;
        }
        match self.facts.link(self.facts.target(), attr) {
            Link::To(resource) if self.facts.visible(resource) => {
                self.spaced(info.name);
                self.out.push(' ');
                self.quoted(resource.id());
            }
            _ => {
                self.out.push_str("its ");
                self.spaced(info.name);
            }
        }
    }

    /// The resources in the way, in parentheses: those that the subject may view by name, the others as
    /// the condition calls them.
    fn in_the_way(&mut self, trace: &Trace, unseen: &str) {
        let mut seen: Vec<(Res<'_>, &str)> = Vec::new();
        let mut hidden = None;
        for blamed in trace.blamed.iter().filter(|blamed| blamed.listed) {
            if let Who::Row(row) = blamed.who {
                let resource = self.facts.about_row(row).target();
                if self.facts.visible(resource) {
                    seen.push((resource, blamed.note));
                } else {
                    hidden = Some(resource);
                }
            }
        }
        // The order of the request means nothing, so the sentence must not show it.
        let mut seen = sorted(seen, &|a, b| (a.0.kind(), a.0.id()).cmp(&(b.0.kind(), b.0.id())));
        seen.dedup_by(|a, b| a.0 == b.0);
        if seen.is_empty() && hidden.is_none() {
            return;
        }
        self.out.push_str(" (");
        for (position, (resource, note)) in seen.iter().take(LISTED).enumerate() {
            if position > 0 {
                self.out.push_str(", ");
            }
            self.quoted(resource.id());
            if !note.is_empty() {
                self.out.push(' ');
                self.out.push_str(note);
            }
        }
        if seen.len() > LISTED {
            self.out.push_str(", and others");
        }
        if let Some(resource) = hidden {
            if !seen.is_empty() {
                self.out.push_str(", ");
            }
            if unseen.is_empty() {
                self.out.push_str("a ");
                self.out.push_str(self.policy.kind(self.facts.world.rows[resource.row as usize].kind).noun);
                self.out.push_str(" that you may not view");
            } else {
                self.out.push_str(unseen);
            }
        }
        self.out.push(')');
    }

    fn target(&mut self) {
        let target = self.facts.target();
        let noun = self.policy.kind(self.facts.world.rows[self.facts.target as usize].kind).noun;
        if target.id().is_empty() {
            self.out.push_str("the ");
            self.out.push_str(noun);
        } else {
            self.out.push_str(noun);
            self.out.push(' ');
            self.quoted(target.id());
        }
    }

    /// `cloud-account` reads *cloud account*.
    fn spaced(&mut self, name: &str) {
        name.bytes().for_each(|byte| self.out.push(if byte == b'-' { ' ' } else { char::from(byte) }));
    }

    fn quoted(&mut self, text: &str) {
        self.out.push('`');
        self.out.push_str(text);
        self.out.push('`');
    }
}

impl<'w> Facts<'w> {
    fn about_row(&self, row: u32) -> Self {
        Self { world: self.world, target: row }
    }
}
