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
        let mut page = Page { book: self.book(), at: self.book().at(self.book().manifest), offers: 0 };
        Manifest {
            name: page.string(),
            version: page.words(),
            title: page.words(),
            modes: page.strings(),
            kinds: page.list(|page| KindInfo {
                name: page.string(),
                title: page.words(),
                modes: page.list(Page::byte),
                states: page.list(|page| StateInfo {
                    name: page.string(),
                    title: page.words(),
                    meaning: page.words(),
                    modes: page.list(Page::byte),
                    observed_only: page.byte() == 1,
                    provenance: page.provenance(),
                }),
                provenance: page.provenance(),
            }),
            actions: page.list(|page| ActionInfo {
                name: page.string(),
                title: page.words(),
                class: if page.byte() == 0 { ActionClass::Operation } else { ActionClass::Event },
                meaning: page.words(),
            }),
            conditions: page.list(|page| ConditionInfo {
                code: page.string(),
                class: page.class(),
                question: page.string(),
                reads: page.strings(),
                provenance: page.provenance(),
            }),
            effects: page.list(|page| EffectInfo { code: page.string(), meaning: page.string() }),
            inputs: page.list(|page| InputInfo {
                path: page.string(),
                meaning: page.string(),
                values: page.strings(),
                links_to: page.option(Page::string),
            }),
            offers: page.list(|page| {
                page.offer(|page, mode| Offer {
                    mode,
                    kind: page.byte(),
                    action: page.byte(),
                    conditions: page.list(|page| page.byte().into()),
                    selectors: page.number(),
                    effects: page.list(|page| page.byte().into()),
                    from_states: page.list(Page::byte),
                    rules: page.list(|page| {
                        page.rule(|page| Rule {
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
                        })
                    }),
                })
            }),
            roles: page.strings(),
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
        let mut page = Page { book: policy.book(), at: Reader { bytes: flat }, offers: 0 };
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
}

impl Page<'_> {
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
    fn offer<T>(&mut self, read: impl FnOnce(&mut Self, u8) -> T) -> T {
        let mode = self.byte();
        let place = self.book.places[self.offers];
        self.offers += 1;
        read(&mut Self { book: self.book, at: self.book.at(place), offers: 0 }, mode)
    }

    /// A rule begins with its length.
    fn rule<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> T {
        self.number();
        read(self)
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
