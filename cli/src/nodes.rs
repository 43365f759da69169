//! `qspect nodes`: one row per node.

use std::io::Write;

use anyhow::{anyhow, bail, ensure};
use clap::ValueEnum;
use qspect_core::view::NodeRecord;
use qspect_core::view::filter::Filter;
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
    filter: Option<&str>,
) -> anyhow::Result<()> {
    ensure!(
        by.is_none() || format == Format::ModelExplorer,
        "`--by` is for `--format model-explorer` alone"
    );
    ensure!(
        filter.is_none() || format != Format::ModelExplorer,
        "`--where` is not for `--format model-explorer`, which colours the whole graph"
    );
    if let Some(filter) = filter
        && let Some(why) = read_filter(analysis, filter)?.unanswerable(analysis)
    {
        bail!("--where: {why}");
    }
    let is_kept = matching(analysis, filter)?;
    let is_kept = |node_idx: usize| is_kept.get(node_idx).copied().unwrap_or_default();
    match format {
        Format::Table => {
            let records = analysis.records_where(QSpec::brief, is_kept);
            write!(out, "{}", write::nodes_table(records))?;
        }
        Format::Csv => {
            let records = analysis.records_where(QSpec::full, is_kept);
            write!(out, "{}", write::nodes_csv(records))?;
        }
        Format::Json => {
            let records: Vec<NodeRecord> = analysis.records_where(QSpec::full, is_kept).collect();
            writeln!(out, "{}", serde_json::to_string_pretty(&records)?)?;
        }
        Format::ModelExplorer => model_explorer(out, analysis, by.unwrap_or("verdict"))?,
    }
    Ok(())
}

/// Whether each node matches a filter; without one, each does.
pub(crate) fn matching(analysis: &Analysis, filter: Option<&str>) -> anyhow::Result<Vec<bool>> {
    let Some(filter) = filter else { return Ok(vec![true; analysis.nodes().len()]) };
    let filter = read_filter(analysis, filter)?;
    let matcher = filter.matcher(analysis);
    Ok((0..analysis.nodes().len()).map(|it| matcher.matches(it).is_some()).collect())
}

/// Reads the argument of `--where`.
pub(crate) fn read_filter(analysis: &Analysis, filter: &str) -> anyhow::Result<Filter> {
    let filter =
        Filter::parse(filter, &analysis.metrics()).map_err(|error| anyhow!("--where: {error}"))?;
    ensure!(!filter.is_empty(), "--where: the filter is empty");
    Ok(filter)
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
