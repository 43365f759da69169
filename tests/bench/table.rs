//! Figures as a table in Markdown.

use std::fmt::{self, Display, Formatter};

/// Rows under a head; all columns but the first are figures.
pub struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    pub fn new(head: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self { rows: vec![head.into_iter().map(Into::into).collect()] }
    }

    pub fn row(
        &mut self,
        what: impl Into<String>,
        figures: impl IntoIterator<Item = impl Into<String>>,
    ) {
        let figures = figures.into_iter().map(Into::into);
        self.rows.push(std::iter::once(what.into()).chain(figures).collect());
    }
}

impl Display for Table {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let n_columns = self.rows[0].len();
        let width = |column: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(column));
            cells.map(|it| it.chars().count()).max().unwrap_or(0).max(3)
        };
        let widths: Vec<usize> = (0..n_columns).map(width).collect();
        for (row_idx, row) in self.rows.iter().enumerate() {
            for (column, width) in widths.iter().enumerate() {
                let cell = row.get(column).map_or("", String::as_str);
                match column {
                    0 => write!(f, "| {cell:<width$} |")?,
                    _ => write!(f, " {cell:>width$} |")?,
                }
            }
            writeln!(f)?;
            if row_idx == 0 {
                for (column, width) in widths.iter().enumerate() {
                    let rule = "-".repeat(width - usize::from(column > 0));
                    match column {
                        0 => write!(f, "| {rule} |")?,
                        _ => write!(f, " {rule}: |")?,
                    }
                }
                writeln!(f)?;
            }
        }
        Ok(())
    }
}

/// The median, or NaN without figures.
pub fn median(figures: impl IntoIterator<Item = f64>) -> f64 {
    let mut figures: Vec<f64> = figures.into_iter().collect();
    figures.sort_unstable_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Milliseconds with three significant digits, and a dash where nothing was measured.
pub fn ms(figure: f64) -> String {
    match figure {
        it if it.is_nan() => "–".to_owned(),
        it if it < 10.0 => format!("{it:.2} ms"),
        it if it < 100.0 => format!("{it:.1} ms"),
        it if it < 10_000.0 => format!("{it:.0} ms"),
        it => format!("{:.1} s", it / 1000.0),
    }
}

/// A whole number, its thousands apart.
pub fn whole(number: usize) -> String {
    let digits = number.to_string();
    let groups: Vec<&str> = digits
        .as_bytes()
        .rchunks(3)
        .rev()
        .map(|it| std::str::from_utf8(it).unwrap_or_default())
        .collect();
    groups.join(",")
}

/// How each figure compares with the one before.
pub fn growth(figures: &[f64]) -> String {
    let ratios = figures.windows(2).map(|pair| format!("{:.1}", pair[1] / pair[0]));
    ratios.collect::<Vec<_>>().join(" ")
}
