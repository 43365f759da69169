//! The totals of a report: a few figures to compare with another report.

use serde::{Deserialize, Serialize};

use super::Analysis;
use super::coverage::Coverage;
use super::islands::Island;
use super::verdict::VerdictCounts;
use crate::report::Level;

/// The figures of a report. Those over all nodes are `None` if the source does not list all nodes:
/// at INFO level, and in an incomplete report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// Whether the report is whole.
    pub is_whole: bool,
    /// Whether the report has nodes or only counts.
    pub level: Level,
    /// Whether the source has a graph. Without one, inputs and integer nodes count as compute
    /// nodes.
    pub has_graph: bool,
    /// Compute nodes by verdict.
    pub verdicts: Option<VerdictCounts>,
    /// The quantized share of the model.
    pub coverage: Option<Coverage>,
    /// The number of nodes that ExecuTorch lists without an annotation.
    pub n_non_annotated: Option<usize>,
    /// The number of float islands; also `None` without a graph.
    pub n_islands: Option<usize>,
    /// The number of crossings of all islands.
    pub n_crossings: Option<usize>,
    /// The number of crossings of the worst island.
    pub worst_crossings: Option<usize>,
    /// The number of tensors that are quantized twice ([`Analysis::n_requantized`]).
    pub n_requantized: Option<usize>,
    /// The number of findings of the lints that the source can answer.
    pub n_findings: Option<usize>,
}

impl Totals {
    /// Counts a report, in time linear in its size.
    pub fn of(analysis: &Analysis) -> Self {
        Self::with(analysis, analysis.islands().as_deref(), analysis.findings().len())
    }

    /// Counts a report whose islands and findings are known already.
    pub(crate) fn with(analysis: &Analysis, islands: Option<&[Island]>, n_findings: usize) -> Self {
        let report = analysis.report();
        let is_whole = analysis.is_whole();
        Self {
            is_whole,
            level: report.level(),
            has_graph: analysis.has_graph(),
            verdicts: analysis.verdict_counts(),
            coverage: analysis.coverage(),
            n_non_annotated: report.n_non_annotated().filter(|_| is_whole),
            n_islands: islands.map(<[Island]>::len),
            n_crossings: islands.map(|it| it.iter().map(Island::crossings).sum()),
            // The worst island comes first.
            worst_crossings: islands.map(|it| it.first().map_or(0, Island::crossings)),
            n_requantized: analysis.n_requantized(),
            n_findings: is_whole.then_some(n_findings),
        }
    }

    /// Whether figures over all nodes are known.
    pub fn knows_all_nodes(&self) -> bool {
        self.verdicts.is_some()
    }
}
