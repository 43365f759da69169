//! A report as text, byte for byte as ExecuTorch prints it.
//!
//! This follows `QuantizerReporter.get_quantization_report` in ExecuTorch 1.5.1's
//! `backends/cortex_m/quantizer_reporter.py`; the layout has been the same since 1.2.0.

use std::ops::Range;
use std::sync::Arc;

use super::tabulate;
use crate::qspec::QSpec;
use crate::qspec::QuantizationSpec;
use crate::qspec::recent::Recent;
use crate::report::RULE;
use crate::report::counts::Counts;
use crate::report::counts::PREVIOUS_ANNOTATION;
use crate::report::{InputQSpec, Level, NonAnnotatedNodes, QuantizerReport, Report};
use crate::text::python;
use crate::text::python::OrNone;

/// The reason why a report has no text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TextError {
    /// ExecuTorch rejects titles of 100 characters or more.
    #[error(
        "the report's title has {n_chars} characters; ExecuTorch prints titles of at most 99 \
         (hint: shorten `report_title`)"
    )]
    TitleTooLong {
        /// The number of characters (Unicode scalar values) in the title.
        n_chars: usize,
    },
    /// A table is too large: each of its lines is as wide as its longest name.
    #[error("a table of this text would take more than {} MiB: a name in it is very long", MAX_TABLE >> 20)]
    TableTooLarge,
}

/// The greatest size of a table in bytes: a page can hold that, and a million nodes do not reach
/// it.
const MAX_TABLE: usize = 512 << 20;

/// The report from its first rule to its last, without a newline at either end.
///
/// A report that has only counts is printed at [`Level::Info`], whatever `level` is. If the source
/// does not list the nodes without an annotation, their section is left out.
///
/// # Errors
/// A [`TextError`] if the title is too long, as in ExecuTorch, or if a table is too large.
///
/// ```
/// # let json = r#"{"format": "qspect-report", "version": 1, "report_title": "T", "quantizers": [],
/// #     "non_annotated_nodes": ["relu"]}"#;
/// # let report = qspect_core::parse("run.qspect.json", json.as_bytes())?.reports.remove(0);
/// use qspect_core::{Level, write};
///
/// let text = write::text(&report, Level::Debug)?;
/// assert!(text.contains("Non annotated nodes"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn text(report: &Report, level: Level) -> Result<String, TextError> {
    let level = match report.level() {
        Level::Info => Level::Info,
        Level::Debug => level,
    };
    let n_chars = report.report_title.chars().count();
    if n_chars >= RULE.len() {
        return Err(TextError::TitleTooLong { n_chars });
    }
    let n_before = (RULE.len() - n_chars) / 2;
    let n_after = RULE.len() - n_chars - n_before;
    let mut out = String::new();
    line(&mut out, RULE);
    out.push_str(&" ".repeat(n_before));
    out.push_str(&report.report_title);
    out.push_str(&" ".repeat(n_after));
    out.push('\n');
    line(&mut out, RULE);
    for quantizer in &report.quantizers {
        quantizer_info(&mut out, quantizer);
        if level == Level::Debug {
            qspec_table(&mut out, quantizer)?;
        }
        line(&mut out, RULE);
    }
    if non_annotated(&mut out, report, level) {
        line(&mut out, RULE);
    }
    out.pop();
    Ok(out)
}

fn line(out: &mut String, text: &str) {
    out.push_str(text);
    out.push('\n');
}

fn quantizer_info(out: &mut String, quantizer: &QuantizerReport) {
    let info = &quantizer.quantizer_info;
    line(out, &format!("{} using {}", info.name, info.targeted_nodes_description));
    line(out, &format!("Annotating with {}", info.qconfig_label));
    line(
        out,
        &format!(
            "Supported operators and patterns defined by {}",
            info.support_config_path.as_deref().unwrap_or("None"),
        ),
    );
    let counts = quantizer.node_counts();
    if counts == Counts::default() {
        line(out, "   No patterns accepted or rejected.");
    } else {
        let Counts { accepted, rejected_previous_annotation, rejected } = counts;
        line(out, &format!("   Accepted nodes: {accepted}"));
        line(
            out,
            &format!("   Rejected due to previous annotation: {rejected_previous_annotation}"),
        );
        line(out, &format!("   Rejected nodes: {rejected}"));
    }
    out.push('\n');
}

fn qspec_table(out: &mut String, quantizer: &QuantizerReport) -> Result<(), TextError> {
    let rejected: Vec<_> = quantizer
        .rejected_patterns
        .iter()
        .filter(|it| it.rejection_reason != PREVIOUS_ANNOTATION)
        .collect();
    let mut cells = Cells::default();
    let blank = cells.text("");
    let mut rows = Vec::new();
    for pattern in &quantizer.accepted_patterns {
        let n_lines: usize = pattern.nodes.iter().map(|it| it.input_qspec_map.len().max(1)).sum();
        let mut line_idx = 0;
        for node in &pattern.nodes {
            for entry_idx in 0..node.input_qspec_map.len().max(1) {
                let bracket = match line_idx {
                    _ if pattern.nodes.len() == 1 => "",
                    0 => "╒",
                    _ if line_idx == n_lines - 1 => "╘",
                    _ => "|",
                };
                let entry = match node.input_qspec_map.get(entry_idx) {
                    Some(entry) => cells.entry(entry),
                    None => blank.clone(),
                };
                let (name, output) = match entry_idx {
                    0 => (cells.text(&node.name), cells.qspec(&node.output_qspec)),
                    _ => (blank.clone(), blank.clone()),
                };
                rows.push((bracket, [name, entry, output]));
                line_idx += 1;
            }
        }
    }
    for pattern in &rejected {
        let label = match pattern.node_names.as_slice() {
            [name] => cells.text(name),
            names => cells.text(&format!("({})", names.join(", "))),
        };
        let reason = cells.text(&format!("Rejected: {}", pattern.rejection_reason));
        rows.push(("", [label, reason, blank.clone()]));
    }
    if rows.is_empty() {
        return Ok(());
    }
    let width = |column: usize| rows.iter().map(|it| it.1[column].len()).max().unwrap_or_default();
    let width: usize = (0..3).map(width).sum();
    if width.saturating_mul(rows.len()) > MAX_TABLE {
        return Err(TextError::TableTooLarge);
    }
    let has_brackets = quantizer.accepted_patterns.iter().any(|it| it.nodes.len() > 1)
        || rejected.iter().any(|it| it.node_names.len() > 1);
    let headers = ["", "NODE NAME", "INPUT QSPEC MAP", "OUTPUT QSPEC MAP"];
    let rows: Vec<_> = rows
        .into_iter()
        .map(|(bracket, [name, entry, output])| {
            [bracket, &cells.text[name], &cells.text[entry], &cells.text[output]]
        })
        .collect();
    let first_column = if has_brackets { 0 } else { 1 };
    if has_no_control(&cells.text) {
        tabulate::simple(out, INDENT, &headers, &rows, first_column, true);
        return Ok(());
    }
    let mut table = String::new();
    tabulate::simple(&mut table, "", &headers, &rows, first_column, false);
    for table_line in python::split_lines(table.strip_suffix('\n').unwrap_or(&table)) {
        out.push_str(INDENT);
        line(out, table_line);
    }
    Ok(())
}

/// Whether a text has no control characters and no characters that end a line in Python. Fast for
/// the usual text of tables.
fn has_no_control(text: &str) -> bool {
    // The others are C1 controls and line ends; these are their last bytes.
    let may_be = |it: u8| it < b' ' || matches!(it, 0x80..=0x9F | 0xA8 | 0xA9);
    !text.bytes().fold(false, |found, it| found | may_be(it))
}

const INDENT: &str = "   ";

/// The text of all cells, one after the other, with the ranges of the last different qspecs.
#[derive(Default)]
struct Cells<'r> {
    text: String,
    /// Compared by address: the reader shares equal ones.
    recent: Recent<(&'r Arc<QuantizationSpec>, Range<usize>)>,
}

impl<'r> Cells<'r> {
    fn text(&mut self, text: &str) -> Range<usize> {
        let start = self.text.len();
        self.text.push_str(text);
        start..self.text.len()
    }

    /// `x: QuantizationSpec(dtype=INT8)`.
    fn entry(&mut self, entry: &'r InputQSpec) -> Range<usize> {
        let known = self.known(&entry.qspec);
        let start = self.text(&entry.node).start;
        self.text.push_str(": ");
        match known {
            Some(known) => self.text.extend_from_within(known),
            None => {
                self.qspec(&entry.qspec);
            }
        }
        start..self.text.len()
    }

    fn qspec(&mut self, qspec: &'r Option<QSpec>) -> Range<usize> {
        if let Some(known) = self.known(qspec) {
            return known;
        }
        let range = self.text(&OrNone(qspec).to_string());
        if let Some(QSpec::Quantization(spec)) = qspec {
            self.recent.push((spec, range.clone()));
        }
        range
    }

    fn known(&self, qspec: &Option<QSpec>) -> Option<Range<usize>> {
        let Some(QSpec::Quantization(spec)) = qspec else { return None };
        let known = self.recent.find(|it| Arc::ptr_eq(it.0, spec))?;
        Some(known.1.clone())
    }
}

/// Writes the last section; false if the source does not list the nodes without an annotation.
fn non_annotated(out: &mut String, report: &Report, level: Level) -> bool {
    let names = match (&report.non_annotated_nodes, report.non_annotated()) {
        (Some(NonAnnotatedNodes::Count(n_nodes)), _) => {
            line(out, &format!("Non annotated nodes: {n_nodes}"));
            return true;
        }
        (_, Some(names)) => names,
        (_, None) => return false,
    };
    match level {
        Level::Info => line(out, &format!("Non annotated nodes: {}", names.len())),
        Level::Debug => {
            line(out, "Non annotated nodes:");
            for name in &names {
                line(out, &format!("    {name}"));
            }
            if names.is_empty() {
                line(out, "    None");
            }
        }
    }
    true
}
