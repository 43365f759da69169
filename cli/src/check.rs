//! `qspect check`: a gate for CI. It fails if a limit is missed, and if the answer is unknown.

use std::collections::HashMap;
use std::io::Write;

use anyhow::ensure;
use qspect_core::diff::ChangeKind;
use qspect_core::fleet::{Origin, ReportPairs};
use qspect_core::text::number_format;
use qspect_core::{Analysis, Coverage, Diff, Level, Share};

use crate::input::{Named, rows};
use crate::line;
use crate::nodes::{matching, read_filter};

/// What is checked.
#[derive(clap::Args)]
pub(crate) struct Limits {
    /// Fail if fewer than PCT percent of the compute nodes are quantized or fused.
    #[arg(long, value_name = "PCT", value_parser = percent)]
    min_coverage: Option<f64>,
    /// Fail if a node that the baseline quantizes is float now, or if a new node is float. This is always
    /// checked with a baseline; the option remains for scripts that use it.
    #[arg(long, requires = "baseline", hide = true)]
    no_new_float: bool,
    /// Fail if the lint has findings, or if the report lacks the data for it. `all` runs every lint that
    /// has data, and lists the others on standard error.
    #[arg(long, value_name = "LINT", value_parser = crate::lint::deny_parser())]
    deny: Vec<String>,
    /// Apply the limits only to these nodes: `op:conv2d module:encoder`, as in the search field of the
    /// page. The coverage, the findings and the nodes that became float are those of matching nodes.
    #[arg(long = "where", value_name = "FILTER", allow_hyphen_values = true)]
    filter: Option<String>,
}

fn percent(text: &str) -> Result<f64, String> {
    let percent: f64 = text.trim_end_matches('%').trim().parse().map_err(|_| "not a number")?;
    match percent {
        // Coverage is from 0 to 1 in JSON; such a limit would check nothing here.
        0.0 | 1.0..=100.0 => Ok(percent),
        0.0..1.0 => Err(format!("that is less than one percent; is it {} %?", percent * 100.0)),
        _ => Err("from 0 to 100".to_owned()),
    }
}

/// The reports that `--baseline` names.
pub(crate) struct Baseline {
    pub(crate) reports: Vec<Named>,
    /// One message per file that could not be read.
    pub(crate) failed: Vec<String>,
    /// Whether a missing report is a failure. Always, except for a single report that is compared
    /// with a folder, and for a folder that is compared with a single file.
    pub(crate) is_complete: bool,
}

/// Writes one line per failure; returns how many there are.
pub(crate) fn write(
    out: &mut impl Write,
    reports: &[Named],
    baseline: Option<&Baseline>,
    limits: &Limits,
) -> anyhow::Result<usize> {
    ensure!(
        baseline.is_some() || limits.min_coverage.is_some() || !limits.deny.is_empty(),
        "nothing to check\nhint: give --min-coverage, --deny or --baseline"
    );
    let mut failures = Vec::new();
    let names = names(reports);
    for (name, (_, analysis)) in names.iter().zip(reports) {
        let mut fail = |text: String| failures.push(format!("{name}: {text}"));
        if let Some(problem) = incomplete(analysis) {
            // Every other answer is unknown for the same reason.
            fail(problem);
            continue;
        }
        if let Some(problem) = without_compute_node(analysis) {
            fail(problem);
            continue;
        }
        if let Some(filter) = &limits.filter
            && let Some(why) = read_filter(analysis, filter)?.unanswerable(analysis)
        {
            fail(format!("which nodes match {filter} is unknown: {why}"));
            continue;
        }
        let is_matching = matching(analysis, limits.filter.as_deref())?;
        if let Some(filter) = &limits.filter
            && analysis.knows_all_nodes()
            && !analysis.compute_nodes().any(|it| is_matching[it.0])
        {
            fail(format!("no compute node matches {filter}, so nothing is checked"));
            continue;
        }
        if let Some(least) = limits.min_coverage {
            low_coverage(analysis, &is_matching, least).into_iter().for_each(&mut fail);
        }
        denied(name, analysis, &is_matching, &limits.deny).into_iter().for_each(&mut fail);
    }
    if let Some(baseline) = baseline {
        failures.extend(against(baseline, &names, reports, limits.filter.as_deref())?);
    }
    for failure in &failures {
        line(out, format_args!("{failure}"))?;
    }
    Ok(failures.len())
}

/// The name of each report: its file, with the number of the report if the file has several.
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

fn incomplete(analysis: &Analysis) -> Option<String> {
    let completeness = &analysis.report().completeness;
    (!completeness.is_whole()).then(|| {
        format!("incomplete report: {completeness}; get the whole log, or use `qspect.capture`")
    })
}

/// A failure if no node computes. At INFO level no node is listed, so the answer is unknown.
fn without_compute_node(analysis: &Analysis) -> Option<String> {
    let verdicts = analysis.verdict_counts()?;
    (verdicts.n_nodes() == 0).then(|| {
        "no compute node in this report, so nothing is checked; was the right graph captured?"
            .to_owned()
    })
}

const LISTS_NO_NODES: &str =
    "a report at INFO level lists no nodes; log at DEBUG level, or use `qspect.capture`";

fn low_coverage(analysis: &Analysis, is_matching: &[bool], least: f64) -> Option<String> {
    let Some(coverage) = analysis.coverage_of(|it| is_matching[it]) else {
        return Some(format!("coverage is unknown: {LISTS_NO_NODES}"));
    };
    let (lower, upper) = coverage.bounds();
    if coverage.nodes.total == 0 {
        return Some("coverage is unknown: no node makes a float tensor".to_owned());
    }
    if !is_below(lower, least) {
        return None;
    }
    let Share { quantized, total, .. } = coverage.nodes;
    let figure = format!(
        "coverage {} ({} of {} nodes)",
        number_format::percent(quantized, total),
        exact(quantized),
        exact(total)
    );
    let text = if analysis.has_graph() && is_below(upper, least) {
        format!("{figure} is below {least} %")
    } else if analysis.has_graph() {
        unknown_nodes(&coverage, least)
    } else if is_below(coverage.nodes, least) {
        format!(
            "{figure} is below {least} %; a log does not show which nodes are inputs or make \
             integers, so the model's coverage may differ: use `qspect.capture`"
        )
    } else {
        format!(
            "{figure} may be too high, so whether it reaches {least} % is unknown: {} of the quantized \
             nodes may be inputs, and a log does not show which are; use `qspect.capture`",
            coverage.n_maybe_inputs
        )
    };
    Some(text)
}

fn unknown_nodes(coverage: &Coverage, least: f64) -> String {
    let (lower, upper) = coverage.bounds();
    format!(
        "coverage is unknown: between {} and {}, as {}, and the limit is {least} %; `qspect nodes` \
         lists them",
        number_format::percent(lower.quantized, lower.total),
        number_format::percent(upper.quantized, upper.total),
        number_format::count(coverage.n_unknown, "node is unknown", "nodes are unknown"),
    )
}

fn exact(n: u64) -> String {
    number_format::thousands(usize::try_from(n).unwrap_or(usize::MAX))
}

fn is_below(share: Share, least: f64) -> bool {
    // 29 of 100 are 29 %, but not in binary fractions: allow for the error of rounding.
    share.quantized as f64 * 100.0 < least * share.total as f64 * (1.0 - 1e-12)
}

/// The findings of the denied lints, and the denied lints that the report cannot answer.
fn denied(name: &str, analysis: &Analysis, is_matching: &[bool], deny: &[String]) -> Vec<String> {
    let mut failures = Vec::new();
    for finding in analysis.findings() {
        // A finding without nodes is about the whole report.
        let is_of_these =
            is_matching.iter().all(|it| *it) || finding.nodes.iter().any(|it| is_matching[*it]);
        if is_of_these && crate::lint::denies(deny, finding.lint) {
            let nodes = crate::lint::nodes_in_brief(analysis, &finding.nodes);
            failures.push(format!("{}: {}{nodes}", finding.lint.as_str(), finding.message));
        }
    }
    failures.extend(crate::lint::unknown_lints(name, analysis, deny));
    failures
}

/// The failures against the baseline.
fn against(
    baseline: &Baseline,
    names: &[String],
    reports: &[Named],
    filter: Option<&str>,
) -> anyhow::Result<Vec<String>> {
    let mut failures = Vec::new();
    // Match as for folders, even two files: against another model's report nothing would be
    // checked.
    let pairing = ReportPairs::of(&rows(&baseline.reports), &rows(reports), Origin::Folders);
    for ((name, (_, head)), base_idx) in names.iter().zip(reports).zip(&pairing.base_of) {
        match base_idx.and_then(|it| baseline.reports.get(it)) {
            // A filter that the report cannot answer has a line of its own.
            Some(_) if is_unanswerable(head, filter)? => {}
            Some((_, base)) => {
                failures.extend(new_float(name, base, head, &matching(head, filter)?));
            }
            // A wrong path or a renamed model must not turn the check off.
            None => failures
                .push(format!("{name}: not in the baseline, so what is new in it is unknown")),
        }
    }
    if baseline.is_complete {
        let base_names = self::names(&baseline.reports);
        for name in pairing.removed.iter().filter_map(|it| base_names.get(*it)) {
            failures.push(format!("{name}: in the baseline, but its report is gone"));
        }
    }
    Ok(failures)
}

/// Whether the filter needs a graph that the report does not have.
fn is_unanswerable(analysis: &Analysis, filter: Option<&str>) -> anyhow::Result<bool> {
    let filter = filter.map(|it| read_filter(analysis, it)).transpose()?;
    Ok(filter.is_some_and(|it| it.unanswerable(analysis).is_some()))
}

/// Only nodes of the head count that match.
fn new_float(name: &str, base: &Analysis, head: &Analysis, is_matching: &[bool]) -> Vec<String> {
    if let Some(problem) = incomplete(base) {
        return vec![format!("{name}: what is new is unknown: the baseline is an {problem}")];
    }
    if !head.is_whole() {
        // An incomplete report has a line of its own.
        return Vec::new();
    }
    if [base, head].iter().any(|it| it.report().level() == Level::Info) {
        return vec![format!("{name}: whether a node is float now is unknown: {LISTS_NO_NODES}")];
    }
    let diff = Diff::of(base, head);
    let matches_name = |name: &str| head.find(name).is_some_and(|node_idx| is_matching[node_idx]);
    let became = diff.changed.iter().filter(|it| it.kinds.contains(&ChangeKind::BecameFloat));
    let became = became.filter(|it| matches_name(&it.name.head));
    let became = became.map(|it| {
        let why = it.lines(ChangeKind::BecameFloat).join("; ");
        format!("{name}: became float: {} ({why})", it.name.head)
    });
    // Inputs, outputs, indices and masks are not quantized.
    let is_compute =
        |node_idx: usize| head.nodes().get(node_idx).is_some_and(|it| head.is_compute(it));
    let added = diff
        .added
        .iter()
        .filter(|it| it.verdict.is_float() && is_compute(it.node_idx) && is_matching[it.node_idx]);
    let added =
        added.map(|it| format!("{name}: new and float: {} ({})", it.name, it.verdict.label()));
    became.chain(added).collect()
}
