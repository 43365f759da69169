//! Summaries as text for a terminal, as Markdown, and as JSON.

use std::fmt::Write;

use serde::Serialize;

use super::markdown::cell;
use crate::analysis::Analysis;
use crate::analysis::coverage::{Coverage, Share};
use crate::analysis::islands::Island;
use crate::analysis::lint::Finding;
use crate::analysis::ops::OpLine;
use crate::analysis::verdict::{Verdict, VerdictCounts};
use crate::report::Level;
use crate::report::completeness::Completeness;
use crate::text::escape::escape_line;
use crate::text::number_format::{count, percent, short, thousands};
use crate::view::node_table::NodeTable;
use crate::view::summary::{Summary, Truncated};

/// A summary as lines of text.
pub fn summary_text(summary: &Summary) -> String {
    let mut out = String::new();
    let mut line = |text: String| {
        out.push_str(escape_line(&text).trim_end());
        out.push('\n');
    };
    line(title(summary));
    line(summary.headline());
    line(String::new());
    for (name, figure) in figures(summary) {
        line(format!("{name:<20} {figure}"));
    }
    let sections = sections(summary);
    for Section { title, headers: _, rows } in &sections {
        line(String::new());
        line((*title).to_owned());
        let width = rows.iter().map(|it| it[0].chars().count()).max().unwrap_or_default();
        for row in rows {
            let rest = row[1..].iter().filter(|it| !it.is_empty()).cloned();
            line(format!("  {:>width$}  {}", row[0], rest.collect::<Vec<_>>().join("  ")));
        }
    }
    out
}

/// A summary as Markdown, for a pull request or a job summary.
pub fn summary_markdown(summary: &Summary) -> String {
    let mut out = String::new();
    // Writing to a string does not fail.
    let _ = writeln!(out, "## {}\n\n**{}**\n", cell(&title(summary)), cell(&summary.headline()));
    let _ = writeln!(out, "| | |\n|---|---|");
    for (name, figure) in figures(summary) {
        let _ = writeln!(out, "| {} | {} |", cell(&name), cell(&figure));
    }
    for Section { title, headers, rows } in sections(summary) {
        let _ = writeln!(out, "\n### {title}\n\n| {} |", headers.join(" | "));
        let _ = writeln!(out, "|{}", "---|".repeat(headers.len()));
        for row in rows {
            let cells: Vec<String> = row.iter().map(|it| cell(it)).collect();
            let _ = writeln!(out, "| {} |", cells.join(" | "));
        }
    }
    out
}

/// The summaries of several reports, each with the name of its file, as an indented JSON object:
/// `{"reports": […]}`.
///
/// Coverage is from 0 to 1. Figures and lists over all nodes are null if the source does not list
/// all nodes: at INFO level, and in an incomplete report. `islands` is also null without a graph.
///
/// # Errors
/// Only errors of `serde_json`.
pub fn summary_json(reports: &[(impl AsRef<str>, Analysis)]) -> serde_json::Result<String> {
    let reports = reports.iter().map(|(file, it)| ReportRecord::of(file.as_ref(), it)).collect();
    serde_json::to_string_pretty(&Document { reports })
}

#[derive(Serialize)]
struct Document {
    reports: Vec<ReportRecord>,
}

/// Figures and lists over all nodes are null if the source does not list all nodes: at INFO level,
/// and in an incomplete report.
#[derive(Serialize)]
struct ReportRecord {
    file: String,
    report_title: String,
    model: Option<String>,
    completeness: Completeness,
    nodes_by_verdict: Option<VerdictCounts>,
    inputs_outputs: Option<Vec<InputOutputRecord>>,
    parameters: Option<usize>,
    coverage: CoverageRecord,
    quantizers: Vec<QuantizerRecord>,
    rejection_reasons: Option<Vec<ReasonRecord>>,
    ops: Option<Vec<OpRecord>>,
    islands: Option<Vec<IslandRecord>>,
    findings: Option<Vec<FindingRecord>>,
}

#[derive(Serialize)]
struct InputOutputRecord {
    name: String,
    /// `quantized`, `float`, `not float` or `unknown`.
    state: &'static str,
    verdict: Verdict,
}

#[derive(Serialize)]
struct CoverageRecord {
    nodes: Option<f64>,
    macs: Option<f64>,
    params: Option<f64>,
}

#[derive(Serialize)]
struct QuantizerRecord {
    name: String,
    qconfig_label: String,
    accepted: Option<usize>,
    rejected: Option<usize>,
    rejected_previous_annotation: Option<usize>,
}

#[derive(Serialize)]
struct ReasonRecord {
    reason: String,
    nodes: usize,
}

#[derive(Serialize)]
struct OpRecord {
    op: String,
    how: String,
    nodes: usize,
}

#[derive(Serialize)]
struct IslandRecord {
    nodes: Vec<String>,
    crossings: usize,
}

#[derive(Serialize)]
struct FindingRecord {
    lint: &'static str,
    message: String,
    nodes: Vec<String>,
}

impl ReportRecord {
    fn of(file: &str, analysis: &Analysis) -> Self {
        let summary = Summary::of(analysis, &NodeTable::of(analysis));
        let names = |nodes: &[usize]| {
            let nodes = nodes.iter().filter_map(|it| analysis.nodes().get(*it));
            nodes.map(|it| it.name.to_string()).collect()
        };
        let lists_nodes = analysis.knows_all_nodes();
        let covered = |of: fn(Coverage) -> Share| {
            // With unknown nodes, the coverage is a range and not a single figure.
            of(summary.totals.coverage.filter(|it| it.n_unknown == 0)?).fraction()
        };
        let inputs_outputs = summary.inputs_outputs.items.iter().map(|it| InputOutputRecord {
            name: it.name.clone(),
            state: it.state(),
            verdict: it.verdict,
        });
        let quantizers = summary.quantizers.iter().map(|it| QuantizerRecord {
            name: it.name.clone(),
            qconfig_label: it.qconfig_label.clone(),
            accepted: it.counts.map(|it| it.accepted),
            rejected: it.counts.map(|it| it.rejected),
            rejected_previous_annotation: it.counts.map(|it| it.rejected_previous_annotation),
        });
        let reasons = summary.reasons.iter();
        let reasons = reasons.map(|it| ReasonRecord { reason: it.what.clone(), nodes: it.n_nodes });
        let op = |it: OpLine| OpRecord { op: it.op, how: it.how, nodes: it.nodes.len() };
        let island =
            |it: Island| IslandRecord { crossings: it.crossings(), nodes: names(&it.nodes) };
        let finding = |it: Finding| FindingRecord {
            lint: it.lint.as_str(),
            nodes: names(&it.nodes),
            message: it.message,
        };
        Self {
            file: file.to_owned(),
            completeness: analysis.report().completeness.clone(),
            nodes_by_verdict: summary.totals.verdicts,
            inputs_outputs: lists_nodes.then(|| inputs_outputs.collect()),
            parameters: lists_nodes.then_some(summary.n_parameters),
            coverage: CoverageRecord {
                nodes: covered(|it| it.nodes),
                macs: covered(|it| it.macs),
                params: covered(|it| it.params),
            },
            quantizers: quantizers.collect(),
            rejection_reasons: lists_nodes.then(|| reasons.collect()),
            ops: analysis.ops().map(|it| it.into_iter().map(op).collect()),
            islands: analysis.islands().map(|it| it.into_iter().map(island).collect()),
            findings: analysis
                .is_whole()
                .then(|| analysis.findings().into_iter().map(finding).collect()),
            report_title: summary.report_title,
            model: summary.model,
        }
    }
}

fn title(summary: &Summary) -> String {
    match &summary.model {
        Some(model) => format!("{model}: {}", summary.report_title),
        None => summary.report_title.clone(),
    }
}

/// The figures with their names: the nodes by verdict, then the coverage.
fn figures(summary: &Summary) -> Vec<(String, String)> {
    let mut figures = Vec::new();
    let mut add = |name: &str, figure: String| figures.push((name.to_owned(), figure));
    for problem in &summary.problems {
        add("problem", problem.clone());
    }
    if let Some(counts) = summary.counts.filter(|_| summary.totals.level == Level::Info) {
        for (name, n) in [
            ("accepted", counts.accepted),
            ("rejected", counts.rejected),
            ("already annotated", counts.rejected_previous_annotation),
        ] {
            add(name, format!("{} over patterns", thousands(n)));
        }
    }
    match (summary.totals.verdicts, why_unknown(summary)) {
        (Some(verdicts), _) => {
            for verdict in Verdict::ALL {
                let n = verdicts.get(verdict);
                if n > 0 {
                    add(verdict.label(), thousands(n));
                }
            }
            if summary.inputs_outputs.n > 0 {
                add("inputs and outputs", inputs_outputs(summary));
            }
            if summary.n_parameters > 0 {
                let n = thousands(summary.n_parameters);
                add("parameters", format!("{n}, which the source lists too"));
            }
        }
        (None, why) => add("verdicts", why),
    }
    let coverage = summary.totals.coverage;
    // Nodes are counted exactly.
    let exact = |n| thousands(usize::try_from(n).unwrap_or(usize::MAX));
    add("coverage, nodes", covered(summary, coverage.map(|it| it.nodes), exact));
    add("coverage, MACs", covered(summary, coverage.map(|it| it.macs), short));
    add("coverage, parameters", covered(summary, coverage.map(|it| it.params), short));
    figures
}

/// `87.9 % (1,176 of 1,334)`, or the reason why it is unknown. `number` formats a number.
fn covered(summary: &Summary, share: Option<Share>, number: fn(u64) -> String) -> String {
    let (Some(share), Some(coverage)) = (share, summary.totals.coverage) else {
        return why_unknown(summary);
    };
    let Share { quantized, total, n_unknown } = share;
    if total == 0 {
        return match summary.totals.has_graph {
            _ if coverage.nodes.total == 0 => "unknown: no node makes a float tensor".to_owned(),
            true if n_unknown == 0 => "none in this model".to_owned(),
            true => "unknown: shapes are missing".to_owned(),
            false => "unknown: the source has no shapes".to_owned(),
        };
    }
    let at_least = if coverage.n_unknown > 0 { "at least " } else { "" };
    if n_unknown > 0 {
        let nodes = count(n_unknown, "node lacks shapes", "nodes lack shapes");
        return format!(
            "unknown: {nodes}; of the others {at_least}{} ({} of {})",
            percent(quantized, total),
            number(quantized),
            number(total)
        );
    }
    // A log, or JSON without a graph, does not show which nodes are inputs or make integers.
    let of_what = if summary.totals.has_graph {
        ""
    } else {
        " listed nodes, inputs and integer nodes included"
    };
    let share = percent(quantized, total);
    format!("{at_least}{share} ({} of {}{of_what})", number(quantized), number(total))
}

fn why_unknown(summary: &Summary) -> String {
    match summary.totals.level {
        _ if !summary.is_whole() => "unknown: the report is incomplete".to_owned(),
        Level::Info => "unknown: a report at INFO level lists no nodes".to_owned(),
        Level::Debug => "unknown".to_owned(),
    }
}

/// `x float, output float`.
fn inputs_outputs(summary: &Summary) -> String {
    let Truncated { items, n } = &summary.inputs_outputs;
    let shown = items.iter().take(MAX_INPUTS_OUTPUTS);
    let mut texts: Vec<String> = shown.map(|it| format!("{} {}", it.name, it.state())).collect();
    if *n > texts.len() {
        texts.push(format!("and {} more", thousands(n - texts.len())));
    }
    texts.join(", ")
}

/// The greatest number of inputs and outputs that a summary names.
const MAX_INPUTS_OUTPUTS: usize = 12;

struct Section {
    title: &'static str,
    headers: &'static [&'static str],
    /// One cell per header.
    rows: Vec<Vec<String>>,
}

/// The greatest number of islands that a summary lists.
const MAX_ISLANDS: usize = 20;

fn sections(summary: &Summary) -> Vec<Section> {
    let quantizers = summary.quantizers.iter().enumerate().map(|(quantizer_idx, it)| {
        vec![
            (quantizer_idx + 1).to_string(),
            it.name.clone(),
            it.qconfig_label.clone(),
            match it.counts {
                Some(counts) => format!(
                    "{} accepted, {} rejected, {} already annotated",
                    thousands(counts.accepted),
                    thousands(counts.rejected),
                    thousands(counts.rejected_previous_annotation),
                ),
                None => "counts are unknown".to_owned(),
            },
        ]
    });
    let reasons = summary.reasons.iter().map(|it| vec![thousands(it.n_nodes), it.what.clone()]);
    let ops = rows(summary.ops.as_ref(), usize::MAX, |it| {
        vec![thousands(it.n_nodes), it.op.clone(), it.how.clone()]
    });
    let islands = rows(summary.islands.as_ref(), MAX_ISLANDS, |it| {
        vec![
            count(it.crossings, "crossing", "crossings"),
            count(it.n_nodes, "node", "nodes"),
            format!("from {}", it.first),
        ]
    });
    let findings = rows(summary.findings.as_ref(), usize::MAX, |it| {
        let nodes = match it.n_nodes {
            0 => String::new(),
            n => count(n, "node", "nodes"),
        };
        vec![it.lint.as_str().to_owned(), it.message.clone(), nodes]
    });
    let sections = [
        Section {
            title: "Who decided, in order of precedence",
            headers: &["", "quantizer", "qconfig", "nodes over patterns"],
            rows: quantizers.collect(),
        },
        Section {
            title: "Why nodes were rejected",
            headers: &["nodes", "reason"],
            rows: reasons.collect(),
        },
        Section { title: "Ops", headers: &["nodes", "op", "how"], rows: ops },
        Section {
            title: "Float islands",
            headers: &["crossings", "nodes", "where"],
            rows: islands,
        },
        Section { title: "Findings", headers: &["lint", "what", "nodes"], rows: findings },
    ];
    sections.into_iter().filter(|it| !it.rows.is_empty()).collect()
}

/// A row of three cells for each of the first `max` items, and a last row with the number of
/// further items.
fn rows<T>(top: Option<&Truncated<T>>, max: usize, row: fn(&T) -> Vec<String>) -> Vec<Vec<String>> {
    let Some(Truncated { items, n }) = top else { return Vec::new() };
    let mut rows: Vec<Vec<String>> = items.iter().take(max).map(row).collect();
    if *n > rows.len() {
        let n_more = thousands(n - rows.len());
        rows.push(vec![String::new(), format!("and {n_more} more"), String::new()]);
    }
    rows
}
