//! A row for each end of each cell, as RFC 4180 has it but for the line ends, which are plain.

use interlock_model::{ActionClass, Manifest};

use crate::sheet::{self, Selection};

const HEAD: [&str; 15] = [
    "mode",
    "kind",
    "state",
    "action",
    "class",
    "end",
    "requires",
    "when",
    "unless",
    "next_state",
    "effects",
    "ways_out",
    "certainty",
    "sources",
    "note",
];

/// Lists within a field are separated by a semicolon and a blank. `requires` is of cell and end together.
pub(super) fn write(manifest: &Manifest, selection: Selection) -> String {
    let mut text = row(HEAD.map(str::to_owned));
    let cells = selection.sheets(manifest).into_iter().flat_map(|at| sheet::cells(manifest, at));
    for cell in cells {
        let class = match cell.class {
            ActionClass::Operation => "operation",
            ActionClass::Event => "event",
        };
        for (place, end) in (1..).zip(&cell.ends) {
            let sources: Vec<&str> = cell.provenance.sources.iter().map(String::as_str).collect();
            text.push_str(&row([
                cell.mode.to_owned(),
                cell.kind.to_owned(),
                cell.state.to_owned(),
                cell.action.to_owned(),
                class.to_owned(),
                place.to_string(),
                [&*cell.requires, &end.requires].concat().join("; "),
                end.when.join("; "),
                end.unless.join("; "),
                end.next_state.to_owned(),
                end.effects.join("; "),
                cell.ways_out.join("; "),
                cell.provenance.certainty.as_str().to_owned(),
                sources.join("; "),
                cell.provenance.note.clone(),
            ]));
        }
    }
    text
}

fn row(fields: [String; HEAD.len()]) -> String {
    fields.map(|field| quoted(&field)).join(",") + "\n"
}

fn quoted(field: &str) -> String {
    let field = super::one_line(field);
    if field.contains([',', '"']) { format!("\"{}\"", field.replace('"', "\"\"")) } else { field }
}
