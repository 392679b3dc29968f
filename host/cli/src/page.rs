//! Text for people: styled, indented, wrapped at [`WIDTH`] columns.
//!
//! Names, ids and messages come from files that others wrote, so everything put on a page has its
//! control characters escaped: no id moves a cursor or forges a line.

use std::borrow::Cow;
use std::io::{self, ErrorKind, Write};

use anstyle::{AnsiColor, Style};

use crate::failure::Failure;

/// Columns that a page fills at most, but for words that are longer.
pub(crate) const WIDTH: usize = 100;

/// Allowed.
pub(crate) const GOOD: Style = AnsiColor::Green.on_default().bold();
/// Refused, or wrong.
pub(crate) const BAD: Style = AnsiColor::Red.on_default().bold();
/// Not yet known.
pub(crate) const DOUBT: Style = AnsiColor::Yellow.on_default().bold();
/// What a reader looks for.
pub(crate) const NAME: Style = Style::new().bold();
/// What a reader may pass over.
pub(crate) const DIM: Style = Style::new().dimmed();
/// All else.
pub(crate) const PLAIN: Style = Style::new();

/// Text under construction.
#[derive(Default)]
pub(crate) struct Page {
    text: String,
}

impl Page {
    /// An empty page.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Goes on with the present line.
    pub(crate) fn put(&mut self, style: Style, text: &str) -> &mut Self {
        if style == PLAIN || text.is_empty() {
            self.text.push_str(&printable(text));
        } else {
            self.text.push_str(&format!("{style}{}{style:#}", printable(text)));
        }
        self
    }

    /// Ends the present line.
    pub(crate) fn end(&mut self) {
        let kept = self.text.trim_end_matches(' ').len();
        self.text.truncate(kept);
        self.text.push('\n');
    }

    /// A line of its own that is not wrapped.
    pub(crate) fn line(&mut self, style: Style, text: &str) {
        self.put(style, text).end();
    }

    /// An empty line, unless the page is empty or ends in one.
    pub(crate) fn gap(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
    }

    /// What was drawn on another page, as it is.
    pub(crate) fn append(&mut self, drawn: &str) {
        self.text.push_str(drawn);
    }

    /// A paragraph, wrapped, every line of it indented.
    pub(crate) fn paragraph(&mut self, indent: usize, text: &str) {
        self.entry(indent, indent, (PLAIN, ""), text);
    }

    /// A label and a paragraph beside it, which begins at column `hang` or after the label and goes on at `hang`.
    pub(crate) fn entry(&mut self, indent: usize, hang: usize, label: (Style, &str), text: &str) {
        let (style, label) = label;
        let label = printable(label);
        let start = match columns(&label) {
            0 => hang,
            width => hang.max(indent + width + 1),
        };
        let text = printable(text);
        let (first_indent, next_indent) = (" ".repeat(start), " ".repeat(hang));
        let options = textwrap::Options::new(WIDTH)
            .initial_indent(&first_indent)
            .subsequent_indent(&next_indent)
            .break_words(false)
            .word_splitter(textwrap::WordSplitter::NoHyphenation);
        let mut lines = textwrap::wrap(&text, options).into_iter();
        self.put(PLAIN, &" ".repeat(indent)).put(style, &label);
        let first = lines.next().unwrap_or_default();
        let beside = first.get(start..).unwrap_or_default();
        self.put(PLAIN, &" ".repeat(start - indent - columns(&label))).put(PLAIN, beside).end();
        for line in lines {
            self.line(PLAIN, &line);
        }
    }

    /// The text, with its styles.
    pub(crate) fn finish(self) -> String {
        self.text
    }
}

/// Columns that text takes on a page.
pub(crate) fn columns(text: &str) -> usize {
    textwrap::core::display_width(&printable(text))
}

/// Text without control characters, each written as its escape.
pub(crate) fn printable(text: &str) -> Cow<'_, str> {
    if !text.contains(char::is_control) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        if character.is_control() {
            escaped.extend(character.escape_default());
        } else {
            escaped.push(character);
        }
    }
    Cow::Owned(escaped)
}

/// Writes text on standard output; styles only where it is a terminal that wants them.
///
/// A reader that has gone away is no failure: it had what it wanted.
///
/// # Errors
///
/// [`Failure::Write`] where the system refuses for another reason.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    let mut stdout = anstream::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(source) if source.kind() != ErrorKind::BrokenPipe => Err(unwritten(source)),
        _ => Ok(()),
    }
}

/// Writes a JSON document on standard output.
///
/// # Errors
///
/// As [`print()`].
pub(crate) fn print_json(value: &impl serde::Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(value).map_err(|error| unwritten(error.into()))?;
    print(&format!("{text}\n"))
}

/// Standard output cannot be written.
pub(crate) fn unwritten(source: io::Error) -> Failure {
    Failure::Write { place: "standard output".to_owned(), source }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_hang_under_their_label_and_keep_to_the_width() {
        let mut page = Page::new();
        page.entry(2, 12, (PLAIN, "requires"), &"word ".repeat(40));
        page.entry(2, 12, (PLAIN, "a-label-that-is-long"), "text");
        page.entry(2, 12, (PLAIN, "nothing"), "");
        let text = page.finish();
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines[0].starts_with("  requires  word word"));
        assert!(lines[1].starts_with("            word"));
        assert!(lines.iter().all(|line| line.len() <= WIDTH), "{text}");
        assert_eq!(lines[lines.len() - 2], "  a-label-that-is-long text");
        assert_eq!(lines[lines.len() - 1], "  nothing");
    }

    #[test]
    fn control_characters_are_escaped_wherever_they_stand() {
        let mut page = Page::new();
        page.entry(0, 4, (NAME, "a\u{1b}[2J"), "b\nc");
        page.put(PLAIN, "d\re").end();
        let text = page.finish();
        assert!(text.ends_with(" b\\nc\nd\\re\n"), "{text:?}");
        assert!(text.contains("a\\u{1b}[2J"), "{text:?}");
    }
}
