//! The distinct nodes behind a report's patterns.
//!
//! A node can be in a rejected pattern and in an accepted one (longer patterns are tried first), in
//! the patterns of several quantizers, and in the list of nodes without an annotation.

use super::index::names::Names;
use crate::report::counts::PREVIOUS_ANNOTATION;
use crate::report::reasons::NO_FLOAT;
use crate::report::{
    AcceptedPattern, AnnotatedNode, NonAnnotatedNodes, QuantizerReport, RejectedPattern, Report,
};
use crate::text::Name;

/// Every distinct node that a report names as accepted, rejected or not annotated, and every node
/// of its graph except parameters without a decision.
///
/// Nodes are in graph order if the source has a graph. Nodes outside the graph follow in the order
/// in which the report first names them: in each quantizer, accepted patterns before rejected ones.
#[derive(Clone, Debug, Default)]
pub struct NodeIndex {
    nodes: Vec<Node>,
    /// Node indices, by name ID.
    node_idx_of: Vec<Option<usize>>,
}

/// A node and all decisions about it.
#[derive(Clone, Debug)]
pub struct Node {
    /// The node's name in the graph.
    pub name: Name,
    /// The ID of the name.
    pub(crate) name_id: usize,
    /// The index in [`crate::report::Graph::nodes`], if the graph has the node.
    pub graph_idx: Option<usize>,
    /// Whether it is a parameter or a constant of the model (a `get_attr` node).
    ///
    /// ExecuTorch listed these among the nodes without an annotation until 2026-05-11. Without a
    /// graph, they are recognized by the names that tracing gives them.
    pub is_parameter: bool,
    /// Whether the source lists it as not annotated; `None` if the source does not show it.
    pub(crate) is_non_annotated: Option<bool>,
    /// The decisions of the quantizers, in order of precedence.
    pub decisions: Vec<Decision>,
}

/// The decision of one quantizer about a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// The quantizer annotated the node as a part of an accepted pattern.
    Accepted {
        /// The index in [`Report::quantizers`].
        quantizer_idx: usize,
        /// The index of the accepted pattern in the quantizer's report.
        pattern_idx: usize,
        /// The index of the node in the pattern.
        node_idx: usize,
    },
    /// The quantizer rejected the node as a part of a pattern.
    Rejected {
        /// The index in [`Report::quantizers`].
        quantizer_idx: usize,
        /// The index of the rejected pattern in the quantizer's report.
        pattern_idx: usize,
    },
}

/// An accepted pattern that contains a given node.
#[derive(Clone, Copy, Debug)]
pub struct Accepted<'r> {
    /// The index in [`Report::quantizers`].
    pub quantizer_idx: usize,
    /// The index of the pattern in the quantizer's report.
    pub pattern_idx: usize,
    /// The pattern.
    pub pattern: &'r AcceptedPattern,
    /// The index of the node in the pattern.
    pub node_idx: usize,
    /// The annotation of the node in the pattern.
    pub annotated: &'r AnnotatedNode,
}

/// A rejected pattern that contains a given node.
#[derive(Clone, Copy, Debug)]
pub struct Rejected<'r> {
    /// The index in [`Report::quantizers`].
    pub quantizer_idx: usize,
    /// The pattern.
    pub pattern: &'r RejectedPattern,
}

impl NodeIndex {
    /// Collects the nodes of `report`, in time linear in the report's size.
    pub fn of(report: &Report) -> Self {
        Self::with_names(report, &Names::of(report))
    }

    pub(crate) fn with_names(report: &Report, names: &Names) -> Self {
        let mut collector = Collector::new(report, names);
        for (graph_idx, node) in report.graph.iter().flat_map(|it| &it.nodes).enumerate() {
            let name_id = names.graph_id(graph_idx);
            // Names should be unique; if they are not, the first node keeps the name. A parameter
            // is added only if a quantizer decided on it.
            if node.op != "get_attr"
                && names.graph_idx(name_id) == Some(graph_idx)
                && let Some(it) = collector.node_of(name_id)
            {
                it.graph_idx = Some(graph_idx);
            }
        }
        for (quantizer_idx, decided) in names.decided.iter().enumerate() {
            for pattern_idx in 0..decided.accepted.len() {
                for (node_idx, name_id) in decided.accepted.get(pattern_idx).enumerate() {
                    let decision = Decision::Accepted { quantizer_idx, pattern_idx, node_idx };
                    collector.decide(name_id, decision);
                }
            }
            for pattern_idx in 0..decided.rejected.len() {
                for name_id in decided.rejected.get(pattern_idx) {
                    collector.decide(name_id, Decision::Rejected { quantizer_idx, pattern_idx });
                }
            }
        }
        for name_id in names.non_annotated.iter().flatten() {
            if let Some(node) = collector.node_of(*name_id as usize) {
                node.is_non_annotated = Some(true);
            }
        }
        collector.finish(report)
    }

    /// The nodes, in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Node> {
        self.nodes.iter()
    }

    /// The node with index `node_idx`.
    pub fn get(&self, node_idx: usize) -> Option<&Node> {
        self.nodes.get(node_idx)
    }

    /// The index of the node whose name has this ID.
    pub(crate) fn index_of(&self, name_id: usize) -> Option<usize> {
        self.node_idx_of.get(name_id).copied().flatten()
    }

    /// The number of distinct nodes.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether the report names no nodes, as at INFO level.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }
}

struct Collector<'a> {
    names: &'a Names,
    nodes: Vec<Node>,
    node_idx_of: Vec<Option<usize>>,
    /// The parameters of the graph: name ID and graph index.
    parameters: Vec<(usize, usize)>,
    has_graph: bool,
}

impl<'a> Collector<'a> {
    fn new(report: &Report, names: &'a Names) -> Self {
        let graph_nodes = report.graph.iter().flat_map(|it| &it.nodes).enumerate();
        let parameters = graph_nodes.filter(|(_, node)| node.op == "get_attr");
        let parameters = parameters.map(|(graph_idx, _)| (names.graph_id(graph_idx), graph_idx));
        let parameters = parameters.filter(|it| names.graph_idx(it.0) == Some(it.1));
        Self {
            names,
            nodes: Vec::with_capacity(names.len()),
            node_idx_of: vec![None; names.len()],
            parameters: parameters.collect(),
            has_graph: report.has_graph(),
        }
    }

    /// The node whose name has this ID, added if it is new.
    fn node_of(&mut self, name_id: usize) -> Option<&mut Node> {
        let node_idx = *self.node_idx_of.get_mut(name_id)?.get_or_insert_with(|| {
            self.nodes.push(Node {
                name: self.names.name(name_id).clone(),
                name_id,
                graph_idx: None,
                is_parameter: false,
                is_non_annotated: None,
                decisions: Vec::new(),
            });
            self.nodes.len() - 1
        });
        self.nodes.get_mut(node_idx)
    }

    fn decide(&mut self, name_id: usize, decision: Decision) {
        // A rejected pattern that names a node twice adds nothing.
        let is_new = |node: &&mut Node| {
            let last = node.decisions.last();
            last.is_none_or(|it| *it != decision || matches!(it, Decision::Accepted { .. }))
        };
        if let Some(node) = self.node_of(name_id).filter(is_new) {
            // Most nodes have one decision.
            if node.decisions.is_empty() {
                node.decisions.reserve_exact(1);
            }
            node.decisions.push(decision);
        }
    }

    fn finish(mut self, report: &Report) -> NodeIndex {
        for (name_id, graph_idx) in std::mem::take(&mut self.parameters) {
            if let Some(node_idx) = self.node_idx_of[name_id] {
                let node = &mut self.nodes[node_idx];
                node.is_parameter = true;
                node.graph_idx = Some(graph_idx);
            }
        }
        if !self.has_graph {
            for node in &mut self.nodes {
                node.is_parameter = is_parameter_name(&node.name);
            }
        }
        self.settle_non_annotated(report);
        // The sort is stable, so without a graph the order does not change.
        let place = |it: &Node| it.graph_idx.unwrap_or(usize::MAX);
        if !self.nodes.is_sorted_by_key(place) {
            self.nodes.sort_by_key(place);
        }
        for (node_idx, node) in self.nodes.iter().enumerate() {
            self.node_idx_of[node.name_id] = Some(node_idx);
        }
        NodeIndex { nodes: self.nodes, node_idx_of: self.node_idx_of }
    }
}

impl Collector<'_> {
    /// Determines whether each node has an annotation. For nodes of the graph, the graph shows it,
    /// since ExecuTorch's list leaves out the nodes of control-flow submodules. Without a graph, a
    /// node that is missing from a complete list is annotated. Otherwise it stays unknown.
    fn settle_non_annotated(&mut self, report: &Report) {
        let lists_names = matches!(report.non_annotated_nodes, Some(NonAnnotatedNodes::Names(_)));
        let is_list_whole = !self.has_graph && lists_names && report.completeness.is_whole();
        let graph_nodes = report.graph.as_ref().map_or(&[][..], |it| &it.nodes);
        for node in &mut self.nodes {
            let in_graph = node.graph_idx.and_then(|it| graph_nodes.get(it));
            match in_graph {
                Some(it) if it.op != "get_attr" => {
                    node.is_non_annotated = Some(it.annotation.is_none());
                }
                Some(it) if it.annotation.is_some() => node.is_non_annotated = Some(false),
                Some(_) => {}
                None if is_list_whole => drop(node.is_non_annotated.get_or_insert(false)),
                None => {}
            }
        }
    }
}

/// Whether this is a name that tracing gives to parameters and constant tensors
/// (`torch/fx/experimental/proxy_tensor.py`, `torch/fx/_symbolic_trace.py`).
pub(crate) fn is_parameter_name(name: &str) -> bool {
    let number = ["_param_constant", "_tensor_constant"]
        .into_iter()
        .find_map(|prefix| name.strip_prefix(prefix));
    number.is_some_and(|it| !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit()))
}

impl Node {
    /// The position of its last accepted pattern: quantizer, pattern, and node in the pattern.
    pub(crate) fn accepted_at(&self) -> Option<(usize, usize, usize)> {
        self.decisions.iter().rev().find_map(|decision| match *decision {
            Decision::Accepted { quantizer_idx, pattern_idx, node_idx } => {
                Some((quantizer_idx, pattern_idx, node_idx))
            }
            Decision::Rejected { .. } => None,
        })
    }

    /// Whether a quantizer accepted it but the source shows that it has no annotation at the end.
    pub(crate) fn is_emptied(&self) -> bool {
        self.is_non_annotated == Some(true) && self.accepted_at().is_some()
    }

    /// Its last accepted pattern, which annotated it last.
    pub fn accepted<'r>(&self, report: &'r Report) -> Option<Accepted<'r>> {
        self.all_accepted(report).next_back()
    }

    /// All its accepted patterns, in order.
    pub(crate) fn all_accepted<'r>(
        &self,
        report: &'r Report,
    ) -> impl DoubleEndedIterator<Item = Accepted<'r>> {
        self.decisions.iter().filter_map(|decision| match *decision {
            Decision::Accepted { quantizer_idx, pattern_idx, node_idx } => {
                let quantizer = report.quantizers.get(quantizer_idx)?;
                let pattern = quantizer.accepted_patterns.get(pattern_idx)?;
                let annotated = pattern.nodes.get(node_idx)?;
                Some(Accepted { quantizer_idx, pattern_idx, pattern, node_idx, annotated })
            }
            Decision::Rejected { .. } => None,
        })
    }

    /// Whether a quantizer rejected it because it has no float input or output.
    pub(crate) fn has_no_float(&self, report: &Report) -> bool {
        self.rejections(report).any(|it| it.pattern.rejection_reason == NO_FLOAT)
    }

    /// The first rejection for a reason other than an earlier annotation, else the first rejection.
    pub fn rejected<'r>(&self, report: &'r Report) -> Option<Rejected<'r>> {
        self.rejections(report)
            .find(|it| it.pattern.rejection_reason != PREVIOUS_ANNOTATION)
            .or_else(|| self.rejections(report).next())
    }

    fn rejections<'r>(&self, report: &'r Report) -> impl Iterator<Item = Rejected<'r>> {
        self.decisions.iter().filter_map(|decision| match *decision {
            Decision::Rejected { quantizer_idx, pattern_idx } => {
                let quantizer = report.quantizers.get(quantizer_idx)?;
                let pattern = quantizer.rejected_patterns.get(pattern_idx)?;
                Some(Rejected { quantizer_idx, pattern })
            }
            Decision::Accepted { .. } => None,
        })
    }
}

impl AcceptedPattern {
    /// Whether any tensor of the pattern has a qspec. If not, its nodes stay float.
    pub fn has_qspec(&self) -> bool {
        self.nodes.iter().any(|node| {
            let inputs = node.input_qspec_map.iter().map(|it| &it.qspec);
            inputs.chain([&node.output_qspec]).flatten().any(|qspec| !qspec.is_no_qspec())
        })
    }
}

/// The label of a qconfig of None in ExecuTorch (`PatternQuantizer.get_quantizer_info`).
const NO_QCONFIG: &str = "NO_QCONFIG";

impl QuantizerReport {
    /// Whether its qconfig is None.
    pub fn has_no_qconfig(&self) -> bool {
        self.quantizer_info.qconfig_label == NO_QCONFIG
    }

    /// Whether it is ExecuTorch's `SharedQspecQuantizer`, which gives nodes the qspec of a neighbour.
    pub(crate) fn is_shared_qspec_quantizer(&self) -> bool {
        self.quantizer_info.name == "SharedQspecQuantizer"
    }

    /// Whether it looks at all nodes (`GlobalNodeFinder` in
    /// `backends/cortex_m/quantizer/node_finders.py`).
    pub(crate) fn targets_all_nodes(&self) -> bool {
        self.quantizer_info.targeted_nodes_description.contains("all nodes")
    }

    /// Whether no node gets a qspec from it, by a qconfig of None or in fact.
    pub fn is_without_qspecs(&self) -> bool {
        let accepted = &self.accepted_patterns;
        self.has_no_qconfig() || (!accepted.is_empty() && accepted.iter().all(|it| !it.has_qspec()))
    }
}

/// A name without the number that makes it unique: `conv2d` of `conv2d_12`, `hardtanh_` of
/// `hardtanh__3`.
pub(crate) fn name_stem(name: &str) -> &str {
    match name.rsplit_once('_') {
        Some((stem, number))
            if !stem.is_empty()
                && !number.is_empty()
                && number.bytes().all(|it| it.is_ascii_digit()) =>
        {
            stem
        }
        _ => name,
    }
}
