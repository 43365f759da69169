//! The lint `per-tensor-weight`: ops with weights of both granularities.

use std::collections::HashMap;

use super::{Finding, Lint};
use crate::analysis::Analysis;
use crate::qspec::QSpec;

impl Analysis {
    /// Ops with weights of both granularities. A weight is a constant with a known qscheme.
    pub(super) fn per_tensor_weights(&self) -> Vec<Finding> {
        // By op: the nodes with weights per tensor, and the number of nodes with weights per
        // channel.
        let mut ops: Vec<(&str, Vec<usize>, usize)> = Vec::new();
        let mut op_idx_of: HashMap<&str, usize> = HashMap::new();
        for (node_idx, node) in self.compute_nodes() {
            let Some(graph_node) = self.graph_node(node) else { continue };
            let weight = self.weight(node.name_id).and_then(QSpec::qscheme);
            let Some(qscheme) = weight else { continue };
            let op_idx = *op_idx_of.entry(&graph_node.target).or_insert_with(|| {
                ops.push((&graph_node.target, Vec::new(), 0));
                ops.len() - 1
            });
            match qscheme.is_per_channel() {
                true => ops[op_idx].2 += 1,
                false => ops[op_idx].1.push(node_idx),
            }
        }
        let mixed = ops.into_iter().filter(|it| it.2 > 0 && !it.1.is_empty());
        let findings = mixed.map(|(op, nodes, n_per_channel)| Finding {
            lint: Lint::PerTensorWeight,
            message: format!(
                "{} of {op} with weights per tensor, beside {n_per_channel} per channel",
                nodes.len()
            ),
            nodes,
        });
        findings.collect()
    }
}
