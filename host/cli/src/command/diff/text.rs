//! The comparison as people read it.

use interlock_analysis::diff::{
    Class, Comparison, Count, Review, ReviewedChange, ReviewedFinding, ReviewedGroup, Telling,
};
use interlock_analysis::words::{counted, quoted};

use crate::page::{BAD, DIM, DOUBT, GOOD, NAME, PLAIN, Page};

/// Columns that a class takes.
const HANG: usize = 14;

pub(super) fn draw(page: &mut Page, comparison: &Comparison, review: &Review, places: &[String; 2]) {
    let exact = &comparison.exact;
    let (old, new) = (&exact.old, &exact.new);
    page.line(NAME, &format!("{} {} to {} {}", old.name, old.version, new.name, new.version));
    page.entry(2, 8, (DIM, "old"), &places[0]);
    page.entry(2, 8, (DIM, "new"), &places[1]);

    page.gap();
    page.line(NAME, "Decisions, compared exactly");
    page.paragraph(2, &review.compared);
    for class in &review.classes {
        let Count { cells, situations } = class.count;
        let style = if cells > 0 { style(class.class) } else { DIM };
        page.put(PLAIN, "  ").put(style, &format!("{:<30}", class.title));
        match cells {
            0 => page.put(DIM, "none"),
            _ => page.put(
                PLAIN,
                &format!("{}, {}, {}", counted(cells, "cell"), counted(situations, "situation"), class.share),
            ),
        };
        page.end();
    }
    for group in &review.groups {
        page.gap();
        draw_group(page, group);
    }

    page.gap();
    page.line(NAME, "Told differently, compared exactly");
    if exact.told.is_empty() {
        page.line(DIM, "  nothing");
    }
    for told in &exact.told {
        let name = match &*told.name {
            "" => told.what.to_owned(),
            name => format!("{} {}", told.what, quoted(name)),
        };
        match &told.telling {
            Telling::New => page.entry(2, 4, (PLAIN, &name), "is new"),
            Telling::Gone => page.entry(2, 4, (PLAIN, &name), "is gone"),
            Telling::Changed { field, before, after } => {
                page.entry(2, 4, (PLAIN, &name), &format!("differs in {field}"));
                page.entry(4, 12, (DIM, "before"), before);
                page.entry(4, 12, (DIM, "now"), after);
            }
        }
    }

    page.gap();
    page.line(NAME, "Meaning of conditions, on samples");
    page.paragraph(2, &review.sampled);
    if review.findings.is_empty() {
        page.line(DIM, "  no difference found");
    }
    for finding in &review.findings {
        let ReviewedFinding { name, before, after, samples, .. } = finding;
        let text = format!("was {before}, now {after}, {samples}:");
        page.entry(2, 4, (DOUBT, name), &text);
        // As `interlock evaluate` takes it: not to be wrapped.
        let request = serde_json::to_string(&finding.request).unwrap_or_default();
        page.put(PLAIN, "    ").put(DIM, &request).end();
    }
}

fn draw_group(page: &mut Page, group: &ReviewedGroup) {
    let title = format!("{} {}", group.action, group.kind);
    let cells = format!("from {} in {}", group.states.join(", "), group.modes.join(", "));
    page.entry(0, 2, (NAME, &title), &cells);
    for change in &group.changes {
        draw_change(page, change);
    }
}

fn draw_change(page: &mut Page, change: &ReviewedChange) {
    page.entry(2, HANG, (style(change.class), change.class.name()), &change.what);
    page.paragraph(HANG, &change.places);
    page.paragraph(HANG, &change.size);
}

fn style(class: Class) -> anstyle::Style {
    match class {
        Class::Widened | Class::New => GOOD,
        Class::Narrowed | Class::Gone => BAD,
        Class::Reason | Class::Effect => DOUBT,
    }
}
