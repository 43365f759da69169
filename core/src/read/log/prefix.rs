//! Rules, and the prefixes and escapes that loggers and terminals add to lines.

use std::borrow::Cow;

use crate::report::RULE;

/// A rule, and the text before it in its line.
pub(super) struct Rule<'t> {
    pub(super) before: Cow<'t, str>,
    /// 1, or more if the rules of two reports are in one line.
    pub(super) n_rules: usize,
    /// Whether its length is right.
    pub(super) is_whole: bool,
}

/// The rule in a line, if the line has one.
///
/// If a text is printed without a newline at its end, other text may follow its last rule, or the
/// first rule of the next report: a rule of twice the length, which counts as two.
pub(super) fn rule(line: &str) -> Option<Rule<'_>> {
    if line.len() < RULE.len() {
        return None;
    }
    let line = strip_ansi(line);
    let mut searched = 0;
    loop {
        let start = searched + line[searched..].find(RULE)?;
        let n_dashes = line[start..].bytes().take_while(|it| *it == b'-').count();
        let end = start + n_dashes;
        let n_more = n_dashes % RULE.len();
        // A column of a table may be as wide as a rule, but another column is always next to it,
        // and each is at least two dashes wide. A logger's prefix may end in one dash: `INFO -  `.
        let is_of_table = line[..start].ends_with("--  ") || line[end..].starts_with("  --");
        let has_prefix = !line[..start].trim().is_empty();
        let (before_len, n_rules, is_whole) = if n_more == 0 {
            (start, n_dashes / RULE.len(), true)
        } else if has_prefix && n_more <= MAX_PREFIX_DASHES {
            // `INFO-` before the rule.
            (start + n_more, n_dashes / RULE.len(), true)
        } else if !has_prefix && line[end..].trim().is_empty() {
            // A part of a rule, where a report is cut off, and the first rule of the next one.
            (start, n_dashes / RULE.len() + 1, false)
        } else {
            searched = end;
            continue;
        };
        if is_of_table {
            searched = end;
            continue;
        }
        let before_len = if start > MAX_PREFIX { 0 } else { before_len };
        let before = match line {
            Cow::Borrowed(line) => Cow::Borrowed(&line[..before_len]),
            Cow::Owned(line) => Cow::Owned(line[..before_len].to_owned()),
        };
        return Some(Rule { before, n_rules, is_whole });
    }
}

/// The longest prefix of a logger that is recognized, in bytes.
const MAX_PREFIX: usize = 1024;

/// How many dashes before a rule may be the end of a logger's prefix.
const MAX_PREFIX_DASHES: usize = 4;

/// The line without its logger's prefix, if the rule above has such a prefix. A number matches any
/// other, padded with spaces or not, since a time stamp changes from line to line.
pub(super) fn without_prefix<'t>(line: Cow<'t, str>, prefix: &str) -> Cow<'t, str> {
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
            // A blank line whose prefix lost its trailing white space.
            None if rest.trim().is_empty() && expected.trim().is_empty() => {
                return Some(line.len());
            }
            None => return None,
        }
        expected = after;
    }
    Some(line.len() - rest.len())
}

/// The text after the number at the start of `text`, if there is one.
fn without_number(text: &str) -> Option<&str> {
    let number = text.trim_start_matches(' ');
    let after = number.trim_start_matches(|it: char| it.is_ascii_digit());
    (after.len() < number.len()).then_some(after)
}

/// The line without ANSI escape sequences, such as colours and hyperlinks. The text of hyperlinks
/// stays. Carriage returns at the end are removed: a line end may be cut in two or written twice.
pub(super) fn strip_ansi(text: &str) -> Cow<'_, str> {
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
