//! The distinct names of a report, with IDs.

use std::hash::BuildHasher;

use hashbrown::hash_table::Entry;
use hashbrown::{DefaultHashBuilder, HashTable};

use super::jagged::Jagged;
use crate::report::{Graph, Report};
use crate::text::Name;

/// All names of nodes in a report. IDs start with the names of the graph, in its order.
///
/// It also has the IDs at each position where the report has a name. So later passes neither look
/// up names nor follow the report's pointers to them, which would take most of the time with a
/// million nodes.
#[derive(Debug, Default)]
pub(crate) struct Names {
    names: Vec<Name>,
    /// All IDs, by the hash of their names.
    ids: HashTable<u32>,
    hasher: DefaultHashBuilder,
    /// The graph index of each ID; the first one if several graph nodes have the same name.
    graph_idx_of: Vec<u32>,
    /// The ID of each graph index.
    graph_ids: Vec<u32>,
    /// The inputs of each graph index.
    graph_inputs: Jagged,
    /// The annotated inputs of each graph index.
    graph_annotated: Jagged,
    /// The IDs of each quantizer's report.
    pub(crate) decided: Vec<Decided>,
    /// The IDs of [`Report::non_annotated`].
    pub(crate) non_annotated: Option<Vec<u32>>,
}

/// The IDs in one quantizer's report.
#[derive(Debug, Default)]
pub(crate) struct Decided {
    /// The nodes of each accepted pattern.
    pub(crate) accepted: Jagged,
    /// The annotated inputs of each node in `accepted`, pattern after pattern.
    inputs: Jagged,
    /// The nodes of each rejected pattern.
    pub(crate) rejected: Jagged,
}

impl Names {
    /// Assigns IDs to the names of the graph's nodes, of the patterns and their annotated inputs,
    /// and of the nodes without an annotation.
    pub(crate) fn of(report: &Report) -> Self {
        let mut names = Self::default();
        if let Some(graph) = &report.graph {
            names.add_graph(graph);
        }
        let mut last = 0;
        for quantizer in &report.quantizers {
            let mut decided = Decided::default();
            for pattern in &quantizer.accepted_patterns {
                for node in &pattern.nodes {
                    decided.accepted.push(names.add(&node.name, &mut last));
                    for input in &node.input_qspec_map {
                        decided.inputs.push(names.add(&input.node, &mut last));
                    }
                    decided.inputs.end_list();
                }
                decided.accepted.end_list();
            }
            for pattern in &quantizer.rejected_patterns {
                for name in &pattern.node_names {
                    decided.rejected.push(names.add(name, &mut last));
                }
                decided.rejected.end_list();
            }
            names.decided.push(decided);
        }
        let listed = report.non_annotated();
        names.non_annotated =
            listed.map(|it| it.into_iter().map(|it| names.add(it, &mut last)).collect());
        names
    }

    fn add_graph(&mut self, graph: &Graph) {
        let Self { names, ids, hasher, .. } = self;
        ids.reserve(graph.nodes.len(), |it| hasher.hash_one(names[*it as usize].as_str()));
        for (graph_idx, node) in graph.nodes.iter().enumerate() {
            let id = self.number(&node.name);
            if id as usize == self.graph_idx_of.len() {
                self.graph_idx_of.push(graph_idx as u32);
            }
            self.graph_ids.push(id);
        }
        for (graph_idx, node) in graph.nodes.iter().enumerate() {
            let mut last = self.graph_ids[graph_idx];
            for name in &node.inputs {
                let id = self.add(name, &mut last);
                self.graph_inputs.push(id);
            }
            self.graph_inputs.end_list();
            for input in node.annotation.iter().flat_map(|it| &it.input_qspec_map) {
                let id = self.add(&input.node, &mut last);
                self.graph_annotated.push(id);
            }
            self.graph_annotated.end_list();
        }
    }

    /// The number of names.
    pub(crate) fn len(&self) -> usize {
        self.names.len()
    }

    /// The ID of a name.
    pub(crate) fn id(&self, name: &str) -> Option<usize> {
        let hash = self.hasher.hash_one(name);
        self.ids.find(hash, |it| self.names[*it as usize] == name).map(|it| *it as usize)
    }

    /// The ID of a name that is probably close to the ID `near`, which is searched first.
    ///
    /// A report names its nodes in order, so most lookups succeed there and avoid a cache miss.
    pub(crate) fn id_near(&self, name: &str, near: usize) -> Option<usize> {
        self.find_near(name, near).or_else(|| self.id(name))
    }

    fn find_near(&self, name: &str, near: usize) -> Option<usize> {
        // The node itself, the next ones, and those before, which are its inputs.
        let beside = [0, 1, -1, 2, -2, 3, -3, 4];
        let mut beside = beside.iter().filter_map(|it| near.checked_add_signed(*it));
        beside.find(|id| self.names.get(*id).is_some_and(|it| it == name))
    }

    /// The name of an ID.
    pub(crate) fn name(&self, id: usize) -> &Name {
        &self.names[id]
    }

    /// The ID of the name of a graph node.
    pub(crate) fn graph_id(&self, graph_idx: usize) -> usize {
        self.graph_ids[graph_idx] as usize
    }

    /// The graph index of an ID, if the graph has the node.
    pub(crate) fn graph_idx(&self, id: usize) -> Option<usize> {
        self.graph_idx_of.get(id).map(|it| *it as usize)
    }

    /// The inputs of the graph's nodes, by graph index.
    pub(crate) fn graph_inputs(&self) -> &Jagged {
        &self.graph_inputs
    }

    /// The inputs in the final annotation of a graph node.
    pub(crate) fn graph_annotated(
        &self,
        graph_idx: usize,
    ) -> impl Iterator<Item = usize> + use<'_> {
        self.graph_annotated.get(graph_idx)
    }

    /// The ID of a name that is probably close to the last one.
    fn add(&mut self, name: &Name, last: &mut u32) -> u32 {
        *last = match self.find_near(name, *last as usize) {
            Some(id) => id as u32,
            None => self.number(name),
        };
        *last
    }

    /// The ID of a name, a new one if it has none.
    fn number(&mut self, name: &Name) -> u32 {
        let Self { names, ids, hasher, .. } = self;
        let hash = |name: &Name| hasher.hash_one(name.as_str());
        let is_it = |id: &u32| names[*id as usize] == *name;
        match ids.entry(hash(name), is_it, |id| hash(&names[*id as usize])) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(new) => {
                // A report with more names than fit into this type does not fit into memory.
                let id = names.len() as u32;
                new.insert(id);
                names.push(name.clone());
                id
            }
        }
    }
}

impl Decided {
    /// The annotated inputs of a node of an accepted pattern.
    pub(crate) fn inputs(
        &self,
        pattern_idx: usize,
        node_idx: usize,
    ) -> impl Iterator<Item = usize> + use<'_> {
        self.inputs.get(self.accepted.start(pattern_idx) + node_idx)
    }
}
