use std::collections::BTreeMap;
use std::fmt::Write;

use interlock_analysis::coverage::{CellKey, Measure, Tracked};
use interlock_model::{ActionClass, Manifest};

use super::report::{Named, Report, percent};

const STYLE: &str = "\
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 75rem; padding: 0 1rem; color: #1c1c1e; background: #fff }
h1 { font-size: 1.5rem } h2 { font-size: 1.15rem; margin-top: 2.5rem }
table { border-collapse: collapse; margin: 1rem 0 } th, td { border: 1px solid #d5d5da; padding: .25rem .55rem; text-align: left }
th { font-weight: 600; background: #f5f5f7 } .matrix { display: block; overflow-x: auto }
.matrix thead th { writing-mode: vertical-rl; transform: rotate(180deg); font-weight: 500; padding: .5rem .2rem }
.matrix td { text-align: center; min-width: 2rem } .event { font-style: italic }
.whole { background: #c8ecd0 } .part { background: #fde8a9 } .none { background: #f6c3c0 }
.apart { background: repeating-linear-gradient(45deg, #ececf0 0 6px, #dcdce2 6px 12px) }
td.number { text-align: right; font-variant-numeric: tabular-nums } .quiet { color: #6b6b72 }
@media (prefers-color-scheme: dark) {
  body { background: #18181b; color: #ececf0 } th { background: #26262b } th, td { border-color: #3c3c44 }
  .whole { background: #1e5130 } .part { background: #66511a } .none { background: #6b2723 }
  .apart { background: repeating-linear-gradient(45deg, #2b2b31 0 6px, #37373f 6px 12px) }
}";

/// One page that needs nothing else: the measures, the matrix coloured by what is shown, what is missing, what is
/// infeasible.
pub(super) fn page(report: &Report<'_>) -> String {
    let manifest = report.policy.manifest();
    let title = escape(&format!("Coverage of {} {}", report.policy.name(), report.policy.version()));
    let mut page = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>{title}</title>\n\
         <style>\n{STYLE}\n</style>\n</head>\n<body>\n<h1>{title}</h1>\n\
         <p>{}, {} requests.</p>\n",
        escape(&manifest.title),
        report.samples.samples.len()
    );
    measures(&mut page, report);
    page.push_str(
        "<p>A cell is an action from a state. <span class=\"whole\">&nbsp;all&nbsp;</span> that it can do is \
         shown, and every condition decides alone in some pair of cases; \
         <span class=\"part\">&nbsp;some&nbsp;</span>; <span class=\"none\">&nbsp;nothing&nbsp;</span>. \
         <span class=\"apart\">&nbsp;Hatched&nbsp;</span>: all that is not shown is infeasible. \
         The number says how much of what is to be shown is missing. Events are in italics.</p>\n",
    );
    let mut cells: BTreeMap<CellKey, Vec<&Tracked>> = BTreeMap::new();
    for tracked in report.count.goals() {
        if let Some(cell) = tracked.goal.cell() {
            cells.entry(cell).or_default().push(tracked);
        }
    }
    for (kind, info) in (0..=u8::MAX).zip(&manifest.kinds) {
        for &mode in &info.modes {
            matrix(&mut page, report, &cells, kind, mode);
        }
    }
    infeasible(&mut page, report);
    page.push_str("</body>\n</html>\n");
    page
}

fn measures(page: &mut String, report: &Report<'_>) {
    page.push_str(
        "<table>\n<tr><th>Counted</th><th>Shown</th><th></th><th>Missing</th><th>Infeasible</th></tr>\n",
    );
    for measure in Measure::ALL {
        let tally = report.count.tally(measure);
        let class = if tally.missing() == 0 { "whole" } else { "part" };
        // Writing into a string does not fail.
        _ = writeln!(
            page,
            "<tr><td>{}</td><td class=\"number {class}\">{}</td><td class=\"number\">{} of {}</td>\
             <td class=\"number\">{}</td><td class=\"number\">{}</td></tr>",
            measure.as_str(),
            percent(&tally),
            tally.shown,
            tally.goals - tally.infeasible,
            tally.missing(),
            tally.infeasible
        );
    }
    page.push_str("</table>\n");
}

fn matrix(
    page: &mut String,
    report: &Report<'_>,
    cells: &BTreeMap<CellKey, Vec<&Tracked>>,
    kind: u8,
    mode: u8,
) {
    let manifest = report.policy.manifest();
    let (Some(info), Some(mode_name)) =
        (manifest.kinds.get(usize::from(kind)), manifest.modes.get(usize::from(mode)))
    else {
        return;
    };
    let offers = manifest.offers_of(mode, kind);
    _ = writeln!(
        page,
        "<h2>{} <span class=\"quiet\">{}, {}</span></h2>\n<table class=\"matrix\">\n<thead><tr><td></td>",
        escape(&info.title),
        escape(&info.name),
        escape(mode_name)
    );
    for offer in &offers {
        let Some(action) = manifest.actions.get(usize::from(offer.action)) else { continue };
        let class = if action.class == ActionClass::Event { " class=\"event\"" } else { "" };
        _ = write!(page, "<th{class}>{}</th>", escape(&action.name));
    }
    page.push_str("</tr></thead>\n<tbody>\n");
    for (state, state_info) in (0..=u8::MAX).zip(&info.states) {
        if !state_info.modes.contains(&mode) {
            continue;
        }
        _ = write!(page, "<tr><th>{}</th>", escape(&state_info.name));
        for offer in &offers {
            match cells.get(&CellKey { mode, kind, state, action: offer.action }) {
                Some(goals) => cell(page, manifest, goals),
                None => page.push_str("<td></td>"),
            }
        }
        page.push_str("</tr>\n");
    }
    page.push_str("</tbody>\n</table>\n");
}

fn cell(page: &mut String, manifest: &Manifest, goals: &[&Tracked]) {
    let shown = goals.iter().filter(|tracked| tracked.shown.is_some()).count();
    let missing: Vec<&&Tracked> =
        goals.iter().filter(|tracked| tracked.shown.is_none() && tracked.excuse.is_none()).collect();
    let class = match (shown, missing.len()) {
        (_, 0) if shown < goals.len() => "apart",
        (_, 0) => "whole",
        (0, _) => "none",
        _ => "part",
    };
    let names: Vec<String> = missing.iter().map(|tracked| told(tracked, manifest)).collect();
    let title = if names.is_empty() {
        format!("{shown} of {} shown", goals.len())
    } else {
        format!("missing: {}", names.join(", "))
    };
    let number = if missing.is_empty() { String::new() } else { missing.len().to_string() };
    _ = write!(page, "<td class=\"{class}\" title=\"{}\">{number}</td>", escape(&title));
}

fn told(tracked: &Tracked, manifest: &Manifest) -> String {
    let what = Named::new(&tracked.goal, manifest).what;
    match tracked.goal.measure() {
        Measure::Conditions => format!("{what} decides alone"),
        Measure::Transitions => format!("leads to {what}"),
        _ => what.to_owned(),
    }
}

fn infeasible(page: &mut String, report: &Report<'_>) {
    if report.list.infeasible.is_empty() {
        return;
    }
    page.push_str(
        "<h2>Infeasible</h2>\n<table>\n<tr><th>Count</th><th>Why no request can produce it</th></tr>\n",
    );
    for (place, entry) in report.list.infeasible.iter().enumerate() {
        let excused = report.count.goals().iter().filter(|tracked| tracked.excuse == Some(place)).count();
        _ = writeln!(
            page,
            "<tr><td class=\"number\">{excused}</td><td>{}</td></tr>",
            escape(entry.reason.trim())
        );
    }
    page.push_str("</table>\n");
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
