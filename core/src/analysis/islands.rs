//! Float islands: what an engineer works down.

use std::cmp::Reverse;

use serde::{Deserialize, Serialize};

use super::Analysis;
use super::nodes::Node;

/// A maximal connected group of float compute nodes.
///
/// Nodes whose output is known to be integer or boolean are in none: there is nothing to quantize.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Island {
    /// The nodes' places in [`crate::analysis::nodes::NodeIndex`], in order.
    pub nodes: Vec<usize>,
    /// How many tensors are dequantized on the way in: each that the island reads and whose own
    /// qspec says how it is quantized.
    pub n_dequantize: usize,
    /// How many tensors are quantized on the way out: each of the island's that another node reads
    /// by an edge whose qspec says how.
    pub n_quantize: usize,
}

impl Island {
    /// Tensors that cross its shore, and so what it costs beside its own float work.
    pub fn crossings(&self) -> usize {
        self.n_dequantize + self.n_quantize
    }
}

impl Analysis {
    /// The float islands, most crossings first, then most nodes, then in graph order. `None` where
    /// the source has no graph, which shows which node reads which, or is not whole.
    pub fn islands(&self) -> Option<Vec<Island>> {
        if !self.has_graph() || !self.is_whole() {
            return None;
        }
        let n_nodes = self.nodes().len();
        let is_land: Vec<bool> =
            self.nodes().iter().enumerate().map(|it| self.is_float_compute(it.0, it.1)).collect();
        let mut is_seen = vec![false; n_nodes];
        // The last island that a tensor was counted for.
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
                        is_read_quantized |= self.is_edge_quantized(node_idx, other);
                    } else if counted_for[other] != start {
                        counted_for[other] = start;
                        island.n_dequantize += usize::from(self.is_output_quantized(other));
                    }
                }
                island.n_quantize += usize::from(is_read_quantized);
            }
            island.nodes.sort_unstable();
            islands.push(island);
        }
        // They come in graph order.
        islands.sort_by_key(|it| Reverse((it.crossings(), it.nodes.len())));
        Some(islands)
    }

    /// The nodes that a node reads, and those that read it, each once per edge; whether they are
    /// read. Parameters are none.
    pub(crate) fn neighbours_of(
        &self,
        node_idx: usize,
    ) -> impl Iterator<Item = (usize, bool)> + use<'_> {
        let name_id = self.nodes().get(node_idx).map_or(usize::MAX, |it| it.name_id);
        let inputs = self.neighbours.inputs(name_id).map(|it| (it, true));
        let users = self.neighbours.users(name_id).map(|it| (it, false));
        inputs
            .chain(users)
            .filter_map(|(id, is_input)| Some((self.nodes().index_of(id)?, is_input)))
    }

    fn is_float_compute(&self, node_idx: usize, node: &Node) -> bool {
        self.verdict(node_idx).is_float() && self.is_compute(node)
    }

    /// Whether the node's output has a qspec that says how it is quantized.
    fn is_output_quantized(&self, node_idx: usize) -> bool {
        let node = self.nodes().get(node_idx);
        node.is_some_and(|it| self.annotations.quantized(it.name_id).is_some())
    }

    /// Whether a node reads another one quantized.
    fn is_edge_quantized(&self, producer: usize, consumer: usize) -> bool {
        let id = |node_idx: usize| Some(self.nodes().get(node_idx)?.name_id);
        let edge = || self.annotations.edge(id(producer)?, id(consumer)?);
        edge().is_some_and(|it| self.annotations.quantized(it).is_some())
    }
}
