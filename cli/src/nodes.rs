//! `qspect nodes`: one row per node.

use std::io::Write;

use clap::ValueEnum;
use qspect_core::{Analysis, NodeRecord, QSpec};

/// How rows are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Columns side by side, qspecs in brief, what is long cut short.
    Table,
    /// Comma-separated values, qspecs in full.
    Csv,
    /// An array of objects, qspecs in full.
    Json,
}

const COLUMNS: [&str; 11] = [
    "name",
    "op",
    "target",
    "module",
    "verdict",
    "quantizer",
    "qconfig_label",
    "rejection_reason",
    "inputs",
    "output",
    "resolved_output",
];

/// Writes the nodes of a report.
pub(crate) fn write(
    out: &mut impl Write,
    analysis: &Analysis,
    format: Format,
) -> anyhow::Result<()> {
    match format {
        Format::Table => {
            let rows: Vec<_> = analysis.records(QSpec::brief).map(cells).map(shortened).collect();
            table(out, &rows)?;
        }
        Format::Csv => {
            let mut csv = csv::Writer::from_writer(Vec::new());
            csv.write_record(COLUMNS)?;
            for record in analysis.records(QSpec::full) {
                csv.write_record(cells(record))?;
            }
            out.write_all(&csv.into_inner()?)?;
        }
        Format::Json => {
            let records: Vec<NodeRecord> = analysis.records(QSpec::full).collect();
            writeln!(out, "{}", serde_json::to_string_pretty(&records)?)?;
        }
    }
    Ok(())
}

fn cells(record: NodeRecord) -> [String; COLUMNS.len()] {
    let inputs = record.inputs.into_iter();
    let inputs = inputs.map(|it| format!("{}: {}", it.node, it.qspec.as_deref().unwrap_or("None")));
    [
        record.name,
        record.op.unwrap_or_default(),
        record.target.unwrap_or_default(),
        record.module.unwrap_or_default(),
        record.verdict.as_str().to_owned(),
        record.quantizer.unwrap_or_default(),
        record.qconfig_label.unwrap_or_default(),
        record.rejection_reason.unwrap_or_default(),
        inputs.collect::<Vec<_>>().join("; "),
        record.output.unwrap_or_default(),
        record.resolved_output.unwrap_or_default(),
    ]
}

/// Characters of a cell, the node's name apart, which is needed whole for `qspect explain`.
const MAX_CELL: usize = 32;

fn shortened(mut cells: [String; COLUMNS.len()]) -> [String; COLUMNS.len()] {
    for cell in &mut cells[1..] {
        if cell.chars().count() > MAX_CELL {
            *cell = cell.chars().take(MAX_CELL - 1).chain(['…']).collect();
        }
    }
    cells
}

/// Columns that are empty throughout are left out: a log has no ops, targets and modules. Without a row
/// there is none.
fn table(out: &mut impl Write, rows: &[[String; COLUMNS.len()]]) -> anyhow::Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let width = |column: usize| {
        let longest = rows.iter().map(|it| it[column].chars().count()).max().unwrap_or_default();
        (column, if longest == 0 { 0 } else { longest.max(COLUMNS[column].len()) })
    };
    let columns: Vec<_> = (0..COLUMNS.len()).map(width).filter(|it| it.1 > 0).collect();
    let headers = COLUMNS.map(str::to_owned);
    for row in [&headers].into_iter().chain(rows) {
        let cells = columns.iter().map(|(column, width)| format!("{:<width$}", row[*column]));
        writeln!(out, "{}", cells.collect::<Vec<_>>().join("  ").trim_end())?;
    }
    Ok(())
}
