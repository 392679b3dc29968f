//! What changed, in sentences: cells that changed alike together.

use interlock_model::{Cause, Request, Verdict};
use serde::Serialize;

use super::{Change, ChangedCell, Class, Comparison, Count, Cube, Diff, Finding, Is, Said, Sampled};
use crate::words::{counted, grouped, joined, quoted};

/// A comparison as people read it, in whatever form it is drawn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Review {
    /// What was compared exactly, and whether all of it: a sentence.
    pub compared: String,
    /// How much changed in each class, in the order of [`Class::ALL`].
    pub classes: Vec<ReviewedClass>,
    /// The cells that changed, those together that changed alike.
    pub groups: Vec<ReviewedGroup>,
    /// How much was sampled: two sentences.
    pub sampled: String,
    /// What differs on samples.
    pub findings: Vec<ReviewedFinding>,
}

/// How much changed in a class.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReviewedClass {
    /// The class.
    pub class: Class,
    /// What it is called.
    pub title: &'static str,
    /// In how many cells and situations.
    #[serde(flatten)]
    pub count: Count,
    /// Its part of all situations, in per cent: "1.2 %".
    pub share: String,
}

/// Cells of one action that changed in the same way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReviewedGroup {
    /// Action.
    pub action: String,
    /// Kind.
    pub kind: String,
    /// States of the cells.
    pub states: Vec<String>,
    /// Modes of the cells: every state in every mode.
    pub modes: Vec<String>,
    /// What changed there.
    pub changes: Vec<ReviewedChange>,
}

/// One way in which the cells of a group changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReviewedChange {
    /// How.
    pub class: Class,
    /// What happened, a clause: "allowed before, now refused because of `paid`".
    pub what: String,
    /// In which situations, a clause: "where `paid` is false". Of many regions only the number is told.
    #[serde(rename = "where")]
    pub places: String,
    /// How many situations that are, a clause: "2 of 9 situations in each cell".
    pub size: String,
}

/// A difference that samples showed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReviewedFinding {
    /// What differs: "condition `paid`".
    pub name: String,
    /// What the old policy says to the request.
    pub before: String,
    /// What the new policy says.
    pub after: String,
    /// On how many samples, and what the request is: a clause, which the request follows.
    pub samples: String,
    /// A request that shows it.
    pub request: Request,
}

impl Review {
    /// Tells what a comparison found.
    pub fn of(comparison: &Comparison) -> Self {
        let Comparison { exact, sampled } = comparison;
        let classes = exact.changed.iter().map(|(&class, &count)| ReviewedClass {
            class,
            title: title(class),
            count,
            share: share(count.situations, exact.compared.situations),
        });
        Self {
            compared: compared(exact),
            classes: classes.collect(),
            groups: groups(exact).iter().map(Group::review).collect(),
            sampled: sampling(sampled),
            findings: sampled.findings.iter().map(finding).collect(),
        }
    }
}

/// Cells of one action that changed in the same way.
struct Group<'d> {
    action: &'d str,
    kind: &'d str,
    states: Vec<&'d str>,
    modes: Vec<&'d str>,
    /// Situations of each of the cells.
    situations: u64,
    complete_only: bool,
    /// Whether no next state is told that is the cell's own, since the cells have only that in common.
    stays: bool,
    changes: Vec<Change>,
}

/// Every changed cell, those that changed alike together: states first, then modes.
fn groups(diff: &Diff) -> Vec<Group<'_>> {
    let cells: Vec<Group<'_>> = diff.cells.iter().map(Group::of).collect();
    let by_states = merged(cells, |group, other| {
        group.modes == other.modes && group.changes == other.changes && {
            group.states.extend(&other.states);
            true
        }
    });
    let by_staying = merged(by_states, |group, other| {
        let alone = (group.stays || group.states.len() == 1) && other.states.len() == 1;
        alone && group.modes == other.modes && group.staying() == other.staying() && {
            group.changes = other.staying();
            group.stays = true;
            group.states.extend(&other.states);
            true
        }
    });
    merged(by_staying, |group, other| {
        group.states == other.states && group.changes == other.changes && {
            group.modes.extend(&other.modes);
            true
        }
    })
}

/// - `take`: whether a group of the same action takes another one in; if so, it has.
fn merged<'d>(groups: Vec<Group<'d>>, take: impl Fn(&mut Group<'d>, &Group<'d>) -> bool) -> Vec<Group<'d>> {
    let mut merged: Vec<Group<'d>> = Vec::new();
    for group in groups {
        let of_action = |other: &&mut Group<'d>| (other.kind, other.action) == (group.kind, group.action);
        if !merged.iter_mut().filter(of_action).any(|other| take(other, &group)) {
            merged.push(group);
        }
    }
    merged
}

impl<'d> Group<'d> {
    fn of(cell: &'d ChangedCell) -> Self {
        Self {
            action: &cell.action,
            kind: &cell.kind,
            states: vec![&cell.state],
            modes: vec![&cell.mode],
            situations: cell.situations,
            complete_only: cell.complete_only,
            stays: false,
            changes: cell.changes.clone(),
        }
    }

    fn review(&self) -> ReviewedGroup {
        let owned = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        let change = |change: &Change| ReviewedChange {
            class: change.class,
            what: what(change),
            places: places(change),
            size: size(self, change),
        };
        ReviewedGroup {
            action: self.action.to_owned(),
            kind: self.kind.to_owned(),
            states: owned(&self.states),
            modes: owned(&self.modes),
            changes: self.changes.iter().map(change).collect(),
        }
    }

    /// The changes, without a next state where that is the state of the cell.
    fn staying(&self) -> Vec<Change> {
        let mut changes = self.changes.clone();
        for said in changes.iter_mut().flat_map(|change| change.before.iter_mut().chain(&mut change.after)) {
            said.next_state.take_if(|next| self.states == [next.as_str()]);
        }
        changes
    }
}

/// What happened in a change, as a clause: "now allowed, leads to `deleting`".
fn what(change: &Change) -> String {
    let codes = |codes: &[String]| joined(&codes.iter().map(|code| quoted(code)).collect::<Vec<_>>(), "and");
    match change.class {
        Class::Widened => {
            let before = either(&change.before);
            format!("{before} before, now {}", ends(&change.after))
        }
        Class::Narrowed => {
            let after = either(&change.after);
            match &change.reasons_new[..] {
                [] => format!("allowed before, now {after}"),
                reasons => format!("allowed before, now {after} because of {}", codes(reasons)),
            }
        }
        Class::Reason => {
            let mut parts = Vec::new();
            if change.before != change.after {
                parts.push(format!("{} before, now {}", either(&change.before), either(&change.after)));
            }
            let only = |codes: &[String], others: &[String]| -> Vec<String> {
                codes.iter().filter(|code| !others.contains(code)).cloned().collect()
            };
            let gone = only(&change.reasons_gone, &change.reasons_new);
            let new = only(&change.reasons_new, &change.reasons_gone);
            if !gone.is_empty() {
                parts.push(format!("{} no longer among the reasons", codes(&gone)));
            }
            if !new.is_empty() {
                parts.push(format!("{} now among the reasons", codes(&new)));
            }
            if parts.is_empty() {
                let both = codes(&change.reasons_gone);
                parts.push(format!("{both} now among the reasons in other situations"));
            }
            parts.join("; ")
        }
        Class::Effect => format!("{} before, now {}", ends(&change.before), ends(&change.after)),
        Class::New => ends(&change.after),
        Class::Gone => format!("{} before", ends(&change.before)),
    }
}

/// In which situations, as a clause: "where `paid` is true and `jammed` is not true". Of many regions only the number
/// is told.
fn places(change: &Change) -> String {
    let word = match change.class {
        Class::New | Class::Gone => "allowed where",
        _ => "where",
    };
    match &change.region[..] {
        [] => "allowed nowhere".to_owned(),
        [Cube(literals)] if literals.is_empty() && word == "where" => "in all situations".to_owned(),
        [Cube(literals)] if literals.is_empty() => "allowed in all situations".to_owned(),
        cubes if cubes.len() > SHOWN => {
            let regions = counted(cubes.len() as u64, "region");
            format!("{} {regions} that JSON lists", word.replace("where", "in"))
        }
        cubes => {
            let places: Vec<String> = cubes.iter().map(place).collect();
            format!("{word} {}", places.join(", or where "))
        }
    }
}

/// How many regions of a change are told one by one.
const SHOWN: usize = 3;

/// What must be true comes last: there is most of it, and it tells least.
fn place(Cube(literals): &Cube) -> String {
    let mut clauses = Vec::new();
    for is in [Is::False, Is::NotTrue, Is::Unknown, Is::NotFalse, Is::Known, Is::True] {
        let codes: Vec<String> =
            literals.iter().filter(|(_, is_so)| **is_so == is).map(|(code, _)| quoted(code)).collect();
        match codes.len() {
            0 => {}
            1 => clauses.push(format!("{} is {}", codes[0], is.words())),
            _ => clauses.push(format!("{} are {}", joined(&codes, "and"), is.words())),
        }
    }
    joined(&clauses, "and")
}

/// How many situations of a change there are: "2 of 9 situations in each cell".
fn size(group: &Group<'_>, change: &Change) -> String {
    let mut size = format!("{} of {}", grouped(change.situations), counted(group.situations, "situation"));
    if group.states.len() * group.modes.len() > 1 {
        size.push_str(" in each cell");
    }
    if group.complete_only {
        size.push_str(", where every condition is known");
    }
    size
}

/// Answers that allow, and whether there are others: "allowed, leads to `open` with effect `bell`".
fn ends(said: &[Said]) -> String {
    let (allowed, refused): (Vec<&Said>, Vec<&Said>) =
        said.iter().partition(|said| said.verdict == Verdict::Allow);
    if allowed.is_empty() {
        return joined(&refused.into_iter().map(short).collect::<Vec<_>>(), "or");
    }
    let lead = |said: &Said| {
        let end = match &said.next_state {
            Some(state) => format!("leads to {}", quoted(state)),
            None => "keeps its state".to_owned(),
        };
        let effects = joined(&said.effects.iter().map(|effect| quoted(effect)).collect::<Vec<_>>(), "and");
        match said.effects.len() {
            0 => end,
            1 => format!("{end} with effect {effects}"),
            _ => format!("{end} with effects {effects}"),
        }
    };
    format!("allowed, {}", joined(&allowed.into_iter().map(lead).collect::<Vec<_>>(), "or"))
}

fn either(said: &[Said]) -> String {
    joined(&said.iter().map(short).collect::<Vec<_>>(), "or")
}

fn short(said: &Said) -> String {
    match (said.verdict, said.cause) {
        (Verdict::Allow, _) => "allowed".to_owned(),
        (Verdict::Depends, _) => "in doubt".to_owned(),
        (Verdict::Deny, Cause::Conditions) => "refused".to_owned(),
        (Verdict::Deny, cause) => format!("refused as {}", quoted(cause.as_str())),
    }
}

/// What a class is called.
fn title(class: Class) -> &'static str {
    match class {
        Class::Widened => "widened",
        Class::Narrowed => "narrowed",
        Class::Reason => "reason changed",
        Class::Effect => "next state or effect changed",
        Class::New => "new",
        Class::Gone => "gone",
    }
}

/// A part of the whole in per cent, with as many digits as it takes not to be nought.
fn share(part: u64, whole: u64) -> String {
    if part == 0 || whole == 0 {
        return "0 %".to_owned();
    }
    let percent = 100.0 * part as f64 / whole as f64;
    match percent {
        1.0.. => format!("{percent:.1} %"),
        0.01.. => format!("{percent:.2} %"),
        _ => "less than 0.01 %".to_owned(),
    }
}

/// What was compared, and whether all of it, as a sentence.
fn compared(diff: &Diff) -> String {
    let Count { cells, situations } = diff.compared;
    let all = format!(
        "Every situation that either policy has a name for was compared: {} in {}.",
        counted(situations, "situation"),
        counted(cells, "cell")
    );
    match diff.complete_only {
        0 => all,
        cells => format!(
            "{all} In {} of them the two read so many conditions that only those were compared in which all \
             are known.",
            counted(cells, "cell")
        ),
    }
}

/// How much was sampled, as a sentence.
fn sampling(sampled: &Sampled) -> String {
    format!(
        "Both policies were asked the same {}: {} given and {} generated. In the generated ones {} of {} \
         came out true and also false. What no sample shows may still differ.",
        counted(sampled.given + sampled.generated, "request"),
        grouped(sampled.given),
        grouped(sampled.generated),
        grouped(sampled.turned),
        counted(sampled.conditions, "condition")
    )
}

fn finding(finding: &Finding) -> ReviewedFinding {
    ReviewedFinding {
        name: name(finding),
        before: finding.before.clone(),
        after: finding.after.clone(),
        samples: samples(finding),
        request: finding.request.clone(),
    }
}

/// What it is that differs in answers to samples.
fn name(finding: &Finding) -> String {
    match &*finding.name {
        "" => finding.what.name().to_owned(),
        name => format!("{} {}", finding.what.name(), quoted(name)),
    }
}

/// On how many samples, and what the one shows that follows.
fn samples(finding: &Finding) -> String {
    let samples = counted(finding.samples, "sample");
    match finding.decides {
        true => format!("on {samples}; here the decision differs too"),
        false => format!("on {samples}, such as"),
    }
}
