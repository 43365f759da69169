//! `qspect nodes`: one row per node.

use std::io::Write;

use anyhow::ensure;
use clap::ValueEnum;
use qspect_core::text::escape_line;
use qspect_core::view::NodeRecord;
use qspect_core::write;
use qspect_core::write::{NODE_COLUMNS, NodeData};
use qspect_core::{Analysis, QSpec};

/// How rows are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Aligned columns, with short qspecs; long cells are cut.
    Table,
    /// Comma-separated values, with full qspecs.
    Csv,
    /// An array of objects, with full qspecs. Edges and outputs with the same number share an observer.
    Json,
    /// Node data for Model Explorer, which colours the graph by it.
    ModelExplorer,
}

/// Writes the nodes of a report. `by` is the value by which Model Explorer colours them.
pub(crate) fn write(
    out: &mut impl Write,
    analysis: &Analysis,
    format: Format,
    by: Option<&str>,
) -> anyhow::Result<()> {
    ensure!(
        by.is_none() || format == Format::ModelExplorer,
        "`--by` is for `--format model-explorer` alone"
    );
    match format {
        Format::Table => {
            let rows = analysis.records(QSpec::brief).map(write::node_cells).map(shortened);
            table(out, &rows.collect::<Vec<_>>())?;
        }
        Format::Csv => write!(out, "{}", write::nodes_csv(analysis))?,
        Format::Json => {
            let records: Vec<NodeRecord> = analysis.records(QSpec::full).collect();
            writeln!(out, "{}", serde_json::to_string_pretty(&records)?)?;
        }
        Format::ModelExplorer => model_explorer(out, analysis, by.unwrap_or("verdict"))?,
    }
    Ok(())
}

fn model_explorer(out: &mut impl Write, analysis: &Analysis, by: &str) -> anyhow::Result<()> {
    let by = NodeData::from(by);
    if let NodeData::Metric(name) = &by {
        let metrics = analysis.metrics();
        let others = match metrics.join(", ") {
            none if none.is_empty() => "`verdict` or `dtype`: this report has none".to_owned(),
            some => format!("`verdict`, `dtype`, or one of {some}"),
        };
        ensure!(metrics.contains(&name.as_str()), "no metric {name}\nhint: take {others}");
    }
    writeln!(out, "{}", write::node_data_json(analysis, &by))?;
    Ok(())
}

/// Characters of a cell, the node's name apart, which is needed whole for `qspect explain`.
const MAX_CELL: usize = 32;

fn shortened(mut cells: [String; NODE_COLUMNS.len()]) -> [String; NODE_COLUMNS.len()] {
    for cell in &mut cells {
        *cell = escape_line(cell);
    }
    for cell in &mut cells[1..] {
        if cell.chars().count() > MAX_CELL {
            *cell = cell.chars().take(MAX_CELL - 1).chain(['…']).collect();
        }
    }
    cells
}

/// Columns that are empty throughout are left out: a log has no ops, targets and modules. Without a row
/// there is none.
fn table(out: &mut impl Write, rows: &[[String; NODE_COLUMNS.len()]]) -> anyhow::Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let width = |column: usize| {
        let longest = rows.iter().map(|it| it[column].chars().count()).max().unwrap_or_default();
        (column, if longest == 0 { 0 } else { longest.max(NODE_COLUMNS[column].len()) })
    };
    let columns: Vec<_> = (0..NODE_COLUMNS.len()).map(width).filter(|it| it.1 > 0).collect();
    let headers = NODE_COLUMNS.map(str::to_owned);
    for row in [&headers].into_iter().chain(rows) {
        let cells = columns.iter().map(|(column, width)| format!("{:<width$}", row[*column]));
        writeln!(out, "{}", cells.collect::<Vec<_>>().join("  ").trim_end())?;
    }
    Ok(())
}
