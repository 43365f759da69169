//! The lint `overwritten-annotation`: accepted annotations that are not in the final graph.

use super::{Finding, Groups, Lint};
use crate::analysis::Analysis;

impl Analysis {
    /// Compares the annotations that the quantizers recorded with the final graph.
    pub(super) fn overwritten_annotations(&self) -> impl Iterator<Item = Finding> + use<> {
        let mut groups = Groups::default();
        for node_idx in 0..self.nodes().len() {
            if let Some(overwrite) = self.overwrite(node_idx) {
                let (first, by) = (overwrite.quantizer_idx + 1, overwrite.by_whom());
                groups.add(
                    format!("what quantizer {first} had annotated was overwritten by {by}"),
                    [node_idx],
                );
            }
        }
        groups.findings(Lint::OverwrittenAnnotation)
    }
}
