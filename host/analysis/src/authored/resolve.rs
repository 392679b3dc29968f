//! Laws in the indexes of a manifest.

use std::collections::BTreeSet;

use interlock_model::{Manifest, Offer};

use super::{
    AuthoredLaw, AuthoredLaws, Claim, Facts, Ground, LawError, LawMistake, Place, Region, Regions, Step,
    Truth,
};
use crate::Triple;

/// A claim in indexes.
pub(super) enum Resolved {
    Never(Within),
    Always(Within),
    Accompanies { effects: Vec<u16>, within: Within },
    OnlyMay { roles: BTreeSet<String>, what: Selection },
    Path { modes: Vec<u8>, kind: u8, from: BTreeSet<u8>, to: BTreeSet<u8>, passes: BTreeSet<u8> },
}

/// Regions and exemptions.
pub(super) struct Within {
    pub(super) regions: Vec<Bounds>,
    unless: Vec<Assumed>,
}

/// A region.
pub(super) struct Bounds {
    selection: Selection,
    /// (kind, state)
    from: Option<BTreeSet<(u8, u8)>>,
    /// (kind, state)
    to: Option<BTreeSet<(u8, u8)>>,
    when: Assumed,
}

/// Some modes, kinds and actions; none given is any.
pub(super) struct Selection {
    modes: Option<BTreeSet<u8>>,
    kinds: Option<BTreeSet<u8>>,
    actions: Option<BTreeSet<u8>>,
}

/// Conditions, as indexes into the manifest's, with what may be known of each.
struct Assumed(Vec<(u16, Vec<Truth>)>);

impl Selection {
    pub(super) fn has(&self, mode: u8, kind: u8, action: u8) -> bool {
        let has = |set: &Option<BTreeSet<u8>>, index| set.as_ref().is_none_or(|set| set.contains(&index));
        has(&self.modes, mode) && has(&self.kinds, kind) && has(&self.actions, action)
    }
}

impl Bounds {
    pub(super) fn has_cell(&self, triple: &Triple<'_>, state: u8) -> bool {
        let Triple { mode, kind, action, .. } = *triple;
        self.selection.has(mode, kind, action)
            && self.from.as_ref().is_none_or(|from| from.contains(&(kind, state)))
    }

    /// Whether what is allowed and leads to a state counts as allowed.
    pub(super) fn leads(&self, kind: u8, next: Option<u8>) -> bool {
        match (&self.to, next) {
            (None, _) => true,
            (Some(to), Some(next)) => to.contains(&(kind, next)),
            (Some(_), None) => false,
        }
    }
}

/// What of a region's conditions an offer lists: which assignments of a cell the law speaks of.
pub(super) struct Lens {
    when: Vec<(u32, Vec<Truth>)>,
    unless: Vec<Vec<(u32, Vec<Truth>)>>,
    /// Bits of conditions that the law calls unknown somewhere.
    may_be_unknown: u32,
    /// Conditions that the law names and the offer does not list.
    pub(super) unread: Vec<u16>,
}

impl Within {
    pub(super) fn lens(&self, region: &Bounds, offer: Option<&Offer>) -> Lens {
        let mut lens = Lens { when: Vec::new(), unless: Vec::new(), may_be_unknown: 0, unread: Vec::new() };
        for (condition, truths) in &region.when.0 {
            match bit(offer, *condition) {
                Some(bit) => {
                    lens.note(bit, truths);
                    lens.when.push((bit, truths.clone()));
                }
                // What is not read may be anything, so it may be this.
                None => lens.unread.push(*condition),
            }
        }
        for exemption in &self.unless {
            let mut conditions = Vec::new();
            let mut readable = true;
            for (condition, truths) in &exemption.0 {
                match bit(offer, *condition) {
                    Some(bit) => {
                        lens.note(bit, truths);
                        conditions.push((bit, truths.clone()));
                    }
                    // What is not read may be anything, so it may be something else.
                    None => {
                        readable = false;
                        if !lens.unread.contains(condition) {
                            lens.unread.push(*condition);
                        }
                    }
                }
            }
            if readable {
                lens.unless.push(conditions);
            }
        }
        lens
    }
}

impl Lens {
    fn note(&mut self, bit: u32, truths: &[Truth]) {
        if truths.contains(&Truth::Unknown) {
            self.may_be_unknown |= 1 << bit;
        }
    }

    /// Whether the law speaks of an assignment.
    pub(super) fn covers(&self, (holds, known): (u32, u32)) -> bool {
        let fits = |(bit, truths): &(u32, Vec<Truth>)| {
            let truth = match (known >> bit & 1, holds >> bit & 1) {
                (0, _) => Truth::Unknown,
                (_, 0) => Truth::False,
                _ => Truth::True,
            };
            truths.contains(&truth)
        };
        self.when.iter().all(fits) && !self.unless.iter().any(|exemption| exemption.iter().all(fits))
    }

    /// Whether all that the law does not call unknown is known.
    ///
    /// - `listed`: bits of all conditions.
    pub(super) fn settled(&self, known: u32, listed: u32) -> bool {
        (known | self.may_be_unknown) & listed == listed
    }
}

fn bit(offer: Option<&Offer>, condition: u16) -> Option<u32> {
    let place = offer?.conditions.iter().position(|&listed| listed == condition)?;
    u32::try_from(place).ok()
}

/// Every law in indexes.
pub(super) fn resolve(laws: &AuthoredLaws, manifest: &Manifest) -> Result<Vec<Resolved>, LawError> {
    let mut resolved = Vec::new();
    for (place, law) in laws.law.iter().enumerate() {
        let at = At { manifest, law, steps: vec![Step::Key("law".to_owned()), Step::Item(place)] };
        if laws.law[..place].iter().any(|earlier| earlier.name == law.name) {
            return Err(at.key("name").error(LawMistake::Repeated));
        }
        resolved.push(at.claim()?);
    }
    Ok(resolved)
}

/// A place in a law, and what its names are looked up in.
#[derive(Clone)]
struct At<'a> {
    manifest: &'a Manifest,
    law: &'a AuthoredLaw,
    steps: Vec<Step>,
}

impl At<'_> {
    fn key(&self, key: &str) -> Self {
        self.step(Step::Key(key.to_owned()))
    }

    fn step(&self, step: Step) -> Self {
        let mut deeper = self.clone();
        deeper.steps.push(step);
        deeper
    }

    fn claim(&self) -> Result<Resolved, LawError> {
        Ok(match &self.law.claim {
            Claim::Never(regions) => Resolved::Never(self.within("never", regions)?),
            Claim::Always(regions) => Resolved::Always(self.within("always", regions)?),
            Claim::Accompanies { effects, regions } => Resolved::Accompanies {
                effects: self.key("effect").names("effect", effects, codes(self.manifest).1)?,
                within: self.within("accompanies", regions)?,
            },
            Claim::OnlyMay { roles, what } => {
                let known = || self.manifest.roles.iter().map(String::as_str);
                let found: Vec<u16> = self.key("only").names("role", roles, known())?;
                let named = found.iter().filter_map(|&role| self.manifest.roles.get(usize::from(role)));
                Resolved::OnlyMay { roles: named.cloned().collect(), what: self.key("may").ground(what)? }
            }
            Claim::Path(path) => {
                let at = self.key("path");
                let kind = at.kind(&at.key("kind"), &path.kind)?;
                let modes = at.modes(path.mode.as_deref())?;
                let has = |mode: &u8| self.manifest.kinds[usize::from(kind)].modes.contains(mode);
                let modes = match modes {
                    Some(modes) => modes.into_iter().collect(),
                    None => {
                        (0..=u8::MAX).zip(&self.manifest.modes).map(|(mode, _)| mode).filter(has).collect()
                    }
                };
                let states = |key: &str, names: &[String]| -> Result<BTreeSet<u8>, LawError> {
                    let found = at.key(key).states(&[kind], names)?;
                    Ok(found.into_iter().map(|(_, state)| state).collect())
                };
                Resolved::Path {
                    modes,
                    kind,
                    from: states("from", &path.from)?,
                    to: states("to", &path.to)?,
                    passes: at.actions("passes", Some(&path.passes))?.unwrap_or_default(),
                }
            }
        })
    }

    fn within(&self, key: &str, regions: &Regions) -> Result<Within, LawError> {
        let at = self.key(key);
        let bounds = |(place, region)| at.step(Step::Item(place)).bounds(region);
        let regions_found = regions.within.iter().enumerate().map(bounds).collect::<Result<_, _>>()?;
        let at = self.key("unless");
        let assumed = |(place, facts)| at.step(Step::Item(place)).assumed(facts);
        let unless = regions.unless.iter().enumerate().map(assumed).collect::<Result<_, _>>()?;
        Ok(Within { regions: regions_found, unless })
    }

    fn bounds(&self, region: &Region) -> Result<Bounds, LawError> {
        let Region { mode, kind, action, from, to, when } = region;
        let ground = Ground { mode: mode.clone(), kind: kind.clone(), action: action.clone() };
        let selection = self.ground(&ground)?;
        let kinds: Vec<u8> = match &selection.kinds {
            Some(kinds) => kinds.iter().copied().collect(),
            None => (0..=u8::MAX).zip(&self.manifest.kinds).map(|(kind, _)| kind).collect(),
        };
        let states = |key: &str, names: &Option<Vec<String>>| match names {
            Some(names) => self.key(key).states(&kinds, names).map(Some),
            None => Ok(None),
        };
        let (from, to) = (states("from", from)?, states("to", to)?);
        Ok(Bounds { selection, from, to, when: self.key("when").assumed(when)? })
    }

    fn ground(&self, ground: &Ground) -> Result<Selection, LawError> {
        let Ground { mode, kind, action } = ground;
        let kinds = match kind {
            Some(names) => {
                let at = self.key("kind");
                let found = names.iter().enumerate();
                let found = found.map(|(place, name)| at.kind(&at.step(Step::Item(place)), name));
                Some(found.collect::<Result<_, _>>()?)
            }
            None => None,
        };
        Ok(Selection {
            modes: self.modes(mode.as_deref())?,
            kinds,
            actions: self.actions("action", action.as_deref())?,
        })
    }

    fn modes(&self, names: Option<&[String]>) -> Result<Option<BTreeSet<u8>>, LawError> {
        let known = self.manifest.modes.iter().map(String::as_str);
        names.map(|names| self.key("mode").names("mode", names, known)).transpose()
    }

    fn actions(&self, key: &str, names: Option<&[String]>) -> Result<Option<BTreeSet<u8>>, LawError> {
        let known = self.manifest.actions.iter().map(|action| action.name.as_str());
        names.map(|names| self.key(key).names("action", names, known)).transpose()
    }

    fn kind(&self, at: &Self, name: &str) -> Result<u8, LawError> {
        let known = || self.manifest.kinds.iter().map(|kind| kind.name.as_str());
        self.manifest.kind(name).ok_or_else(|| at.unknown("kind", name, known()))
    }

    /// States by name, each of at least one of some kinds.
    fn states(&self, kinds: &[u8], names: &[String]) -> Result<BTreeSet<(u8, u8)>, LawError> {
        let mut states = BTreeSet::new();
        for (place, name) in names.iter().enumerate() {
            let of_kind = |&kind: &u8| self.manifest.state(kind, name).map(|state| (kind, state));
            let found: Vec<_> = kinds.iter().filter_map(of_kind).collect();
            if found.is_empty() {
                let infos = || kinds.iter().filter_map(|&kind| self.manifest.kinds.get(usize::from(kind)));
                let what = match infos().collect::<Vec<_>>()[..] {
                    [only] => format!("state of `{}`", only.name),
                    _ => "state".to_owned(),
                };
                let known = infos().flat_map(|info| &info.states).map(|state| state.name.as_str());
                let known: BTreeSet<&str> = known.collect();
                return Err(self.step(Step::Item(place)).unknown(&what, name, known));
            }
            states.extend(found);
        }
        Ok(states)
    }

    fn assumed(&self, facts: &Facts) -> Result<Assumed, LawError> {
        let mut assumed = Vec::new();
        for (code, truths) in &facts.0 {
            let known = || codes(self.manifest).0;
            let index = known().position(|known| known == code).and_then(|index| u16::try_from(index).ok());
            let Some(index) = index else {
                let mut error = self.key(code).unknown("condition", code, known());
                error.place.key = true;
                return Err(error);
            };
            assumed.push((index, truths.0.clone()));
        }
        Ok(Assumed(assumed))
    }

    /// Names of a list, as their positions in `known`.
    fn names<'n, T: TryFrom<usize>, C: FromIterator<T>>(
        &self,
        what: &str,
        names: &[String],
        known: impl Iterator<Item = &'n str>,
    ) -> Result<C, LawError> {
        let known: Vec<&str> = known.collect();
        let find = |(place, name): (usize, &String)| {
            let index = known.iter().position(|known| known == name);
            let index = index.and_then(|index| T::try_from(index).ok());
            index.ok_or_else(|| self.step(Step::Item(place)).unknown(what, name, known.iter().copied()))
        };
        names.iter().enumerate().map(find).collect()
    }

    fn unknown<'n>(&self, what: &str, name: &str, known: impl IntoIterator<Item = &'n str>) -> LawError {
        let known = known.into_iter().map(str::to_owned).collect();
        self.error(LawMistake::Unknown { what: what.to_owned(), name: name.to_owned(), known })
    }

    fn error(&self, mistake: LawMistake) -> LawError {
        let place = Place { steps: self.steps.clone(), key: false };
        LawError { law: self.law.name.clone(), mistake: Box::new(mistake), place }
    }
}

/// Codes of conditions, and of effects.
fn codes(manifest: &Manifest) -> (impl Iterator<Item = &str>, impl Iterator<Item = &str>) {
    let conditions = manifest.conditions.iter().map(|condition| condition.code.as_str());
    (conditions, manifest.effects.iter().map(|effect| effect.code.as_str()))
}
