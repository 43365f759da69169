//! A comparison as JSON.

use serde::Serialize;

use crate::analysis::coverage::{Coverage, Share};
use crate::analysis::totals::Totals;
use crate::analysis::verdict::VerdictCounts;
use crate::diff::{
    BitsChange, ChangeKind, Comparison, Diff, NodeBrief, NodeChange, Owner, Pair, QuantizerChange,
    ReportName, VersionChange, WidthChange,
};
use crate::report::Level;
use crate::report::completeness::Completeness;
use crate::report::counts::Counts;

/// Comparisons as an indented JSON object: `{"diffs": […], "added_reports": […], "removed_reports":
/// […]}`.
///
/// The fields are those of [`Comparison`], with null for unknown values: figures and lists over all
/// nodes if a report is incomplete or lists no nodes, and coverage by MACs and parameters without
/// shapes. For an incomplete report, `changed` has the changes that its rows show.
///
/// # Errors
/// Only errors of `serde_json`.
pub fn diff_json(comparison: &Comparison) -> serde_json::Result<String> {
    let Comparison { diffs, added_reports, removed_reports } = comparison;
    let diffs = diffs.iter().map(DiffRecord::of).collect();
    serde_json::to_string_pretty(&Document { diffs, added_reports, removed_reports })
}

#[derive(Serialize)]
struct Document<'d> {
    diffs: Vec<DiffRecord<'d>>,
    added_reports: &'d [ReportName],
    removed_reports: &'d [ReportName],
}

/// A [`Diff`].
#[derive(Serialize)]
struct DiffRecord<'d> {
    reports: &'d Pair<ReportName>,
    has_different_models: bool,
    completeness: &'d Pair<Completeness>,
    totals: Pair<TotalsRecord>,
    is_by_node: bool,
    quantizers: Vec<QuantizerRecord<'d>>,
    activation_bits: Option<&'d [BitsChange]>,
    width_changes: Option<&'d [WidthChange]>,
    counts: Vec<CountRecord>,
    changed: Option<&'d [NodeChange]>,
    added: Option<&'d [NodeBrief]>,
    removed: Option<&'d [NodeBrief]>,
    renamed: Option<&'d [Pair<String>]>,
    n_new_float: Option<usize>,
    is_regression: Option<bool>,
    versions: &'d [VersionChange],
}

/// A [`crate::diff::ChangeCount`].
#[derive(Serialize)]
struct CountRecord {
    kind: ChangeKind,
    n_nodes: Option<usize>,
}

/// A [`QuantizerChange`].
#[derive(Serialize)]
struct QuantizerRecord<'d> {
    quantizer_idx: Pair<Option<usize>>,
    quantizer: &'d Pair<Option<Owner>>,
    has_same_targets: bool,
    counts: Pair<Option<Counts>>,
}

/// [`Totals`].
#[derive(Serialize)]
struct TotalsRecord {
    is_whole: bool,
    level: Level,
    has_graph: bool,
    verdicts: Option<VerdictCounts>,
    coverage: Option<CoverageRecord>,
    n_non_annotated: Option<usize>,
    n_islands: Option<usize>,
    n_crossings: Option<usize>,
    worst_crossings: Option<usize>,
    n_requantized: Option<usize>,
    n_findings: Option<usize>,
}

/// [`Coverage`].
#[derive(Serialize)]
struct CoverageRecord {
    nodes: Share,
    macs: Option<Share>,
    params: Option<Share>,
    n_unknown: usize,
    n_maybe_inputs: usize,
}

impl<'d> DiffRecord<'d> {
    fn of(diff: &'d Diff) -> Self {
        let knows_all = diff.is_by_node && diff.are_whole();
        let is_known = Pair {
            base: diff.completeness.base.is_whole(),
            head: diff.completeness.head.is_whole(),
        };
        let counts = diff
            .counts
            .iter()
            .map(|it| CountRecord { kind: it.kind, n_nodes: knows_all.then_some(it.n_nodes) });
        Self {
            reports: &diff.reports,
            has_different_models: diff.has_different_models,
            completeness: &diff.completeness,
            totals: Pair {
                base: TotalsRecord::of(&diff.totals.base),
                head: TotalsRecord::of(&diff.totals.head),
            },
            is_by_node: diff.is_by_node,
            quantizers: diff
                .quantizers
                .iter()
                .map(|it| QuantizerRecord::of(it, is_known))
                .collect(),
            // Data of a whole report is known even if the other report is incomplete.
            activation_bits: (knows_all || !diff.activation_bits.is_empty())
                .then_some(&diff.activation_bits),
            width_changes: diff.is_by_node.then_some(&diff.width_changes),
            counts: counts.collect(),
            changed: diff.is_by_node.then_some(&diff.changed),
            added: knows_all.then_some(&diff.added),
            removed: knows_all.then_some(&diff.removed),
            renamed: knows_all.then_some(&diff.renamed),
            n_new_float: knows_all.then_some(diff.n_new_float),
            is_regression: diff.is_regression(),
            versions: &diff.versions,
        }
    }
}

impl<'d> QuantizerRecord<'d> {
    fn of(change: &'d QuantizerChange, is_known: Pair<bool>) -> Self {
        let QuantizerChange { quantizer_idx, quantizer, has_same_targets, counts } = change;
        Self {
            quantizer_idx: *quantizer_idx,
            quantizer,
            has_same_targets: *has_same_targets,
            counts: Pair {
                base: counts.base.filter(|_| is_known.base),
                head: counts.head.filter(|_| is_known.head),
            },
        }
    }
}

impl TotalsRecord {
    fn of(totals: &Totals) -> Self {
        let Totals {
            is_whole,
            level,
            has_graph,
            verdicts,
            coverage,
            n_non_annotated,
            n_islands,
            n_crossings,
            worst_crossings,
            n_requantized,
            n_findings,
        } = *totals;
        Self {
            is_whole,
            level,
            has_graph,
            verdicts,
            coverage: coverage.map(|it| CoverageRecord::of(it, has_graph)),
            n_non_annotated,
            n_islands,
            n_crossings,
            worst_crossings,
            n_requantized,
            n_findings,
        }
    }
}

impl CoverageRecord {
    fn of(coverage: Coverage, has_graph: bool) -> Self {
        let Coverage { nodes, macs, params, n_unknown, n_maybe_inputs } = coverage;
        let weighed = |it: Share| (has_graph && it.n_unknown == 0).then_some(it);
        Self { nodes, macs: weighed(macs), params: weighed(params), n_unknown, n_maybe_inputs }
    }
}
