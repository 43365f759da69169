//! Summaries: for a terminal, as Markdown, and as JSON.

use std::fmt::Write;

use serde::Serialize;

use super::markdown::cell;
use crate::figures::{count, percent, short, thousands};
use crate::{Analysis, Level, NodeTable, Share, Summary, Verdict, VerdictCounts, shown_line};

/// A summary as lines of text.
pub fn summary_text(summary: &Summary) -> String {
    let mut out = String::new();
    let mut line = |text: String| {
        out.push_str(shown_line(&text).trim_end());
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

/// A summary as Markdown, for a pull request or a job's summary.
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

/// Summaries as a JSON object, indented: `{"reports": […]}`.
///
/// Coverage is from 0 to 1, and null where the source does not tell; `islands` is null without a
/// graph.
///
/// # Errors
/// Only what `serde_json` reports.
pub fn summary_json(analyses: &[Analysis]) -> serde_json::Result<String> {
    let reports = analyses.iter().map(ReportRecord::of).collect();
    serde_json::to_string_pretty(&Document { reports })
}

#[derive(Serialize)]
struct Document {
    reports: Vec<ReportRecord>,
}

#[derive(Serialize)]
struct ReportRecord {
    report_title: String,
    model: Option<String>,
    /// Null at INFO level, where no node is told.
    nodes_by_verdict: Option<VerdictCounts>,
    coverage: CoverageRecord,
    quantizers: Vec<QuantizerRecord>,
    rejection_reasons: Vec<ReasonRecord>,
    ops: Vec<OpRecord>,
    islands: Option<Vec<IslandRecord>>,
    findings: Vec<FindingRecord>,
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
    accepted: usize,
    rejected: usize,
    rejected_previous_annotation: usize,
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
    fn of(analysis: &Analysis) -> Self {
        let summary = Summary::of(analysis, &NodeTable::of(analysis));
        let names = |nodes: &[usize]| {
            let nodes = nodes.iter().filter_map(|it| analysis.nodes().get(*it));
            nodes.map(|it| it.name.to_string()).collect()
        };
        let islands = analysis.islands();
        let known = |share: Share| share.fraction().filter(|_| !summary.is_cut_off);
        Self {
            report_title: summary.report_title,
            model: summary.model,
            nodes_by_verdict: match summary.level {
                Level::Info => None,
                // With the parameters: these are all nodes that the source names.
                Level::Debug => Some(analysis.verdict_counts()),
            },
            coverage: CoverageRecord {
                nodes: known(summary.coverage.nodes),
                macs: known(summary.coverage.macs),
                params: known(summary.coverage.params),
            },
            quantizers: summary
                .quantizers
                .into_iter()
                .map(|it| QuantizerRecord {
                    name: it.name,
                    qconfig_label: it.qconfig_label,
                    accepted: it.counts.accepted,
                    rejected: it.counts.rejected,
                    rejected_previous_annotation: it.counts.rejected_previous_annotation,
                })
                .collect(),
            rejection_reasons: summary
                .reasons
                .into_iter()
                .map(|it| ReasonRecord { reason: it.what, nodes: it.n_nodes })
                .collect(),
            ops: analysis
                .ops()
                .into_iter()
                .map(|it| OpRecord { op: it.op, how: it.how, nodes: it.nodes.len() })
                .collect(),
            islands: islands.map(|islands| {
                let island = |it: &crate::Island| IslandRecord {
                    nodes: names(&it.nodes),
                    crossings: it.crossings(),
                };
                islands.iter().map(island).collect()
            }),
            findings: analysis
                .findings()
                .into_iter()
                .map(|it| FindingRecord {
                    lint: it.lint.as_str(),
                    message: it.message,
                    nodes: names(&it.nodes),
                })
                .collect(),
        }
    }
}

fn title(summary: &Summary) -> String {
    match &summary.model {
        Some(model) => format!("{model}: {}", summary.report_title),
        None => summary.report_title.clone(),
    }
}

/// Names and figures: the nodes by verdict, then the coverage.
fn figures(summary: &Summary) -> Vec<(String, String)> {
    let mut figures = Vec::new();
    match summary.level {
        Level::Info => {
            let counts = summary.counts;
            for (name, n) in [
                ("accepted", counts.accepted),
                ("rejected", counts.rejected),
                ("already annotated", counts.rejected_previous_annotation),
            ] {
                figures.push((name.to_owned(), format!("{} over patterns", thousands(n))));
            }
            figures.push((
                "verdicts".to_owned(),
                "unknown: at INFO level no node is named".to_owned(),
            ));
        }
        Level::Debug => {
            for verdict in Verdict::ALL {
                let n = summary.verdicts.get(verdict);
                if n > 0 {
                    figures.push((verdict.label().to_owned(), thousands(n)));
                }
            }
            if summary.n_parameters > 0 {
                let n = thousands(summary.n_parameters);
                figures.push(("parameters".to_owned(), format!("{n}, which the source lists too")));
            }
        }
    }
    let coverage = summary.coverage;
    // Nodes are counted exactly.
    let exact: fn(u64) -> String = |n| thousands(usize::try_from(n).unwrap_or(usize::MAX));
    for (name, share, figure) in [
        ("nodes", coverage.nodes, exact),
        ("MACs", coverage.macs, short),
        ("parameters", coverage.params, short),
    ] {
        let figure = match share.total {
            _ if summary.is_cut_off => "unknown: the report does not tell all nodes".to_owned(),
            0 if name == "nodes" => "no node computes".to_owned(),
            0 if summary.has_graph => "none that the shapes tell".to_owned(),
            0 => "unknown".to_owned(),
            total => format!(
                "{} ({} of {})",
                percent(share.quantized, total),
                figure(share.quantized),
                figure(total)
            ),
        };
        figures.push((format!("coverage, {name}"), figure));
    }
    figures
}

struct Section {
    title: &'static str,
    headers: &'static [&'static str],
    /// As long as the headers.
    rows: Vec<Vec<String>>,
}

/// Islands that a summary tells one by one.
const MAX_ISLANDS: usize = 20;

fn sections(summary: &Summary) -> Vec<Section> {
    let quantizers = summary.quantizers.iter().enumerate().map(|(quantizer_idx, it)| {
        vec![
            (quantizer_idx + 1).to_string(),
            it.name.clone(),
            it.qconfig_label.clone(),
            format!(
                "{} accepted, {} rejected, {} already annotated",
                thousands(it.counts.accepted),
                thousands(it.counts.rejected),
                thousands(it.counts.rejected_previous_annotation),
            ),
        ]
    });
    let reasons = summary.reasons.iter().map(|it| vec![thousands(it.n_nodes), it.what.clone()]);
    let ops = summary.ops.items.iter();
    let ops = ops.map(|it| vec![thousands(it.n_nodes), it.op.clone(), it.how.clone()]);
    let ops = ops.chain(and_more(summary.ops.n, summary.ops.items.len(), 3));
    let mut islands: Vec<Vec<String>> = Vec::new();
    if let Some(top) = &summary.islands {
        let told = top.items.iter().take(MAX_ISLANDS);
        islands = told
            .map(|it| {
                vec![
                    count(it.crossings, "crossing", "crossings"),
                    count(it.n_nodes, "node", "nodes"),
                    format!("from {}", it.first),
                ]
            })
            .collect();
        islands.extend(and_more(top.n, MAX_ISLANDS, 3));
    }
    let findings = summary.findings.items.iter().map(|it| {
        let nodes = match it.n_nodes {
            0 => String::new(),
            n => count(n, "node", "nodes"),
        };
        vec![it.lint.as_str().to_owned(), it.message.clone(), nodes]
    });
    let findings = findings.chain(and_more(summary.findings.n, summary.findings.items.len(), 3));
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
        Section { title: "Ops", headers: &["nodes", "op", "how"], rows: ops.collect() },
        Section {
            title: "Float islands",
            headers: &["crossings", "nodes", "where"],
            rows: islands,
        },
        Section {
            title: "Findings",
            headers: &["lint", "what", "nodes"],
            rows: findings.collect(),
        },
    ];
    sections.into_iter().filter(|it| !it.rows.is_empty()).collect()
}

/// A row that says how many are left out, if any are.
fn and_more(n: usize, n_told: usize, n_columns: usize) -> Option<Vec<String>> {
    let n_more = n.checked_sub(n_told).filter(|it| *it > 0)?;
    let mut row = vec![String::new(); n_columns];
    row[1] = format!("and {} more", thousands(n_more));
    Some(row)
}
