//! `qspect check`: whether reports are as good as they have to be.

use std::collections::HashMap;
use std::io::Write;

use anyhow::ensure;
use qspect_core::fleet::match_baseline;
use qspect_core::{Analysis, ChangeKind, Diff, Level, Lint, figures};

use crate::input::{Named, rows};
use crate::line;

/// What is checked.
#[derive(clap::Args)]
pub(crate) struct Limits {
    /// The least share of the compute nodes that must be quantized or fused, in percent.
    #[arg(long, value_name = "PCT", value_parser = percent)]
    min_coverage: Option<f64>,
    /// No node may stay float that is quantized in the baseline, and no new one may. This is meant
    /// where there is a baseline and nothing else is asked for.
    #[arg(long, requires = "baseline")]
    no_new_float: bool,
    /// Lints that must find nothing; `all` for each of them.
    #[arg(long, value_name = "LINT", value_parser = super::deny_parser())]
    deny: Vec<String>,
}

fn percent(text: &str) -> Result<f64, String> {
    let percent: f64 = text.trim_end_matches('%').trim().parse().map_err(|_| "not a number")?;
    match percent {
        // Coverage is from 0 to 1 in JSON; who means that here would check nothing.
        0.0 | 1.0..=100.0 => Ok(percent),
        0.0..1.0 => Err(format!("that is less than one percent; is it {} %?", percent * 100.0)),
        _ => Err("from 0 to 100".to_owned()),
    }
}

/// Writes one line per failure; how many there are.
pub(crate) fn write(
    out: &mut impl Write,
    reports: &[Named],
    baseline: Option<&[Named]>,
    limits: &Limits,
) -> anyhow::Result<usize> {
    let asks_nothing = limits.min_coverage.is_none() && limits.deny.is_empty();
    ensure!(
        baseline.is_some() || !asks_nothing,
        "nothing to check\nhint: give --min-coverage, --deny, or --baseline with --no-new-float"
    );
    let mut failures = Vec::new();
    let names = names(reports);
    for (name, (_, analysis)) in names.iter().zip(reports) {
        if let Some(least) = limits.min_coverage {
            failures.extend(low_coverage(analysis, least).map(|it| format!("{name}: {it}")));
        }
        for finding in analysis.findings() {
            let lint: Lint = finding.lint;
            if limits.deny.iter().any(|it| it == "all" || it == lint.as_str()) {
                let nodes = super::nodes_in_brief(analysis, &finding.nodes);
                failures.push(format!("{name}: {}: {}{nodes}", lint.as_str(), finding.message));
            }
        }
    }
    if let Some(baseline) = baseline
        && (limits.no_new_float || asks_nothing)
    {
        let matched = match_baseline(&rows(baseline), &rows(reports));
        for ((name, (_, head)), base_idx) in names.iter().zip(reports).zip(matched) {
            match base_idx.and_then(|it| baseline.get(it)) {
                Some((_, base)) => failures.extend(new_float(name, base, head)),
                // A wrong path or a renamed model must not turn the check off.
                None => failures
                    .push(format!("{name}: not in the baseline, so what is new in it is unknown")),
            }
        }
    }
    for failure in &failures {
        line(out, format_args!("{failure}"))?;
    }
    Ok(failures.len())
}

/// What each report is called: its file, and which report of it where there are several.
fn names(reports: &[Named]) -> Vec<String> {
    let mut n_of: HashMap<&str, (usize, usize)> = HashMap::new();
    for (file, _) in reports {
        n_of.entry(file).or_default().0 += 1;
    }
    let names = reports.iter().map(|(file, _)| match n_of.get_mut(file.as_str()) {
        Some((2.., nth)) => {
            *nth += 1;
            format!("{file}, report {nth}")
        }
        _ => file.clone(),
    });
    names.collect()
}

fn low_coverage(analysis: &Analysis, least: f64) -> Option<String> {
    if analysis.report().level() == Level::Info {
        return Some("coverage is unknown: at INFO level no node is named".to_owned());
    }
    if analysis.report().n_non_annotated().is_none() {
        return Some("coverage is unknown: the report is cut off".to_owned());
    }
    let share = analysis.coverage().nodes;
    // 29 of 100 are 29 %, though not in binary fractions: what rounding takes is not missing.
    let (quantized, total) = (share.quantized as f64, share.total as f64);
    let is_low = quantized * 100.0 < least * total * (1.0 - 1e-12);
    is_low.then(|| {
        let percent = figures::percent(share.quantized, share.total);
        format!("coverage {percent} ({quantized} of {total} nodes) is below {least} %")
    })
}

fn new_float(name: &str, base: &Analysis, head: &Analysis) -> Vec<String> {
    let diff = Diff::of(base, head);
    let is_cut_off = [base, head].iter().any(|it| it.report().n_non_annotated().is_none());
    let unknown = match (diff.is_by_node, is_cut_off) {
        (false, _) => Some("at INFO level no node is named"),
        (true, true) => Some("a report is cut off"),
        (true, false) => None,
    };
    if let Some(why) = unknown {
        return vec![format!("{name}: whether a node is float now is unknown: {why}")];
    }
    let became = diff.changed.iter().filter(|it| it.kinds.contains(&ChangeKind::BecameFloat));
    let became = became.map(|it| {
        let why = it.lines(ChangeKind::BecameFloat).join("; ");
        format!("{name}: became float: {} ({why})", it.name.head)
    });
    // An index or a mask was never to be quantized.
    let added = diff.added.iter();
    let added = added.filter(|it| it.verdict.is_float() && !head.is_not_floating(it.node_idx));
    let added =
        added.map(|it| format!("{name}: new and float: {} ({})", it.name, it.verdict.label()));
    became.chain(added).collect()
}
