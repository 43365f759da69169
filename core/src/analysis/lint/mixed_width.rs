//! The lint `mixed-width`: 16-bit activations next to 8-bit ones.

use super::{Finding, Groups, Lint};
use crate::analysis::Analysis;

impl Analysis {
    /// Quantized 16-bit nodes that have an 8-bit neighbour.
    pub(super) fn mixed_widths(&self) -> impl Iterator<Item = Finding> + use<> {
        let mut groups = Groups::default();
        for (node_idx, _) in self.compute_nodes() {
            if self.bits(node_idx) != Some(16) {
                continue;
            }
            let mut narrow =
                self.neighbours_of(node_idx).map(|it| it.0).filter(|it| self.bits(*it) == Some(8));
            if narrow.next().is_some() {
                groups.add("16-bit activations beside 8-bit ones".to_owned(), [node_idx]);
            }
        }
        groups.findings(Lint::MixedWidth)
    }
}
