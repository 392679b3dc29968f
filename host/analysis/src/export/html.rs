//! One page that shows everything without a network and without scripts.

use std::fmt::Write;

use interlock_model::{ActionClass, Manifest};

use super::document::{Chapter, Document, Part, RuleRow, ToldEnd, mode_names, source};
use super::{chart, ladder, one_line};
use crate::sheet::{self, Selection};

const STYLE: &str = include_str!("html.css");

pub(super) fn write(manifest: &Manifest, selection: Selection) -> String {
    let document = Document::new(manifest, selection);
    let title = escaped(&manifest.title);
    let mut text = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n\
         <p>What the policy {} {} says. Written by <code>interlock export --format html</code> from the policy \
         itself.</p>\n\
         <p>In a matrix, rows are actions and columns are states. A cell holds the state that the action leads \
         to, <b>=</b> where the state stays as it is, and nothing where the action is not offered. Where it \
         holds several, conditions choose. What each action requires stands in the table of rules; a code \
         leads to what it means. Events are in italics: the platform reports them, nobody asks for them.</p>\n\
         <p>In a chart, columns are states. In each row an action leads from the dots to the head of the arrow; \
         a ring is a state that stays as it is. {}</p>\n<nav><ul>\n",
        code(&manifest.name),
        code(&manifest.version),
        chart::LEFT_OUT,
    );
    for chapter in &document.chapters {
        let (kind, title) = (escaped(&chapter.kind.name), escaped(&chapter.kind.title));
        let _ = writeln!(text, "<li><a href=\"#kind-{kind}\">{title}</a></li>");
    }
    for (title, filled) in [
        ("Conditions", !document.conditions.is_empty()),
        ("Effects", !document.effects.is_empty()),
        ("Inputs", !document.inputs.is_empty()),
        ("Sources", !document.sources.is_empty()),
    ] {
        if filled {
            let _ = writeln!(text, "<li><a href=\"#the-{}\">{title}</a></li>", title.to_lowercase());
        }
    }
    text.push_str("</ul></nav>\n");
    for chapter in &document.chapters {
        write_chapter(&mut text, manifest, chapter);
    }
    write_codes(&mut text, &document);
    text.push_str("</body>\n</html>\n");
    text
}

/// Text as it stands between tags and in attributes.
pub(super) fn escaped(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    for letter in one_line(text).chars() {
        match letter {
            '&' => written.push_str("&amp;"),
            '<' => written.push_str("&lt;"),
            '>' => written.push_str("&gt;"),
            '"' => written.push_str("&quot;"),
            '\'' => written.push_str("&#39;"),
            _ => written.push(letter),
        }
    }
    written
}

fn write_chapter(text: &mut String, manifest: &Manifest, chapter: &Chapter<'_>) {
    let Chapter { kind, modes, .. } = chapter;
    let _ = write!(
        text,
        "<h2 id=\"kind-{}\">{}</h2>\n<p>Kind {}, {}. Source: {}.</p>\n<h3>States</h3>\n",
        escaped(&kind.name),
        escaped(&kind.title),
        code(&kind.name),
        escaped(&mode_names(manifest, modes)),
        source(escaped, &kind.provenance)
    );
    let rows = chapter.states.iter().map(|(state, shared)| {
        let mut meaning = escaped(&state.meaning);
        if shared != modes {
            let _ = write!(meaning, " Only in {}.", escaped(&mode_names(manifest, shared)));
        }
        if state.observed_only {
            meaning.push_str(" Reported by the platform only.");
        }
        (None, [code(&state.name), meaning, source(escaped, &state.provenance)])
    });
    table(text, ["state", "meaning", "source"], rows);
    for part in &chapter.parts {
        write_part(text, manifest, chapter, part);
    }
    if !chapter.rules.is_empty() {
        text.push_str("<h3>Rules</h3>\n");
        let rows = chapter.rules.iter().map(|row| (None, rule_row(manifest, modes, row)));
        table(text, ["action", "from", "requires", "leads to", "way out", "source"], rows);
    }
    if !chapter.grants.is_empty() {
        text.push_str("<h3>Who may</h3>\n");
        let rows = chapter.grants.iter().map(|row| {
            let role = format!("{}{}", code(row.role), only_in(manifest, &row.modes, modes));
            let [any, owned, granted] = row.actions.each_ref().map(|actions| codes(actions));
            (None, [role, any, owned, granted])
        });
        table(text, ["role", "on all", "on its own", "on what is shared with it"], rows);
    }
}

fn write_part(text: &mut String, manifest: &Manifest, chapter: &Chapter<'_>, part: &Part<'_>) {
    let names = mode_names(manifest, &part.modes);
    let _ = write!(
        text,
        "<h3>Matrix, {}</h3>\n<div class=\"wide\"><table class=\"matrix\">\n<thead><tr><th>action</th>",
        escaped(&names)
    );
    for (_, info) in &part.states {
        let _ = write!(text, "<th title=\"{}\">{}</th>", escaped(&info.meaning), code(&info.name));
    }
    text.push_str("</tr></thead>\n<tbody>\n");
    for row in &part.rows {
        let _ = write!(
            text,
            "<tr><th title=\"{}\">{}</th>",
            escaped(&row.action.meaning),
            action(row.action.class, &row.action.name)
        );
        for (ends, &(from, _)) in row.cells.iter().zip(&part.states) {
            let name = |&end: &u8| match end == from {
                true => "=".to_owned(),
                false => escaped(sheet::state_name(chapter.kind, end)),
            };
            let _ = write!(text, "<td>{}</td>", ends.iter().map(name).collect::<Vec<_>>().join("<br>"));
        }
        text.push_str("</tr>\n");
    }
    text.push_str("</tbody>\n</table></div>\n");
    if !part.arrows.is_empty() {
        let title = format!("{}, {names}: which action leads from which state to which", chapter.kind.title);
        let _ = write!(text, "<h3>Chart, {}</h3>\n<div class=\"wide\">\n", escaped(&names));
        text.push_str(&ladder::draw(&part.states, &part.arrows, &title));
        text.push_str("</div>\n");
    }
}

fn rule_row(manifest: &Manifest, modes: &[u8], row: &RuleRow<'_>) -> [String; 6] {
    let told = &row.told;
    let name =
        format!("{}{}", action(told.action.class, &told.action.name), only_in(manifest, &row.modes, modes));
    let mut ends = "<ul class=\"ends\">".to_owned();
    for (place, each) in told.ends.iter().enumerate() {
        let _ = write!(ends, "<li>{}{}</li>", if place == 0 { "" } else { "else " }, end(manifest, each));
    }
    ends.push_str("</ul>");
    [
        name,
        codes(&told.from),
        conditions(manifest, &told.requires),
        ends,
        codes(&told.ways_out),
        source(escaped, told.provenance),
    ]
}

fn end(manifest: &Manifest, end: &ToldEnd<'_>) -> String {
    let mut text = end.next_state.map_or_else(|| "the same state".to_owned(), code);
    for (before, names) in [(" when ", &end.when), (" unless ", &end.unless), ("; requires ", &end.requires)]
    {
        if !names.is_empty() {
            text.push_str(before);
            text.push_str(&conditions(manifest, names));
        }
    }
    if !end.effects.is_empty() {
        let linked = end.effects.iter().map(|effect| {
            let info = manifest.effects.iter().find(|info| info.code == *effect);
            link("effect", effect, info.map_or("", |info| &info.meaning))
        });
        let _ = write!(text, "; {}", linked.collect::<Vec<_>>().join(", "));
    }
    text
}

fn write_codes(text: &mut String, document: &Document<'_>) {
    let id = |what: &str, code: &str| Some(format!("{what}-{}", escaped(code)));
    let rows = document.conditions.iter().map(|condition| {
        let reads: Vec<&str> = condition.reads.iter().map(String::as_str).collect();
        let cells = [
            code(&condition.code),
            condition.class.as_str().to_owned(),
            escaped(&condition.question),
            codes(&reads),
            source(escaped, &condition.provenance),
        ];
        (id("condition", &condition.code), cells)
    });
    section(text, "Conditions", ["condition", "class", "question", "reads", "source"], rows);
    let rows = document
        .effects
        .iter()
        .map(|effect| (id("effect", &effect.code), [code(&effect.code), escaped(&effect.meaning)]));
    section(text, "Effects", ["effect", "meaning"], rows);
    let rows = document.inputs.iter().map(|input| {
        let values: Vec<&str> = input.values.iter().map(String::as_str).collect();
        let links = input.links_to.as_deref().map(|kind| format!("the id of a {}", code(kind)));
        let values = if values.is_empty() { links.unwrap_or_default() } else { codes(&values) };
        (None, [code(&input.path), escaped(&input.meaning), values])
    });
    section(text, "Inputs", ["input", "meaning", "values"], rows);
    let rows = document.sources.iter().map(|(source, who)| {
        let who: Vec<&str> = who.iter().copied().collect();
        (None, [escaped(source), codes(&who)])
    });
    section(text, "Sources", ["source", "cited by"], rows);
}

/// A row of a table: the id by which links find it, and its cells.
type Row<const N: usize> = (Option<String>, [String; N]);

fn section<const N: usize>(
    text: &mut String,
    title: &str,
    head: [&str; N],
    rows: impl Iterator<Item = Row<N>>,
) {
    let mut rows = rows.peekable();
    if rows.peek().is_some() {
        let _ = writeln!(text, "<h2 id=\"the-{}\">{title}</h2>", title.to_lowercase());
        table(text, head, rows);
    }
}

fn table<const N: usize>(text: &mut String, head: [&str; N], rows: impl Iterator<Item = Row<N>>) {
    text.push_str("<div class=\"wide\"><table>\n<thead><tr>");
    for name in head {
        let _ = write!(text, "<th>{name}</th>");
    }
    text.push_str("</tr></thead>\n<tbody>\n");
    for (id, cells) in rows {
        let id = id.map(|id| format!(" id=\"{id}\"")).unwrap_or_default();
        let _ = write!(text, "<tr{id}>");
        for cell in cells {
            let _ = write!(text, "<td>{cell}</td>");
        }
        text.push_str("</tr>\n");
    }
    text.push_str("</tbody>\n</table></div>\n");
}

/// Modes, where they are not all that are told.
fn only_in(manifest: &Manifest, modes: &[u8], all: &[u8]) -> String {
    if modes == all {
        return String::new();
    }
    format!("<br><span class=\"modes\">{}</span>", escaped(&mode_names(manifest, modes)))
}

fn action(class: ActionClass, name: &str) -> String {
    match class {
        ActionClass::Operation => code(name),
        ActionClass::Event => format!("<span class=\"event\">{}</span>", code(name)),
    }
}

/// Codes of conditions, each with its question, leading to its row.
fn conditions(manifest: &Manifest, codes: &[&str]) -> String {
    let linked = codes.iter().map(|code| {
        let info = manifest.conditions.iter().find(|info| info.code == *code);
        link("condition", code, info.map_or("", |info| &info.question))
    });
    linked.collect::<Vec<_>>().join(", ")
}

fn link(what: &str, name: &str, meaning: &str) -> String {
    format!("<a href=\"#{what}-{}\" title=\"{}\">{}</a>", escaped(name), escaped(meaning), code(name))
}

fn codes(names: &[&str]) -> String {
    names.iter().map(|name| code(name)).collect::<Vec<_>>().join(", ")
}

fn code(name: &str) -> String {
    format!("<code>{}</code>", escaped(name))
}
