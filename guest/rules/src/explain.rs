//! Sentences for the person who was refused.

use alloc::string::String;
use alloc::vec::Vec;

use crate::book::Offer;
use crate::contract::{Cause, ConditionClass, Outcome, Situation, Verdict};
use crate::facts::Who;
use crate::flat::Flat;
use crate::order::positions;
use crate::tables::{NO_KIND, Texts};
use crate::{Attr, Facts, Link, Policy, Trace};

/// Messages list this many resources; the evidence has them all.
const LISTED: usize = 5;

impl Policy {
    /// Writes the reasons of an outcome.
    pub(crate) fn reasons(
        &self,
        facts: &Facts<'_>,
        situation: Situation,
        offer: Option<&Offer>,
        outcome: &Outcome,
        flat: &mut Flat,
    ) {
        let mut text = Text { facts, policy: self, situation, out: String::new() };
        if outcome.cause != Cause::Conditions {
            flat.number(1);
            flat.number(u32::from(self.first(Texts::Causes)) + outcome.cause as u32 - 1);
            let of_mode = outcome.cause == Cause::NotInMode;
            flat.byte(if of_mode { ConditionClass::Mode } else { ConditionClass::Target } as u8);
            text.cause(offer, outcome.cause);
            flat.string(&text.out);
            flat.number(0);
            return;
        }
        flat.number(outcome.reasons.count_ones());
        let Some(offer) = offer else { return };
        for (bit, &condition) in offer.conditions.iter().enumerate() {
            if outcome.reasons >> bit & 1 == 1 {
                let table = &self.conditions[usize::from(condition)];
                let mut trace = Trace::on();
                (table.test)(facts, &mut trace);
                let found = self.found(facts, &trace);
                flat.number(self.number(Texts::Conditions, condition));
                flat.byte(table.class as u8);
                text.out.clear();
                if outcome.verdict == Verdict::Deny {
                    text.refused();
                    text.out.push_str(": ");
                    text.template(trace.because.unwrap_or_else(|| self.refusal(condition)));
                    text.in_the_way(&found, self.unseen(condition));
                } else {
                    text.open(offer.selectors >> bit & 1 == 1);
                    text.question(self.question(condition));
                }
                flat.string(&text.out);
                self.evidence(&found, flat);
            }
        }
    }

    /// Everything blamed, sorted by kind, then id: the order of the request means nothing, so that the answer
    /// must not show it.
    fn found<'t>(&self, facts: &Facts<'t>, trace: &'t Trace) -> Vec<Found<'t>> {
        let mut found: Vec<Found<'t>> = Vec::with_capacity(trace.blamed.len());
        for blamed in &trace.blamed {
            found.push(match &blamed.who {
                Who::Row(row) => {
                    let resource = &facts.world.rows[*row as usize];
                    Found {
                        kind: resource.kind,
                        id: resource.id,
                        state: resource.state,
                        visible: facts.visible(facts.row(*row)),
                        listed: blamed.listed,
                        note: blamed.note,
                    }
                }
                Who::Missing(kind, id) => Found {
                    kind: kind.0,
                    id,
                    state: 0,
                    visible: facts.by_platform(),
                    listed: false,
                    note: "",
                },
            });
        }
        let order = positions(found.len(), &|a, b| {
            let (a, b) = (&found[a], &found[b]);
            self.kind_name(a.kind).cmp(self.kind_name(b.kind)).then_with(|| a.id.cmp(b.id))
        });
        order.into_iter().map(|position| found[position]).collect()
    }

    /// Each once.
    fn evidence(&self, found: &[Found<'_>], flat: &mut Flat) {
        let at = flat.open();
        let mut count = 0;
        for (position, this) in found.iter().enumerate() {
            let again = position > 0 && this.same(&found[position - 1]);
            if !again {
                flat.number(self.number(Texts::Kinds, this.kind));
                flat.string(this.id);
                flat.number(self.state_number(this.kind, this.state));
                flat.byte(this.visible.into());
                count += 1;
            }
        }
        flat.close(at, count);
    }
}

/// A resource in the way.
#[derive(Clone, Copy)]
struct Found<'t> {
    kind: u8,
    state: u8,
    visible: bool,
    listed: bool,
    id: &'t str,
    note: &'static str,
}

impl Found<'_> {
    fn same(&self, other: &Self) -> bool {
        self.kind == other.kind
            && self.state == other.state
            && self.visible == other.visible
            && self.id == other.id
    }
}

/// A sentence in the making.
struct Text<'f, 'w> {
    facts: &'f Facts<'w>,
    policy: &'f Policy,
    situation: Situation,
    out: String,
}

impl Text<'_, '_> {
    fn cause(&mut self, offer: Option<&Offer>, cause: Cause) {
        let Situation { mode, kind, .. } = self.situation;
        let noun = self.policy.noun(kind);
        self.refused();
        self.out.push_str(": ");
        match cause {
            Cause::NotInMode => {
                self.out.push_str(self.policy.mode_name(mode));
                self.out.push_str(" mode has no ");
                if self.policy.kind_modes(kind).has(mode.into()) {
                    self.out.push_str("such action on a ");
                }
                self.out.push_str(noun);
            }
            Cause::NotOffered => {
                self.out.push_str("a ");
                self.out.push_str(noun);
                self.out.push_str(" has no such action");
            }
            Cause::NotFromState | Cause::Conditions => {
                self.wrong_state(offer.map_or(&[], |offer| offer.states));
            }
        }
    }

    /// *backup `b1` cannot be deleted*
    fn refused(&mut self) {
        let action = self.situation.action;
        if action < self.policy.operations {
            self.target();
            self.out.push_str(" cannot be ");
            self.out.push_str(self.policy.participle(action));
        } else {
            self.quoted(self.policy.action_name(action));
            self.out.push_str(" does not apply to ");
            self.target();
        }
    }

    /// *backup `b1` cannot be deleted until this is known:*
    fn open(&mut self, selects: bool) {
        if selects {
            self.out.push_str("what becomes of ");
            self.target();
            self.out.push_str(" is open");
        } else {
            self.refused();
        }
        self.out.push_str(" until this is known: ");
    }

    /// A question in the middle of a sentence.
    fn question(&mut self, question: &str) {
        let start = self.out.len();
        self.out.push_str(question);
        if let Some(first) = self.out.get_mut(start..=start) {
            first.make_ascii_lowercase();
        }
    }

    fn wrong_state(&mut self, offered: &[u8]) {
        let Situation { kind, state, .. } = self.situation;
        if state == 0 {
            self.out.push_str("it does not exist");
            return;
        }
        self.out.push_str(if offered == [0] { "it exists already and is " } else { "it is " });
        self.out.push_str(self.policy.state_name(kind, state));
        if offered == [0] || offered.is_empty() {
            return;
        }
        self.out.push_str("; this is possible only while a ");
        self.out.push_str(self.policy.noun(kind));
        self.out.push_str(" is ");
        for (position, &state) in offered.iter().enumerate() {
            if position > 0 {
                self.out.push_str(if position + 1 == offered.len() { " or " } else { ", " });
            }
            self.out.push_str(self.policy.state_name(kind, state));
        }
    }

    /// A template, its slots filled.
    fn template(&mut self, template: &str) {
        let mut from = 0;
        for (at, byte) in template.bytes().enumerate() {
            if byte == b'{' || byte == b'}' {
                let part = template.get(from..at).unwrap_or_default();
                if byte == b'{' {
                    self.out.push_str(part)
                } else {
                    self.slot(part)
                }
                from = at + 1;
            }
        }
        self.out.push_str(template.get(from..).unwrap_or_default());
    }

    /// An attribute: the resource it links to if that may be named, else its value.
    fn slot(&mut self, name: &str) {
        if name == "target" {
            self.target();
            return;
        }
        let Some(position) = self.policy.attribute_index(name) else {
            self.out.push_str(name);
            return;
        };
        let attr = Attr(position);
        if self.policy.attributes[usize::from(position)].link == NO_KIND {
            self.quoted(self.facts.parameter(attr).unwrap_or_default());
            return;
        }
        match self.facts.link(self.facts.target(), attr) {
            Link::To(resource) if self.facts.visible(resource) => {
                self.spaced(name);
                self.out.push(' ');
                self.quoted(resource.id());
            }
            _ => {
                self.out.push_str("its ");
                self.spaced(name);
            }
        }
    }

    /// The resources in the way, in parentheses: those that the subject may view by name, the others as
    /// the condition calls them.
    fn in_the_way(&mut self, found: &[Found<'_>], unseen: &str) {
        let mut seen = 0;
        let mut hidden = None;
        let mut last: Option<&Found<'_>> = None;
        for this in found.iter().filter(|this| this.listed) {
            if !this.visible {
                hidden = Some(this.kind);
                continue;
            }
            if last.is_some_and(|last| last.same(this)) {
                continue;
            }
            last = Some(this);
            seen += 1;
            if seen > LISTED {
                continue;
            }
            self.out.push_str(if seen == 1 { " (" } else { ", " });
            self.quoted(this.id);
            if !this.note.is_empty() {
                self.out.push(' ');
                self.out.push_str(this.note);
            }
        }
        if seen > LISTED {
            self.out.push_str(", and others");
        }
        if let Some(kind) = hidden {
            self.out.push_str(if seen == 0 { " (" } else { ", " });
            if unseen.is_empty() {
                self.out.push_str("a ");
                self.out.push_str(self.policy.noun(kind));
                self.out.push_str(" that you may not view");
            } else {
                self.out.push_str(unseen);
            }
        }
        if seen > 0 || hidden.is_some() {
            self.out.push(')');
        }
    }

    fn target(&mut self) {
        let id = self.facts.target().id();
        if id.is_empty() {
            self.out.push_str("the ");
        }
        self.out.push_str(self.policy.noun(self.situation.kind));
        if !id.is_empty() {
            self.out.push(' ');
            self.quoted(id);
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
