//! Who reads whom.

use crate::annotations::Annotations;
use crate::names::Names;
use crate::{NodeIndex, Report};

/// The edges between the names of a report, both ways.
#[derive(Debug, Default)]
pub(crate) struct Neighbours {
    inputs: Lists,
    users: Lists,
    /// Whether these are all edges: without a graph only annotated nodes tell their inputs.
    pub(crate) is_complete: bool,
}

/// Lists of numbers, one per number, all in one.
#[derive(Debug, Default)]
pub(crate) struct Lists {
    starts: Vec<usize>,
    items: Vec<usize>,
}

impl Lists {
    /// Sorts pairs of a list and an item into lists; within a list, items keep their order.
    pub(crate) fn of(n_lists: usize, pairs: impl Iterator<Item = (usize, usize)> + Clone) -> Self {
        let mut starts = vec![0; n_lists + 1];
        for (list, _) in pairs.clone() {
            starts[list + 1] += 1;
        }
        for list in 0..n_lists {
            starts[list + 1] += starts[list];
        }
        let mut next = starts.clone();
        let mut items = vec![0; starts[n_lists]];
        for (list, item) in pairs {
            items[next[list]] = item;
            next[list] += 1;
        }
        Self { starts, items }
    }

    /// One list.
    pub(crate) fn get(&self, list: usize) -> &[usize] {
        match (self.starts.get(list), self.starts.get(list + 1)) {
            (Some(start), Some(end)) => &self.items[*start..*end],
            _ => &[],
        }
    }
}

impl Neighbours {
    pub(crate) fn of(
        report: &Report,
        names: &Names,
        nodes: &NodeIndex,
        annotations: &Annotations,
    ) -> Self {
        let mut pairs = Vec::new();
        match &report.graph {
            Some(graph) => {
                for (graph_idx, node) in graph.nodes.iter().enumerate() {
                    let consumer = names.graph_id(graph_idx);
                    let producers = node.inputs.iter().filter_map(|it| names.id_near(it, consumer));
                    pairs.extend(producers.map(|it| (consumer, it)));
                }
            }
            None => {
                for node in nodes.iter() {
                    // As the source lists them, not as they are numbered.
                    let inputs = annotations.inputs(report, node.name_id).iter();
                    let producers = inputs.filter_map(|it| names.id_near(&it.node, node.name_id));
                    pairs.extend(producers.map(|it| (node.name_id, it)));
                }
            }
        }
        Self {
            inputs: Lists::of(names.len(), pairs.iter().copied()),
            users: Lists::of(names.len(), pairs.iter().map(|it| (it.1, it.0))),
            is_complete: report.graph.is_some(),
        }
    }

    /// The numbers of the nodes that a node reads, in the source's order.
    pub(crate) fn inputs(&self, name_id: usize) -> &[usize] {
        self.inputs.get(name_id)
    }

    /// The numbers of the nodes that read a node, in graph order.
    pub(crate) fn users(&self, name_id: usize) -> &[usize] {
        self.users.get(name_id)
    }
}
