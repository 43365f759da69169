//! What the core takes, and how that grows with the nodes. Without a browser.

use std::time::Instant;

use anyhow::{Context, Result, ensure};
use qspect_core::view::NodeTable;
use qspect_core::{Analysis, Diff, Level, Report, Summary, parse, write};
use qspect_tests::generate;

use super::SIZES;
use super::table::{Table, growth, median, ms, whole};

/// One line of the table for each.
const STEPS: [&str; 6] = [
    "JSON to report",
    "log to report",
    "report to verdicts, table, summary",
    "JSON to verdicts, table, summary",
    "diff with a layer inserted",
    "report to ExecuTorch's text",
];

pub fn measure() -> Result<Table> {
    let head = SIZES.map(|it| format!("{} nodes", whole(it)));
    let head = head.into_iter().chain(["ten times the nodes".to_owned()]);
    let mut table = Table::new(["in the core".to_owned()].into_iter().chain(head));
    let mut columns = Vec::new();
    for n_nodes in SIZES {
        eprintln!("native: {n_nodes} nodes");
        columns.push(steps(n_nodes)?);
    }
    for (step_idx, step) in STEPS.iter().enumerate() {
        let figures: Vec<f64> = columns.iter().map(|it| it[step_idx]).collect();
        let cells = figures.iter().map(|it| ms(*it)).chain([growth(&figures)]);
        table.row(*step, cells);
    }
    Ok(table)
}

/// The median of each step, in milliseconds.
fn steps(n_nodes: usize) -> Result<[f64; STEPS.len()]> {
    let json = generate::json(n_nodes)?;
    // Read from JSON, since the reader stores equal qspecs once.
    let base = one(&json)?;
    let text = write::text(&base, Level::Debug)?;
    let base = Analysis::of(base);
    let head = Analysis::of(generate::with_a_layer(n_nodes));
    let n_runs = (1_000_000 / n_nodes).clamp(3, 50);
    let mut runs: [Vec<f64>; STEPS.len()] = Default::default();
    for _ in 0..n_runs {
        let (report, json_ms) = timed(|| one(&json));
        let report = report?;
        let (n_decided, analysis_ms) = timed(|| {
            let known = Analysis::of(report);
            let table = NodeTable::of(&known);
            Summary::of(&known, &table).totals.verdicts.unwrap_or_default().n_nodes()
        });
        ensure!(n_decided == n_nodes, "{n_decided} compute nodes have a verdict");
        let (report, log_ms) = timed(|| one(&text));
        drop(report?);
        let (diff, diff_ms) = timed(|| Diff::of(&base, &head));
        ensure!(diff.added.len() == 1 && diff.removed.is_empty(), "{} added", diff.added.len());
        drop(diff);
        let (printed, text_ms) = timed(|| write::text(base.report(), Level::Debug));
        ensure!(printed? == text, "two texts of a report differ");
        let figures = [json_ms, log_ms, analysis_ms, json_ms + analysis_ms, diff_ms, text_ms];
        runs.iter_mut().zip(figures).for_each(|(runs, figure)| runs.push(figure));
    }
    Ok(runs.map(median))
}

/// The report in a text.
pub fn one(bytes: &str) -> Result<Report> {
    let parsed = parse("bench", bytes.as_bytes())?;
    parsed.reports.into_iter().next().context("no report")
}

/// What `run` gives, and its milliseconds; what it leaves behind is freed outside of them.
pub fn timed<T>(run: impl FnOnce() -> T) -> (T, f64) {
    let start = Instant::now();
    let value = run();
    (value, start.elapsed().as_secs_f64() * 1000.0)
}
