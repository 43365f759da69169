//! A text cut at its rules, without what loggers and terminals put around its lines.

use std::borrow::Cow;

use super::table::Line;

/// What stands between the sections of a report.
pub(crate) const RULE: &str = "----------------------------------------------------------------\
                               ------------------------------------";

/// How the list of the nodes that are not transformed begins (`_log_nonquantized_nodes` in
/// `backends/arm/quantizer/arm_quantizer.py`).
pub(super) const PRE_TRANSFORM: &str = "The following nodes are not marked for quantization";

/// What stands before a quantizer's qconfig.
pub(super) const QCONFIG: &str = "Annotating with ";

/// What follows `label` in its line. If nothing does, the white space at the label's end may be
/// gone.
pub(super) fn after_label<'l>(line: &'l str, label: &str) -> Option<&'l str> {
    line.strip_prefix(label).or_else(|| (line == label.trim_end()).then_some(""))
}

/// What stands between two rules.
pub(super) struct Block<'t> {
    pub(super) kind: Kind,
    pub(super) lines: Vec<Line<'t>>,
    /// The line of the rule above, counted from 1.
    pub(super) line_no: usize,
    /// Whether there is a rule below.
    pub(super) is_closed: bool,
}

impl Block<'_> {
    /// Whether this is a section of a report, below its title.
    pub(super) fn is_section(&self) -> bool {
        matches!(self.kind, Kind::Quantizer | Kind::NonAnnotated)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Quantizer,
    NonAnnotated,
    PreTransform,
    /// A title, or other lines of the log.
    Other,
}

/// How many lines are kept of a piece that is no section of a report, its last ones: a title, and
/// what a log may have put around it.
const MAX_OTHER_LINES: usize = 64;

/// The longest prefix, in bytes, that a logger is thought to put before a line.
const MAX_PREFIX: usize = 1024;

/// Cuts a text at its rules. Lines before the first one are passed over, and of a piece that is no
/// section only the last are kept: a log has any number of them.
pub(super) struct Blocks<'t> {
    lines: std::iter::Enumerate<std::str::Lines<'t>>,
    /// What stands before the last rule in its line: a logger's prefix.
    prefix: Option<(Cow<'t, str>, usize)>,
}

impl<'t> Blocks<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        Self { lines: text.lines().enumerate(), prefix: None }
    }
}

impl<'t> Iterator for Blocks<'t> {
    type Item = Block<'t>;

    fn next(&mut self) -> Option<Block<'t>> {
        let (prefix, line_no) = loop {
            match self.prefix.take() {
                Some(prefix) => break prefix,
                None => {
                    let (line_idx, line) = self.lines.next()?;
                    self.prefix = rule_prefix(line).map(|it| (it, line_idx + 1));
                }
            }
        };
        let mut block = Block { kind: Kind::Other, lines: Vec::new(), line_no, is_closed: false };
        for (line_idx, line) in self.lines.by_ref() {
            if let Some(prefix) = rule_prefix(line) {
                self.prefix = Some((prefix, line_idx + 1));
                block.is_closed = true;
                break;
            }
            let text = without_prefix(strip_ansi(line), &prefix);
            block.kind = match block.kind {
                Kind::Other if after_label(&text, QCONFIG).is_some() => Kind::Quantizer,
                Kind::Other if text.starts_with("Non annotated nodes:") => Kind::NonAnnotated,
                Kind::Other if text.starts_with(PRE_TRANSFORM) => Kind::PreTransform,
                kind => kind,
            };
            // Lines of the log between two reports are nobody's; a title is near its second rule.
            if block.kind == Kind::Other && block.lines.len() == MAX_OTHER_LINES {
                block.lines.remove(0);
            }
            // Blank lines say something in a table alone, whose reasons may have several lines.
            let follows_blank = || block.lines.last().is_some_and(|it| it.text.trim().is_empty());
            if block.kind == Kind::Quantizer || !text.trim().is_empty() || !follows_blank() {
                block.lines.push(Line { line_no: line_idx + 1, text });
            }
        }
        Some(block)
    }
}

/// What stands before a rule in its line, if the line has one.
///
/// A text printed without a newline at its end may have other text behind its last rule, or the
/// first rule of the next report: a rule of twice the length, which cuts as well as two.
fn rule_prefix(line: &str) -> Option<Cow<'_, str>> {
    if line.len() < RULE.len() {
        return None;
    }
    let line = strip_ansi(line);
    let mut searched = 0;
    loop {
        let start = searched + line[searched..].find(RULE)?;
        let n_dashes = line[start..].bytes().take_while(|it| *it == b'-').count();
        let end = start + n_dashes;
        // The lines below a table's header may be as long as a rule, but never stand alone.
        let is_of_table = line[..start].ends_with("-  ") || line[end..].starts_with("  -");
        if n_dashes.is_multiple_of(RULE.len()) && !is_of_table {
            if start > MAX_PREFIX {
                return Some(Cow::Borrowed(""));
            }
            return Some(match line {
                Cow::Borrowed(line) => Cow::Borrowed(&line[..start]),
                Cow::Owned(line) => Cow::Owned(line[..start].to_owned()),
            });
        }
        searched = end;
    }
}

/// The line without what the logger put before it, if the rule above has such a prefix. A number
/// matches any other, padded with spaces or not, since a time stamp changes from line to line.
fn without_prefix<'t>(line: Cow<'t, str>, prefix: &str) -> Cow<'t, str> {
    if prefix.is_empty() {
        return line;
    }
    let Some(len) = prefix_len(&line, prefix) else { return line };
    match line {
        Cow::Borrowed(line) => Cow::Borrowed(&line[len..]),
        Cow::Owned(line) => Cow::Owned(line[len..].to_owned()),
    }
}

fn prefix_len(line: &str, prefix: &str) -> Option<usize> {
    let (mut rest, mut expected) = (line, prefix);
    while let Some(next) = expected.chars().next() {
        if let Some(after) = without_number(expected) {
            expected = after;
            rest = without_number(rest)?;
            continue;
        }
        let n_spaces = expected.len() - expected.trim_start_matches(' ').len();
        let (literal, after) = expected.split_at(n_spaces.max(next.len_utf8()));
        match rest.strip_prefix(literal) {
            Some(after) => rest = after,
            // A blank line whose prefix lost its white space at the end.
            None if rest.trim().is_empty() && expected.trim().is_empty() => {
                return Some(line.len());
            }
            None => return None,
        }
        expected = after;
    }
    Some(line.len() - rest.len())
}

/// What follows the number at the start of `text`, if there is one.
fn without_number(text: &str) -> Option<&str> {
    let number = text.trim_start_matches(' ');
    let after = number.trim_start_matches(|it: char| it.is_ascii_digit());
    (after.len() < number.len()).then_some(after)
}

/// The line without ANSI escape sequences, such as colours, and hyperlinks, of which the text
/// stays, and without what is left of a line end that was cut in two or written twice.
fn strip_ansi(text: &str) -> Cow<'_, str> {
    if !text.contains('\x1b') {
        return Cow::Borrowed(text.trim_end_matches('\r'));
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('\x1b') {
        out.push_str(&rest[..start]);
        let sequence = &rest[start + 1..];
        rest = if let Some(csi) = sequence.strip_prefix('[') {
            let end = csi.find(|it: char| ('@'..='~').contains(&it));
            end.map_or("", |it| &csi[it + 1..])
        } else if let Some(osc) = sequence.strip_prefix(']') {
            // Up to a bell or `ESC \`.
            let end = osc.find(['\x07', '\x1b']).unwrap_or(osc.len());
            let osc = &osc[end..];
            osc.strip_prefix('\x07').or_else(|| osc.strip_prefix("\x1b\\")).unwrap_or(osc)
        } else {
            // Such as `ESC ( B`, which `tput sgr0` writes.
            let end = sequence.trim_start_matches(|it| (' '..='/').contains(&it));
            end.strip_prefix(|it| ('0'..='~').contains(&it)).unwrap_or(end)
        };
    }
    out.push_str(rest);
    out.truncate(out.trim_end_matches('\r').len());
    Cow::Owned(out)
}
