//! Reads the flat form of a manifest back, for programs that hold a policy as plain Rust.

use alloc::string::String;
use alloc::vec::Vec;

use crate::contract::{
    ActionClass, ActionInfo, Branch, Certainty, ConditionClass, ConditionInfo, EffectInfo, Grant, InputInfo,
    KindInfo, Manifest, Offer, Provenance, Rule, Scope, StateInfo,
};

impl Manifest {
    /// From the bytes of [`Policy::describe_flat`](crate::Policy::describe_flat).
    pub(crate) fn read(flat: &[u8]) -> Self {
        let mut flat = Reader { rest: flat };
        Self {
            name: flat.string(),
            version: flat.string(),
            title: flat.string(),
            modes: flat.strings(),
            kinds: flat.list(|flat| KindInfo {
                name: flat.string(),
                title: flat.string(),
                modes: flat.list(Reader::byte),
                states: flat.list(|flat| StateInfo {
                    name: flat.string(),
                    title: flat.string(),
                    meaning: flat.string(),
                    modes: flat.list(Reader::byte),
                    observed_only: flat.byte() == 1,
                    provenance: flat.provenance(),
                }),
                provenance: flat.provenance(),
            }),
            actions: flat.list(|flat| ActionInfo {
                name: flat.string(),
                title: flat.string(),
                class: if flat.byte() == 0 { ActionClass::Operation } else { ActionClass::Event },
                meaning: flat.string(),
            }),
            conditions: flat.list(|flat| ConditionInfo {
                code: flat.string(),
                class: match flat.byte() {
                    0 => ConditionClass::Mode,
                    1 => ConditionClass::Access,
                    2 => ConditionClass::Target,
                    3 => ConditionClass::Related,
                    _ => ConditionClass::Parameter,
                },
                question: flat.string(),
                reads: flat.strings(),
                provenance: flat.provenance(),
            }),
            effects: flat.list(|flat| EffectInfo { code: flat.string(), meaning: flat.string() }),
            inputs: flat.list(|flat| InputInfo {
                path: flat.string(),
                meaning: flat.string(),
                values: flat.strings(),
                links_to: flat.option(Reader::string),
            }),
            offers: flat.list(|flat| Offer {
                mode: flat.byte(),
                kind: flat.byte(),
                action: flat.byte(),
                conditions: flat.list(Reader::half),
                selectors: flat.word(),
                effects: flat.list(Reader::half),
                from_states: flat.list(Reader::byte),
                rules: flat.list(|flat| Rule {
                    from_states: flat.list(Reader::byte),
                    requires: flat.word(),
                    branches: flat.list(|flat| Branch {
                        when: flat.word(),
                        unless: flat.word(),
                        requires: flat.word(),
                        next_state: flat.option(Reader::byte),
                        effects: flat.word(),
                    }),
                    alternatives: flat.list(Reader::byte),
                    provenance: flat.provenance(),
                }),
            }),
            roles: flat.strings(),
            grants: flat.list(|flat| Grant {
                role: flat.string(),
                mode: flat.byte(),
                kind: flat.byte(),
                actions: flat.list(Reader::byte),
                scope: match flat.byte() {
                    0 => Scope::Owned,
                    1 => Scope::Granted,
                    _ => Scope::Any,
                },
            }),
        }
    }
}

/// What is left of the bytes; past their end everything reads as zero.
struct Reader<'f> {
    rest: &'f [u8],
}

impl Reader<'_> {
    fn byte(&mut self) -> u8 {
        let Some((&byte, rest)) = self.rest.split_first() else { return 0 };
        self.rest = rest;
        byte
    }

    fn half(&mut self) -> u16 {
        u16::from_le_bytes([self.byte(), self.byte()])
    }

    fn word(&mut self) -> u32 {
        u32::from(self.half()) | u32::from(self.half()) << 16
    }

    fn string(&mut self) -> String {
        let length = self.word() as usize;
        let (text, rest) = self.rest.split_at(length.min(self.rest.len()));
        self.rest = rest;
        String::from_utf8_lossy(text).into_owned()
    }

    fn strings(&mut self) -> Vec<String> {
        self.list(Self::string)
    }

    fn list<T>(&mut self, mut item: impl FnMut(&mut Self) -> T) -> Vec<T> {
        (0..self.word()).map(|_| item(self)).collect()
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
            note: self.string(),
        }
    }
}
