//! What came of each law, for people and for programs.

use anstyle::Style;
use interlock::Policy;
use interlock_analysis::authored::{AuthoredReport, AuthoredStatus, Breach, Instance};
use interlock_analysis::words::grouped;
use interlock_analysis::{Counterexample, GrantsReport, GrantsStatus, LawReport, Status, reproduce};
use interlock_model::Request;
use serde::Serialize;

use crate::failure::Failure;
use crate::page::{BAD, DOUBT, GOOD, NAME, PLAIN, Page};

/// What came of a check.
#[derive(Serialize)]
pub(super) struct Report {
    /// The policy, as messages name it.
    policy: String,
    /// How many situations it has; none where it was not let in.
    situations: Option<u64>,
    /// Whether every law holds.
    pub(super) holds: bool,
    sections: Vec<Section>,
}

/// Laws from one place.
#[derive(Serialize)]
pub(super) struct Section {
    /// `built-in`, or the file.
    from: String,
    laws: Vec<Line>,
}

#[derive(Serialize)]
struct Line {
    name: String,
    sentence: String,
    /// Keys of the sources that it rests on.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    source: Vec<String>,
    status: Word,
    /// In how many places it is broken.
    #[serde(skip_serializing_if = "Option::is_none")]
    places: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    counterexample: Option<Case>,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Word {
    Holds,
    Broken,
    /// It speaks of nothing that the policy has.
    Idle,
    Unchecked,
}

/// How a law is broken.
#[derive(Serialize)]
struct Case {
    text: String,
    /// What reproduces it, in order; none where nothing does.
    requests: Vec<Request>,
    /// Why there is no request.
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
}

impl Report {
    /// - `sections`: of a policy that was let in.
    pub(super) fn new(policy: &Policy, sections: Vec<Section>) -> Self {
        let holds = sections.iter().flat_map(|section| &section.laws).all(|line| line.status == Word::Holds);
        Self {
            policy: format!("{} {}", policy.name(), policy.version()),
            situations: Some(policy.report().situations),
            holds,
            sections,
        }
    }

    /// Of a policy that breaks built-in laws, and so is not let in.
    pub(super) fn refused(place: &str, broken: &[Counterexample]) -> Self {
        let line = |counterexample: &Counterexample| Line {
            counterexample: Some(Case {
                text: counterexample.text.clone(),
                requests: Vec::new(),
                note: Some(
                    "a policy that breaks a built-in law is not let in, so no request reproduces it"
                        .to_owned(),
                ),
            }),
            ..Line::new(counterexample.law.name(), counterexample.law.sentence(), Word::Broken)
        };
        let built_in = Section { from: BUILT_IN.to_owned(), laws: broken.iter().map(line).collect() };
        Self { policy: place.to_owned(), situations: None, holds: false, sections: vec![built_in] }
    }

    /// Draws it for people.
    ///
    /// - `policy`: the option by which `interlock evaluate` asks the same policy.
    pub(super) fn draw(&self, page: &mut Page, policy: &str) {
        page.put(NAME, &self.policy);
        match self.situations {
            Some(situations) => page.put(PLAIN, &format!("  {} situations", grouped(situations))).end(),
            None => {
                page.put(BAD, "  not let in").put(PLAIN, ", so nothing but what refuses it is told").end()
            }
        }
        for section in &self.sections {
            page.gap();
            page.line(NAME, &section.from);
            section.laws.iter().for_each(|line| line.draw(page, policy));
        }
        page.gap();
        let lines = || self.sections.iter().flat_map(|section| &section.laws);
        let count = |status| lines().filter(|line| line.status == status).count();
        let mut words = Vec::new();
        for status in [Word::Holds, Word::Broken, Word::Idle, Word::Unchecked] {
            match count(status) {
                0 => {}
                number => words.push(format!("{number} {}", status.as_str())),
            }
        }
        page.line(if self.holds { GOOD } else { BAD }, &words.join(", "));
    }
}

const BUILT_IN: &str = "built-in";

impl Section {
    /// The built-in laws: as they were checked when the policy was loaded, and the one about grants.
    pub(super) fn built_in(report: &interlock_analysis::Report, grants: &GrantsReport) -> Self {
        let line = |LawReport { law, status }: &LawReport| {
            let word = match status {
                Status::Holds => Word::Holds,
                Status::Broken { .. } => Word::Broken,
                Status::Unchecked => Word::Unchecked,
            };
            Line::new(law.name(), law.sentence(), word)
        };
        let mut granted = Line::new(GrantsReport::LAW, GrantsReport::SENTENCE, Word::Holds);
        if let GrantsStatus::Broken { places, text, request } = &grants.status {
            granted.status = Word::Broken;
            granted.places = Some(*places);
            let (text, requests) = (text.clone(), vec![(**request).clone()]);
            granted.counterexample = Some(Case { text, requests, note: None });
        }
        let laws = report.laws.iter().map(line).chain([granted]).collect();
        Self { from: BUILT_IN.to_owned(), laws }
    }

    /// The laws of a file.
    ///
    /// # Errors
    ///
    /// [`Failure::Call`] where the policy fails while a request is looked for that reproduces a counterexample.
    pub(super) fn authored(
        from: &str,
        policy: &Policy,
        reports: &[AuthoredReport<'_>],
    ) -> Result<Self, Failure> {
        let line = |AuthoredReport { law, status, .. }: &AuthoredReport<'_>| {
            let mut line = Line::new(&law.name, &law.says, Word::Holds);
            line.source.clone_from(&law.source);
            match status {
                AuthoredStatus::Holds => {}
                AuthoredStatus::Idle => line.status = Word::Idle,
                AuthoredStatus::Broken { places, counterexample } => {
                    line.status = Word::Broken;
                    line.places = Some(*places);
                    line.counterexample = Some(Case::of(policy, counterexample)?);
                }
            }
            Ok(line)
        };
        Ok(Self { from: from.to_owned(), laws: reports.iter().map(line).collect::<Result<_, Failure>>()? })
    }
}

impl Case {
    fn of(policy: &Policy, Breach { steps, text }: &Breach) -> Result<Self, Failure> {
        let (mut requests, mut note) = (Vec::new(), None);
        for Instance { witness, alike } in steps {
            let serves = |holds: u32, known: u32| alike.contains(&(holds & known, known));
            match reproduce(policy, witness.situation, &serves).map_err(Failure::Call)? {
                Some(request) => requests.push(request),
                None => {
                    let what = if steps.len() == 1 { "it" } else { "every step of it" };
                    note = Some(format!("no request was found that reproduces {what}"));
                }
            }
        }
        if note.is_some() {
            requests.clear();
        }
        if steps.is_empty() {
            note = Some("the manifest's grants say so; no request shows it".to_owned());
        }
        Ok(Self { text: text.clone(), requests, note })
    }
}

impl Line {
    fn new(name: &str, sentence: &str, status: Word) -> Self {
        let (name, sentence) = (name.to_owned(), sentence.to_owned());
        Self { name, sentence, source: Vec::new(), status, places: None, counterexample: None }
    }

    fn draw(&self, page: &mut Page, policy: &str) {
        let sources =
            if self.source.is_empty() { String::new() } else { format!(" ({})", self.source.join(", ")) };
        let text = format!("{}: {}{sources}", self.name, self.sentence);
        page.entry(2, HANG, (self.status.style(), self.status.as_str()), &text);
        if self.status == Word::Idle {
            page.paragraph(HANG, "It speaks of nothing that the policy has, so it guards nothing.");
        }
        if let Some(case) = &self.counterexample {
            case.draw(page, policy, self.places);
        }
    }
}

/// Column of what stands beside a status.
const HANG: usize = 13;

impl Case {
    fn draw(&self, page: &mut Page, policy: &str, places: Option<u64>) {
        let text = match places {
            Some(places) if places > 1 => format!("{} places; the smallest: {}", grouped(places), self.text),
            _ => self.text.clone(),
        };
        page.paragraph(HANG, &text);
        if let Some(note) = &self.note {
            page.paragraph(HANG, &format!("({note})"));
        }
        for request in &self.requests {
            let json = serde_json::to_string(request).unwrap_or_default();
            page.line(PLAIN, &format!("{:HANG$}interlock evaluate{policy} {}", "", quoted(&json)));
        }
    }
}

/// Text as a shell takes it for one word.
pub(super) fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', "'\\''"))
}

impl Word {
    fn as_str(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::Broken => "broken",
            Self::Idle => "idle",
            Self::Unchecked => "unchecked",
        }
    }

    fn style(self) -> Style {
        match self {
            Self::Holds => GOOD,
            Self::Broken => BAD,
            Self::Idle | Self::Unchecked => DOUBT,
        }
    }
}

#[cfg(test)]
mod tests {
    use interlock_analysis::Law;

    use super::*;

    #[test]
    fn a_policy_that_is_not_let_in_is_told_with_the_law_and_its_counterexample() {
        let text = "`push` on `door` from `open` in mode `day` depends on nothing".to_owned();
        let broken = Counterexample { law: Law::Exact, witnesses: Vec::new(), text };
        let report = Report::refused("`door.wasm`", &[broken]);
        assert!(!report.holds);
        let mut page = Page::new();
        report.draw(&mut page, "");
        insta::assert_snapshot!(anstream::adapter::strip_str(&page.finish()), @r"
        `door.wasm`  not let in, so nothing but what refuses it is told

        built-in
          broken     exact: an answer depends if and only if two completions differ in verdict, next state
                     or effects, and its reasons are precisely the unknown conditions that can matter
                     `push` on `door` from `open` in mode `day` depends on nothing
                     (a policy that breaks a built-in law is not let in, so no request reproduces it)

        1 broken
        ");
    }

    #[test]
    fn a_shell_takes_what_is_quoted_for_one_word() {
        let texts = [("a-b_c.d/e", "a-b_c.d/e"), ("", "''"), ("a b", "'a b'"), ("it's", r"'it'\''s'")];
        for (text, wanted) in texts {
            assert_eq!(quoted(text), wanted);
        }
    }
}
