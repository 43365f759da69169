//! Float islands: connected groups of float nodes.

use std::cmp::Reverse;

use serde::{Deserialize, Serialize};

use super::Analysis;
use super::nodes::Node;

/// A maximal connected group of float compute nodes.
///
/// Nodes with integer or boolean output belong to no island: there is nothing to quantize.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Island {
    /// The nodes' indices in [`crate::analysis::nodes::NodeIndex`], in order.
    pub nodes: Vec<usize>,
    /// The number of tensors that are dequantized on the way in: tensors that the island reads and
    /// whose own qspec quantizes them.
    pub n_dequantize: usize,
    /// The number of tensors that are quantized on the way out: tensors of the island that another
    /// node reads through an edge whose qspec quantizes them.
    pub n_quantize: usize,
}

impl Island {
    /// The number of tensors that cross its border: the cost of the island in addition to float
    /// compute.
    pub fn crossings(&self) -> usize {
        self.n_dequantize + self.n_quantize
    }
}

/// Which nodes are float, and which tensors are quantized: in the report, or after a change. All by
/// node index.
pub(crate) struct TensorStates<'a> {
    /// Whether the node is a float compute node.
    pub(crate) is_land: Vec<bool>,
    /// Whether the node's output has a qspec that quantizes it.
    pub(crate) is_output_quantized: &'a dyn Fn(usize) -> bool,
    /// Whether the edge from a producer to a consumer has a qspec that quantizes it.
    pub(crate) is_edge_quantized: &'a dyn Fn(usize, usize) -> bool,
}

impl Analysis {
    /// The float islands, most crossings first, then most nodes, then in graph order. `None` if the
    /// source is not whole or has no graph, since only a graph has all edges.
    pub fn islands(&self) -> Option<Vec<Island>> {
        if !self.has_graph() || !self.is_whole() {
            return None;
        }
        let nodes = self.nodes().iter().enumerate();
        let is_land = nodes.map(|it| self.is_float_compute(it.0, it.1)).collect();
        Some(self.islands_with(&TensorStates {
            is_land,
            is_output_quantized: &|node_idx| self.is_output_quantized(node_idx),
            is_edge_quantized: &|producer, consumer| self.is_edge_quantized(producer, consumer),
        }))
    }

    /// The islands of these states, in the order of [`Self::islands`].
    pub(crate) fn islands_with(&self, states: &TensorStates<'_>) -> Vec<Island> {
        let n_nodes = self.nodes().len();
        let is_land = &states.is_land;
        let mut is_seen = vec![false; n_nodes];
        // For each tensor, the last island that counted it.
        let mut counted_for = vec![usize::MAX; n_nodes];
        let mut islands = Vec::new();
        for start in 0..n_nodes {
            if !is_land[start] || is_seen[start] {
                continue;
            }
            let mut island = Island { nodes: Vec::new(), n_dequantize: 0, n_quantize: 0 };
            let mut open = vec![start];
            is_seen[start] = true;
            while let Some(node_idx) = open.pop() {
                island.nodes.push(node_idx);
                let mut is_read_quantized = false;
                for (other, is_input) in self.neighbours_of(node_idx) {
                    if is_land[other] {
                        if !is_seen[other] {
                            is_seen[other] = true;
                            open.push(other);
                        }
                    } else if !is_input {
                        is_read_quantized |= (states.is_edge_quantized)(node_idx, other);
                    } else if counted_for[other] != start {
                        counted_for[other] = start;
                        island.n_dequantize += usize::from((states.is_output_quantized)(other));
                    }
                }
                island.n_quantize += usize::from(is_read_quantized);
            }
            island.nodes.sort_unstable();
            islands.push(island);
        }
        // The sort is stable, and the islands are in graph order.
        islands.sort_by_key(|it| Reverse((it.crossings(), it.nodes.len())));
        islands
    }

    pub(crate) fn is_float_compute(&self, node_idx: usize, node: &Node) -> bool {
        self.verdict(node_idx).is_float() && self.is_compute(node)
    }

    /// Whether the node's output has a qspec that quantizes it.
    pub(crate) fn is_output_quantized(&self, node_idx: usize) -> bool {
        let node = self.nodes().get(node_idx);
        node.is_some_and(|it| self.annotations.quantized(it.name_id).is_some())
    }

    /// Whether an edge has a qspec that quantizes it.
    pub(crate) fn is_edge_quantized(&self, producer: usize, consumer: usize) -> bool {
        let id = |node_idx: usize| Some(self.nodes().get(node_idx)?.name_id);
        let edge = || self.annotations.edge(id(producer)?, id(consumer)?);
        edge().is_some_and(|it| self.annotations.quantized(it).is_some())
    }
}
