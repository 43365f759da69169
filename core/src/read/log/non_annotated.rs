//! The last section of a report, with the nodes without an annotation, and the list of nodes that
//! may precede a report.

use std::collections::HashSet;

use super::damaged_words::is_node_name;
use super::foreign_lines::{is_of_report, is_one_word};
use super::notes::Notes;
use super::pattern_table::Line;
use super::sections::{Block, PRE_TRANSFORM, non_annotated, number};
use super::wrapped_lines::Wrap;
use crate::report::NonAnnotatedNodes;
use crate::report::completeness::ProblemKind;
use crate::text::Name;
use crate::text::python::is_space;

const LOST: ProblemKind = ProblemKind::LinesLost;

/// Reads the last section.
pub(super) fn non_annotated_nodes(
    block: &Block<'_>,
    notes: &mut Notes,
    wrap: &mut Wrap,
) -> Option<NonAnnotatedNodes> {
    let mut lines = block.lines.iter().filter(|it| !it.is_blank()).peekable();
    let mut count = None;
    for line in lines.by_ref() {
        count = non_annotated(&line.text);
        if count.is_some() {
            break;
        }
        let name = line.text.strip_prefix("    ").map(str::trim_end);
        if !line.is_foreign && (is_of_report(&line.text) || name.is_some_and(is_node_name)) {
            notes.problem(LOST, line.line_no, OTHER_LINES);
        } else {
            notes.pass_over(line);
        }
    }
    let count = count?;
    let mut list = List { names: Vec::new(), has_none: false, other_no: None };
    while let Some(line) = lines.next() {
        if line.is_foreign {
            notes.pass_over(line);
            continue;
        }
        let name = line.text.strip_prefix("    ").map(str::trim_end).filter(|it| is_name(it));
        match name {
            // The text ends inside this line, and so perhaps inside a name.
            Some(_) if block.is_cut && lines.peek().is_none() => {}
            Some(name) if count.is_empty() => list.add(name, line, notes),
            Some(_) => notes.problem(LOST, line.line_no, OTHER_LINES),
            // The last rule is lost, so the rest of the log begins here.
            None if !block.is_closed => break,
            None => list.other(line, notes, wrap),
        }
    }
    if !block.is_closed {
        let line_no = block.lines.last().map_or(block.line_no, |it| it.line_no);
        notes.problem(ProblemKind::CutOff, line_no, "the report ends without its last rule");
    }
    if let Some(n_nodes) = number(count) {
        return Some(NonAnnotatedNodes::Count(n_nodes));
    }
    if block.is_closed && list.names.is_empty() != list.has_none {
        notes.problem(LOST, block.line_no, "names of nodes without an annotation are lost");
    }
    let mut names = HashSet::new();
    if !list.names.iter().all(|it| names.insert(it.as_str())) {
        let message = "the list of nodes without an annotation has a name twice";
        notes.problem(LOST, block.line_no, message);
    }
    Some(NonAnnotatedNodes::Names(list.names))
}

const OTHER_LINES: &str = "the nodes without an annotation stand among lines of other sections";

struct List {
    names: Vec<Name>,
    /// Whether it has the line of an empty list, `None`.
    has_none: bool,
    /// The last line that is not a name.
    other_no: Option<usize>,
}

impl List {
    fn add(&mut self, name: &str, line: &Line<'_>, notes: &mut Notes) {
        if name == "None" {
            self.has_none = true;
            return;
        }
        if !is_node_name(name) {
            let message = "a name in the list of nodes without an annotation is damaged";
            notes.problem(LOST, line.line_no, message);
        }
        self.names.push(name.into());
    }

    /// Handles a line without the four spaces before a name, or with several words.
    fn other(&mut self, line: &Line<'_>, notes: &mut Notes, wrap: &mut Wrap) {
        let text = line.text.trim();
        if text == "None" && self.names.is_empty() {
            self.has_none = true;
        } else if is_one_word(text) {
            let message = "a line among the nodes without an annotation may be a name that lost \
                           its indentation";
            notes.problem(LOST, line.line_no, message);
        } else if is_of_report(&line.text) || text.contains('\0') {
            notes.problem(LOST, line.line_no, OTHER_LINES);
        } else if text.rsplit_once("    ").is_some_and(|it| is_node_name(it.1)) {
            notes.problem(LOST, line.line_no, "a name stands behind other text in its line");
        } else if line.text.strip_prefix("    ").is_some_and(begins_with_name) {
            let message = "a name among the nodes without an annotation has other text behind it";
            notes.problem(LOST, line.line_no, message);
        } else {
            wrap.other_line(line);
            notes.pass_over(line);
        }
        self.other_no = Some(line.line_no);
    }
}

/// Reads the names of the nodes that are not transformed. The list has no rule below it: it ends
/// with an empty line or, if that is lost, with its last name.
pub(super) fn pre_transform_nodes(block: &Block<'_>, notes: &mut Notes) -> Vec<Name> {
    let lines = block.lines.iter().skip_while(|it| !it.text.starts_with(PRE_TRANSFORM)).skip(1);
    let mut names = Vec::new();
    let mut other_lines = Vec::new();
    for line in lines.take_while(|it| !it.is_blank()) {
        match line.text.strip_prefix("   ").map(str::trim_end).filter(|it| is_name(it)) {
            Some(name) => {
                names.push(name.into());
                for other in other_lines.drain(..) {
                    notes.pass_over(other);
                }
            }
            None => other_lines.push(line),
        }
    }
    if other_lines.first().is_some_and(|it| is_one_word(&it.text)) {
        let message = "names in the list of nodes that are not transformed may be lost";
        notes.problem(LOST, block.line_no, message);
    }
    names
}

/// Whether a text may be a name and, without a newline between them, a line of the log.
fn begins_with_name(text: &str) -> bool {
    text.starts_with(|it: char| it.is_alphabetic() || it == '_') && !is_code(text)
}

/// Whether a text is a line of Python's code, as tracebacks show it: a call or a statement.
fn is_code(text: &str) -> bool {
    const KEYWORDS: [&str; 6] = ["return", "raise", "yield", "await", "assert", "with"];
    let text = text.trim_end();
    let call = text.trim_start_matches(|it: char| it.is_alphanumeric() || matches!(it, '_' | '.'));
    let is_call = call.starts_with('(') && call.ends_with(')');
    is_call || text.split_once(' ').is_some_and(|it| KEYWORDS.contains(&it.0))
}

/// A node's name: anything without white space.
fn is_name(text: &str) -> bool {
    !text.is_empty() && !text.contains(is_space)
}
