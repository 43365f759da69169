//! Notes about a text: lines that are passed over, and problems of a report.

use super::pattern_table::Line;
use crate::read::Warning;
use crate::report::completeness::{Completeness, ProblemKind};

/// The warning about a line of the log among a report's own lines.
pub(super) const NOT_OF_THE_REPORT: &str = "not a line of the report around it; passed over";

/// Notes about one report.
#[derive(Default)]
pub(super) struct Notes {
    pub(super) warnings: Vec<Warning>,
    problems: Vec<Place>,
}

/// A problem, and the lines that show it.
struct Place {
    kind: ProblemKind,
    message: String,
    first: usize,
    last: usize,
    n_lines: usize,
}

/// How many different problems of one report are kept: enough to see what happened.
const MAX_PROBLEMS: usize = 50;

impl Notes {
    pub(super) fn warn(&mut self, line_no: usize, message: impl Into<String>) {
        let message = message.into();
        self.warnings.push(Warning { line: Some(line_no), end_line: None, message });
    }

    /// Warns about a line that does not belong to the report.
    pub(super) fn pass_over(&mut self, line: &Line<'_>) {
        self.warn(line.line_no, NOT_OF_THE_REPORT);
    }

    /// Adds a problem that makes the report incomplete. Problems with the same message become one,
    /// with all their lines.
    pub(super) fn problem(
        &mut self,
        kind: ProblemKind,
        line_no: usize,
        message: impl Into<String>,
    ) {
        let message = message.into();
        let known = self.problems.iter_mut().find(|it| it.kind == kind && it.message == message);
        if let Some(known) = known {
            known.first = known.first.min(line_no);
            known.last = known.last.max(line_no);
            known.n_lines += 1;
        } else if self.problems.len() < MAX_PROBLEMS {
            let (first, last) = (line_no, line_no);
            self.problems.push(Place { kind, message, first, last, n_lines: 1 });
        }
    }

    /// Moves the problems to the report's completeness. The warnings stay.
    pub(super) fn move_problems(&mut self, completeness: &mut Completeness) {
        for Place { kind, message, first, last, n_lines } in self.problems.drain(..) {
            let message = match n_lines {
                1 => message,
                _ if first == last => message,
                _ => format!("{message} ({n_lines} times in lines {first} to {last})"),
            };
            completeness.add(kind, Some(first), message);
        }
    }
}
