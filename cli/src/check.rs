//! `qspect check`: whether reports are as good as they have to be.

use std::io::Write;

use anyhow::ensure;
use qspect_core::fleet::match_baseline;
use qspect_core::{Analysis, ChangeKind, Diff, FleetRow, Level, Lint, figures};

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
    match (0.0..=100.0).contains(&percent) {
        true => Ok(percent),
        false => Err("from 0 to 100".to_owned()),
    }
}

/// A report with the name of its file.
pub(crate) type Named = (String, Analysis);

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
    for (name, analysis) in reports {
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
        let rows = |reports: &[Named]| -> Vec<FleetRow> {
            let of = |(idx, (name, it)): (usize, &Named)| FleetRow::of(name, idx, None, it);
            reports.iter().enumerate().map(of).collect()
        };
        let matched = match_baseline(&rows(baseline), &rows(reports));
        for ((name, head), base_idx) in reports.iter().zip(matched) {
            match base_idx.and_then(|it| baseline.get(it)) {
                Some((_, base)) => failures.extend(new_float(name, base, head)),
                None => eprintln!("warning: {name}: not in the baseline, so nothing in it is new"),
            }
        }
    }
    for failure in &failures {
        writeln!(out, "{}", failure.replace('\n', " "))?;
    }
    Ok(failures.len())
}

fn low_coverage(analysis: &Analysis, least: f64) -> Option<String> {
    if analysis.report().level() == Level::Info {
        return Some("coverage is unknown: at INFO level no node is named".to_owned());
    }
    if analysis.report().n_non_annotated().is_none() {
        return Some("coverage is unknown: the report is cut off".to_owned());
    }
    let share = analysis.coverage().nodes;
    let is_low = share.fraction().is_some_and(|it| it * 100.0 < least);
    is_low.then(|| {
        let (percent, of) = (figures::percent(share.quantized, share.total), share.total);
        format!("coverage {percent} ({} of {of} nodes) is below {least} %", share.quantized)
    })
}

fn new_float(name: &str, base: &Analysis, head: &Analysis) -> Vec<String> {
    let diff = Diff::of(base, head);
    if !diff.is_by_node {
        return vec![format!(
            "{name}: whether a node is float now is unknown: at INFO level no node is named"
        )];
    }
    let became = diff.changed.iter().filter(|it| it.kinds.contains(&ChangeKind::BecameFloat));
    let became = became.map(|it| {
        let why = it.lines(ChangeKind::BecameFloat).join("; ");
        format!("{name}: became float: {} ({why})", it.name.head)
    });
    let added = diff.added.iter().filter(|it| it.verdict.is_float());
    let added =
        added.map(|it| format!("{name}: new and float: {} ({})", it.name, it.verdict.label()));
    became.chain(added).collect()
}
