//! A report in a few numbers, to compare with another's.

use serde::{Deserialize, Serialize};

use crate::{Analysis, Coverage, Island, Level, VerdictCounts};

/// What a report comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// Whether the report is whole. If not, no figure over all nodes is known.
    pub is_whole: bool,
    /// Whether the source has a graph.
    pub has_graph: bool,
    /// Whether the source lists nodes or counts alone.
    pub level: Level,
    /// Compute nodes by verdict.
    pub verdicts: VerdictCounts,
    /// How much is quantized.
    pub coverage: Coverage,
    /// How many nodes ExecuTorch says have no annotation, where the source tells.
    pub n_non_annotated: Option<usize>,
    /// How many float islands there are; `None` without a graph.
    pub n_islands: Option<usize>,
    /// The crossings of them all.
    pub n_crossings: Option<usize>,
    /// The crossings of the worst of them.
    pub worst_crossings: Option<usize>,
    /// How many findings a linter has; `None` if the source cannot answer.
    pub n_findings: Option<usize>,
}

impl Totals {
    /// Counts a report, in time linear in its size.
    pub fn of(analysis: &Analysis) -> Self {
        Self::with(analysis, analysis.islands().as_deref(), analysis.findings().len())
    }

    /// The same for one who has its islands and findings.
    pub(crate) fn with(analysis: &Analysis, islands: Option<&[Island]>, n_findings: usize) -> Self {
        let mut verdicts = VerdictCounts::default();
        for (node_idx, _) in analysis.compute_nodes() {
            verdicts.add(analysis.verdict(node_idx));
        }
        Self {
            is_whole: analysis.report().completeness.is_whole(),
            has_graph: analysis.has_graph(),
            level: analysis.report().level(),
            verdicts,
            coverage: analysis.coverage(),
            n_non_annotated: analysis.report().n_non_annotated(),
            n_islands: islands.map(<[Island]>::len),
            n_crossings: islands.map(|it| it.iter().map(Island::crossings).sum()),
            // They come with the worst first.
            worst_crossings: islands.map(|it| it.first().map_or(0, Island::crossings)),
            n_findings: Some(n_findings),
        }
    }

    /// Whether the report is whole.
    pub fn tells_all_nodes(&self) -> bool {
        self.is_whole
    }
}

/// The totals of an empty report with a graph.
impl Default for Totals {
    fn default() -> Self {
        Self {
            is_whole: true,
            has_graph: true,
            level: Level::Debug,
            verdicts: VerdictCounts::default(),
            coverage: Coverage::default(),
            n_non_annotated: Some(0),
            n_islands: None,
            n_crossings: None,
            worst_crossings: None,
            n_findings: Some(0),
        }
    }
}
