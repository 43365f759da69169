//! Tensors that are quantized twice: the node that writes one and a node that reads it have
//! observers of their own, so the value goes from one scale to another at run time.

use std::collections::HashSet;

use super::Analysis;

impl Analysis {
    /// The number of tensors whose output is quantized, and that some node reads through another
    /// observer: torchao inserts a dequantize and a quantize there. `None` without a graph and in
    /// an incomplete report, since who shares an observer is unknown then.
    pub fn n_requantized(&self) -> Option<usize> {
        if !self.has_graph() || !self.knows_all_nodes() {
            return None;
        }
        let observers = self.observers();
        let mut tensors = HashSet::new();
        for node in self.nodes().iter() {
            for (site, producer, _) in self.annotations.input_places(node.name_id) {
                let is_quantized = |site| self.annotations.quantized(site).is_some();
                let is_other = match (observers.number(producer), observers.number(site)) {
                    (Some(written), Some(read)) => written != read,
                    _ => false,
                };
                if is_other && is_quantized(producer) && is_quantized(site) {
                    tensors.insert(producer);
                }
            }
        }
        Some(tensors.len())
    }
}
