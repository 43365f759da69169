//! A quantizer's section of a report: its head, its counts and its table.

use super::damaged_words::{
    is_description_damaged, is_garbled, is_known, is_label_damaged, is_name_damaged,
    is_path_damaged,
};
use super::foreign_lines::{has_log_line, is_dashes, is_of_report, is_of_table, is_one_word};
use super::notes::Notes;
use super::pattern_table;
use super::pattern_table::Line;
use super::sections::{
    Block, NO_PATTERNS, QCONFIG, SUPPORTED, after_label, count, is_quantizer_name, quantizer_name,
};
use super::wrapped_lines::Wrap;
use crate::report::completeness::ProblemKind;
use crate::report::counts::Counts;
use crate::report::{QuantizerInfo, QuantizerReport};

/// Reads a section. `quantizer_no` counts from 1, for messages. A section that lacks lines is kept
/// with the lines it has.
pub(super) fn quantizer(
    block: &Block<'_>,
    quantizer_no: usize,
    notes: &mut Notes,
    wrap: &mut Wrap,
) -> QuantizerReport {
    let mut section = Section {
        quantizer_no,
        quantizer: QuantizerReport {
            quantizer_info: QuantizerInfo::default(),
            ..QuantizerReport::default()
        },
        counts: Counts::default(),
        seen: [false; N_PARTS],
        notes,
        wrap,
        previous: None,
    };
    section.read(block);
    section.quantizer
}

/// The lines of a section, in their order.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Name,
    QConfig,
    Supported,
    /// One of the three counts.
    Count(usize),
    NoPatterns,
    Titles,
}

const N_PARTS: usize = 8;

impl Part {
    fn idx(self) -> usize {
        match self {
            Self::Name => 0,
            Self::QConfig => 1,
            Self::Supported => 2,
            Self::Count(idx) => 3 + idx,
            Self::NoPatterns => 6,
            Self::Titles => 7,
        }
    }

    fn of(line: &str) -> Option<Self> {
        if after_label(line, QCONFIG).is_some() {
            Some(Self::QConfig)
        } else if after_label(line, SUPPORTED).is_some() {
            Some(Self::Supported)
        } else if let Some((idx, _)) = count(line) {
            Some(Self::Count(idx))
        } else if line.trim() == NO_PATTERNS {
            Some(Self::NoPatterns)
        } else if pattern_table::is_header(line) {
            Some(Self::Titles)
        } else {
            None
        }
    }
}

struct Section<'n> {
    quantizer_no: usize,
    quantizer: QuantizerReport,
    counts: Counts,
    /// Which parts have been read.
    seen: [bool; N_PARTS],
    notes: &'n mut Notes,
    wrap: &'n mut Wrap,
    /// The last line of the section's head, which may continue in the next line if it was wrapped.
    previous: Option<usize>,
}

impl Section<'_> {
    fn read(&mut self, block: &Block<'_>) {
        let name_idx = self.name_idx(block);
        let mut lines = block.lines.iter().enumerate();
        while let Some((line_idx, line)) = lines.next() {
            if line.is_blank() {
                continue;
            }
            if line.is_foreign {
                self.notes.pass_over(line);
                continue;
            }
            let part =
                if Some(line_idx) == name_idx { Some(Part::Name) } else { Part::of(&line.text) };
            let Some(part) = part else {
                self.other(line, name_idx == Some(line_idx + 1));
                continue;
            };
            self.wrap.own_line(line);
            self.part(part, line);
            if part == Part::Titles {
                self.table(line, lines.by_ref().map(|it| it.1));
            }
        }
        self.check_parts(block);
    }

    /// The index of the line `… using …`. Other lines may have " using " too, but rarely a class
    /// before it.
    fn name_idx(&mut self, block: &Block<'_>) -> Option<usize> {
        let head = || {
            let lines = block.lines.iter().enumerate().filter(|it| !it.1.is_foreign);
            lines.take_while(|it| Part::of(&it.1.text).is_none())
        };
        let words = || head().filter(|it| is_quantizer_name(&it.1.text));
        let found = words()
            .last()
            .or_else(|| head().filter(|it| quantizer_name(&it.1.text).is_some()).last());
        if let Some((_, line)) = words().nth(1) {
            let message = format!("quantizer {} has two names", self.quantizer_no);
            self.notes.problem(ProblemKind::LinesLost, line.line_no, message);
        }
        found.map(|it| it.0)
    }

    fn part(&mut self, part: Part, line: &Line<'_>) {
        self.previous = Some(line.line_no);
        // Counts come in order, or one line replaces them all.
        let is_late = self.seen[part.idx()..].contains(&true)
            || (part == Part::NoPatterns && self.seen[3..].contains(&true));
        if is_late {
            let message =
                format!("lines of quantizer {} do not follow each other", self.quantizer_no);
            self.notes.problem(ProblemKind::LinesLost, line.line_no, message);
        }
        let is_first = !std::mem::replace(&mut self.seen[part.idx()], true);
        let text = line.text.as_ref();
        let info = &mut self.quantizer.quantizer_info;
        // Whether the line is damaged, and the free text at its end.
        let (is_damaged, free) = match part {
            Part::Name => {
                let (name, description) = quantizer_name(text).unwrap_or_default();
                info.name = name.to_owned();
                info.targeted_nodes_description = description.to_owned();
                let is_damaged = is_name_damaged(name) || is_description_damaged(name, description);
                (is_damaged, Some(description))
            }
            Part::QConfig => {
                let label = after_label(text, QCONFIG).unwrap_or_default();
                if is_first {
                    info.qconfig_label = label.to_owned();
                }
                (is_label_damaged(label), Some(label))
            }
            Part::Supported => {
                let path = after_label(text, SUPPORTED).unwrap_or_default();
                info.support_config_path = Some(path).filter(|it| *it != "None").map(str::to_owned);
                (is_path_damaged(path), Some(path))
            }
            Part::Count(_) => {
                if let Some((idx, count)) = count(text) {
                    let counts = &mut self.counts;
                    let slot = match idx {
                        0 => &mut counts.accepted,
                        1 => &mut counts.rejected_previous_annotation,
                        _ => &mut counts.rejected,
                    };
                    *slot = count;
                }
                (false, None)
            }
            Part::NoPatterns | Part::Titles => (false, None),
        };
        // A vendor's path ends with the class.
        let is_whole = |it: &str| {
            let name = &self.quantizer.quantizer_info.name;
            is_known(it) || it.rsplit_once('.').is_some_and(|it| it.1 == name)
        };
        if free.is_some_and(|it| !is_whole(it)) {
            self.wrap.free_line(line);
        }
        if is_damaged || is_garbled(text) || has_log_line(text) {
            self.lost(line, "has a line without its end, or without a part of it");
        }
    }

    fn lost(&mut self, line: &Line<'_>, what: &str) {
        let message = format!("quantizer {} {what}", self.quantizer_no);
        self.notes.problem(ProblemKind::LinesLost, line.line_no, message);
    }

    /// Handles a line that is not a part of a section: one of the log, or a damaged one.
    fn other(&mut self, line: &Line<'_>, is_above_name: bool) {
        let follows = self.previous == Some(line.line_no - 1);
        let is_name = is_one_word(&line.text) && line.text.starts_with("    ");
        if is_name || is_of_report(&line.text) && !is_of_table(&line.text) {
            self.lost(line, "has lines that do not belong there, or only a part of a line");
        } else if is_of_table(&line.text) {
            // Without titles this may not be a table: at INFO level there is none.
            let what = if self.seen[Part::Titles.idx()] {
                "a row of the table cannot be read"
            } else {
                "a line that may be of a table cannot be read"
            };
            let message = format!("quantizer {}: {what}", self.quantizer_no);
            self.notes.problem(ProblemKind::RowsLost, line.line_no, message);
        } else if (follows || is_above_name) && is_one_word(&line.text) {
            self.lost(line, "has a line that may be a part of the line beside it");
        } else {
            self.wrap.other_line(line);
            self.notes.pass_over(line);
        }
    }

    /// Reads the table below its titles.
    fn table<'l, 't: 'l>(&mut self, titles: &Line<'_>, lines: impl Iterator<Item = &'l Line<'t>>) {
        let quantizer_no = self.quantizer_no;
        let mut lines = lines.peekable();
        // The line of dashes below the titles; lines of the log may come between.
        let mut columns = None;
        while let Some(line) = lines.next_if(|it| columns.is_none() && !is_row(it)) {
            if is_dashes(&line.text) {
                columns = pattern_table::columns(&titles.text, &line.text);
                break;
            } else if !line.is_blank() {
                self.notes.pass_over(line);
            }
        }
        // A row must follow. Another line of dashes is the end of a line that was wrapped.
        let columns = columns.filter(|_| lines.peek().is_none_or(|it| !is_dashes(&it.text)));
        let Some(columns) = columns else {
            let message = format!(
                "the table of quantizer {quantizer_no} cannot be read: its titles and columns are \
                 damaged, or its lines are wrapped or not indented"
            );
            self.notes.problem(ProblemKind::RowsLost, titles.line_no, message);
            lines.for_each(drop);
            return;
        };
        let table = pattern_table::read(columns, lines);
        for line_no in table.other_lines {
            self.notes.warn(line_no, super::notes::NOT_OF_THE_REPORT);
        }
        for (line_no, what) in table.damage {
            let message = format!("quantizer {quantizer_no}: {what}");
            self.notes.problem(ProblemKind::RowsLost, line_no, message);
        }
        self.quantizer.accepted_patterns = table.accepted_patterns;
        self.quantizer.rejected_patterns = table.rejected_patterns;
    }

    /// Checks for the lines that each section has.
    fn check_parts(&mut self, block: &Block<'_>) {
        let has_counts = self.seen[3..6] == [true; 3];
        let has_none = self.seen[Part::NoPatterns.idx()];
        if has_counts {
            self.quantizer.counts = Some(self.counts);
        } else if has_none && !self.seen[3..6].contains(&true) {
            self.quantizer.counts = Some(Counts::default());
        }
        let line_no = block.lines.first().map_or(block.line_no, |it| it.line_no);
        for (is_there, what) in [
            (self.seen[0], "the line `… using …`"),
            (self.seen[1], "the line `Annotating with …`"),
            (self.seen[2], "the line `Supported operators and patterns …`"),
            (self.quantizer.counts.is_some(), "lines of its counts"),
        ] {
            if !is_there {
                let message = format!("quantizer {} lacks {what}", self.quantizer_no);
                self.notes.problem(ProblemKind::LinesLost, line_no, message);
            }
        }
    }
}

/// Whether a line below a table's titles can only be a row.
fn is_row(line: &Line<'_>) -> bool {
    !line.is_foreign && !is_dashes(&line.text) && is_of_table(&line.text)
}
