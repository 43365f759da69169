//! A report in a few numbers, to compare with another's.

use serde::{Deserialize, Serialize};

use crate::{Analysis, Coverage, Island, VerdictCounts};

/// What a report comes to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// Distinct nodes by verdict, parameters left out.
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
    /// How many findings a linter has.
    pub n_findings: usize,
}

impl Totals {
    /// Counts a report, in time linear in its size.
    pub fn of(analysis: &Analysis) -> Self {
        Self::with(analysis, analysis.islands().as_deref(), analysis.findings().len())
    }

    /// The same for one who has its islands and findings.
    pub(crate) fn with(analysis: &Analysis, islands: Option<&[Island]>, n_findings: usize) -> Self {
        let mut verdicts = VerdictCounts::default();
        for (node_idx, node) in analysis.nodes().iter().enumerate() {
            if !node.is_parameter {
                verdicts.add(analysis.verdict(node_idx));
            }
        }
        Self {
            verdicts,
            coverage: analysis.coverage(),
            n_non_annotated: analysis.report().n_non_annotated(),
            n_islands: islands.map(<[Island]>::len),
            n_crossings: islands.map(|it| it.iter().map(Island::crossings).sum()),
            // They come with the worst first.
            worst_crossings: islands.map(|it| it.first().map_or(0, Island::crossings)),
            n_findings,
        }
    }

    /// Whether the source goes on to its end.
    pub fn tells_all_nodes(&self) -> bool {
        self.n_non_annotated.is_some()
    }
}
