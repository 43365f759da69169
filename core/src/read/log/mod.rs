//! ExecuTorch's reports in any text: a log with other lines around them, a file with one report,
//! text pasted from an issue.
//!
//! Rules of 100 dashes divide a report into a title, one section per quantizer and a last one with
//! the nodes without an annotation (ExecuTorch's `QuantizerReporter`). So the text is split at its
//! rules first, and each block is recognized by its own lines. The other blocks are the rest of the
//! log.
//!
//! A damaged report is never read as a whole one. Each line that every report has must be there and
//! in its place, and each table must have the shape that ExecuTorch gives it. A line among them
//! that looks like a line of the log is passed over with a warning. Any other line is a problem of
//! the report's [`Completeness`](crate::report::completeness::Completeness).
//!
//! Two losses leave no trace in the text: a name in the list of nodes without an annotation that no
//! quantizer rejected, and the row of a node's second or later input that is not the widest in its
//! table. The same holds if the text is one that ExecuTorch would print for another model, such as
//! one without the whole section of a quantizer.

mod columns;
mod damaged_cells;
mod damaged_words;
mod foreign_lines;
mod lookahead;
mod non_annotated;
mod notes;
mod pattern_table;
mod prefix;
mod quantizer_section;
mod sections;
mod title;
mod wrapped_lines;

use super::error::join;
use super::{ParseError, ParseErrorKind, Parsed};
use crate::report::completeness::ProblemKind;
use crate::report::{NonAnnotatedNodes, QuantizerReport, Report};
use crate::text::Name;
use damaged_words::{NAMES, is_node_name};
use lookahead::Lookahead;
use notes::Notes;
use sections::{Block, Kind, is_indented_count};
use title::{Title, begins_report, has_title, title};
use wrapped_lines::Wrap;

/// Reads all reports of `text`.
pub(super) fn read(text: &str) -> Result<Parsed, ParseError> {
    let mut reader = Reader {
        blocks: Lookahead::of(text),
        parsed: Parsed::default(),
        notes: Notes::default(),
        pre_transform_nodes: Vec::new(),
        is_after: After::Nothing,
        is_below_report: false,
    };
    reader.run();
    let mut warnings = reader.notes.warnings;
    warnings.sort_by_key(|it| it.line);
    reader.parsed.warnings = join(warnings);
    if reader.parsed.reports.is_empty() {
        return Err(ParseError::new(
            ParseErrorKind::NoReport,
            "no quantization report in this text",
        )
        .hint(
            "ExecuTorch's reports stand between rules of 100 dashes; was the logger at INFO or \
             DEBUG level?",
        ));
    }
    Ok(reader.parsed)
}

/// The kind of the last block.
#[derive(Clone, Copy, PartialEq, Eq)]
enum After {
    /// Lines of the log, or the beginning of the text.
    Nothing,
    /// A report that has all its sections.
    Report,
    /// A report without its last section.
    CutReport,
    /// A title without sections.
    Title,
}

struct Reader<'t> {
    blocks: Lookahead<'t>,
    parsed: Parsed,
    /// Notes about the next report.
    notes: Notes,
    pre_transform_nodes: Vec<Name>,
    is_after: After,
    /// Whether no title or section came since the last section of a report.
    is_below_report: bool,
}

impl<'t> Reader<'t> {
    /// Reads all blocks. A block is a title if a section follows it, whatever its text.
    fn run(&mut self) {
        loop {
            self.pass_over_log();
            if let Some(block) = self.blocks.next_if(|it| !it.is_section()) {
                let has_sections = self.blocks.peek().is_some_and(|it| it.is_section());
                if block.kind == Kind::PreTransform {
                    self.pre_transform_nodes =
                        non_annotated::pre_transform_nodes(&block, &mut self.notes);
                } else if has_sections {
                    self.check_rules_between(&block);
                    let title = self.title(&block);
                    self.report(title, block.line_no);
                    continue;
                }
                self.check_names_below(&block);
                if begins_report(&block) {
                    self.begun_report(&block);
                }
                self.is_after = if has_title(&block) { After::Title } else { After::Nothing };
            } else if let Some(section) = self.blocks.peek() {
                // The text may be pasted or kept without its beginning.
                let line_no = section.line_no;
                self.lost_last_rule();
                self.notes.problem(
                    ProblemKind::LinesLost,
                    line_no,
                    "the beginning of the report is lost, and with it its title",
                );
                self.report(Title::default(), line_no);
            } else {
                break;
            }
        }
    }

    /// Between two whole reports, or below the last one, a single line like a report's is of the
    /// log.
    fn pass_over_log(&mut self) {
        let is_between = self.is_after == After::Report
            && self.blocks.peek().is_some_and(|it| it.is_section() && it.has_one_line())
            && self.blocks.peek_second().is_none_or(has_title);
        if let Some(block) = self.blocks.peek().filter(|_| is_between) {
            block.kind = Kind::Other;
        }
    }

    /// Checks for two rules between a report's list and the title of the next report. If one is
    /// lost, the end of the list may be lost too.
    fn check_rules_between(&mut self, title: &Block<'t>) {
        if title.n_rules == 1 || !title.is_rule_whole {
            self.lost_last_rule();
        }
    }

    /// Checks for names below the last rule of a report: then the rule is inside its list of names.
    fn check_names_below(&mut self, block: &Block<'t>) {
        const MAX_BETWEEN: usize = 8;
        let mut lines = block.lines.iter();
        let first = lines
            .find(|it| !it.is_blank() && !it.is_foreign)
            .filter(|it| it.line_no - block.line_no <= MAX_BETWEEN);
        let name = first.and_then(|it| it.text.strip_prefix("    "));
        if self.is_below_report && name.is_some_and(|it| is_node_name(it.trim_end())) {
            self.cut_last_report(
                "names stand below the report's last rule, as in its list of nodes without an \
                 annotation",
            );
        }
        self.is_below_report &= !has_title(block);
    }

    fn lost_last_rule(&mut self) {
        if self.is_after == After::Report {
            self.cut_last_report(
                "the report's last rule is lost, or the first one of the next report",
            );
        }
    }

    fn cut_last_report(&mut self, message: &str) {
        if let Some(report) = self.parsed.reports.last_mut() {
            report.completeness.add(ProblemKind::CutOff, None, message);
        }
    }

    fn title(&mut self, block: &Block<'t>) -> Title {
        let title = title(block, &mut self.notes);
        // If only one line of a section is left, it looks like a title.
        let is_inside = matches!(self.is_after, After::CutReport | After::Title);
        if !title.is_centred && is_inside {
            self.notes.problem(
                ProblemKind::LinesLost,
                block.line_no,
                "this may be a part of the report above",
            );
        }
        title
    }

    /// Keeps a report that ends before its first section, as if the run was stopped while it
    /// printed.
    fn begun_report(&mut self, block: &Block<'t>) {
        self.check_rules_between(block);
        let title = title(block, &mut self.notes);
        let mut report = self.titled(title.text);
        report.completeness.add(
            ProblemKind::CutOff,
            Some(block.line_no),
            "the report ends below its title",
        );
        self.finish(report);
    }

    /// Starts a report with its title.
    fn titled(&mut self, report_title: String) -> Report {
        let pre_transform_nodes = std::mem::take(&mut self.pre_transform_nodes);
        Report { report_title, pre_transform_nodes, ..Report::default() }
    }

    /// Keeps a report that was read to its end, with the noted problems.
    fn finish(&mut self, mut report: Report) {
        self.notes.move_problems(&mut report.completeness);
        report.check();
        self.parsed.reports.push(report);
    }

    fn report(&mut self, title: Title, line_no: usize) {
        let mut report = self.titled(title.text);
        let notes = &mut self.notes;
        let mut wrap = Wrap::default();
        let mut has_last = false;
        let mut is_indented = false;
        while let Some(block) = self.blocks.next_if(|it| it.is_section() && !has_last) {
            for section in block.sections() {
                if section.n_rules != 1 || !section.is_rule_whole {
                    let message = "a rule between two sections is lost or damaged";
                    notes.problem(ProblemKind::LinesLost, section.line_no, message);
                }
                has_last = section.kind == Kind::NonAnnotated;
                if has_last {
                    report.non_annotated_nodes =
                        non_annotated::non_annotated_nodes(&section, notes, &mut wrap);
                    continue;
                }
                is_indented |= section.lines.iter().any(|it| is_indented_count(&it.text));
                let quantizer_no = report.quantizers.len() + 1;
                let n_warnings = notes.warnings.len();
                let quantizer =
                    quantizer_section::quantizer(&section, quantizer_no, notes, &mut wrap);
                // A title that lost its padding and its second rule looks like a line of the log
                // before the first section.
                let has_other_lines = notes.warnings[n_warnings..].first().is_some_and(|it| {
                    section.lines.iter().find(|it| !it.is_blank()).map(|it| it.line_no) == it.line
                });
                if quantizer_no == 1 && has_other_lines && !title.is_centred {
                    let message = "the title cannot be distinguished from other lines";
                    notes.problem(ProblemKind::LinesLost, line_no, message);
                }
                if report.quantizers.last() == Some(&quantizer) && !may_be_repeated(&quantizer) {
                    let message = format!("quantizer {quantizer_no} is the same as the one before");
                    notes.problem(ProblemKind::LinesLost, section.line_no, message);
                }
                report.quantizers.push(quantizer);
            }
        }
        // If other lines kept their padding, a title without it is another line.
        if is_indented && !title.is_centred && !report.report_title.is_empty() {
            let message = "the title of the report is not in the middle of its line";
            notes.problem(ProblemKind::LinesLost, line_no, message);
        }
        if let Some(line_no) = wrap.cut_line() {
            notes.problem(
                ProblemKind::LinesLost,
                line_no,
                "the lines of the report seem to be cut",
            );
        }
        if let Some(line_no) = wrap.wrapped_line() {
            notes.problem(ProblemKind::LinesLost, line_no, "the lines of the report are wrapped");
        }
        // Where there is room for one problem, the first one is shown.
        if !has_last {
            report.completeness.add_cut_off(Some(line_no));
        }
        self.is_after = if has_last { After::Report } else { After::CutReport };
        let names = &report.non_annotated_nodes;
        self.is_below_report = matches!(names, Some(NonAnnotatedNodes::Names(_)));
        self.finish(report);
    }
}

/// Whether two quantizers of a report may print the same section. Vendors have several quantizers
/// of one class without a description of their own (`backends/cadence/aot/quantizer/quantizer.py`,
/// `backends/nxp/quantizer/neutron_quantizer.py`), and each may have nothing to report or the same
/// counts. But no node is annotated by two of them in the same way, and ExecuTorch's own classes
/// differ in their targets.
fn may_be_repeated(quantizer: &QuantizerReport) -> bool {
    !NAMES.contains(&quantizer.quantizer_info.name.as_str())
        && quantizer.counts.is_some()
        && quantizer.accepted_patterns.is_empty()
}
