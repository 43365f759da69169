//! The analysis of a report, node by node: the base of all views.

pub(crate) mod advice;
pub(crate) mod annotations;
pub(crate) mod bits;
pub(crate) mod coverage;
pub(crate) mod explain;
pub(crate) mod index;
pub(crate) mod islands;
pub(crate) mod lint;
pub(crate) mod macs;
pub(crate) mod metrics;
pub(crate) mod modules;
pub(crate) mod nodes;
pub(crate) mod observers;
pub(crate) mod ops;
pub(crate) mod python_lines;
pub(crate) mod requantized;
pub(crate) mod resolved;
pub(crate) mod totals;
pub(crate) mod trail;
pub(crate) mod verdict;

pub use advice::{Advice, Gain};
pub use coverage::{Coverage, CoverageOf, GroupBy, Share};
pub use explain::{Explanation, Neighbour, Suggestion};
pub use islands::Island;
pub use lint::{Finding, LateAnchor, Lint};
pub use modules::ModuleSummary;
pub use nodes::{Accepted, Decision, Node, NodeIndex, Rejected};
pub use ops::OpLine;
pub use resolved::{MAX_CHAIN, Resolved};
pub use totals::Totals;
pub use trail::{Act, Overwrite, PatternQSpecs, TrailStep};
pub use verdict::{Verdict, VerdictCounts};

use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use crate::report::{GraphNode, Level, Report};
use annotations::Annotations;
use index::names::Names;
use index::neighbours::Neighbours;
use verdict::rules::{Patterns, makes_float, verdicts};

/// A report with the data derived from it.
///
/// It is built once, in time linear in the report's size; queries are then cheap.
#[derive(Debug)]
pub struct Analysis {
    report: Report,
    pub(crate) names: Names,
    nodes: NodeIndex,
    pub(crate) annotations: Annotations,
    pub(crate) neighbours: Neighbours,
    pub(crate) patterns: Patterns,
    verdicts: Vec<Verdict>,
    /// See [`Self::advice`].
    advice: OnceLock<Vec<Advice>>,
}

/// The role of a node in the model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Role {
    /// It computes: a `call_function` node. Headline, coverage, gate and fleet count only these.
    ///
    /// Without a graph, all nodes that the source names count as compute nodes, except parameters
    /// and the node `output`: a log does not show which of them are inputs.
    Compute,
    /// An input of the model (a `placeholder` node), or its `output`.
    InputOutput,
    /// A parameter or a constant of the model (a `get_attr` node).
    Parameter,
    /// The report names it, but the graph does not have it.
    NotInGraph,
}

impl Analysis {
    /// Analyses a report.
    ///
    /// ```
    /// # let json = r#"{"format": "qspect-report", "version": 1, "report_title": "T", "quantizers": [],
    /// #     "non_annotated_nodes": ["relu"]}"#;
    /// # let report = qspect_core::parse("run.qspect.json", json.as_bytes())?.reports.remove(0);
    /// use qspect_core::{Analysis, Verdict};
    ///
    /// let analysis = Analysis::of(report);
    /// for (node_idx, node) in analysis.nodes().iter().enumerate() {
    ///     println!("{}: {}", node.name, analysis.verdict(node_idx).label());
    /// }
    /// assert_eq!(analysis.verdict(0), Verdict::Unmatched);
    /// # Ok::<(), qspect_core::ParseError>(())
    /// ```
    pub fn of(mut report: Report) -> Self {
        // Readers check a report, but a report that was built by hand may be unchecked.
        report.check();
        let names = Names::of(&report);
        let nodes = NodeIndex::with_names(&report, &names);
        let annotations = Annotations::of(&report, &names, &nodes);
        let neighbours = Neighbours::of(&report, &names, &nodes, &annotations);
        let patterns = Patterns::of(&report, &names, &annotations);
        let verdicts = verdicts(&report, &nodes, &annotations, &patterns);
        Self {
            report,
            names,
            nodes,
            annotations,
            neighbours,
            patterns,
            verdicts,
            advice: OnceLock::new(),
        }
    }

    /// The report itself.
    pub fn report(&self) -> &Report {
        &self.report
    }

    /// Whether the report is whole. If it is not, all figures over all nodes are unknown.
    pub fn is_whole(&self) -> bool {
        self.report.completeness.is_whole()
    }

    /// Whether the report is whole and lists its nodes, so that figures over all nodes are known.
    pub fn knows_all_nodes(&self) -> bool {
        self.is_whole() && (self.report.level() == Level::Debug || self.has_graph())
    }

    /// The distinct nodes of the report.
    pub fn nodes(&self) -> &NodeIndex {
        &self.nodes
    }

    /// The verdict of the node with index `node_idx` in [`Self::nodes`].
    pub fn verdict(&self, node_idx: usize) -> Verdict {
        self.verdicts.get(node_idx).copied().unwrap_or(Verdict::Unknown)
    }

    /// The compute nodes by verdict; `None` if the source does not list them all.
    pub fn verdict_counts(&self) -> Option<VerdictCounts> {
        if !self.knows_all_nodes() {
            return None;
        }
        let mut counts = VerdictCounts::default();
        for (node_idx, _) in self.compute_nodes() {
            counts.add(self.verdict(node_idx));
        }
        Some(counts)
    }

    /// The index of a node in [`Self::nodes`].
    pub fn find(&self, name: &str) -> Option<usize> {
        self.nodes.index_of(self.names.id(name)?)
    }

    /// Whether the source has a graph with nodes in it.
    pub fn has_graph(&self) -> bool {
        self.report.has_graph()
    }

    /// The graph's entry for the node, if the source has a graph.
    pub fn graph_node(&self, node: &Node) -> Option<&GraphNode> {
        self.report.graph.as_ref()?.nodes.get(node.graph_idx?)
    }

    /// The role of a node in the model.
    pub fn role(&self, node: &Node) -> Role {
        if node.is_parameter {
            return Role::Parameter;
        }
        if !self.has_graph() {
            // torch.fx gives this name only to the output node.
            return if node.name == "output" { Role::InputOutput } else { Role::Compute };
        }
        match self.graph_node(node).map(|it| it.op.as_str()) {
            None => Role::NotInGraph,
            Some("placeholder" | "output") => Role::InputOutput,
            Some("get_attr") => Role::Parameter,
            Some(_) => Role::Compute,
        }
    }

    /// Whether a node computes: see [`Role::Compute`].
    pub fn is_compute(&self, node: &Node) -> bool {
        self.role(node) == Role::Compute
    }

    /// Whether a node makes a float tensor or may do so.
    pub(crate) fn may_be_float(&self, node_idx: usize) -> bool {
        self.nodes().get(node_idx).is_none_or(|it| makes_float(&self.report, it))
    }
}
