//! Reads the manifest out of a policy's book, and decisions out of their flat form, for programs that hold a policy as
//! plain Rust.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

use crate::Policy;
use crate::book::{Book, Reader};
use crate::contract::{
    ActionClass, ActionInfo, Branch, Certainty, ConditionClass, ConditionInfo, Decision, Effect, EffectInfo,
    Grant, InputInfo, KindInfo, Manifest, Offer, Provenance, Reason, Reference, Rule, Scope, StateInfo,
    Verdict, WayOut,
};

impl Policy {
    /// Everything the policy knows, for drawing, asking and enumerating.
    #[must_use]
    pub fn describe(&'static self) -> Manifest {
        let mut page = Page::of(self, self.book().at(self.book().manifest));
        Manifest {
            name: page.words(),
            version: page.words(),
            title: page.words(),
            modes: page.named(|page| page.name()),
            kinds: page.named(|page| KindInfo {
                name: page.name(),
                title: page.words(),
                modes: page.list(Page::byte),
                states: page.named(|page| StateInfo {
                    name: page.name(),
                    title: page.title(true),
                    meaning: page.words(),
                    modes: page.list(Page::byte),
                    observed_only: page.byte() == 1,
                    provenance: page.provenance(),
                }),
                provenance: page.provenance(),
            }),
            actions: page.named(|page| ActionInfo {
                name: page.name(),
                title: page.title(false),
                class: if page.byte() == 0 { ActionClass::Operation } else { ActionClass::Event },
                meaning: page.words(),
            }),
            conditions: page.named(|page| ConditionInfo {
                code: page.name(),
                class: page.class(),
                question: page.meaning(),
                reads: page.list(|page| page.book.path(page.number() as usize)),
                provenance: page.provenance(),
            }),
            effects: page.named(|page| EffectInfo { code: page.name(), meaning: page.meaning() }),
            inputs: page.named(|page| InputInfo {
                path: page.book.path(page.item as usize),
                meaning: page.string(),
                values: page.list(Page::string),
                links_to: page.option(Page::string),
            }),
            offers: page.list(|page| {
                page.offer(|page, mode, kind| Offer {
                    mode,
                    kind,
                    action: page.byte(),
                    conditions: page.list(|page| page.byte().into()),
                    selectors: page.number(),
                    effects: page.list(|page| page.byte().into()),
                    from_states: page.list(Page::byte),
                    rules: page.list(|page| Rule {
                        from_states: page.list(Page::byte),
                        requires: page.number(),
                        branches: page.list(|page| Branch {
                            when: page.number(),
                            unless: page.number(),
                            requires: page.number(),
                            next_state: page.option(Page::byte),
                            effects: page.number(),
                        }),
                        alternatives: page.list(Page::byte),
                        provenance: page.provenance(),
                    }),
                })
            }),
            roles: page.named(|page| page.name()),
            grants: page.list(|page| Grant {
                role: page.string(),
                mode: page.byte(),
                kind: page.byte(),
                actions: page.list(Page::byte),
                scope: match page.byte() {
                    0 => Scope::Owned,
                    1 => Scope::Granted,
                    _ => Scope::Any,
                },
            }),
        }
    }
}

impl Decision {
    /// From the bytes of [`Policy::evaluate_flat`].
    pub(crate) fn read(policy: &'static Policy, flat: &[u8]) -> Self {
        let mut page = Page::of(policy, Reader { bytes: flat });
        Self {
            verdict: match page.byte() {
                0 => Verdict::Allow,
                1 => Verdict::Deny,
                _ => Verdict::Depends,
            },
            reasons: page.list(|page| Reason {
                code: page.text(),
                class: page.class(),
                message: page.words(),
                evidence: page.list(|page| Reference {
                    kind: page.text(),
                    id: page.words(),
                    state: page.text(),
                    visible: page.byte() == 1,
                }),
            }),
            next_state: page.option(Page::text),
            effects: page.list(|page| Effect { code: page.text(), message: page.text() }),
            ways_out: page.list(|page| WayOut {
                action: page.text(),
                from_states: page.list(Page::text),
                needs: page.list(Page::text),
            }),
        }
    }
}

/// A book or an answer, read from some place on.
struct Page<'b> {
    book: &'static Book,
    at: Reader<'b>,
    /// How many offers have been read.
    offers: usize,
    /// The first text of the item that is being read.
    item: u32,
}

impl<'b> Page<'b> {
    fn of(policy: &'static Policy, at: Reader<'b>) -> Self {
        Self { book: policy.book(), at, offers: 0, item: 0 }
    }

    fn byte(&mut self) -> u8 {
        self.at.byte()
    }

    fn number(&mut self) -> u32 {
        self.at.number()
    }

    /// A text of the policy, by its number.
    fn text(&mut self) -> &'static str {
        self.book.text(self.at.number() as usize)
    }

    fn string(&mut self) -> String {
        self.text().to_owned()
    }

    /// A text that stands where it is read.
    fn words(&mut self) -> String {
        String::from_utf8_lossy(self.at.list()).into_owned()
    }

    fn class(&mut self) -> ConditionClass {
        match self.byte() {
            0 => ConditionClass::Mode,
            1 => ConditionClass::Access,
            2 => ConditionClass::Target,
            3 => ConditionClass::Related,
            _ => ConditionClass::Parameter,
        }
    }

    /// An offer goes on at a place of its own.
    fn offer<T>(&mut self, read: impl FnOnce(&mut Self, u8, u8) -> T) -> T {
        let (mode, kind) = (self.byte(), self.byte());
        let place = self.book.places[self.offers];
        self.offers += 1;
        read(&mut Self { at: self.book.at(place), ..*self }, mode, kind)
    }

    /// A list of named things.
    fn named<T>(&mut self, mut read: impl FnMut(&mut Self) -> T) -> Vec<T> {
        let outer = self.item;
        let [length, first, texts] = [(); 3].map(|()| self.number());
        let items = (0..length).map(|position| {
            self.item = first + position * texts;
            read(self)
        });
        let items = items.collect();
        self.item = outer;
        items
    }

    fn name(&mut self) -> String {
        self.book.text(self.item as usize).to_owned()
    }

    /// As it stands, or as the name tells it.
    fn title(&mut self, every_word: bool) -> String {
        let given = self.words();
        if given.is_empty() { self.book.title(self.item as usize, every_word) } else { given }
    }

    /// The second text of the item.
    fn meaning(&mut self) -> String {
        self.book.text(self.item as usize + 1).to_owned()
    }

    fn strings(&mut self) -> Vec<String> {
        self.list(Self::string)
    }

    fn list<T>(&mut self, mut item: impl FnMut(&mut Self) -> T) -> Vec<T> {
        (0..self.number()).map(|_| item(self)).collect()
    }

    fn option<T>(&mut self, item: impl FnOnce(&mut Self) -> T) -> Option<T> {
        (self.byte() == 1).then(|| item(self))
    }

    fn provenance(&mut self) -> Provenance {
        Provenance {
            certainty: match self.byte() {
                0 => Certainty::Stated,
                1 => Certainty::Inferred,
                2 => Certainty::Implied,
                _ => Certainty::Default,
            },
            sources: self.strings(),
            note: self.words(),
        }
    }
}
