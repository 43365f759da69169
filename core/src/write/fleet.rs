//! Many reports as a table: a row each, as CSV or as Markdown.

use serde::Serialize;
use serde_json::Value;

use super::csv::csv_row;
use super::markdown::cell;
use crate::analysis::coverage::{Coverage, Share};
use crate::analysis::verdict::VerdictCounts;
use crate::fleet::FleetRow;
use crate::text::number_format::{count, percent, thousands};

/// A row. The order of the fields is that of the columns.
#[derive(Serialize)]
pub struct FleetRecord {
    /// The file of the report.
    pub file: String,
    /// The index of the report in the file, from 0.
    pub report_idx: u64,
    /// ExecuTorch's title.
    pub report_title: String,
    /// The model's name.
    pub model: Option<String>,
    /// When the file was written, as `YYYY-MM-DD HH:MM` in UTC; for an archive's entry, in the time
    /// zone of the packer.
    pub date: Option<String>,
    /// The labels of the qconfigs.
    pub config: String,
    /// Whether the report is complete. If it is not, and at INFO level, figures over all nodes are
    /// null.
    pub whole: bool,
    /// Compute nodes: the sum of the next eight.
    pub nodes: Option<u64>,
    /// Nodes that are quantized.
    pub quantized: Option<u64>,
    /// Nodes that are fused.
    pub fused: Option<u64>,
    /// Nodes that are float by config.
    pub float_by_config: Option<u64>,
    /// Nodes that are annotated without a qspec.
    pub annotated_empty: Option<u64>,
    /// Nodes that were rejected.
    pub rejected: Option<u64>,
    /// Nodes that no pattern matched.
    pub unmatched: Option<u64>,
    /// Nodes with only integer or boolean output. Coverage does not count them.
    pub not_float: Option<u64>,
    /// Nodes whose verdict is unknown.
    pub unknown: Option<u64>,
    /// Coverage is from 0 to 1.
    pub coverage_nodes: Option<f64>,
    /// Coverage by multiply-accumulates.
    pub coverage_macs: Option<f64>,
    /// Coverage by parameters.
    pub coverage_params: Option<f64>,
    /// Null without a graph.
    pub islands: Option<u64>,
    /// Crossings of all islands.
    pub crossings: Option<u64>,
    /// The first node of the island with the most crossings.
    pub worst_island: Option<String>,
    /// The number of its nodes.
    pub worst_island_nodes: Option<u64>,
    /// The number of its crossings.
    pub worst_island_crossings: Option<u64>,
    /// The number of findings.
    pub findings: Option<u64>,
    /// The lints with findings, most serious first, separated by a space.
    pub lints: String,
}

impl From<&FleetRow> for FleetRecord {
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

/// The names of the columns, as in [`FleetRecord`].
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

/// Comma-separated values with a line of column names; empty without a row.
///
/// # Errors
/// If a record cannot be written as JSON, which does not happen to rows of reports.
pub fn fleet_csv(records: &[FleetRecord]) -> serde_json::Result<String> {
    let mut csv = String::new();
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
    Ok(csv)
}

/// A table of the reports for a pull request or an issue.
pub fn fleet_markdown(rows: &[FleetRow]) -> String {
    let mut out = format!(
        "**{}**\n\n| report | coverage, nodes | coverage, MACs | float | crossings | findings |\n\
         |---|--:|--:|--:|--:|--:|\n",
        count(rows.len(), "report", "reports")
    );
    let unknown = || "unknown".to_owned();
    for row in rows {
        let covered = |of: fn(Coverage) -> Share| {
            let share = row.totals.coverage.map(of).filter(|it| it.fraction().is_some());
            share.map_or_else(unknown, |it| percent(it.quantized, it.total))
        };
        let n = |it: Option<usize>| it.map_or_else(unknown, thousands);
        let name = match &row.model {
            Some(model) => format!("{model}: {}", row.file),
            None => row.file.clone(),
        };
        let cells = [
            cell(&name),
            covered(|it| it.nodes),
            covered(|it| it.macs),
            n(row.totals.verdicts.map(VerdictCounts::n_float)),
            n(row.totals.n_crossings),
            n(row.totals.n_findings),
        ];
        out += &format!("| {} |\n", cells.join(" | "));
    }
    out
}
