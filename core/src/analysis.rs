//! What the report comes to, node by node: the base of everything that is shown.

use crate::annotations::Annotations;
use crate::names::Names;
use crate::neighbours::Neighbours;
use crate::verdict::{Patterns, VerdictCounts, verdicts};
use crate::{GraphNode, Node, NodeIndex, Report, Verdict};

/// A report with all that follows from it.
///
/// Made once, in time linear in the report's size; what is asked of it then is cheap.
#[derive(Debug)]
pub struct Analysis {
    report: Report,
    pub(crate) names: Names,
    nodes: NodeIndex,
    pub(crate) annotations: Annotations,
    pub(crate) neighbours: Neighbours,
    pub(crate) patterns: Patterns,
    verdicts: Vec<Verdict>,
}

impl Analysis {
    /// Works out what became of each node of `report`.
    pub fn of(report: Report) -> Self {
        let names = Names::of(&report);
        let nodes = NodeIndex::with_names(&report, &names);
        let annotations = Annotations::of(&report, &names, &nodes);
        let neighbours = Neighbours::of(&report, &names, &nodes, &annotations);
        let patterns = Patterns::of(&report, &names, &annotations);
        let verdicts = verdicts(&report, &nodes, &annotations, &patterns);
        Self { report, names, nodes, annotations, neighbours, patterns, verdicts }
    }

    /// The report itself.
    pub fn report(&self) -> &Report {
        &self.report
    }

    /// Its distinct nodes.
    pub fn nodes(&self) -> &NodeIndex {
        &self.nodes
    }

    /// What became of the node in place `node_idx` of [`Self::nodes`].
    pub fn verdict(&self, node_idx: usize) -> Verdict {
        self.verdicts.get(node_idx).copied().unwrap_or(Verdict::Unknown)
    }

    /// All nodes by verdict.
    pub fn verdict_counts(&self) -> VerdictCounts {
        VerdictCounts::of(&self.verdicts)
    }

    /// The place of a node in [`Self::nodes`].
    pub fn find(&self, name: &str) -> Option<usize> {
        self.nodes.place(self.names.id(name)?)
    }

    /// Whether the source has a graph with nodes in it.
    pub fn has_graph(&self) -> bool {
        self.report.graph.as_ref().is_some_and(|it| !it.nodes.is_empty())
    }

    /// What the graph says of a node, where the source has a graph.
    pub fn graph_node(&self, node: &Node) -> Option<&GraphNode> {
        self.report.graph.as_ref()?.nodes.get(node.graph_idx?)
    }

    /// Whether a node is one that coverage counts: what computes (`call_function`), or, where no
    /// graph tells, any node that is no parameter.
    pub fn is_compute(&self, node: &Node) -> bool {
        match (self.has_graph(), self.graph_node(node)) {
            (true, graph_node) => graph_node.is_some_and(|it| it.op == "call_function"),
            (false, _) => !node.is_parameter,
        }
    }
}
