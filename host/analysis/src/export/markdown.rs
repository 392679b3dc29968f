//! Tables and charts as GitHub and GitLab show them.

use std::fmt::Write;

use interlock_model::{ActionClass, Manifest};

use super::document::{self, Chapter, Document, Part, RuleRow, ToldEnd, source};
use super::{chart, mermaid, one_line};
use crate::sheet::{self, Selection};

pub(super) fn write(manifest: &Manifest, selection: Selection) -> String {
    let document = Document::new(manifest, selection);
    let mut text = format!("# {}\n\n", plain(&manifest.title));
    let _ = writeln!(
        text,
        "What the policy {} {} says. Written by `interlock export --format markdown` from the policy itself: \
         change the policy, not this page.\n\n\
         In a matrix, rows are actions and columns are states. A cell holds the state that the action leads \
         to, `=` where the state stays as it is, and nothing where the action is not offered. Where it holds \
         several, conditions choose. What each action requires stands in the table of rules; what a code \
         means, at the end. Events are in italics: the platform reports them, nobody asks for them.\n",
        code(&manifest.name),
        code(&manifest.version),
    );
    for chapter in &document.chapters {
        let _ = writeln!(
            text,
            "- [{}](#{}): {}",
            plain(&chapter.kind.title),
            anchor(&chapter.kind.name),
            mode_names(manifest, &chapter.modes)
        );
    }
    for (title, filled) in [
        ("Conditions", !document.conditions.is_empty()),
        ("Effects", !document.effects.is_empty()),
        ("Inputs", !document.inputs.is_empty()),
        ("Sources", !document.sources.is_empty()),
    ] {
        if filled {
            let _ = writeln!(text, "- [{title}](#the-{})", title.to_lowercase());
        }
    }
    for chapter in &document.chapters {
        write_chapter(&mut text, manifest, chapter);
    }
    write_codes(&mut text, &document);
    text
}

fn write_chapter(text: &mut String, manifest: &Manifest, chapter: &Chapter<'_>) {
    let Chapter { kind, modes, .. } = chapter;
    heading(text, 2, &plain(&kind.title), Some(&anchor(&kind.name)));
    let _ = writeln!(
        text,
        "Kind {}, {}. Source: {}.",
        code(&kind.name),
        mode_names(manifest, modes),
        source(plain, &kind.provenance)
    );
    heading(text, 3, "States", None);
    let rows = chapter.states.iter().map(|(state, shared)| {
        let mut meaning = plain(&state.meaning);
        if shared != modes {
            let _ = write!(meaning, " Only in {}.", mode_names(manifest, shared));
        }
        if state.observed_only {
            meaning.push_str(" Reported by the platform only.");
        }
        [code(&state.name), meaning, source(plain, &state.provenance)]
    });
    table(text, ["state", "meaning", "source"], rows);
    for part in &chapter.parts {
        write_part(text, manifest, chapter, part);
    }
    if !chapter.rules.is_empty() {
        heading(text, 3, "Rules", None);
        let rows = chapter.rules.iter().map(|row| rule_row(manifest, modes, row));
        table(text, ["action", "from", "requires", "leads to", "way out", "source"], rows);
    }
    if !chapter.grants.is_empty() {
        heading(text, 3, "Who may", None);
        let rows = chapter.grants.iter().map(|row| {
            let mut role = code(row.role);
            if row.modes != *modes {
                let _ = write!(role, ", {}", mode_names(manifest, &row.modes));
            }
            let [any, owned, granted] = row.actions.each_ref().map(|actions| codes(actions));
            [role, any, owned, granted]
        });
        table(text, ["role", "on all", "on its own", "on what is shared with it"], rows);
    }
}

fn write_part(text: &mut String, manifest: &Manifest, chapter: &Chapter<'_>, part: &Part<'_>) {
    let names = mode_names(manifest, &part.modes);
    heading(text, 3, &format!("Matrix, {names}"), None);
    let states = part.states.iter().map(|(_, info)| code(&info.name));
    let head: Vec<String> = std::iter::once("action".to_owned()).chain(states).collect();
    line(text, &head);
    line(text, &vec!["---"; head.len()]);
    for row in &part.rows {
        let mut cells = vec![action(row.action.class, &row.action.name)];
        for (ends, &(from, _)) in row.cells.iter().zip(&part.states) {
            let name = |&end: &u8| match end == from {
                true => "=".to_owned(),
                false => plain(sheet::state_name(chapter.kind, end)),
            };
            cells.push(ends.iter().map(name).collect::<Vec<_>>().join(", "));
        }
        line(text, &cells);
    }
    if !part.arrows.is_empty() {
        let chart = mermaid::draw(chapter.kind, &part.states, &part.arrows);
        let _ = write!(text, "\n{}\n\n```mermaid\n{chart}```\n", chart::LEFT_OUT);
    }
}

fn rule_row(manifest: &Manifest, modes: &[u8], row: &RuleRow<'_>) -> [String; 6] {
    let told = &row.told;
    let mut name = action(told.action.class, &told.action.name);
    if row.modes != modes {
        let _ = write!(name, ", {}", mode_names(manifest, &row.modes));
    }
    let ends: Vec<String> = told.ends.iter().map(end).collect();
    let ends = ends.join("<br>else ");
    [
        name,
        codes(&told.from),
        codes(&told.requires),
        ends,
        codes(&told.ways_out),
        source(plain, told.provenance),
    ]
}

fn end(end: &ToldEnd<'_>) -> String {
    let mut text = end.next_state.map_or_else(|| "the same state".to_owned(), code);
    for (before, names) in [
        (" when ", &end.when),
        (" unless ", &end.unless),
        ("; requires ", &end.requires),
        ("; ", &end.effects),
    ] {
        if !names.is_empty() {
            text.push_str(before);
            text.push_str(&codes(names));
        }
    }
    text
}

fn write_codes(text: &mut String, document: &Document<'_>) {
    let rows = document.conditions.iter().map(|condition| {
        let reads: Vec<&str> = condition.reads.iter().map(String::as_str).collect();
        [
            code(&condition.code),
            condition.class.as_str().to_owned(),
            plain(&condition.question),
            codes(&reads),
            source(plain, &condition.provenance),
        ]
    });
    section(text, "Conditions", ["condition", "class", "question", "reads", "source"], rows);
    let rows = document.effects.iter().map(|effect| [code(&effect.code), plain(&effect.meaning)]);
    section(text, "Effects", ["effect", "meaning"], rows);
    let rows = document.inputs.iter().map(|input| {
        let values: Vec<&str> = input.values.iter().map(String::as_str).collect();
        let links = input.links_to.as_deref().map(|kind| format!("the id of a {}", code(kind)));
        let values = if values.is_empty() { links.unwrap_or_default() } else { codes(&values) };
        [code(&input.path), plain(&input.meaning), values]
    });
    section(text, "Inputs", ["input", "meaning", "values"], rows);
    let rows = document.sources.iter().map(|(source, who)| {
        let who: Vec<&str> = who.iter().copied().collect();
        [plain(source), codes(&who)]
    });
    section(text, "Sources", ["source", "cited by"], rows);
}

fn section<const N: usize>(
    text: &mut String,
    title: &str,
    head: [&str; N],
    rows: impl Iterator<Item = [String; N]>,
) {
    let mut rows = rows.peekable();
    if rows.peek().is_some() {
        heading(text, 2, title, Some(&format!("the-{}", title.to_lowercase())));
        table(text, head, rows);
    }
}

fn heading(text: &mut String, level: usize, title: &str, anchor: Option<&str>) {
    text.push('\n');
    if let Some(anchor) = anchor {
        let _ = write!(text, "<a id=\"{anchor}\"></a>\n\n");
    }
    let _ = write!(text, "{} {title}\n\n", "#".repeat(level));
}

fn table<const N: usize>(text: &mut String, head: [&str; N], rows: impl Iterator<Item = [String; N]>) {
    line(text, &head);
    line(text, &["---"; N]);
    for row in rows {
        line(text, &row);
    }
}

fn line(text: &mut String, cells: &[impl AsRef<str>]) {
    text.push('|');
    for cell in cells {
        let _ = write!(text, " {} |", cell.as_ref());
    }
    text.push('\n');
}

fn mode_names(manifest: &Manifest, modes: &[u8]) -> String {
    plain(&document::mode_names(manifest, modes))
}

fn action(class: ActionClass, name: &str) -> String {
    match class {
        ActionClass::Operation => code(name),
        ActionClass::Event => format!("*{}*", code(name)),
    }
}

fn codes(names: &[&str]) -> String {
    names.iter().map(|name| code(name)).collect::<Vec<_>>().join(", ")
}

/// A name in a code span; one that would leave it is written as text.
fn code(name: &str) -> String {
    let name = one_line(name);
    if name.is_empty() || name.contains(['`', '|']) { plain(&name) } else { format!("`{name}`") }
}

/// Text whose every character stands for itself, in a table too.
fn plain(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    for letter in one_line(text).chars() {
        if matches!(letter, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#' | '~' | '&' | '$') {
            written.push('\\');
        }
        written.push(letter);
    }
    written
}

/// Where a kind's chapter is found.
fn anchor(kind: &str) -> String {
    let kept = |letter: &char| letter.is_ascii_alphanumeric() || *letter == '-';
    format!("kind-{}", kind.chars().filter(kept).collect::<String>())
}
