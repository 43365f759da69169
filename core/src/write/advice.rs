//! Advice as text for a terminal, as Markdown, and as JSON.

use std::fmt::Write;

use serde::Serialize;

use super::markdown::cell;
use crate::analysis::Analysis;
use crate::analysis::advice::Advice;
use crate::report::Level;
use crate::text::escape::escape_line;
use crate::text::number_format::count;
use crate::view::advice::{AdviceItem, AdviceList, ESTIMATE, has_float_nodes};

/// Why there is no advice.
fn why_none(analysis: &Analysis) -> String {
    if !analysis.is_whole() {
        let problem = &analysis.report().completeness;
        return format!("Unknown: the report is incomplete ({problem}).");
    }
    match analysis.knows_all_nodes() {
        false if analysis.report().level() == Level::Info => {
            "Unknown: a report at INFO level lists no nodes. Log at DEBUG level.".to_owned()
        }
        _ if has_float_nodes(analysis) => "Unknown.".to_owned(),
        _ => "Nothing to change: no node stays float.".to_owned(),
    }
}

/// The facts of an item below its cause, without the lines of Python.
fn facts(item: &AdviceItem) -> Vec<String> {
    let mut facts = Vec::new();
    match (&item.gain, item.lines.is_empty()) {
        (Some(gain), _) if item.is_exact => facts.push(format!("Quantizes {gain}")),
        (Some(gain), _) => facts.push(format!("Quantizes {gain} ({ESTIMATE})")),
        (None, false) => {
            facts.push("The effect is unknown without a graph: use the exporter".to_owned())
        }
        (None, true) => {}
    }
    facts.extend(item.note.clone());
    facts
}

/// `99 nodes`; a few nodes with their names.
fn nodes(item: &AdviceItem) -> String {
    let n_nodes = count(item.n_nodes, "node", "nodes");
    match item.n_nodes <= MAX_NAMES {
        true => format!("{n_nodes} ({})", item.first_nodes.join(", ")),
        false => n_nodes,
    }
}

/// Up to this number of nodes are named.
const MAX_NAMES: usize = 3;

/// The advice as lines of text.
pub fn advice_text(analysis: &Analysis) -> String {
    let list = AdviceList::of(analysis);
    let mut out = String::new();
    let mut line = |text: &str| {
        out.push_str(escape_line(text).trim_end());
        out.push('\n');
    };
    if list.items.is_empty() {
        line(&why_none(analysis));
    }
    for (item_idx, item) in list.items.iter().enumerate() {
        line(&format!("{}. {}: {}", item_idx + 1, item.cause, nodes(item)));
        for fact in facts(item) {
            line(&format!("   {fact}"));
        }
        for code in &item.lines {
            line(&format!("       {code}"));
        }
    }
    if let Some(limits) = &list.limits {
        line(limits);
    }
    if let Some(combined) = &list.combined {
        line(&format!("All lines together quantize {combined}."));
    }
    out
}

/// The advice as Markdown, for a pull request or a job summary.
pub fn advice_markdown(analysis: &Analysis) -> String {
    let list = AdviceList::of(analysis);
    let report = analysis.report();
    let model = report.model.as_deref().unwrap_or(&report.report_title);
    let mut out = format!("### What to change: {}\n\n", cell(model));
    if list.items.is_empty() {
        out.push_str(&cell(&why_none(analysis)));
        out.push('\n');
    }
    // Writing to a string does not fail.
    for item in &list.items {
        let _ = write!(out, "- **{}**: {}", cell(&item.cause), cell(&nodes(item)));
        for fact in facts(item) {
            let _ = write!(out, "; {}", cell(&fact));
        }
        out.push('\n');
        if !item.lines.is_empty() {
            let _ = writeln!(out, "\n  ```python");
            for code in &item.lines {
                let _ = writeln!(out, "  {}", escape_line(code).replace("```", "'''"));
            }
            let _ = writeln!(out, "  ```\n");
        }
    }
    if let Some(limits) = &list.limits {
        let _ = writeln!(out, "\n{}", cell(limits));
    }
    if let Some(combined) = &list.combined {
        let _ = writeln!(out, "\nAll lines together quantize {}.", cell(combined));
    }
    out
}

#[derive(Serialize)]
struct Document<'a> {
    reports: Vec<ReportRecord<'a>>,
}

#[derive(Serialize)]
struct ReportRecord<'a> {
    file: &'a str,
    report_title: &'a str,
    model: Option<&'a str>,
    /// Null if the source does not list all nodes.
    advice: Option<Vec<AdviceRecord>>,
}

#[derive(Serialize)]
struct AdviceRecord {
    cause: String,
    lines: Vec<String>,
    note: Option<String>,
    /// The nodes that the lines quantize, by name; if that is unknown, those with the cause.
    nodes: Vec<String>,
    /// The nodes with this cause.
    nodes_with_cause: Vec<String>,
    coverage_after: Option<CoverageRecord>,
    crossings_removed: Option<i64>,
    is_exact: bool,
}

/// From 0 to 1.
#[derive(Serialize)]
struct CoverageRecord {
    nodes: Option<f64>,
    macs: Option<f64>,
}

impl AdviceRecord {
    fn of(analysis: &Analysis, advice: &Advice) -> Self {
        let names = |nodes: &[usize]| -> Vec<String> {
            let nodes = nodes.iter().filter_map(|it| analysis.nodes().get(*it));
            nodes.map(|it| it.name.to_string()).collect()
        };
        let gain = advice.effect.as_ref();
        Self {
            nodes: names(gain.map_or(&advice.nodes, |it| &it.nodes)),
            nodes_with_cause: names(&advice.nodes),
            coverage_after: gain.map(|it| CoverageRecord {
                nodes: it.coverage_nodes.1.fraction(),
                macs: it.coverage_macs.1.fraction(),
            }),
            crossings_removed: gain.map(|it| it.crossings_removed()),
            is_exact: gain.is_some_and(|it| it.is_exact),
            cause: advice.cause.clone(),
            lines: advice.lines.clone(),
            note: advice.note.clone(),
        }
    }
}

/// The advice of several reports, each with the name of its file, as an indented JSON object:
/// `{"reports": [{"advice": […]}]}`.
///
/// # Errors
/// Only errors of `serde_json`.
pub fn advice_json(reports: &[(impl AsRef<str>, Analysis)]) -> serde_json::Result<String> {
    let reports = reports.iter().map(|(file, analysis)| {
        let advice = analysis.advice().iter();
        ReportRecord {
            file: file.as_ref(),
            report_title: &analysis.report().report_title,
            model: analysis.report().model.as_deref(),
            advice: analysis
                .knows_all_nodes()
                .then(|| advice.map(|it| AdviceRecord::of(analysis, it)).collect()),
        }
    });
    serde_json::to_string_pretty(&Document { reports: reports.collect() })
}
