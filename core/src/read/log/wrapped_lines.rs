//! Finds lines of a report that were wrapped or cut at a width that leaves its rules whole.
//!
//! The end of a wrapped line looks like a line of the log. But then each line of the report before
//! such a line has the full width, and no line is longer.

use super::pattern_table::Line;

/// The lengths of a report's lines, which show wrapping.
#[derive(Default)]
pub(super) struct Wrap {
    /// The longest line so far.
    width: usize,
    /// The longest line so far, without white space at its end.
    trimmed_width: usize,
    /// The last line of the report: its number and length.
    last: Option<(usize, usize)>,
    /// Lines of the report before a line of another kind: number, length, and the length up to the
    /// end of the next line's first word.
    pairs: Vec<(usize, usize, usize)>,
    /// Lines with free text at their end, of a length at which tools cut lines: number, length and
    /// text.
    free: Vec<(usize, usize, String)>,
}

/// How many lines are kept: a few are enough to show damage.
const MAX_PAIRS: usize = 256;

impl Wrap {
    /// Records a line of the report.
    pub(super) fn own_line(&mut self, line: &Line<'_>) {
        let n_chars = line.text.chars().count();
        self.width = self.width.max(n_chars);
        self.trimmed_width = self.trimmed_width.max(line.text.trim_end().chars().count());
        self.last = Some((line.line_no, n_chars));
    }

    /// Records a line of the report that ends with free text: a part of it may look whole.
    pub(super) fn free_line(&mut self, line: &Line<'_>) {
        let n_chars = line.text.trim_end().chars().count();
        if CUTS.contains(&n_chars) && self.free.len() < MAX_PAIRS {
            self.free.push((line.line_no, n_chars, line.text.trim().to_owned()));
        }
    }

    /// A line that seems to be cut, if there is one: no line of the report is longer, and another
    /// line has the same width. A single line may have any width by chance.
    pub(super) fn cut_line(&self) -> Option<usize> {
        let mut widest = self.free.iter().filter(|it| it.1 == self.trimmed_width);
        let first = widest.next()?;
        widest.any(|it| it.2 != first.2).then_some(first.0)
    }

    /// Records a line that does not belong to the report.
    pub(super) fn other_line(&mut self, line: &Line<'_>) {
        let Some((line_no, n_chars)) = self.last.filter(|it| it.0 + 1 == line.line_no) else {
            return;
        };
        let first_word = line.text.split_whitespace().next().unwrap_or_default();
        if self.pairs.len() < MAX_PAIRS {
            self.pairs.push((line_no, n_chars, n_chars + 1 + first_word.chars().count()));
        }
    }

    /// A line that seems to be wrapped, if there is one.
    pub(super) fn wrapped_line(&self) -> Option<usize> {
        let is_hard = |it: &&(usize, usize, usize)| it.1 == self.width;
        // Wrapped between words, with or without the space there.
        let is_soft = |it: &&(usize, usize, usize)| it.2 > self.width && it.2 > N_RULE;
        let (first, ..) = *self.pairs.iter().find(is_soft)?;
        let n_wrapped = self.pairs.iter().filter(is_soft).count();
        // Lines of the log follow short lines too.
        let is_wrapped = n_wrapped * 2 > self.pairs.len()
            && (n_wrapped > 1
                || (self.width.is_multiple_of(10) && self.pairs.iter().any(|it| is_hard(&it))));
        is_wrapped.then_some(first)
    }
}

/// The widths of terminals and pages, at which lines are cut: `cut -c1-200`.
const CUTS: [usize; 5] = [N_RULE, 120, 132, 160, 200];

/// The length of a rule. Lines are wrapped at no less, or there would be no report.
const N_RULE: usize = crate::report::RULE.len();
