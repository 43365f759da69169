//! `qspect nodes`: one row per node.

use std::io::Write;

use anyhow::ensure;
use clap::ValueEnum;
use qspect_core::view::NodeRecord;
use qspect_core::write;
use qspect_core::write::NodeData;
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
            write!(out, "{}", write::nodes_table(analysis))?;
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
