//! The edges between nodes.

use super::jagged::Jagged;
use super::names::Names;
use crate::analysis::Analysis;
use crate::analysis::annotations::Annotations;
use crate::analysis::nodes::NodeIndex;
use crate::report::Report;

/// The edges between the names of a report, in both directions.
#[derive(Debug, Default)]
pub(crate) struct Neighbours {
    inputs: Jagged,
    users: Jagged,
    /// Whether these are all edges: without a graph, only the inputs of annotated nodes are known.
    pub(crate) is_complete: bool,
}

impl Neighbours {
    pub(crate) fn of(
        report: &Report,
        names: &Names,
        nodes: &NodeIndex,
        annotations: &Annotations,
    ) -> Self {
        let mut pairs = Vec::new();
        match report.has_graph() {
            true => {
                let inputs = names.graph_inputs();
                for graph_idx in 0..inputs.len() {
                    let consumer = names.graph_id(graph_idx);
                    pairs.extend(inputs.get(graph_idx).map(|it| (consumer, it)));
                }
            }
            false => {
                for node in nodes.iter() {
                    // In the order of the source, not of the IDs.
                    let producers = annotations.input_ids(names, node.name_id);
                    pairs.extend(producers.map(|it| (node.name_id, it)));
                }
            }
        }
        Self {
            inputs: Jagged::of(names.len(), pairs.iter().copied()),
            users: Jagged::of(names.len(), pairs.iter().map(|it| (it.1, it.0))),
            is_complete: report.has_graph(),
        }
    }

    /// The name IDs of the nodes that a node reads, in the source's order.
    pub(crate) fn inputs(
        &self,
        name_id: usize,
    ) -> impl ExactSizeIterator<Item = usize> + Clone + use<'_> {
        self.inputs.get(name_id)
    }

    /// The name IDs of the nodes that read a node, in graph order.
    pub(crate) fn users(
        &self,
        name_id: usize,
    ) -> impl ExactSizeIterator<Item = usize> + Clone + use<'_> {
        self.users.get(name_id)
    }
}

impl Analysis {
    /// The neighbours of a node, once per edge, with whether the node reads them. Parameters are
    /// left out.
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
}
