//! ExecuTorch's table of patterns, as tabulate's `simple` layout prints it.

use std::borrow::Cow;
use std::ops::Range;

use crate::python::{is_line_end, strip};
use crate::{AcceptedPattern, AnnotatedNode, InputQSpec, Name, QSpec, RejectedPattern};

/// A line of a report, without a logger's prefix.
pub(super) struct Line<'t> {
    /// Counted from 1.
    pub(super) line_no: usize,
    pub(super) text: Cow<'t, str>,
}

impl Line<'_> {
    pub(super) fn is_blank(&self) -> bool {
        strip(&self.text).is_empty()
    }
}

/// What a table tells.
#[derive(Default)]
pub(super) struct Table {
    pub(super) accepted_patterns: Vec<AcceptedPattern>,
    pub(super) rejected_patterns: Vec<RejectedPattern>,
    /// Lines that are not the table's.
    pub(super) other_lines: Vec<usize>,
}

/// Whether this is the line of titles above a table.
pub(super) fn is_header(line: &str) -> bool {
    let titles = line.trim();
    titles.starts_with("NODE NAME") && titles.ends_with("OUTPUT QSPEC MAP")
}

/// The columns in code points, if `rule` is the line below a table's titles: the column of
/// brackets may be missing, the others are there.
pub(super) fn columns(rule: &str) -> Option<[Range<usize>; 4]> {
    if rule.trim().is_empty() || rule.contains(|it| it != '-' && it != ' ') {
        return None;
    }
    let mut columns = Vec::new();
    let mut start = 0;
    for run in rule.split(' ') {
        if !run.is_empty() {
            columns.push(start..start + run.len());
        }
        start += run.len() + 1;
    }
    if columns.len() == 3 {
        columns.insert(0, 0..0);
    }
    columns.try_into().ok()
}

/// One row's cells.
struct Row<'l> {
    bracket: &'l str,
    name: &'l str,
    /// `input: qspec`, or `Rejected: reason`.
    entry: &'l str,
    output: &'l str,
}

impl<'l> Row<'l> {
    /// Cuts a line at its columns; `None` if there is text between them.
    fn of(line: &'l str, columns: &[Range<usize>; 4]) -> Option<Self> {
        let mut cells = [""; 4];
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
        for (cell, column) in cells.iter_mut().zip(columns) {
            let start = byte_at(column.start);
            let is_gap_blank = strip(&line[previous_end..start]).is_empty();
            if !is_gap_blank {
                return None;
            }
            previous_end = byte_at(column.end);
            *cell = strip(&line[start..previous_end]);
        }
        let [bracket, name, entry, output] = cells;
        strip(&line[previous_end..]).is_empty().then_some(Self { bracket, name, entry, output })
    }
}

/// What a row without a name goes on with.
enum Last {
    Nothing,
    Accepted,
    /// A rejection's reason, and how many empty lines it has had since.
    Rejected(usize),
}

/// Reads the rows below the two lines above a table.
pub(super) fn read<'l, 't: 'l>(
    columns: &[Range<usize>; 4],
    lines: impl Iterator<Item = &'l Line<'t>>,
) -> Table {
    let mut table = Table::default();
    let mut last = Last::Nothing;
    for line in lines {
        if line.is_blank() {
            if let Last::Rejected(n_blank) = &mut last {
                *n_blank += 1;
            }
            continue;
        }
        // Where Python ends a line, ExecuTorch prints two.
        let row = Row::of(&line.text, columns).filter(|_| !line.text.contains(is_line_end));
        match row.and_then(|row| table.add(&row, &last)) {
            Some(next) => last = next,
            None => table.other_lines.push(line.line_no),
        }
    }
    table
}

impl Table {
    /// Adds a row; `None` if it cannot be one.
    fn add(&mut self, row: &Row<'_>, last: &Last) -> Option<Last> {
        if !matches!(row.bracket, "" | "╒" | "|" | "╘") {
            return None;
        }
        match (row.name, row.output) {
            // ExecuTorch prints an output qspec, if only `None`, for every accepted node.
            ("", "") => self.add_to_last(row, last),
            ("", _) => None,
            (label, "") => {
                let reason = row.entry.strip_prefix("Rejected:")?;
                self.rejected_patterns.push(RejectedPattern {
                    node_names: names(label),
                    rejection_reason: reason.trim_start().to_owned(),
                    unknown: None,
                });
                Some(Last::Rejected(0))
            }
            (name, output) => {
                let mut node = AnnotatedNode {
                    name: name.into(),
                    input_qspec_map: Vec::new(),
                    output_qspec: QSpec::from_repr(output),
                    unknown: None,
                };
                if !row.entry.is_empty() {
                    node.input_qspec_map.push(entry(row.entry)?);
                }
                match (row.bracket, self.accepted_patterns.last_mut()) {
                    ("|" | "╘", Some(pattern)) => pattern.nodes.push(node),
                    ("|" | "╘", None) => return None,
                    _ => self
                        .accepted_patterns
                        .push(AcceptedPattern { nodes: vec![node], unknown: None }),
                }
                Some(Last::Accepted)
            }
        }
    }

    /// A row without a name: the node's next input, or the next line of a rejection's reason.
    fn add_to_last(&mut self, row: &Row<'_>, last: &Last) -> Option<Last> {
        match last {
            Last::Accepted => {
                let node = self.accepted_patterns.last_mut()?.nodes.last_mut()?;
                node.input_qspec_map.push(entry(row.entry)?);
                Some(Last::Accepted)
            }
            Last::Rejected(n_blank) if row.bracket.is_empty() => {
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
