//! `interlock path`: the shortest sequences of actions between two states.

use clap::Args;
use interlock_analysis::sheet::{self, Sheet};
use interlock_analysis::{Paths, Step, Transition, shortest_paths};
use interlock_model::{ActionClass, KindInfo, Manifest};
use serde::Serialize;

use crate::arguments::{Format, Output, PolicyFile};
use crate::exit::Status;
use crate::failure::Failure;
use crate::page::{DIM, NAME, PLAIN, Page, print, print_json};
use crate::{names, policy};

/// Show the shortest sequences of actions between two states
///
/// With what each action requires and what else follows, in every mode that has both states. Every
/// action is taken in the state where the one before has led to; whether its conditions can hold by
/// then, the rules do not say. Exits with 1 where no mode has such a sequence.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Path {
    /// Kind of the resource
    #[arg(long)]
    kind: String,
    /// State to begin in
    #[arg(long, value_name = "STATE")]
    from: String,
    /// State to end in
    #[arg(long, value_name = "STATE")]
    to: String,
    /// Mode to look at; all when absent
    #[arg(long)]
    mode: Option<String>,
    /// Sequences to show for each mode, at most
    #[arg(long, value_name = "COUNT", default_value_t = 10, value_parser = clap::value_parser!(u16).range(1..=1000))]
    limit: u16,
    #[command(flatten)]
    output: Output,
}

const EXAMPLES: &str = "\
Examples:
  interlock path --kind backup --from absent --to deleting
  interlock path --kind cluster --from inactive --to absent --mode federated --format json";

impl Path {
    /// Prints the sequences.
    pub(crate) fn run(&self, file: &PolicyFile) -> Result<Status, Failure> {
        let policy = policy::load(file)?;
        let answers = self.answers(policy.manifest())?;
        match self.output.format {
            Format::Text => print(&answers.draw())?,
            Format::Json => print_json(&answers.document())?,
        }
        let found = answers.modes.iter().any(|(_, paths)| paths.length.is_some());
        Ok(if found { Status::Done } else { Status::Found })
    }

    /// The paths in each mode that is asked for and has both states.
    fn answers<'m>(&self, manifest: &'m Manifest) -> Result<Answers<'m>, Failure> {
        let index = names::kind(manifest, &self.kind)?;
        let selection = names::selection(manifest, Some(&self.kind), self.mode.as_deref())?;
        let from = names::state(manifest, index, &self.from)?;
        let to = names::state(manifest, index, &self.to)?;
        let kind = &manifest.kinds[usize::from(index)];
        let lacks = |at: &Sheet| {
            let has = |state: u8| sheet::states(kind, at.mode).any(|(index, _)| index == state);
            [from, to].into_iter().find(|&state| !has(state))
        };
        let sheets = selection.sheets(manifest);
        let limit = usize::from(self.limit);
        let modes: Vec<_> = sheets
            .iter()
            .filter(|at| lacks(at).is_none())
            .map(|&at| (sheet::mode_name(manifest, at.mode), shortest_paths(manifest, at, from, to, limit)))
            .collect();
        match sheets.iter().find_map(|at| Some((at, lacks(at)?))) {
            Some((at, state)) if modes.is_empty() => Err(Failure::Usage(format!(
                "mode `{}` has no {} state `{}`",
                sheet::mode_name(manifest, at.mode),
                kind.name,
                sheet::state_name(kind, state),
            ))),
            _ => Ok(Answers { manifest, kind, from, to, modes }),
        }
    }
}

/// The paths between two states of a kind.
struct Answers<'m> {
    manifest: &'m Manifest,
    kind: &'m KindInfo,
    from: u8,
    to: u8,
    /// In each mode.
    modes: Vec<(&'m str, Paths<'m>)>,
}

/// Column at which what a step requires begins.
const HANG: usize = 16;

impl<'m> Answers<'m> {
    fn draw(&self) -> String {
        let mut page = Page::new();
        for (mode, paths) in &self.modes {
            self.draw_paths(&mut page, mode, paths);
        }
        page.finish()
    }

    fn draw_paths(&self, page: &mut Page, mode: &str, paths: &Paths<'m>) {
        let [from, to] = [self.from, self.to].map(|state| sheet::state_name(self.kind, state));
        page.gap();
        page.put(NAME, &format!("{}: {from} to {to}", self.kind.name))
            .put(DIM, &format!(", {mode} mode"))
            .end();
        let told = paths.paths.len() as u64;
        let text = match (paths.length, paths.count) {
            (None, _) => "No sequence of actions leads there.".to_owned(),
            (Some(0), _) => "It is the same state: no action is needed.".to_owned(),
            (Some(length), 1) => format!("The shortest way takes {}.", actions(length)),
            (Some(length), count) if count > told => {
                format!(
                    "{count} ways take {} each, and none is shorter. These are the first {told}.",
                    actions(length)
                )
            }
            (Some(length), count) => {
                format!("{count} ways take {} each, and none is shorter.", actions(length))
            }
        };
        page.paragraph(2, &text);
        for (number, path) in (1..).zip(&paths.paths).filter(|(_, path)| !path.is_empty()) {
            page.gap();
            if paths.paths.len() > 1 {
                page.line(DIM, &format!("  {number}."));
            }
            for step in path {
                self.draw_step(page, step);
            }
        }
    }

    fn draw_step(&self, page: &mut Page, step: &Step<'m>) {
        page.put(PLAIN, "  ").put(NAME, sheet::action_name(self.manifest, step.action));
        if self.class(step) == ActionClass::Event {
            page.put(DIM, " (event)");
        }
        let [from, to] = [step.from, step.to].map(|state| sheet::state_name(self.kind, state));
        page.put(PLAIN, &format!("  {from} → {to}")).end();
        for (place, way) in step.ways.iter().enumerate() {
            let Needs { requires, fails, effects } = self.needs(way);
            let fails = fails.iter().map(|code| format!("not {code}"));
            let needs: Vec<String> = requires.into_iter().map(str::to_owned).chain(fails).collect();
            let text = if needs.is_empty() { "nothing".to_owned() } else { needs.join(", ") };
            page.entry(4, HANG, (DIM, if place == 0 { "requires" } else { "or" }), &text);
            if !effects.is_empty() {
                page.entry(4, HANG, (DIM, "effects"), &effects.join(", "));
            }
        }
    }

    fn document(&self) -> Document<'m> {
        let step = |step: &Step<'m>| StepDocument {
            action: sheet::action_name(self.manifest, step.action),
            class: self.class(step),
            from: sheet::state_name(self.kind, step.from),
            to: sheet::state_name(self.kind, step.to),
            ways: step.ways.iter().map(|way| self.needs(way)).collect(),
        };
        let mode = |(mode, paths): &(&'m str, Paths<'m>)| ModeDocument {
            mode,
            length: paths.length,
            count: paths.count,
            paths: paths.paths.iter().map(|path| path.iter().map(step).collect()).collect(),
        };
        Document {
            kind: &self.kind.name,
            from: sheet::state_name(self.kind, self.from),
            to: sheet::state_name(self.kind, self.to),
            modes: self.modes.iter().map(mode).collect(),
        }
    }

    fn needs(&self, way: &Transition<'m>) -> Needs<'m> {
        Needs {
            requires: sheet::codes(self.manifest, way.offer, way.holds),
            fails: sheet::codes(self.manifest, way.offer, way.fails),
            effects: sheet::effect_codes(self.manifest, way.offer, way.effects()),
        }
    }

    fn class(&self, step: &Step<'m>) -> ActionClass {
        sheet::action(self.manifest, step.action).map_or(ActionClass::Operation, |info| info.class)
    }
}

fn actions(length: usize) -> String {
    if length == 1 { "1 action".to_owned() } else { format!("{length} actions") }
}

#[derive(Serialize)]
struct Document<'a> {
    kind: &'a str,
    from: &'a str,
    to: &'a str,
    modes: Vec<ModeDocument<'a>>,
}

#[derive(Serialize)]
struct ModeDocument<'a> {
    mode: &'a str,
    /// Actions of each path; null where no sequence leads there.
    length: Option<usize>,
    /// How many paths there are; not all need be told.
    count: u64,
    paths: Vec<Vec<StepDocument<'a>>>,
}

#[derive(Serialize)]
struct StepDocument<'a> {
    action: &'a str,
    class: ActionClass,
    from: &'a str,
    to: &'a str,
    /// Each is enough.
    ways: Vec<Needs<'a>>,
}

/// What a way requires and what else follows, as codes.
#[derive(Serialize)]
struct Needs<'a> {
    /// Conditions that must be true.
    requires: Vec<&'a str>,
    /// Conditions that must be false.
    fails: Vec<&'a str>,
    effects: Vec<&'a str>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::door;

    fn check(mode: Option<&str>, from: &str, to: &str) -> Result<String, Failure> {
        let door = door();
        let path = Path {
            kind: "door".to_owned(),
            from: from.to_owned(),
            to: to.to_owned(),
            mode: mode.map(str::to_owned),
            limit: 10,
            output: Output { format: Format::Text },
        };
        let text = path.answers(&door)?.draw();
        Ok(anstream::adapter::strip_str(&text).to_string())
    }

    #[test]
    fn each_mode_that_has_both_states_is_told() {
        insta::assert_snapshot!(check(None, "absent", "open").unwrap());
    }

    #[test]
    fn a_state_without_a_way_to_it_is_told_as_such() {
        let text = check(Some("night"), "broken", "absent").unwrap();
        assert!(text.ends_with("No sequence of actions leads there.\n"), "{text}");
    }

    #[test]
    fn modes_that_lack_a_state_are_left_out_unless_no_other_is_there() {
        assert!(!check(None, "absent", "broken").unwrap().contains("day mode"));
        let failure = check(Some("day"), "absent", "broken").unwrap_err();
        assert_eq!(failure.line(), "mode `day` has no door state `broken`");
    }
}
