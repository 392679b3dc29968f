//! Tables with many narrow columns, whose headings stand above them like stairs.

use anstyle::Style;

use crate::page::{DIM, NAME, PLAIN, Page, WIDTH, columns};

/// Rows with labels, and a short mark under each heading.
pub(crate) struct Grid {
    /// One for each column of marks.
    pub(crate) headings: Vec<String>,
    /// From top to bottom.
    pub(crate) rows: Vec<Row>,
}

/// A row of a grid.
pub(crate) struct Row {
    /// Columns of text before the marks; the same number in every row.
    pub(crate) labels: Vec<String>,
    /// One mark for each heading.
    pub(crate) marks: Vec<(Style, String)>,
}

impl Grid {
    /// Draws the grid, in as many bands as keep it within the width of a page.
    pub(crate) fn draw(&self, page: &mut Page) {
        let labels = self.label_widths();
        let left = 2 + labels.iter().map(|width| width + 2).sum::<usize>();
        let widths: Vec<usize> = (0..self.headings.len()).map(|column| self.mark_width(column) + 1).collect();
        let mut from = 0;
        while from < self.headings.len() {
            let to = self.band_end(left, &widths, from);
            if from > 0 {
                page.gap();
            }
            self.draw_band(page, &labels, left, &widths, from..to);
            from = to;
        }
    }

    fn draw_band(
        &self,
        page: &mut Page,
        labels: &[usize],
        left: usize,
        widths: &[usize],
        band: std::ops::Range<usize>,
    ) {
        for heading in band.clone() {
            page.put(PLAIN, &" ".repeat(left));
            for width in &widths[band.start..heading] {
                page.put(DIM, "│").put(PLAIN, &" ".repeat(width - 1));
            }
            page.line(NAME, &self.headings[heading]);
        }
        for row in &self.rows {
            page.put(PLAIN, "  ");
            for (label, width) in row.labels.iter().zip(labels) {
                page.put(PLAIN, label).put(PLAIN, &" ".repeat(width + 2 - columns(label)));
            }
            for ((style, mark), width) in row.marks.iter().zip(widths).take(band.end).skip(band.start) {
                page.put(*style, mark).put(PLAIN, &" ".repeat(width - columns(mark)));
            }
            page.end();
        }
    }

    /// Where a band that begins at `from` ends: it has at least one column.
    fn band_end(&self, left: usize, widths: &[usize], from: usize) -> usize {
        let mut used = left;
        for (column, (heading, width)) in self.headings.iter().zip(widths).enumerate().skip(from) {
            if column > from && used + columns(heading).max(*width) > WIDTH {
                return column;
            }
            used += width;
        }
        self.headings.len()
    }

    fn label_widths(&self) -> Vec<usize> {
        let count = self.rows.first().map_or(0, |row| row.labels.len());
        let width = |place: usize| {
            self.rows.iter().filter_map(|row| row.labels.get(place)).map(|label| columns(label)).max()
        };
        (0..count).map(|place| width(place).unwrap_or(0)).collect()
    }

    fn mark_width(&self, column: usize) -> usize {
        self.rows
            .iter()
            .filter_map(|row| row.marks.get(column))
            .map(|mark| columns(&mark.1))
            .max()
            .unwrap_or(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid(headings: &[&str], rows: &[(&str, &[&str])]) -> String {
        let row = |(label, marks): &(&str, &[&str])| Row {
            labels: vec![(*label).to_owned()],
            marks: marks.iter().map(|mark| (PLAIN, (*mark).to_owned())).collect(),
        };
        let headings = headings.iter().map(|heading| (*heading).to_owned()).collect();
        let mut page = Page::new();
        Grid { headings, rows: rows.iter().map(row).collect() }.draw(&mut page);
        anstream::adapter::strip_str(&page.finish()).to_string()
    }

    #[test]
    fn every_mark_stands_under_its_heading() {
        let text = grid(
            &["view", "edit", "delete"],
            &[("north", &["+", "-b", "c"]), ("south-west", &["+", "d", "e"])],
        );
        insta::assert_snapshot!(text, @r"
                      view
                      │ edit
                      │ │  delete
          north       + -b c
          south-west  + d  e
        ");
    }

    #[test]
    fn a_grid_that_is_too_wide_goes_on_below() {
        let headings: Vec<String> = (0..60).map(|n| format!("action-{n}")).collect();
        let headings: Vec<&str> = headings.iter().map(String::as_str).collect();
        let text = grid(&headings, &[("row", &["+"; 60])]);
        assert!(text.lines().all(|line| columns(line) <= WIDTH), "{text}");
        assert_eq!(text.matches('+').count(), 60);
        assert_eq!(text.matches("row").count(), 2);
    }
}
