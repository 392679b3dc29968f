use std::collections::BTreeMap;
use std::path::Path;

use interlock::Policy;
use interlock_analysis::coverage::{Coverage, Evidence, Goal, InfeasibleList, Measure, Tally};
use interlock_model::Manifest;
use serde::Serialize;

use super::samples::Samples;
use super::stubs;
use crate::page::{BAD, DIM, GOOD, NAME, PLAIN, Page};

/// What is known when everything is counted.
pub(super) struct Report<'r> {
    pub(super) policy: &'r Policy,
    pub(super) count: &'r Coverage<'r>,
    pub(super) list: &'r InfeasibleList,
    pub(super) samples: &'r Samples<'r>,
}

impl Report<'_> {
    /// For people: a line for each measure, then what is missing, then what is infeasible.
    pub(super) fn text(&self) -> String {
        let mut page = Page::new();
        let (policy, manifest) = (self.policy, self.policy.manifest());
        page.put(NAME, &format!("{} {}", policy.name(), policy.version()));
        page.put(PLAIN, &format!(", {} requests", self.samples.samples.len())).end();
        page.gap();
        for measure in Measure::ALL {
            let tally = self.count.tally(measure);
            page.put(PLAIN, &format!("  {:<20}", measure.as_str()));
            let style = if tally.missing() == 0 { GOOD } else { BAD };
            page.put(style, &format!("{:>6}", percent(&tally)));
            page.put(PLAIN, &format!("  {} of {}", tally.shown, tally.goals - tally.infeasible));
            if tally.infeasible > 0 {
                page.put(DIM, &format!(", {} infeasible", tally.infeasible));
            }
            page.end();
        }
        for (measure, lines) in self.missing(manifest) {
            page.gap();
            page.line(NAME, &format!("Missing: {}", measure.as_str()));
            for (what, which) in lines {
                page.entry(2, 6, (PLAIN, &what), &which.join(", "));
            }
        }
        if !self.list.infeasible.is_empty() {
            page.gap();
            page.line(NAME, "Infeasible");
            for (place, entry) in self.list.infeasible.iter().enumerate() {
                let excused =
                    self.count.goals().iter().filter(|tracked| tracked.excuse == Some(place)).count();
                page.entry(2, 8, (NAME, &excused.to_string()), &entry.reason);
            }
        }
        page.finish()
    }

    /// What is missing, in lines: those of several states together, and those of several operations of a role.
    fn missing(&self, manifest: &Manifest) -> BTreeMap<Measure, BTreeMap<String, Vec<String>>> {
        let mut missing: BTreeMap<Measure, BTreeMap<String, Vec<String>>> = BTreeMap::new();
        for goal in self.count.missing() {
            let Named { mode, kind, state, action, what } = Named::new(goal, manifest);
            let (line, which) = match (goal.measure(), state) {
                (Measure::Roles, _) => (format!("{what}, {mode} {kind}:"), Some(action)),
                (_, Some(_)) => (format!("{mode} {kind} {action}, {what}: from"), state),
                (_, None) => (format!("{mode} {kind} {action}, {what}"), None),
            };
            let lines = missing.entry(goal.measure()).or_default();
            lines.entry(line).or_default().extend(which.map(str::to_owned));
        }
        missing
    }

    /// For programs: every measure, and every goal with what shows it.
    pub(super) fn document(&self) -> Document<'_> {
        let manifest = self.policy.manifest();
        let case = |place: usize| {
            let (loaded, case) = self.samples.cases[place];
            format!("{}: {case}", loaded.name)
        };
        let goals = self.count.goals().iter().map(|tracked| GoalCard {
            named: Named::new(&tracked.goal, manifest),
            measure: tracked.goal.measure().as_str(),
            shown_by: match tracked.shown {
                None => Vec::new(),
                Some(Evidence::One(one)) => vec![case(one)],
                Some(Evidence::Pair(one, other)) => vec![case(one), case(other)],
            },
            infeasible: tracked.excuse.map(|entry| &*self.list.infeasible[entry].reason),
        });
        let measures = Measure::ALL.into_iter().map(|measure| {
            let tally = self.count.tally(measure);
            MeasureCard {
                name: measure.as_str(),
                goals: tally.goals,
                shown: tally.shown,
                infeasible: tally.infeasible,
                missing: tally.missing(),
                percent: tally.percent(),
            }
        });
        Document {
            policy: self.policy.name(),
            version: self.policy.version(),
            requests: self.samples.samples.len(),
            measures: measures.collect(),
            goals: goals.collect(),
        }
    }
}

/// What was written where.
pub(super) fn stubs(folder: &Path, count: &stubs::Count) -> String {
    let mut page = Page::new();
    let (written, unfound) = (count.written, count.unfound);
    let cases = if written == 1 { "1 case".to_owned() } else { format!("{written} cases") };
    page.put(PLAIN, &format!("{cases} to be reviewed in `{}`", folder.display()));
    if unfound > 0 {
        page.put(BAD, &format!("; for {unfound} of the requests in them, the situation was not found"));
    }
    page.end();
    page.finish()
}

/// Hundredths are cut off, so that only all is 100 %.
pub(super) fn percent(tally: &Tally) -> String {
    let tenths = (tally.percent() * 10.0).floor() / 10.0;
    if tally.missing() == 0 { "100 %".to_owned() } else { format!("{tenths:.1} %") }
}

#[derive(Serialize)]
pub(super) struct Document<'r> {
    policy: &'r str,
    version: &'r str,
    requests: usize,
    measures: Vec<MeasureCard>,
    goals: Vec<GoalCard<'r>>,
}

#[derive(Serialize)]
struct MeasureCard {
    name: &'static str,
    goals: usize,
    shown: usize,
    infeasible: usize,
    missing: usize,
    percent: f64,
}

#[derive(Serialize)]
struct GoalCard<'r> {
    measure: &'static str,
    #[serde(flatten)]
    named: Named<'r>,
    /// One case or two; none where it is not shown.
    shown_by: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    infeasible: Option<&'r str>,
}

/// A goal in names.
#[derive(Serialize)]
pub(super) struct Named<'m> {
    pub(super) mode: &'m str,
    pub(super) kind: &'m str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) state: Option<&'m str>,
    pub(super) action: &'m str,
    /// What is to be shown: `allow`, `worker-available`, `deleting`.
    pub(super) what: &'m str,
}

impl<'m> Named<'m> {
    pub(super) fn new(goal: &Goal, manifest: &'m Manifest) -> Self {
        let (mode, kind, action) = goal.offer();
        let info = manifest.kinds.get(usize::from(kind));
        let state = |index: u8| {
            info.and_then(|info| info.states.get(usize::from(index))).map_or("?", |state| &*state.name)
        };
        let what = match *goal {
            Goal::Seen(_) => "asked",
            Goal::Answers(_, verdict) => verdict.as_str(),
            Goal::Decides(_, condition) => {
                manifest.conditions.get(usize::from(condition)).map_or("?", |info| &*info.code)
            }
            Goal::LeadsTo(_, to) => state(to),
            Goal::HasEffect { effect, .. } => {
                manifest.effects.get(usize::from(effect)).map_or("?", |info| &*info.code)
            }
            Goal::Grants { role, .. } => manifest.roles.get(usize::from(role)).map_or("?", String::as_str),
        };
        Self {
            mode: manifest.modes.get(usize::from(mode)).map_or("?", String::as_str),
            kind: info.map_or("?", |info| &*info.name),
            state: goal.cell().map(|cell| state(cell.state)),
            action: manifest.actions.get(usize::from(action)).map_or("?", |info| &*info.name),
            what,
        }
    }
}
