//! The `simple` layout of Python's tabulate (0.9 and 0.10), which ExecuTorch's tables use.
//!
//! Widths are in code points, as in tabulate without the optional package wcwidth, which ExecuTorch
//! does not require. Digits of other scripts, which Python accepts in numbers, are text here.

use std::borrow::Cow;

use crate::text::python;

/// A column is at least this much wider than its header (`tabulate.MIN_PADDING`).
const MIN_PADDING: usize = 2;

/// Spaces between two columns.
const GAP: usize = 2;

/// A row with this in one of its first two cells is a rule (`tabulate.SEPARATING_LINE`).
const SEPARATOR: &str = "\x01";

/// The type of a column in tabulate: the most generic type of its cells.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum ColumnType {
    /// Empty cells and `True`, `False`.
    Bool,
    Int,
    Float,
    Str,
}

/// Writes a table of the columns from `first_column` on. Each line starts with `indent` and ends
/// with a newline.
///
/// Tables have up to a hundred thousand rows, and allocation would take most of the time. So the
/// table is written in place, and only cells with numbers are stored, since tabulate reformats
/// them. `is_plain` is for tables without control characters: those have no rules among their rows,
/// no ANSI sequences and no multi-line cells, so the search for them is skipped.
pub(crate) fn simple<const N: usize>(
    out: &mut String,
    indent: &str,
    headers: &[&str; N],
    rows: &[[&str; N]],
    first_column: usize,
    is_plain: bool,
) {
    let is_rule = |row: &[&str; N]| {
        !is_plain && row[first_column..].iter().take(2).any(|it| python::strip(it) == SEPARATOR)
    };
    // Rules do not count for types or widths.
    let shown = || rows.iter().filter(|it| !is_rule(it));
    let any_cell = |is: fn(&str) -> bool| !is_plain && shown().flatten().copied().any(is);
    let has_ansi = any_cell(|it| matches!(strip_ansi(it), Cow::Owned(_)));
    let is_multiline = any_cell(|it| it.contains(['\n', '\r']));
    let columns: Vec<Column> = (first_column..N)
        .map(|column_idx| {
            let cells = shown().map(|row| row[column_idx]);
            Column::new(headers[column_idx], cells, has_ansi)
        })
        .collect();
    let row_width: usize = columns.iter().map(|it| it.width + GAP).sum();
    let last_width = columns.last().map_or(0, |it| it.width);
    let before_last = indent.len() + row_width - last_width;
    let n_bytes: usize = rows.iter().map(|it| before_last + it[N - 1].len()).sum();
    out.reserve(n_bytes + 2 * (before_last + last_width));
    let push_rule = |out: &mut String| {
        let rules: Vec<String> = columns.iter().map(|it| "-".repeat(it.width)).collect();
        push_row(out, indent, columns.iter().zip(rules.iter().map(String::as_str)));
    };
    push_row(out, indent, columns.iter().zip(headers[first_column..].iter().copied()));
    push_rule(out);
    let mut n_shown = 0;
    for row in rows {
        if is_rule(row) {
            push_rule(out);
            continue;
        }
        let row_idx = n_shown;
        n_shown += 1;
        let texts =
            columns.iter().zip(&row[first_column..]).map(|(it, text)| it.text(row_idx, text));
        if !is_multiline {
            push_row(out, indent, columns.iter().zip(texts));
            continue;
        }
        // A row is as high as its highest cell; the other cells are blank below.
        let cells: Vec<Vec<&str>> = texts
            .map(|text| {
                let mut lines = python::split_lines(text);
                if has_ansi {
                    // tabulate pairs the lines with widths, and has too few widths here.
                    lines.truncate(text.split(['\n', '\r']).count());
                }
                lines
            })
            .collect();
        let n_lines = cells.iter().map(Vec::len).max().unwrap_or_default();
        for line_idx in 0..n_lines {
            let line = cells.iter().map(|it| it.get(line_idx).copied().unwrap_or_default());
            push_row(out, indent, columns.iter().zip(line));
        }
    }
}

/// Writes a row without blanks at its end.
fn push_row<'c>(
    out: &mut String,
    indent: &str,
    cells: impl Iterator<Item = (&'c Column<'c>, &'c str)>,
) {
    out.push_str(indent);
    let start = out.len();
    // Spaces to write before the next text, and the last cell, whose padding belongs to them.
    let mut n_blank = 0;
    let mut last: Option<(&Column, &str)> = None;
    let padding = |(column, text): (&Column, &str)| column.width.saturating_sub(width(text));
    for (column, text) in cells {
        n_blank += last.map_or(0, padding);
        if column.numbers.is_some() {
            n_blank += padding((column, text));
        }
        if !text.is_empty() {
            push_blank(out, n_blank);
            out.push_str(text);
            n_blank = 0;
        }
        last = column.numbers.is_none().then_some((column, text));
        n_blank += GAP;
    }
    let row = out[start..].trim_end_matches(python::is_space).len();
    out.truncate(start + row);
    out.push('\n');
}

fn push_blank(out: &mut String, n_spaces: usize) {
    const SPACES: &str = "                                                                ";
    for _ in 0..n_spaces / SPACES.len() {
        out.push_str(SPACES);
    }
    out.push_str(&SPACES[..n_spaces % SPACES.len()]);
}

/// The width of a cell: that of its widest line.
fn width(text: &str) -> usize {
    let is_printable = text.bytes().fold(true, |all, it| all & (b' '..0x80).contains(&it));
    match is_printable {
        true => text.len(),
        false => text.split(['\n', '\r']).map(visible_width).max().unwrap_or_default(),
    }
}

struct Column<'c> {
    /// The formatted cells, if they are numbers.
    numbers: Option<Vec<Cow<'c, str>>>,
    width: usize,
}

impl<'c> Column<'c> {
    fn new(header: &str, texts: impl Iterator<Item = &'c str> + Clone, has_ansi: bool) -> Self {
        let mut column_type = ColumnType::Bool;
        for text in texts.clone() {
            column_type = column_type.max(self::column_type(text));
            if column_type == ColumnType::Str {
                break;
            }
        }
        let numbers: Option<Vec<Cow<str>>> = match column_type {
            ColumnType::Int => Some(texts.clone().map(Cow::Borrowed).collect()),
            ColumnType::Float => {
                Some(texts.clone().map(|it| Cow::Owned(as_float(it, has_ansi))).collect())
            }
            ColumnType::Bool | ColumnType::Str => None,
        };
        let numbers = numbers.map(align_decimals);
        let widest = match &numbers {
            Some(numbers) => numbers.iter().map(|it| width(it)).max(),
            None => texts.map(|it| width(python::strip(it))).max(),
        };
        let width = widest.unwrap_or_default().max(header.chars().count() + MIN_PADDING);
        Self { numbers, width }
    }

    /// The printed form of a cell with this text.
    fn text<'t>(&'t self, row_idx: usize, text: &'t str) -> &'t str {
        match &self.numbers {
            Some(numbers) => &numbers[row_idx],
            None => python::strip(text),
        }
    }
}

fn visible_width(text: &str) -> usize {
    strip_ansi(text).chars().count()
}

/// The text without the sequences that tabulate considers invisible (`tabulate._ansi_codes`):
/// colours and other CSI sequences, and hyperlinks except for their text.
fn strip_ansi(text: &str) -> Cow<'_, str> {
    let mut visible = Cow::Borrowed("");
    let mut rest = text;
    while let Some(start) = rest.find('\x1b') {
        let (before, sequence) = rest.split_at(start);
        visible += before;
        rest = if let Some(after) = after_csi(sequence) {
            after
        } else if let Some((link_text, after)) = hyperlink(sequence) {
            visible += link_text;
            after
        } else {
            visible += "\x1b";
            &sequence[1..]
        };
    }
    visible += rest;
    if visible == text { Cow::Borrowed(text) } else { Cow::Owned(visible.into_owned()) }
}

/// The rest after a CSI sequence: parameters, intermediate bytes, a final byte.
fn after_csi(sequence: &str) -> Option<&str> {
    let parameters = sequence.strip_prefix("\x1b[")?;
    let intermediate = parameters.trim_start_matches(|it| ('0'..='?').contains(&it));
    let last = intermediate.trim_start_matches(|it| (' '..='/').contains(&it));
    last.strip_prefix(|it| ('@'..='~').contains(&it))
}

/// The text of a hyperlink, and the rest after it.
fn hyperlink(sequence: &str) -> Option<(&str, &str)> {
    let (parameters, link) = sequence.strip_prefix("\x1b]8;")?.split_once(';')?;
    let are_parameters = parameters.is_empty()
        || parameters.trim_end_matches(':').split(':').all(|it| {
            it.split_once('=').is_some_and(|(k, v)| python::is_word(k) && python::is_word(v))
        });
    let (uri, after) = link.split_at(link.find('\x1b')?);
    let after = after.strip_prefix("\x1b\\")?;
    let (text, after) = after.split_at(after.find('\x1b')?);
    let after = after.strip_prefix("\x1b]8;;\x1b\\")?;
    (are_parameters && !uri.is_empty() && !text.is_empty()).then_some((text, after))
}

/// `tabulate._type`, for text.
fn column_type(cell: &str) -> ColumnType {
    let cell = strip_ansi(cell);
    match &*cell {
        "" | "True" | "False" => ColumnType::Bool,
        text if is_int(text) => ColumnType::Int,
        text if has_thousands(text) && !text.contains('.') => ColumnType::Int,
        text if is_float(text) => ColumnType::Float,
        _ => ColumnType::Str,
    }
}

/// Whether Python's `int` accepts the text.
fn is_int(text: &str) -> bool {
    let text = python::strip(text);
    digits(text.strip_prefix(['+', '-']).unwrap_or(text))
}

/// Whether a text is digits with single underscores between them.
fn digits(text: &str) -> bool {
    text.split('_').all(|group| !group.is_empty() && group.bytes().all(|it| it.is_ascii_digit()))
}

/// Whether a text is a number, with or without commas between thousands
/// (`_isnumber_with_thousands_separator`).
fn has_thousands(text: &str) -> bool {
    let are_digits = |it: &str| it.bytes().all(|it| it.is_ascii_digit());
    let text = text.strip_suffix('\n').unwrap_or(text);
    let (whole, fraction) = match text.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (text, None),
    };
    if whole.is_empty() {
        return fraction.is_none_or(|it| !it.is_empty() && are_digits(it));
    }
    let mut groups = whole.strip_prefix(['+', '-']).unwrap_or(whole).split(',');
    groups.next().is_some_and(|it| (1..=3).contains(&it.len()) && are_digits(it))
        && groups.all(|it| it.len() == 3 && are_digits(it))
        && fraction.is_none_or(are_digits)
}

/// The result of Python's `float`, including infinity; `None` if it does not accept the text.
fn float(text: &str) -> Option<f64> {
    let text = python::strip(text);
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if matches!(unsigned.to_ascii_lowercase().as_str(), "inf" | "infinity" | "nan") {
        return Some(match text.as_bytes() {
            [.., b'n' | b'N'] => f64::NAN,
            [b'-', ..] => f64::NEG_INFINITY,
            _ => f64::INFINITY,
        });
    }
    let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let is_number = digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent))
        && (digits(whole) || (whole.is_empty() && digits(fraction)))
        && (fraction.is_empty() || digits(fraction));
    if is_number { text.replace('_', "").parse().ok() } else { None }
}

/// Whether tabulate considers the text a number. It is not a number if it overflows, or if it is a
/// long name of infinity.
fn is_float(text: &str) -> bool {
    has_thousands(text)
        || float(text).is_some_and(f64::is_finite)
        || matches!(text.to_ascii_lowercase().as_str(), "inf" | "-inf" | "nan")
}

/// `tabulate._format` in a column of floats. In a table with ANSI sequences, commas stay.
fn as_float(cell: &str, has_ansi: bool) -> String {
    let number = if has_ansi { strip_ansi(cell).into_owned() } else { cell.replace(',', "") };
    match float(&number) {
        Some(value) if has_ansi => cell.replace(&number, &python::general(value)),
        Some(value) => python::general(value),
        None if has_ansi => cell.to_owned(),
        None => number,
    }
}

/// Pads numbers on the right to align their decimal points (`tabulate._afterpoint`).
fn align_decimals(mut cells: Vec<Cow<'_, str>>) -> Vec<Cow<'_, str>> {
    let after_point = |cell: &str| -> isize {
        let text = strip_ansi(cell);
        if is_int(&text) || !is_float(&text) {
            return -1;
        }
        let point = text.rfind('.').or_else(|| text.to_ascii_lowercase().rfind('e'));
        point.map_or(-1, |it| (text.len() - it - 1).cast_signed())
    };
    let decimals: Vec<isize> = cells.iter().map(|it| after_point(it)).collect();
    let most = decimals.iter().copied().max().unwrap_or(-1);
    for (cell, own) in cells.iter_mut().zip(decimals) {
        cell.to_mut().push_str(&" ".repeat((most - own).unsigned_abs()));
    }
    cells
}

#[cfg(test)]
mod tests;
