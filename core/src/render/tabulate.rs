//! The `simple` layout of Python's tabulate (0.9 and 0.10), which ExecuTorch's tables use.
//!
//! Widths are counted in code points, as tabulate does where the optional package wcwidth is not
//! installed; ExecuTorch does not ask for it.

use crate::parse::blocks::strip_ansi;
use crate::python;

/// Columns are at least this much wider than their header (`tabulate.MIN_PADDING`).
const MIN_PADDING: usize = 2;

/// What tabulate takes a column for, the most generic of its cells.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum ColumnType {
    /// Empty cells and `True`, `False`.
    Bool,
    Int,
    Float,
    Str,
}

/// A table of the columns from `first_column` on, lines joined by newlines.
pub(crate) fn simple<const N: usize>(
    headers: &[&str; N],
    rows: &[[String; N]],
    first_column: usize,
) -> String {
    let columns: Vec<Column> = (first_column..N)
        .map(|column_idx| {
            Column::new(headers[column_idx], rows.iter().map(|row| &*row[column_idx]))
        })
        .collect();
    let mut out = String::new();
    push_row(&mut out, columns.iter().map(|it| it.align(&it.header)));
    push_row(&mut out, columns.iter().map(|it| "-".repeat(it.width)));
    let is_multiline = columns.iter().flat_map(|it| &it.cells).any(|it| it.contains(['\n', '\r']));
    for row_idx in 0..rows.len() {
        if !is_multiline {
            push_row(&mut out, columns.iter().map(|it| it.align(&it.cells[row_idx])));
            continue;
        }
        // A cell of several lines makes its row as high; the others are blank below.
        let cells: Vec<Vec<&str>> =
            columns.iter().map(|it| python::split_lines(&it.cells[row_idx])).collect();
        let n_lines = cells.iter().map(Vec::len).max().unwrap_or_default().max(1);
        for line_idx in 0..n_lines {
            push_row(
                &mut out,
                columns.iter().zip(&cells).map(|(column, lines)| {
                    column.align(lines.get(line_idx).copied().unwrap_or_default())
                }),
            );
        }
    }
    out.pop();
    out
}

fn push_row(out: &mut String, cells: impl Iterator<Item = String>) {
    let row = cells.collect::<Vec<_>>().join("  ");
    out.push_str(row.trim_end_matches(python::is_space));
    out.push('\n');
}

struct Column {
    header: String,
    cells: Vec<String>,
    is_numeric: bool,
    width: usize,
}

impl Column {
    fn new<'c>(header: &str, cells: impl Iterator<Item = &'c str> + Clone) -> Self {
        let column_type = cells.clone().map(column_type).max().unwrap_or(ColumnType::Bool);
        let is_numeric = matches!(column_type, ColumnType::Int | ColumnType::Float);
        let mut cells: Vec<String> = cells
            .map(|cell| match column_type {
                ColumnType::Float => as_float(cell),
                ColumnType::Int => cell.to_owned(),
                ColumnType::Bool | ColumnType::Str => python::strip(cell).to_owned(),
            })
            .collect();
        if is_numeric {
            align_decimals(&mut cells);
        }
        let width = cells
            .iter()
            .flat_map(|it| it.split(['\n', '\r']))
            .map(visible_width)
            .chain([header.chars().count() + MIN_PADDING])
            .max()
            .unwrap_or_default();
        Self { header: header.to_owned(), cells, is_numeric, width }
    }

    fn align(&self, text: &str) -> String {
        let padding = " ".repeat(self.width.saturating_sub(visible_width(text)));
        if self.is_numeric { padding + text } else { text.to_owned() + &padding }
    }
}

fn visible_width(text: &str) -> usize {
    if text.is_ascii() && !text.contains('\x1b') {
        return text.len();
    }
    strip_ansi(text).chars().count()
}

/// `tabulate._type`, for text.
fn column_type(cell: &str) -> ColumnType {
    let cell = strip_ansi(cell);
    match &*cell {
        "" | "True" | "False" => ColumnType::Bool,
        text if is_int(text) => ColumnType::Int,
        text if is_float(text) => ColumnType::Float,
        _ => ColumnType::Str,
    }
}

/// Whether Python's `int` takes the text.
fn is_int(text: &str) -> bool {
    let text = python::strip(text);
    digits(text.strip_prefix(['+', '-']).unwrap_or(text))
}

/// Digits, single underscores between them.
fn digits(text: &str) -> bool {
    text.split('_').all(|group| !group.is_empty() && group.bytes().all(|it| it.is_ascii_digit()))
}

/// The number that Python's `float` makes of the text, where tabulate takes it for one: not if it
/// overflows, nor for the longer names of infinity.
fn float(text: &str) -> Option<f64> {
    let text = python::strip(text);
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if matches!(text.to_ascii_lowercase().as_str(), "inf" | "-inf" | "nan") {
        return text.parse().ok();
    }
    let (mantissa, exponent) = unsigned.split_once(['e', 'E']).unwrap_or((unsigned, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    let is_number = digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent))
        && (digits(whole) || (whole.is_empty() && digits(fraction)))
        && (fraction.is_empty() || digits(fraction));
    if !is_number {
        return None;
    }
    text.replace('_', "").parse().ok().filter(|it: &f64| it.is_finite())
}

fn is_float(text: &str) -> bool {
    float(text).is_some()
}

fn as_float(cell: &str) -> String {
    float(cell).map_or_else(|| cell.to_owned(), python::general)
}

/// Pads numbers on the right so that their decimal points stand below each other
/// (`tabulate._afterpoint`).
fn align_decimals(cells: &mut [String]) {
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
        cell.push_str(&" ".repeat((most - own).unsigned_abs()));
    }
}
