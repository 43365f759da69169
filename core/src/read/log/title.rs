//! The title of a report, between its first two rules.

use super::damaged_words::is_garbled;
use super::foreign_lines::{is_dashes, is_of_report};
use super::notes::Notes;
use super::pattern_table::Line;
use super::sections::Block;
use crate::report::RULE;
use crate::report::completeness::ProblemKind;

/// A title.
#[derive(Default)]
pub(super) struct Title {
    pub(super) text: String,
    /// Whether it is centred in its line, as ExecuTorch prints it: then it is certainly a title.
    pub(super) is_centred: bool,
}

/// The title in a block before a section: its centred line, else its only line.
pub(super) fn title(block: &Block<'_>, notes: &mut Notes) -> Title {
    let (foreign, lines): (Vec<&Line<'_>>, Vec<_>) =
        block.lines.iter().filter(|it| !it.is_blank()).partition(|it| it.is_foreign);
    for line in foreign {
        notes.pass_over(line);
    }
    let mut problems = Vec::new();
    // ExecuTorch allows an empty title, but no known report has one.
    if lines.is_empty() {
        problems.push("the title of the report is lost");
    }
    let mut centred_lines = lines.iter().filter(|it| centred(&it.text).is_some());
    let only = lines.first().filter(|_| lines.len() == 1);
    let found = centred_lines.next().or(only);
    if centred_lines.next().is_some() {
        problems.push("the report has two titles");
    }
    let mut title = Title::default();
    if let Some(line) = found {
        let centred = centred(&line.text);
        let text = centred.unwrap_or_else(|| line.text.trim());
        // A title that lost its padding begins at the left.
        let is_other = centred.is_none()
            && (line.text.starts_with(' ') || is_of_report(&line.text) || is_dashes(text));
        let has_padding = text.contains("   ") || text.trim() != text;
        // A row of a table may be centred by chance.
        let is_row = text.contains("QuantizationSpec") || text.contains("Rejected: ");
        if is_other || is_row || has_padding || is_garbled(text) {
            problems.push("the title of the report is damaged");
        }
        title = Title { text: text.to_owned(), is_centred: centred.is_some() };
        for other in lines.iter().filter(|it| it.line_no != line.line_no) {
            if is_of_report(&other.text) {
                problems.push("lines of a section stand beside the title of the report");
            } else {
                notes.pass_over(other);
            }
        }
    } else if !lines.is_empty() {
        problems.push("the title of the report cannot be distinguished from other lines");
    }
    for problem in problems {
        notes.problem(ProblemKind::LinesLost, block.line_no, problem);
    }
    title
}

/// Whether a block has a line that can only be a title.
pub(super) fn has_title(block: &Block<'_>) -> bool {
    block.lines.iter().any(|it| centred(&it.text).is_some())
}

/// Whether a block without sections below it is the beginning of a report: only a centred title
/// below a rule. At the end of the text a part of the title is enough.
pub(super) fn begins_report(block: &Block<'_>) -> bool {
    let is_padded = |text: &str| text.starts_with(&" ".repeat(MIN_PADDING));
    match block.lines.as_slice() {
        [line] if block.is_cut && line.is_blank() => is_padded(&line.text),
        [line, rest @ ..] if line.line_no == block.line_no + 1 && !line.is_blank() => {
            let mut rest = rest.iter().filter(|it| !it.is_blank());
            // A part of the second rule.
            let is_only = rest.next().is_none_or(|it| block.is_cut && is_dashes(&it.text));
            let is_title = centred(&line.text).is_some() || (block.is_cut && is_padded(&line.text));
            is_title && is_only && rest.next().is_none()
        }
        _ => false,
    }
}

/// How many spaces before a line mark it as a title: lines of a log are rarely indented so far.
const MIN_PADDING: usize = 20;

/// The text that ExecuTorch centred in a line of 100 characters, if it did. Padding is even,
/// so more white space at one end belongs to the title. Trailing white space may be lost.
pub(super) fn centred(line: &str) -> Option<&str> {
    let n_chars = line.chars().count();
    let n_before = line.chars().take_while(|it| *it == ' ').count();
    if n_chars != RULE.len() {
        let text = line.trim();
        let n_text = text.chars().count();
        let is_centred = n_text > 0 && n_text < RULE.len() && n_before == (RULE.len() - n_text) / 2;
        return is_centred.then_some(text);
    }
    let n_after = line.chars().rev().take_while(|it| *it == ' ').count();
    let n_before = n_before.min(n_after);
    let n_after = n_after.min(n_before + 1);
    let is_blank = n_before + n_after >= line.len();
    (!is_blank).then(|| &line[n_before..line.len() - n_after])
}
