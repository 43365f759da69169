//! ExecuTorch's table of patterns, as tabulate's `simple` layout prints it.
//!
//! A table shows most losses of rows: each column is as wide as its widest cell, each cell begins
//! where its column does, and the brackets at the left mark where a pattern begins and ends
//! (`QuantizerReport._pattern_prefix`). Only the row of a node's second or later input leaves no
//! trace, unless it was the widest.

use std::borrow::Cow;
use std::ops::Range;

use super::columns::{Columns, Row};
use super::damaged_cells::{is_input_damaged, is_qspec_damaged, is_reason_damaged, lacks_inputs};
use super::damaged_words::{is_garbled, is_node_name};
use super::foreign_lines::{is_of_table, is_one_word};
use super::title::centred;
use crate::qspec::QSpec;
use crate::report::{AcceptedPattern, AnnotatedNode, InputQSpec, RejectedPattern};
use crate::text::Name;
use crate::text::python::{is_line_end, strip};

/// A line of a report, without a logger's prefix.
pub(super) struct Line<'t> {
    /// Counted from 1.
    pub(super) line_no: usize,
    pub(super) text: Cow<'t, str>,
    /// Whether it certainly belongs to the log: see [`Foreign`](super::foreign_lines::Foreign).
    pub(super) is_foreign: bool,
}

impl Line<'_> {
    pub(super) fn is_blank(&self) -> bool {
        strip(&self.text).is_empty()
    }
}

/// The contents of a table.
#[derive(Default)]
pub(super) struct Table {
    pub(super) accepted_patterns: Vec<AcceptedPattern>,
    pub(super) rejected_patterns: Vec<RejectedPattern>,
    /// Lines that do not belong to the table.
    pub(super) other_lines: Vec<usize>,
    /// Lines that show damage, with a message.
    pub(super) damage: Vec<(usize, &'static str)>,
    /// Whether the last pattern continues in the next row.
    is_open: bool,
}

/// Whether this is the line of titles above a table.
pub(super) fn is_header(line: &str) -> bool {
    let titles = line.trim();
    titles.starts_with("NODE NAME") && titles.ends_with("OUTPUT QSPEC MAP")
}

/// The kind of row that a row without a name continues.
enum Last {
    Nothing,
    Accepted,
    /// A rejection's reason, and the number of empty lines since.
    Rejected(usize),
}

/// How many previous inputs of a node are searched for a duplicate row.
const MAX_LOOK_BACK: usize = 32;

const UNREADABLE: &str = "a row of the table cannot be read";
const BRACKETS: &str = "a pattern of the table lacks rows";
const WIDTHS: &str = "a column of the table is wider than its cells: rows are lost or cut";
const INPUTS: &str = "a node of the table lacks an input that another one is derived from";
const ORDER: &str = "rows of the table do not follow each other";
const REASON: &str = "the reason of a rejection is cut";
const CELL: &str = "a cell of the table is cut";
const TWICE: &str = "a row of the table stands there twice";

/// Reads the rows of a table, below its titles and the line of dashes.
pub(super) fn read<'l, 't: 'l>(
    mut columns: Columns,
    lines: impl Iterator<Item = &'l Line<'t>>,
) -> Table {
    let mut table = Table::default();
    let mut last = Last::Nothing;
    let mut last_no = 0;
    for line in lines {
        if line.is_blank() {
            if let Last::Rejected(n_blank) = &mut last {
                *n_blank += 1;
            }
            continue;
        }
        last_no = line.line_no;
        if line.is_foreign || is_never_printed(&line.text) {
            table.other_lines.push(line.line_no);
            continue;
        }
        let row = Row::of(&line.text, &columns).filter(|_| !line.text.contains('\r'));
        let added = row.as_ref().and_then(|row| table.add(row, &last, line.line_no));
        match (row, added) {
            (Some(row), Some(next)) => {
                columns.note(&row);
                let is_aligned = row.is_aligned(&columns, matches!(last, Last::Rejected(_)));
                if !is_aligned || is_garbled(&line.text) {
                    table.damaged(line.line_no, CELL);
                }
                last = next;
            }
            // ExecuTorch indents its rows by three spaces.
            _ if is_of_table(&line.text)
                || is_one_word(&line.text)
                || n_spaces(&line.text) == 3
                || (n_spaces(&line.text) > 3 && line.text.contains('\r'))
                || (n_spaces(&line.text) > 3 && centred(&line.text).is_some())
                || columns.is_start(n_spaces(&line.text)) =>
            {
                table.damaged(line.line_no, UNREADABLE);
            }
            _ => table.other_lines.push(line.line_no),
        }
    }
    table.close(last_no);
    if !columns.are_filled() {
        table.damaged(last_no, WIDTHS);
    }
    let mut nodes = table.accepted_patterns.iter().flat_map(|it| &it.nodes);
    if nodes.any(lacks_inputs) {
        table.damaged(last_no, INPUTS);
    }
    let has_several = table.accepted_patterns.iter().any(|it| it.nodes.len() > 1)
        || table.rejected_patterns.iter().any(|it| it.node_names.len() != 1);
    if has_several != columns.has_brackets() {
        table.damaged(last_no, BRACKETS);
    }
    table
}

/// Whether a line has a character that ExecuTorch's lines never have, and so belongs to the log.
/// ExecuTorch starts a new line at each line end of Python, and tabulate strips separators as white
/// space. A carriage return is allowed: it may come between a row and a progress bar.
fn is_never_printed(line: &str) -> bool {
    line.contains(|it| it != '\r' && (is_line_end(it) || ('\x1c'..='\x1f').contains(&it)))
}

/// How many spaces a line begins with.
fn n_spaces(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

impl Table {
    fn damaged(&mut self, line_no: usize, what: &'static str) {
        self.damage.push((line_no, what));
    }

    /// Closes the last pattern, which has no more rows.
    fn close(&mut self, line_no: usize) {
        if std::mem::take(&mut self.is_open) {
            self.damaged(line_no, BRACKETS);
        }
    }

    /// Adds a row; `None` if it cannot be a row of the table.
    fn add(&mut self, row: &Row<'_>, last: &Last, line_no: usize) -> Option<Last> {
        if !matches!(row.bracket, "" | "╒" | "|" | "╘") {
            return None;
        }
        match (row.name, row.output) {
            // ExecuTorch prints an output qspec for every accepted node, even if it is `None`.
            ("", "") => self.add_to_last(row, last, line_no),
            ("", _) => None,
            (label, "") => {
                let reason = row.entry.strip_prefix("Rejected:")?.trim_start();
                self.close(line_no);
                let node_names = names(label);
                if is_reason_damaged(reason) {
                    self.damaged(line_no, REASON);
                }
                if !row.bracket.is_empty() || !node_names.iter().all(|it| is_node_name(it)) {
                    self.damaged(line_no, CELL);
                }
                let rejection_reason = reason.to_owned();
                let pattern = RejectedPattern { node_names, rejection_reason, unknown: None };
                self.rejected_patterns.push(pattern);
                Some(Last::Rejected(0))
            }
            (name, output) => {
                let input = match row.entry {
                    "" => None,
                    text => Some(entry(text)?),
                };
                let node = AnnotatedNode {
                    name: name.into(),
                    input_qspec_map: input.into_iter().collect(),
                    output_qspec: QSpec::from_repr(output),
                    unknown: None,
                };
                if !is_node_name(name)
                    || node.input_qspec_map.iter().any(is_input_damaged)
                    || is_qspec_damaged(node.output_qspec.as_ref())
                {
                    self.damaged(line_no, CELL);
                }
                if matches!(last, Last::Rejected(_)) {
                    self.damaged(line_no, ORDER);
                }
                self.add_node(row.bracket, node, line_no);
                Some(Last::Accepted)
            }
        }
    }

    /// Adds a node to the open pattern, or as the first one of a new pattern.
    fn add_node(&mut self, bracket: &str, node: AnnotatedNode, line_no: usize) {
        let is_further = matches!(bracket, "|" | "╘");
        if is_further != self.is_open {
            self.damaged(line_no, BRACKETS);
        }
        match self.accepted_patterns.last_mut().filter(|_| is_further && self.is_open) {
            Some(pattern) => pattern.nodes.push(node),
            None => {
                self.accepted_patterns.push(AcceptedPattern { nodes: vec![node], unknown: None });
            }
        }
        self.is_open = matches!(bracket, "╒" | "|");
    }

    /// Adds a row without a name: the node's next input, or the next line of a rejection's reason.
    fn add_to_last(&mut self, row: &Row<'_>, last: &Last, line_no: usize) -> Option<Last> {
        match last {
            Last::Accepted => {
                let input = entry(row.entry)?;
                let node = self.accepted_patterns.last_mut()?.nodes.last_mut()?;
                let before = node.input_qspec_map.iter().rev().take(MAX_LOOK_BACK);
                let is_twice = before.into_iter().any(|it| it.node == input.node);
                let is_first = node.input_qspec_map.is_empty();
                let is_damaged = is_input_damaged(&input);
                node.input_qspec_map.push(input);
                if is_twice {
                    self.damaged(line_no, TWICE);
                }
                // The first input is in the row of its node.
                if is_damaged || is_first {
                    self.damaged(line_no, CELL);
                }
                if matches!(row.bracket, "|" | "╘") != self.is_open || row.bracket == "╒" {
                    self.damaged(line_no, BRACKETS);
                }
                self.is_open = row.bracket == "|";
                Some(Last::Accepted)
            }
            Last::Rejected(n_blank) if row.bracket.is_empty() => {
                // An input of an annotated node whose own row is lost.
                if entry(row.entry).is_some_and(|it| is_node_name(&it.node))
                    && is_of_table(row.entry)
                {
                    self.damaged(line_no, ORDER);
                }
                let reason = &mut self.rejected_patterns.last_mut()?.rejection_reason;
                reason.push_str(&"\n".repeat(n_blank + 1));
                reason.push_str(row.entry);
                Some(Last::Rejected(0))
            }
            Last::Rejected(_) | Last::Nothing => None,
        }
    }
}

/// `x: QuantizationSpec(dtype=INT8)`.
fn entry(text: &str) -> Option<InputQSpec> {
    let (node, qspec) = text.split_once(": ")?;
    Some(InputQSpec { node: node.into(), qspec: QSpec::from_repr(qspec), unknown: None })
}

/// `relu`, or `(conv2d, relu)` for a pattern of several nodes.
fn names(label: &str) -> Vec<Name> {
    match label.strip_prefix('(').and_then(|it| it.strip_suffix(')')) {
        Some("") => Vec::new(),
        Some(names) => names.split(", ").map(Name::from).collect(),
        None => vec![label.into()],
    }
}

/// The columns in code points, if `rule` is the line below the titles in `header`.
pub(super) fn columns(header: &str, rule: &str) -> Option<Columns> {
    if rule.trim().is_empty() || rule.contains(|it| it != '-' && it != ' ') {
        return None;
    }
    let mut columns: Vec<Range<usize>> = Vec::new();
    let mut start = 0;
    for run in rule.split(' ') {
        if !run.is_empty() {
            columns.push(start..start + run.len());
        }
        start += run.len() + 1;
    }
    Columns::of(header, columns)
}
