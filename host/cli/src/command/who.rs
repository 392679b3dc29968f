//! `interlock who`: which roles may take an action, and what else they need.

use std::collections::BTreeSet;

use clap::Args;
use interlock_analysis::sheet::{self, Sheet};
use interlock_analysis::{Transition, Who as Whom, WhoCan, transitions, who_can};
use interlock_model::{ConditionClass, KindInfo, Manifest, Offer, Rule, Scope};
use serde::Serialize;

use crate::arguments::{Format, Output, PolicyFile};
use crate::exit::Status;
use crate::failure::Failure;
use crate::page::{DIM, NAME, PLAIN, Page, columns, print, print_json};
use crate::{names, policy};

/// Show which roles may take an action, and what else they need
///
/// A grant alone allows nothing: from each state the conditions of its rule must hold too. Those of
/// class access are the ones that compare the subject with the grants.
#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Who {
    /// Action
    #[arg(long, value_name = "ACTION")]
    can: String,
    /// Kind of the resource
    #[arg(long)]
    kind: String,
    /// Mode to look at; all when absent
    #[arg(long)]
    mode: Option<String>,
    #[command(flatten)]
    output: Output,
}

const EXAMPLES: &str = "\
Examples:
  interlock who --can delete --kind backup-location
  interlock who --can create --kind backup --mode federated --format json";

impl Who {
    /// Prints the roles and the conditions.
    pub(crate) fn run(&self, file: &PolicyFile) -> Result<Status, Failure> {
        let policy = policy::load(file)?;
        let manifest = policy.manifest();
        let kind = names::kind(manifest, &self.kind)?;
        let selection = names::selection(manifest, Some(&self.kind), self.mode.as_deref())?;
        let action = names::offered(manifest, kind, &self.can)?;
        let Some(info) = sheet::kind(manifest, kind) else { return Ok(Status::Done) };
        let sheets = selection.sheets(manifest);
        let modes: Vec<Answer<'_>> = sheets
            .into_iter()
            .filter_map(|at| Some(Answer::new(manifest, info, at, who_can(manifest, at, action)?)))
            .collect();
        if modes.is_empty() {
            return Err(self.not_in_mode(manifest, kind, action));
        }
        let answers = Document { kind: &info.name, action: &self.can, modes };
        match self.output.format {
            Format::Text => print(&answers.draw())?,
            Format::Json => print_json(&answers)?,
        }
        Ok(Status::Done)
    }

    fn not_in_mode(&self, manifest: &Manifest, kind: u8, action: u8) -> Failure {
        let offers = manifest.offers.iter().filter(|offer| (offer.kind, offer.action) == (kind, action));
        let modes: Vec<String> =
            offers.map(|offer| format!("`{}`", sheet::mode_name(manifest, offer.mode))).collect();
        Failure::Usage(format!(
            "mode `{}` has no `{}` on `{}`; it is in {}",
            self.mode.as_deref().unwrap_or_default(),
            self.can,
            self.kind,
            modes.join(", ")
        ))
    }
}

#[derive(Serialize)]
struct Document<'a> {
    kind: &'a str,
    action: &'a str,
    modes: Vec<Answer<'a>>,
}

/// Who may in one mode.
#[derive(Serialize)]
struct Answer<'a> {
    mode: &'a str,
    /// `roles`, `platform`, `anyone`, or `conditions` where no role is listed but rules ask who it is.
    who: &'static str,
    roles: Vec<Role<'a>>,
    needs: Vec<Need<'a>>,
}

#[derive(Serialize)]
struct Role<'a> {
    role: &'a str,
    scopes: Vec<Scope>,
}

/// What a rule asks for besides.
#[derive(Serialize)]
struct Need<'a> {
    /// States from which it does.
    from: Vec<&'a str>,
    requires: Vec<Question<'a>>,
    /// What some of its ends ask for besides.
    ends: Vec<EndNeed<'a>>,
}

#[derive(Serialize)]
struct EndNeed<'a> {
    /// Conditions that choose this end if they are true and those of `unless` false.
    when: Vec<&'a str>,
    unless: Vec<&'a str>,
    requires: Vec<Question<'a>>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
struct Question<'a> {
    code: &'a str,
    class: ConditionClass,
    question: &'a str,
}

impl<'a> Answer<'a> {
    fn new(manifest: &'a Manifest, kind: &'a KindInfo, at: Sheet, can: WhoCan<'a>) -> Self {
        let WhoCan { offer, who } = can;
        let transitions = transitions(manifest, at);
        let (word, roles) = match who {
            Whom::Roles(roles) => ("roles", roles),
            Whom::Platform => ("platform", Vec::new()),
            Whom::Anyone => ("anyone", Vec::new()),
            Whom::Unlisted => ("conditions", Vec::new()),
        };
        Self {
            mode: sheet::mode_name(manifest, at.mode),
            who: word,
            roles: roles.into_iter().map(|(role, scopes)| Role { role, scopes }).collect(),
            needs: offer.rules.iter().map(|rule| need(manifest, kind, &transitions, offer, rule)).collect(),
        }
    }
}

fn need<'a>(
    manifest: &'a Manifest,
    kind: &'a KindInfo,
    transitions: &[Transition<'a>],
    offer: &'a Offer,
    rule: &'a Rule,
) -> Need<'a> {
    let questions = |mask: u32| {
        let conditions = sheet::conditions(manifest, offer, mask).into_iter();
        conditions
            .map(|info| Question { code: &info.code, class: info.class, question: &info.question })
            .collect::<Vec<_>>()
    };
    // All states of a rule have the same ends.
    let ways = transitions
        .iter()
        .filter(|way| std::ptr::eq(way.rule, rule) && Some(&way.from) == rule.from_states.first());
    let ends = ways.filter_map(|way| {
        let requires = rule.branches.get(way.end)?.requires & !rule.requires;
        (requires != 0).then(|| EndNeed {
            when: sheet::codes(manifest, offer, way.holds & offer.selectors),
            unless: sheet::codes(manifest, offer, way.fails),
            requires: questions(requires),
        })
    });
    Need {
        from: rule.from_states.iter().map(|&state| sheet::state_name(kind, state)).collect(),
        requires: questions(rule.requires),
        ends: ends.collect(),
    }
}

/// Column at which what is said of a rule begins.
const HANG: usize = 16;

impl Document<'_> {
    fn draw(&self) -> String {
        let mut page = Page::new();
        for answer in &self.modes {
            page.gap();
            page.put(NAME, &format!("{} {}", self.action, self.kind))
                .put(DIM, &format!(", {} mode", answer.mode))
                .end();
            answer.draw(&mut page);
        }
        let needs = || self.modes.iter().flat_map(|answer| &answer.needs);
        let of_ends = needs().flat_map(|need| &need.ends).flat_map(|end| &end.requires);
        let questions: BTreeSet<&Question<'_>> =
            needs().flat_map(|need| &need.requires).chain(of_ends).collect();
        if !questions.is_empty() {
            page.gap();
            page.line(NAME, "Conditions");
        }
        for Question { code, class, question } in questions {
            page.put(PLAIN, "  ").put(NAME, code).put(DIM, &format!(" ({})", class.as_str())).end();
            page.paragraph(4, question);
        }
        page.finish()
    }
}

impl Answer<'_> {
    fn draw(&self, page: &mut Page) {
        match self.who {
            "platform" => page.paragraph(2, "Nobody asks for it: the platform reports it."),
            "anyone" => page.paragraph(2, "Anyone: no role is granted it, and no rule asks who it is."),
            "conditions" => page.paragraph(2, "No role is granted it: conditions alone say who may."),
            _ => {}
        }
        let widest = self.roles.iter().map(|role| columns(role.role)).max().unwrap_or(0);
        for Role { role, scopes } in &self.roles {
            let covered: Vec<&str> = scopes.iter().map(|&scope| covered(scope)).collect();
            page.entry(2, widest + 4, (NAME, role), &covered.join(", "));
        }
        for Need { from, requires, ends } in &self.needs {
            page.gap();
            page.entry(2, HANG, (PLAIN, "from"), &from.join(", "));
            page.entry(4, HANG, (DIM, "requires"), &codes(requires));
            for EndNeed { when, unless, requires } in ends {
                let mut text = codes(requires);
                for (before, codes) in [(" when ", when), (" unless ", unless)] {
                    if !codes.is_empty() {
                        text.push_str(before);
                        text.push_str(&codes.join(" and "));
                    }
                }
                page.entry(4, HANG, (DIM, "besides"), &text);
            }
        }
    }
}

fn codes(questions: &[Question<'_>]) -> String {
    let codes: Vec<&str> = questions.iter().map(|question| question.code).collect();
    if codes.is_empty() { "nothing".to_owned() } else { codes.join(", ") }
}

fn covered(scope: Scope) -> &'static str {
    match scope {
        Scope::Any => "all",
        Scope::Owned => "its own",
        Scope::Granted => "what is shared with it, as far as the share goes",
    }
}
