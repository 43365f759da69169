//! The columns of a table, and rows split at them.

use std::ops::Range;

use crate::text::python::strip;

/// How far ExecuTorch indents a table (`QuantizerReport._indent_block`).
const INDENT: usize = 3;

/// Where the columns of a table are, in code points, and how far their cells reach.
pub(super) struct Columns {
    /// Brackets, names, inputs, outputs.
    ranges: [Range<usize>; 4],
    /// Whether a cell ends where its column does.
    is_filled: [bool; 4],
    /// Whether tabulate aligned the column to the right, as it does with numbers.
    is_at_right: [bool; 4],
}

/// The titles of the columns.
const TITLES: [&str; 4] = ["", "NODE NAME", "INPUT QSPEC MAP", "OUTPUT QSPEC MAP"];

/// How much wider than its title tabulate makes a column (`MIN_PADDING`).
const MIN_PADDING: usize = 2;

impl Columns {
    /// The columns below the titles in `header`; the column of brackets may be missing. `None` if
    /// the two lines do not fit together, or are not where ExecuTorch puts them.
    pub(super) fn of(header: &str, mut ranges: Vec<Range<usize>>) -> Option<Self> {
        let is_spaced = ranges.windows(2).all(|it| it[0].end + 2 == it[1].start);
        if ranges.first()?.start < INDENT || !is_spaced {
            return None;
        }
        if ranges.len() == 3 {
            ranges.insert(0, 0..0);
        }
        let ranges: [Range<usize>; 4] = ranges.try_into().ok()?;
        let mut columns = Self { ranges, is_filled: [false; 4], is_at_right: [false; 4] };
        let mut end = 0;
        for (idx, title) in TITLES.iter().enumerate().skip(1) {
            let range = columns.ranges[idx].clone();
            let min = title.len() + MIN_PADDING;
            // The titles are ASCII, so bytes are code points.
            let start = end + header.get(end..)?.find(title)?;
            if !header.get(end..start)?.trim().is_empty() {
                return None;
            }
            end = start + title.len();
            columns.is_at_right[idx] = start != range.start;
            if range.len() < min.min(title.len()) || (start != range.start && end != range.end) {
                return None;
            }
            columns.is_filled[idx] = range.len() <= min;
        }
        columns.is_filled[0] = true;
        header.get(end..)?.trim().is_empty().then_some(columns)
    }

    /// Whether a row's text may begin after `n_spaces` spaces, because a column begins there.
    pub(super) fn is_start(&self, n_spaces: usize) -> bool {
        self.ranges.iter().any(|it| !it.is_empty() && it.start == n_spaces)
    }

    /// Whether there is a column of brackets, as in tables where a pattern has several nodes.
    pub(super) fn has_brackets(&self) -> bool {
        !self.ranges[0].is_empty()
    }

    /// Records how far a row's cells reach.
    pub(super) fn note(&mut self, row: &Row<'_>) {
        for (idx, is_filled) in self.is_filled.iter_mut().enumerate() {
            *is_filled |= row.ends[idx] >= self.ranges[idx].end || row.is_wide[idx];
        }
    }

    /// Whether each column is as wide as its widest cell, as tabulate makes it.
    pub(super) fn are_filled(&self) -> bool {
        let mut columns = self.is_filled.iter().zip(self.is_at_right);
        columns.all(|(is_filled, is_at_right)| *is_filled || is_at_right)
    }
}

/// One row's cells.
pub(super) struct Row<'l> {
    pub(super) bracket: &'l str,
    pub(super) name: &'l str,
    /// `input: qspec`, or `Rejected: reason`.
    pub(super) entry: &'l str,
    pub(super) output: &'l str,
    /// Where each cell's text begins, after its column's start; 0 for an empty cell.
    n_before: [usize; 4],
    /// Where each cell's text ends, in code points of the line; 0 for an empty cell.
    ends: [usize; 4],
    /// Whether a cell has non-ASCII characters, which tabulate may count as wide.
    is_wide: [bool; 4],
}

impl<'l> Row<'l> {
    /// Splits a line at its columns; `None` if there is text between them.
    pub(super) fn of(line: &'l str, columns: &Columns) -> Option<Self> {
        let mut cells = [""; 4];
        let (mut n_before, mut ends, mut is_wide) = ([0; 4], [0; 4], [false; 4]);
        let mut chars = line.char_indices();
        let mut n_chars = 0;
        let mut end = 0;
        // The byte at which code point `target` begins.
        let mut byte_at = |target: usize| {
            while n_chars < target {
                match chars.next() {
                    Some((at, c)) => end = at + c.len_utf8(),
                    None => break,
                }
                n_chars += 1;
            }
            end
        };
        let mut previous_end = 0;
        for (idx, column) in columns.ranges.iter().enumerate() {
            let start = byte_at(column.start);
            let is_gap_blank = strip(&line[previous_end..start]).is_empty();
            if !is_gap_blank {
                return None;
            }
            previous_end = byte_at(column.end);
            let cell = &line[start..previous_end];
            cells[idx] = strip(cell);
            if !cells[idx].is_empty() {
                let before = cell.find(cells[idx]).unwrap_or_default();
                n_before[idx] = cell[..before].chars().count();
                let n_chars = cells[idx].chars().count();
                ends[idx] = column.start + n_before[idx] + n_chars;
                is_wide[idx] = n_chars != cells[idx].len();
            }
        }
        let [bracket, name, entry, output] = cells;
        let this = Self { bracket, name, entry, output, n_before, ends, is_wide };
        strip(&line[previous_end..]).is_empty().then_some(this)
    }

    /// Whether each cell begins where its column does. A reason's lines after the first may be
    /// indented.
    pub(super) fn is_aligned(&self, columns: &Columns, may_be_reason: bool) -> bool {
        let is_reason = may_be_reason && self.name.is_empty() && self.output.is_empty();
        (0..4).all(|idx| {
            self.n_before[idx] == 0 || columns.is_at_right[idx] || (idx == 2 && is_reason)
        })
    }
}
