use std::fmt::Write;

use super::report::plain;
use super::run::{Ran, Run};

/// What came of the cases as JUnit XML: a suite for each file.
pub(super) fn xml(run: &Run<'_>) -> String {
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let (total, failed) = (run.total(), run.failed());
    // Writing into a string does not fail.
    _ = writeln!(
        text,
        "<testsuites name=\"{}\" tests=\"{total}\" failures=\"{failed}\" errors=\"0\">",
        escape(&run.policy)
    );
    for (loaded, cases) in &run.files {
        let name = escape(&loaded.name);
        let failed = cases.iter().filter(|ran| !ran.differences.is_empty()).count();
        _ = writeln!(
            text,
            "  <testsuite name=\"{name}\" tests=\"{}\" failures=\"{failed}\" errors=\"0\" skipped=\"0\">",
            cases.len()
        );
        for ran in cases {
            write_case(&mut text, &name, ran);
        }
        text.push_str("  </testsuite>\n");
    }
    text.push_str("</testsuites>\n");
    text
}

fn write_case(text: &mut String, file: &str, ran: &Ran<'_>) {
    let (name, line) = (escape(&ran.case.to_string()), ran.case.line);
    _ = write!(text, "    <testcase name=\"{name}\" classname=\"{file}\" file=\"{file}\" line=\"{line}\"");
    if ran.differences.is_empty() {
        text.push_str("/>\n");
        return;
    }
    let fields: Vec<&str> = ran.differences.iter().map(|difference| &*difference.field).collect();
    let message = escape(&format!("{} not as wanted", fields.join(", ")));
    _ = writeln!(text, ">\n      <failure type=\"difference\" message=\"{message}\">");
    for difference in &ran.differences {
        let (wanted, got) = (plain(&difference.wanted), plain(&difference.got));
        let told = format!("{0} wanted: {wanted}\n{0} got: {got}", difference.field);
        _ = writeln!(text, "{}", escape(&told));
    }
    text.push_str("      </failure>\n    </testcase>\n");
}

/// Text as XML 1.0 takes it; characters that it takes in no form are replaced.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' | '\t' => escaped.push(character),
            '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            control if control.is_control() && (control as u32) < 0x20 => escaped.push('\u{fffd}'),
            _ => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_name_ends_its_attribute() {
        assert_eq!(escape("a \"<b>\" & c\u{1b}\u{ffff}"), "a &quot;&lt;b&gt;&quot; &amp; c\u{fffd}\u{fffd}");
    }
}
