use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use crate::compile::{NAMES, OfferTable, POSITIONS, RuleTable, SAME, SCOPES};
use crate::contract::Manifest;
use crate::flat::Flat;
use crate::{ActionClass, Op, Policy};

impl Policy {
    /// Everything the policy knows, for drawing, asking and enumerating.
    #[must_use]
    pub fn describe(&self) -> Manifest {
        Manifest::read(&self.describe_flat())
    }

    /// The same in flat form, from which a component lays it out.
    #[must_use]
    pub fn describe_flat(&self) -> Vec<u8> {
        let mut flat = Flat::with_capacity(self.text.len() * 2);
        // The text is read in the order in which `Draft::describe` wrote it.
        let mut text = Text { rest: self.text };
        let mut sights = Vec::new();
        for part in [self.name, self.version, self.title] {
            flat.string(part);
        }
        flat.strings(self.modes);
        flat.length(self.kinds.len());
        for kind in 0..self.kinds.len() as u8 {
            self.kind_info(kind, &mut text, &mut sights, &mut flat);
        }
        flat.length(self.actions.len());
        for action in self.actions {
            flat.string(action.name);
            flat.string(&title(action.name));
            flat.byte(action.class as u8);
            flat.string(text.field());
        }
        let mut paths = Vec::new();
        flat.length(self.conditions.len());
        for condition in self.conditions {
            flat.string(condition.code);
            flat.byte(condition.class as u8);
            flat.string(condition.question);
            let reads = self.reads(text.letters(), &sights);
            flat.length(reads.len());
            for path in &reads {
                flat.string(path);
                add(&mut paths, path);
            }
            text.provenance(&mut flat);
        }
        flat.length(self.effects.len());
        for effect in self.effects {
            flat.string(effect.code);
            flat.string(effect.meaning);
        }
        let meanings: Vec<&str> = self.attributes.iter().map(|_| text.field()).collect();
        flat.length(paths.len());
        for path in &paths {
            self.input(path, &meanings, &mut flat);
        }
        flat.length(self.offers.len());
        for offer in self.offers {
            self.offer_info(offer, &text, &mut flat);
        }
        flat.strings(self.roles);
        self.grants(&mut flat);
        flat.into_bytes()
    }

    fn kind_info<'t>(&self, index: u8, text: &mut Text<'t>, sights: &mut Vec<&'t [u8]>, flat: &mut Flat) {
        let kind = self.kind(index);
        flat.string(kind.name);
        flat.string(text.field());
        sights.push(text.letters());
        flat.bytes(&mut self.modes_in(kind.modes));
        // The kind's own provenance comes after its states.
        let mut own = Flat::with_capacity(64);
        text.provenance(&mut own);
        flat.length(self.states(index).len());
        for state in self.states(index) {
            flat.string(state.name);
            flat.string(text.field());
            flat.string(text.field());
            flat.bytes(&mut self.modes_in(state.modes));
            flat.byte(state.observed_only.into());
            text.provenance(flat);
        }
        flat.append(&own);
    }

    fn offer_info(&self, offer: &OfferTable, origins: &Text<'_>, flat: &mut Flat) {
        for byte in [offer.mode, offer.kind, offer.action] {
            flat.byte(byte);
        }
        flat.halves(self.condition_list(offer));
        flat.word(offer.selectors.into());
        flat.halves(self.effect_list(offer));
        let states = 0..self.states(offer.kind).len() as u8;
        flat.bytes(&mut states.clone().filter(|&state| self.rule(offer, state).is_some()));
        let from = |table: &'static RuleTable| {
            let is_this =
                move |state: &u8| self.rule(offer, *state).is_some_and(|rule| core::ptr::eq(rule, table));
            states.clone().filter(is_this)
        };
        // A rule all of whose states belong to other modes has nothing to say in this one.
        let told = || self.rules(offer).iter().filter(|table| from(table).next().is_some());
        flat.length(told().count());
        for table in told() {
            flat.bytes(&mut from(table));
            flat.word(table.requires.into());
            let branches = self.branches(table);
            flat.length(branches.len());
            for branch in branches {
                for mask in [branch.when, branch.unless, branch.requires] {
                    flat.word(mask.into());
                }
                flat.byte((branch.next != SAME).into());
                if branch.next != SAME {
                    flat.byte(branch.next);
                }
                flat.word(branch.effects.into());
            }
            flat.bytes(&mut self.ways_out_of(table));
            let mut origin = Text { rest: origins.rest };
            for _ in 0..2 * table.origin {
                origin.field();
            }
            origin.provenance(flat);
        }
    }

    /// What a condition reads: as its author wrote it, what is read together with it, and what tells whether
    /// the resources it may name are visible.
    fn reads(&self, written: &[u8], sights: &[&[u8]]) -> Vec<String> {
        let mut paths = Vec::new();
        self.add_paths(&mut paths, written);
        let mut next = 0;
        while next < paths.len() {
            let path = paths[next].clone();
            let (scope, name) = split(&path);
            if scope == "parameter" {
                add(&mut paths, &["target.", name].concat());
            }
            for group in self.together.iter().filter(|group| group.first() == Some(&name)) {
                for companion in *group {
                    // With a dot it is a path of its own, without one a name in the same scope.
                    if companion.contains('.') {
                        add(&mut paths, companion);
                    } else {
                        add(&mut paths, &[scope, ".", companion].concat());
                    }
                }
            }
            if let Some(kind) = scope.strip_prefix("related.").and_then(|kind| self.kind_index(kind)) {
                self.add_paths(&mut paths, sights[usize::from(kind)]);
            }
            next += 1;
        }
        paths
    }

    /// Paths from the two letters that stand for each.
    fn add_paths(&self, paths: &mut Vec<String>, letters: &[u8]) {
        let known = |known: &[(u8, &'static str)], letter: u8| {
            known.iter().find(|(known, _)| *known == letter).map(|(_, name)| *name)
        };
        for pair in letters.chunks_exact(2) {
            let (scope, name) = (pair[0], pair[1]);
            let name = known(&NAMES, name)
                .unwrap_or_else(|| self.attributes[usize::from(name.wrapping_sub(POSITIONS))].name);
            match known(&SCOPES, scope) {
                Some(scope) => add(paths, &[scope, ".", name].concat()),
                None => {
                    let kind = self.kind(scope.wrapping_sub(POSITIONS)).name;
                    add(paths, &["related.", kind, ".", name].concat());
                }
            }
        }
    }

    /// A path that some condition reads, with what it says.
    fn input(&self, path: &str, meanings: &[&str], flat: &mut Flat) {
        let (scope, name) = split(path);
        let position = self.attributes.iter().position(|info| info.name == name);
        let kind = scope.strip_prefix("related.").and_then(|kind| self.kind_index(kind));
        flat.string(path);
        match (name, position) {
            ("roles", _) => {
                flat.string("Roles that the subject holds.");
                flat.strings(self.roles);
                flat.byte(0);
            }
            ("id", _) => {
                flat.string("Id, unique within the kind.");
                flat.strings(&[]);
                flat.byte(0);
            }
            ("state", _) if scope != "subject" => {
                flat.string("State of the resource.");
                let states = kind.map_or(&[][..], |kind| self.states(kind));
                flat.length(states.len());
                states.iter().for_each(|state| flat.string(state.name));
                flat.byte(0);
            }
            (_, position) => {
                let values = position.map(|position| &self.attributes[position].values);
                flat.string(position.map_or("", |position| meanings[position]));
                flat.strings(values.map_or(&[], |values| values.words()));
                let link = values.and_then(|values| values.link());
                flat.byte(link.is_some().into());
                link.into_iter().for_each(|kind| flat.string(kind));
            }
        }
    }

    fn grants(&self, flat: &mut Flat) {
        let operations =
            self.actions.iter().filter(|action| action.class == ActionClass::Operation).count() as u8;
        let at = flat.open();
        let mut count = 0;
        for grant in self.grants {
            for mode in self.modes_in(grant.modes) {
                let covered = |&action: &u8| {
                    grant.actions.has(Op(action)) && self.offer(mode, grant.kind, action).is_ok()
                };
                let actions = || (0..operations).filter(covered);
                if actions().next().is_none() {
                    continue;
                }
                flat.string(self.roles[usize::from(grant.role)]);
                flat.byte(mode);
                flat.byte(grant.kind);
                flat.bytes(&mut actions());
                flat.byte(grant.scope as u8);
                count += 1;
            }
        }
        flat.close(at, count);
    }
}

/// What only the manifest tells, field by field.
struct Text<'t> {
    rest: &'t [u8],
}

impl<'t> Text<'t> {
    fn letters(&mut self) -> &'t [u8] {
        let end = self.rest.iter().position(|&byte| byte == b'\n').unwrap_or(self.rest.len());
        let field = self.rest.get(..end).unwrap_or_default();
        self.rest = self.rest.get(end + 1..).unwrap_or_default();
        field
    }

    fn field(&mut self) -> &'t str {
        core::str::from_utf8(self.letters()).unwrap_or_default()
    }

    /// The certainty stands as a digit before the sources.
    fn provenance(&mut self, flat: &mut Flat) {
        let field = self.field();
        flat.byte(field.bytes().next().unwrap_or_default().wrapping_sub(b'0'));
        let sources = || field.get(1..).unwrap_or_default().split_ascii_whitespace();
        flat.length(sources().count());
        sources().for_each(|source| flat.string(source));
        flat.string(self.field());
    }
}

/// A path's scope, and the name after its last dot.
fn split(path: &str) -> (&str, &str) {
    let dot = path.bytes().rposition(|byte| byte == b'.').unwrap_or(0);
    (path.get(..dot).unwrap_or_default(), path.get(dot + 1..).unwrap_or_default())
}

/// `force-delete` reads *Force delete*.
fn title(name: &str) -> String {
    let letters = name.bytes().enumerate().map(|(position, byte)| match byte {
        b'-' => ' ',
        _ if position == 0 => char::from(byte.to_ascii_uppercase()),
        _ => char::from(byte),
    });
    letters.collect()
}

fn add(paths: &mut Vec<String>, path: &str) {
    if !paths.iter().any(|known| known == path) {
        paths.push(path.to_owned());
    }
}
