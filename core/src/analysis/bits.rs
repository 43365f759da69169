//! Bits: the width of a node's quantized output.

use super::Analysis;

impl Analysis {
    /// The width in bits of a quantized node's activations, by their range of values.
    pub(crate) fn bits(&self, node_idx: usize) -> Option<u32> {
        if !self.verdict(node_idx).is_quantized() {
            return None;
        }
        self.root_qspec(node_idx)?.bits()
    }
}
