//! ExecuTorch's reports in any text: a log with other lines around them, a file with one report,
//! text pasted from an issue.
//!
//! A report is cut by rules of 100 dashes into a title, one section per quantizer and a last one
//! with the nodes without an annotation (ExecuTorch's `QuantizerReporter`). So the text is cut at
//! its rules first, and each piece is then known by its own lines; what is none of these is the
//! rest of the log.

use std::iter::Peekable;

use super::blocks::{Block, Blocks, Kind, PRE_TRANSFORM, QCONFIG, RULE, after_label};
use super::table;
use super::{ParseError, Parsed, Warning};
use crate::python::{is_space, is_word};
use crate::sort::sort;
use crate::{Counts, Level, Name, NonAnnotatedNodes, QuantizerInfo, QuantizerReport, Report};

/// Reads all reports of `text`.
pub(super) fn read(text: &str) -> Result<Parsed, ParseError> {
    let mut reader = Reader {
        blocks: Blocks::of(text).peekable(),
        parsed: Parsed::default(),
        pre_transform_nodes: Vec::new(),
    };
    reader.run();
    sort(&mut reader.parsed.warnings, |a, b| a.line.cmp(&b.line));
    if reader.parsed.reports.is_empty() {
        return Err(ParseError::new("no quantization report in this text").hint(
            "ExecuTorch's reports stand between rules of 100 dashes; was the logger at INFO or \
             DEBUG level?",
        ));
    }
    Ok(reader.parsed)
}

struct Reader<'t> {
    blocks: Peekable<Blocks<'t>>,
    parsed: Parsed,
    /// Of the report that comes next.
    pre_transform_nodes: Vec<Name>,
}

impl<'t> Reader<'t> {
    /// A piece is a title if a section follows it, whatever it says.
    fn run(&mut self) {
        loop {
            if let Some(block) = self.blocks.next_if(|it| !it.is_section()) {
                let has_sections = self.blocks.peek().is_some_and(Block::is_section);
                match block.kind {
                    Kind::PreTransform => self.pre_transform(&block),
                    _ if has_sections => {
                        let title = self.title(&block);
                        self.report(title, block.line_no);
                    }
                    _ => {}
                }
            } else if let Some(section) = self.blocks.peek() {
                // A text may be pasted or kept from its middle on.
                let line_no = section.line_no;
                self.warn(line_no, "the beginning of this report is lost, and with it its title");
                self.report(String::new(), line_no);
            } else {
                break;
            }
        }
    }

    /// The title in a piece before a section: its centred line, else its only line.
    fn title(&mut self, block: &Block<'t>) -> String {
        let lines: Vec<_> = block.lines.iter().filter(|it| !it.is_blank()).collect();
        let title = lines.iter().find(|it| centred(&it.text).is_some());
        let Some(title) = title.or(lines.first().filter(|_| lines.len() == 1)) else {
            if !lines.is_empty() {
                self.warn(
                    block.line_no,
                    "the title of this report cannot be told from other lines",
                );
            }
            return String::new();
        };
        for other in lines.iter().filter(|it| it.line_no != title.line_no) {
            self.warn(other.line_no, NOT_OF_THE_REPORT);
        }
        centred(&title.text).unwrap_or_else(|| title.text.trim()).to_owned()
    }

    fn report(&mut self, report_title: String, line_no: usize) {
        let mut report = Report {
            report_title,
            pre_transform_nodes: std::mem::take(&mut self.pre_transform_nodes),
            ..Report::default()
        };
        let mut sections = Vec::new();
        while let Some(block) = self.blocks.next_if(|it| it.kind == Kind::Quantizer) {
            sections.push(block);
        }
        let last = self.blocks.next_if(|it| it.kind == Kind::NonAnnotated);
        match &last {
            Some(block) => report.non_annotated_nodes = self.non_annotated(block),
            None => {
                self.warn(line_no, "this report is cut off: it has no list of non annotated nodes")
            }
        }
        let level = last.is_some().then(|| report.level());
        for block in &sections {
            if let Some(quantizer) = self.quantizer(block, level) {
                report.quantizers.push(quantizer);
            }
        }
        report.check();
        self.parsed.reports.push(report);
    }

    /// `level` is `None` where the report is cut off before it tells.
    fn quantizer(&mut self, block: &Block<'t>, level: Option<Level>) -> Option<QuantizerReport> {
        let mut lines = block.lines.iter();
        let mut headers = Vec::new();
        let mut qconfig_label = None;
        for line in lines.by_ref().filter(|it| !it.is_blank()) {
            qconfig_label = after_label(&line.text, QCONFIG);
            if qconfig_label.is_some() {
                break;
            }
            headers.push(line);
        }
        // Other lines may have " using " as well, but seldom a class before it.
        let header_idx = headers
            .iter()
            .rposition(|it| quantizer_name(&it.text).is_some_and(|(name, _)| is_word(name)))
            .or_else(|| headers.iter().rposition(|it| quantizer_name(&it.text).is_some()));
        for (_, other) in headers.iter().enumerate().filter(|(idx, _)| Some(*idx) != header_idx) {
            self.warn(other.line_no, NOT_OF_THE_REPORT);
        }
        let header = header_idx.and_then(|it| quantizer_name(&headers[it].text));
        let (Some((name, targeted_nodes_description)), Some(qconfig_label)) =
            (header, qconfig_label)
        else {
            self.warn(block.line_no, "a section without a line `… using …`; left out");
            return None;
        };
        let mut quantizer = QuantizerReport {
            quantizer_info: QuantizerInfo {
                name: name.to_owned(),
                targeted_nodes_description: targeted_nodes_description.to_owned(),
                qconfig_label: qconfig_label.to_owned(),
                support_config_path: None,
                unknown: None,
            },
            counts: None,
            accepted_patterns: Vec::new(),
            rejected_patterns: Vec::new(),
            unknown: None,
        };
        let mut counts = Counts::default();
        let mut n_counts = 0;
        let mut table = None;
        let mut has_table_header = false;
        while let Some(line) = lines.find(|it| !it.is_blank()) {
            let text = line.text.trim();
            let mut count_after = |label: &str, count: &mut usize| {
                let number = text.strip_prefix(label).and_then(|it| it.trim().parse().ok());
                number.is_some_and(|number| {
                    *count = number;
                    n_counts += 1;
                    true
                })
            };
            if count_after("Accepted nodes:", &mut counts.accepted)
                || count_after("Rejected nodes:", &mut counts.rejected)
                || count_after(
                    "Rejected due to previous annotation:",
                    &mut counts.rejected_previous_annotation,
                )
            {
            } else if text == "No patterns accepted or rejected." {
                n_counts = 3;
            } else if let Some(path) =
                after_label(&line.text, "Supported operators and patterns defined by ")
            {
                let path = Some(path).filter(|it| *it != "None");
                quantizer.quantizer_info.support_config_path = path.map(str::to_owned);
            } else if table::is_header(&line.text) {
                has_table_header = true;
            } else if let Some(columns) =
                has_table_header.then(|| table::columns(&line.text)).flatten()
            {
                table = Some(table::read(&columns, lines.by_ref()));
            } else {
                self.warn(line.line_no, NOT_OF_THE_REPORT);
            }
        }
        if n_counts == 3 {
            quantizer.counts = Some(counts);
        } else {
            self.warn(
                block.line_no,
                "this quantizer's counts are not complete; its table is counted",
            );
        }
        let table = table.unwrap_or_default();
        for line_no in table.other_lines {
            self.warn(line_no, NOT_OF_THE_REPORT);
        }
        quantizer.accepted_patterns = table.accepted_patterns;
        quantizer.rejected_patterns = table.rejected_patterns;
        self.check_counts(&quantizer, block.line_no, level);
        Some(quantizer)
    }

    /// ExecuTorch's counts and its table count the same patterns.
    fn check_counts(&mut self, quantizer: &QuantizerReport, line_no: usize, level: Option<Level>) {
        let listed = quantizer.count_patterns();
        let Some(counts) = quantizer.counts.filter(|_| level == Some(Level::Debug)) else { return };
        for (what, counted, listed) in [
            ("accepted", counts.accepted, listed.accepted),
            ("rejected", counts.rejected, listed.rejected),
        ] {
            if counted != listed {
                self.warn(line_no, format!(
                    "this quantizer counts {counted} {what} nodes, but its table lists {listed}: \
                     lines may be lost"
                ));
            }
        }
    }

    fn non_annotated(&mut self, block: &Block<'t>) -> Option<NonAnnotatedNodes> {
        let mut lines = block.lines.iter().filter(|it| !it.is_blank());
        let (line_no, count) = lines.by_ref().find_map(|line| {
            let count = line.text.strip_prefix("Non annotated nodes:");
            if count.is_none() {
                self.warn(line.line_no, NOT_OF_THE_REPORT);
            }
            Some((line.line_no, count?.trim()))
        })?;
        let n_nodes: Option<usize> = count.parse().ok();
        let mut names = Vec::new();
        for line in lines {
            let name = line.text.strip_prefix("    ").map(str::trim_end);
            match name.filter(|it| count.is_empty() && is_name(it)) {
                Some("None") if names.is_empty() => {}
                Some(name) => names.push(name.into()),
                // After the last rule that was lost comes the rest of the log.
                None if !block.is_closed => break,
                None => self.warn(line.line_no, NOT_OF_THE_REPORT),
            }
        }
        if !block.is_closed {
            self.warn(
                block.line_no,
                "this report ends without its last rule: its non annotated nodes may be cut off",
            );
        }
        match n_nodes {
            Some(n_nodes) => Some(NonAnnotatedNodes::Count(n_nodes)),
            None if count.is_empty() => Some(NonAnnotatedNodes::Names(names)),
            None => {
                self.warn(line_no, format!("`{count}` is no number of non annotated nodes"));
                None
            }
        }
    }

    /// The list has no rule below it: it ends with an empty line or, where that is lost, with its
    /// last name.
    fn pre_transform(&mut self, block: &Block<'t>) {
        let lines = block.lines.iter().skip_while(|it| !it.text.starts_with(PRE_TRANSFORM)).skip(1);
        let mut other_lines = Vec::new();
        self.pre_transform_nodes.clear();
        for line in lines.take_while(|it| !it.is_blank()) {
            match line.text.strip_prefix("   ").map(str::trim_end).filter(|it| is_name(it)) {
                Some(name) => {
                    self.pre_transform_nodes.push(name.into());
                    for line_no in other_lines.drain(..) {
                        self.warn(line_no, NOT_OF_THE_REPORT);
                    }
                }
                None => other_lines.push(line.line_no),
            }
        }
    }

    fn warn(&mut self, line_no: usize, message: impl Into<String>) {
        self.parsed.warnings.push(Warning { line: Some(line_no), message: message.into() });
    }
}

const NOT_OF_THE_REPORT: &str = "not a line of the report around it; passed over";

/// `PatternQuantizer using GlobalNodeFinder targeting all nodes`, cut in two. With the white space
/// at its end, the space before an empty description may be gone.
fn quantizer_name(line: &str) -> Option<(&str, &str)> {
    line.split_once(" using ").or_else(|| Some((line.strip_suffix(" using")?, "")))
}

/// A node's name: anything without white space.
fn is_name(text: &str) -> bool {
    !text.is_empty() && !text.contains(is_space)
}

/// What ExecuTorch centred in a line of 100 characters, if it did. A title's own white space at
/// its ends is told from the padding where the padding would be uneven.
fn centred(line: &str) -> Option<&str> {
    if line.chars().count() != RULE.len() {
        return None;
    }
    let n_before = line.chars().take_while(|it| *it == ' ').count();
    let n_after = line.chars().rev().take_while(|it| *it == ' ').count();
    let n_before = n_before.min(n_after);
    let n_after = n_after.min(n_before + 1);
    let is_blank = n_before + n_after >= line.len();
    (!is_blank).then(|| &line[n_before..line.len() - n_after])
}
