//! `qspect summary` of many reports: one row each, as CSV, NDJSON or Parquet.

use std::io::Write;

use qspect_core::write::csv_row;
use qspect_core::{Coverage, FleetRow, Share, VerdictCounts};
use serde::Serialize;
use serde_json::Value;

/// A row. The order of the fields is that of the columns.
#[derive(Serialize)]
pub(crate) struct Record {
    pub(crate) file: String,
    /// The index of the report in the file, from 0.
    pub(crate) report_idx: u64,
    pub(crate) report_title: String,
    pub(crate) model: Option<String>,
    /// When the file was written, as `YYYY-MM-DD HH:MM` in UTC; for an archive's entry, in the time
    /// zone of the packer.
    pub(crate) date: Option<String>,
    pub(crate) config: String,
    /// Whether the report is complete. If it is not, and at INFO level, figures over all nodes are
    /// null.
    pub(crate) whole: bool,
    /// Compute nodes: the sum of the next eight.
    pub(crate) nodes: Option<u64>,
    pub(crate) quantized: Option<u64>,
    pub(crate) fused: Option<u64>,
    pub(crate) float_by_config: Option<u64>,
    pub(crate) annotated_empty: Option<u64>,
    pub(crate) rejected: Option<u64>,
    pub(crate) unmatched: Option<u64>,
    /// Nodes with only integer or boolean output. Coverage does not count them.
    pub(crate) not_float: Option<u64>,
    pub(crate) unknown: Option<u64>,
    /// Coverage is from 0 to 1.
    pub(crate) coverage_nodes: Option<f64>,
    pub(crate) coverage_macs: Option<f64>,
    pub(crate) coverage_params: Option<f64>,
    /// Null without a graph.
    pub(crate) islands: Option<u64>,
    pub(crate) crossings: Option<u64>,
    pub(crate) worst_island: Option<String>,
    pub(crate) worst_island_nodes: Option<u64>,
    pub(crate) worst_island_crossings: Option<u64>,
    pub(crate) findings: Option<u64>,
    /// The lints with findings, most serious first, separated by a space.
    pub(crate) lints: String,
}

impl From<&FleetRow> for Record {
    fn from(row: &FleetRow) -> Self {
        let count = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
        let of_nodes = |of: fn(VerdictCounts) -> usize| row.totals.verdicts.map(|it| count(of(it)));
        let covered = |of: fn(Coverage) -> Share| {
            // With unknown nodes the coverage is a range, and not one figure.
            of(row.totals.coverage.filter(|it| it.n_unknown == 0)?).fraction()
        };
        let lints: Vec<&str> = row.findings.iter().map(|it| it.0.as_str()).collect();
        Self {
            file: row.file.clone(),
            report_idx: count(row.report_idx),
            report_title: row.report_title.clone(),
            model: row.model.clone(),
            date: row.date.clone(),
            config: row.config.clone(),
            whole: row.incomplete.is_none(),
            nodes: of_nodes(VerdictCounts::n_nodes),
            quantized: of_nodes(|it| it.quantized),
            fused: of_nodes(|it| it.fused),
            float_by_config: of_nodes(|it| it.float_by_config),
            annotated_empty: of_nodes(|it| it.annotated_empty),
            rejected: of_nodes(|it| it.rejected),
            unmatched: of_nodes(|it| it.unmatched),
            not_float: of_nodes(|it| it.not_float),
            unknown: of_nodes(|it| it.unknown),
            coverage_nodes: covered(|it| it.nodes),
            coverage_macs: covered(|it| it.macs),
            coverage_params: covered(|it| it.params),
            islands: row.totals.n_islands.map(count),
            crossings: row.totals.n_crossings.map(count),
            worst_island: row.worst_island.as_ref().map(|it| it.first.clone()),
            worst_island_nodes: row.worst_island.as_ref().map(|it| count(it.n_nodes)),
            worst_island_crossings: row.worst_island.as_ref().map(|it| count(it.crossings)),
            findings: row.totals.n_findings.map(count),
            lints: lints.join(" "),
        }
    }
}

/// The names of the columns, as in [`Record`].
const COLUMNS: [&str; 26] = [
    "file",
    "report_idx",
    "report_title",
    "model",
    "date",
    "config",
    "whole",
    "nodes",
    "quantized",
    "fused",
    "float_by_config",
    "annotated_empty",
    "rejected",
    "unmatched",
    "not_float",
    "unknown",
    "coverage_nodes",
    "coverage_macs",
    "coverage_params",
    "islands",
    "crossings",
    "worst_island",
    "worst_island_nodes",
    "worst_island_crossings",
    "findings",
    "lints",
];

/// Comma-separated values with a line of column names.
pub(crate) fn write_csv(mut out: impl Write, records: &[Record]) -> anyhow::Result<()> {
    let mut csv = String::new();
    // Without a report there is no table.
    if !records.is_empty() {
        csv_row(&mut csv, &COLUMNS);
    }
    for record in records {
        let record = serde_json::to_value(record)?;
        let cells = COLUMNS.map(|column| match &record[column] {
            Value::Null => String::new(),
            Value::String(text) => text.clone(),
            number => number.to_string(),
        });
        csv_row(&mut csv, &cells.each_ref().map(String::as_str));
    }
    Ok(out.write_all(csv.as_bytes())?)
}

/// A JSON object per line.
pub(crate) fn write_ndjson(mut out: impl Write, records: &[Record]) -> anyhow::Result<()> {
    for record in records {
        serde_json::to_writer(&mut out, record)?;
        writeln!(out)?;
    }
    Ok(())
}

/// Parquet, for DuckDB, Spark and similar tools.
#[cfg(feature = "parquet")]
pub(crate) fn write_parquet(out: impl Write + Send, records: &[Record]) -> anyhow::Result<()> {
    use std::sync::Arc;

    use arrow_array::{
        ArrayRef, BooleanArray, Float64Array, RecordBatch, StringArray, UInt64Array,
    };

    type Column = (&'static str, ArrayRef, bool);
    let texts = |name, of: fn(&Record) -> Option<&str>, is_nullable| -> Column {
        (name, Arc::new(records.iter().map(of).collect::<StringArray>()), is_nullable)
    };
    let counts = |name, of: fn(&Record) -> Option<u64>, is_nullable| -> Column {
        (name, Arc::new(records.iter().map(of).collect::<UInt64Array>()), is_nullable)
    };
    let shares = |name, of: fn(&Record) -> Option<f64>| -> Column {
        (name, Arc::new(records.iter().map(of).collect::<Float64Array>()), true)
    };
    let batch = RecordBatch::try_from_iter_with_nullable([
        texts("file", |it| Some(&it.file), false),
        counts("report_idx", |it| Some(it.report_idx), false),
        texts("report_title", |it| Some(&it.report_title), false),
        texts("model", |it| it.model.as_deref(), true),
        texts("date", |it| it.date.as_deref(), true),
        texts("config", |it| Some(&it.config), false),
        (
            "whole",
            Arc::new(records.iter().map(|it| Some(it.whole)).collect::<BooleanArray>()),
            false,
        ),
        counts("nodes", |it| it.nodes, true),
        counts("quantized", |it| it.quantized, true),
        counts("fused", |it| it.fused, true),
        counts("float_by_config", |it| it.float_by_config, true),
        counts("annotated_empty", |it| it.annotated_empty, true),
        counts("rejected", |it| it.rejected, true),
        counts("unmatched", |it| it.unmatched, true),
        counts("not_float", |it| it.not_float, true),
        counts("unknown", |it| it.unknown, true),
        shares("coverage_nodes", |it| it.coverage_nodes),
        shares("coverage_macs", |it| it.coverage_macs),
        shares("coverage_params", |it| it.coverage_params),
        counts("islands", |it| it.islands, true),
        counts("crossings", |it| it.crossings, true),
        texts("worst_island", |it| it.worst_island.as_deref(), true),
        counts("worst_island_nodes", |it| it.worst_island_nodes, true),
        counts("worst_island_crossings", |it| it.worst_island_crossings, true),
        counts("findings", |it| it.findings, true),
        texts("lints", |it| Some(&it.lints), false),
    ])?;
    let mut parquet = parquet::arrow::ArrowWriter::try_new(out, batch.schema(), None)?;
    parquet.write(&batch)?;
    parquet.close()?;
    Ok(())
}

/// Fails, because this command was built without Parquet.
#[cfg(not(feature = "parquet"))]
pub(crate) fn write_parquet(_: impl Write, _: &[Record]) -> anyhow::Result<()> {
    anyhow::bail!(
        "this `qspect` was built without Parquet\nhint: build it with `--features parquet`, or take \
         `--format csv` or `ndjson`, which DuckDB reads as well"
    )
}
