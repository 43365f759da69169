//! One node with all that was decided about it.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use crate::analysis::Analysis;
use crate::analysis::explain::Explanation;
use crate::analysis::resolved::Resolved;
use crate::analysis::trail::{Overwrite, TrailStep};
use crate::analysis::verdict::Verdict;
use crate::qspec::QSpec;
use crate::report::{Dim, GraphNode};

/// A node as the detail panel shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NodeDetail {
    /// The node's place in the [`crate::analysis::nodes::NodeIndex`].
    pub node_idx: usize,
    /// The node's name.
    pub name: String,
    /// What became of it.
    pub verdict: Verdict,
    /// What the graph says of it, where the source has a graph.
    pub graph: Option<GraphDetail>,
    /// The annotation in force: the graph's, else the one it was last accepted with.
    pub annotation: Option<AnnotationDetail>,
    /// The nodes of the pattern that it was accepted in last, if there are several; at most
    /// [`MAX_TOLD`].
    pub pattern: Vec<String>,
    /// How many more there are.
    pub n_more_pattern: usize,
    /// What each quantizer did with it, in order of precedence; those that did nothing included.
    pub trail: Vec<TrailStep>,
    /// Whether what a quantizer annotated was changed after that.
    pub overwrite: Option<Overwrite>,
    /// Why it is not quantized, if it is not.
    pub explanation: Option<Explanation>,
    /// Who it reads and who reads it, up to two steps away.
    pub neighbourhood: Neighbourhood,
}

/// What the graph says of a node.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GraphDetail {
    /// The kind of node: `call_function`.
    pub op: String,
    /// What it calls.
    pub target: String,
    /// The path of the innermost module around it and that module's class.
    pub module: Option<(String, String)>,
    /// The output's dtype and shape: `torch.float32 [1, 32, 112, 112]`.
    pub tensor: Option<String>,
    /// Multiply-accumulates of one run, for ops that do any.
    pub macs: Option<u64>,
    /// Numbers measured for it.
    pub metrics: Vec<(String, Option<f64>)>,
}

/// The qspecs of a node.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AnnotationDetail {
    /// Each input, in the source's order; at most [`MAX_TOLD`].
    pub inputs: Vec<InputDetail>,
    /// How many more there are.
    pub n_more_inputs: usize,
    /// The output's qspec.
    pub output: QSpecDetail,
    /// What shares the output's qparams, itself included; at most [`MAX_GROUP`].
    pub shared_group: Vec<String>,
    /// How many more share them.
    pub n_more_shared: usize,
}

/// An annotated input of a node.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InputDetail {
    /// Its name.
    pub name: String,
    /// Whether it is a node of its own; parameters are none.
    pub is_node: bool,
    /// Its qspec on this edge.
    pub qspec: QSpecDetail,
}

/// Inputs and nodes of a pattern that are told one by one.
pub const MAX_TOLD: usize = 100;

/// Members of a group of shared qparams that are told one by one.
pub const MAX_GROUP: usize = 24;

/// A qspec as the source has it, and what it comes to.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct QSpecDetail {
    /// In its full form; `None` is Python's None.
    pub own: Option<String>,
    /// What it comes to, for one that is shared or derived.
    pub resolved: Option<Resolved>,
}

/// The nodes around one, by their distance. Parameters are left out.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Neighbourhood {
    /// All nodes in it.
    pub nodes: Vec<NearNode>,
    /// Places in `nodes`: who is read, and who reads.
    pub edges: Vec<(usize, usize)>,
    /// How many nodes are left out, for there are too many.
    pub n_more: usize,
    /// Whether all edges are known: without a graph, only those of annotated nodes are.
    pub is_complete: bool,
}

/// A node near another one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NearNode {
    /// Its name.
    pub name: String,
    /// What became of it.
    pub verdict: Verdict,
    /// Below 0 for what is read, above for what reads: -2 to 2.
    pub distance: i8,
}

/// Nodes of a [`Neighbourhood`] on one level.
const MAX_ON_LEVEL: usize = 8;

impl Analysis {
    /// All about the node in place `node_idx`.
    pub fn detail(&self, node_idx: usize) -> Option<NodeDetail> {
        let node = self.nodes().get(node_idx)?;
        let pattern = node.accepted(self.report()).map(|it| it.pattern.nodes.as_slice());
        let pattern = pattern.filter(|it| it.len() > 1).unwrap_or_default();
        Some(NodeDetail {
            node_idx,
            name: node.name.to_string(),
            verdict: self.verdict(node_idx),
            graph: self.graph_node(node).map(|it| GraphDetail {
                macs: self.macs(node).filter(|it| *it > 0),
                ..GraphDetail::of(it)
            }),
            annotation: self.annotation_detail(node_idx, node.name_id),
            pattern: pattern.iter().take(MAX_TOLD).map(|it| it.name.to_string()).collect(),
            n_more_pattern: pattern.len().saturating_sub(MAX_TOLD),
            trail: self.trail(node),
            overwrite: self.overwrite(node_idx),
            explanation: self.explain(node_idx),
            neighbourhood: self.neighbourhood(node_idx),
        })
    }

    fn annotation_detail(&self, node_idx: usize, name_id: usize) -> Option<AnnotationDetail> {
        if !self.annotations.is_annotated(name_id) {
            return None;
        }
        let detail = |qspec: Option<&QSpec>, resolved: Option<Resolved>| QSpecDetail {
            own: qspec.map(QSpec::full),
            resolved: resolved.filter(|it| !it.chain.is_empty() || !it.sources.is_empty()),
        };
        let own_inputs = self.annotations.inputs(self.report(), name_id);
        let inputs = own_inputs.iter().zip(self.resolved_inputs(node_idx, MAX_TOLD));
        let inputs = inputs.map(|(own, (name, it))| InputDetail {
            is_node: self.find(&name).is_some(),
            qspec: detail(own.qspec.as_ref(), it),
            name,
        });
        let group = self.shared_group(node_idx);
        Some(AnnotationDetail {
            inputs: inputs.collect(),
            n_more_inputs: own_inputs.len().saturating_sub(MAX_TOLD),
            output: detail(
                self.annotations.output(self.report(), name_id),
                self.resolved_output(node_idx),
            ),
            n_more_shared: group.len().saturating_sub(MAX_GROUP),
            shared_group: group.iter().take(MAX_GROUP).map(ToString::to_string).collect(),
        })
    }

    /// The nodes up to two steps up and two steps down.
    fn neighbourhood(&self, node_idx: usize) -> Neighbourhood {
        let mut this =
            Neighbourhood { is_complete: self.neighbours.is_complete, ..Neighbourhood::default() };
        let mut places = Vec::new();
        let mut left_out = HashSet::new();
        self.place_near(&mut this, &mut places, node_idx, 0);
        for is_input in [true, false] {
            let mut level = vec![node_idx];
            for distance in 1..=2_i8 {
                let mut next = Vec::new();
                for from in level {
                    let others = self.neighbours_of(from).filter(|it| it.1 == is_input);
                    for (other, _) in others {
                        if places.contains(&other) || next.contains(&other) {
                            continue;
                        }
                        match next.len() {
                            MAX_ON_LEVEL => this.n_more += usize::from(left_out.insert(other)),
                            _ => next.push(other),
                        }
                    }
                }
                for other in &next {
                    let distance = if is_input { -distance } else { distance };
                    self.place_near(&mut this, &mut places, *other, distance);
                }
                level = next;
            }
        }
        for (to, consumer) in places.iter().enumerate() {
            for (other, is_input) in self.neighbours_of(*consumer) {
                let from = places.iter().position(|it| *it == other);
                if let (Some(from), true) = (from, is_input)
                    && !this.edges.contains(&(from, to))
                {
                    this.edges.push((from, to));
                }
            }
        }
        this
    }

    fn place_near(
        &self,
        near: &mut Neighbourhood,
        places: &mut Vec<usize>,
        node_idx: usize,
        distance: i8,
    ) {
        if let Some(node) = self.nodes().get(node_idx) {
            let name = node.name.to_string();
            near.nodes.push(NearNode { name, verdict: self.verdict(node_idx), distance });
            places.push(node_idx);
        }
    }
}

impl GraphDetail {
    fn of(node: &GraphNode) -> Self {
        let shape = node.shape.as_ref().map(|shape| {
            let dims = shape.iter().map(|dim| match dim {
                Dim::Size(size) => size.to_string(),
                Dim::Symbol(name) => name.to_string(),
            });
            format!("[{}]", dims.collect::<Vec<_>>().join(", "))
        });
        let dtype = node.dtype.as_ref().map(ToString::to_string);
        let tensor: Vec<String> = dtype.into_iter().chain(shape).collect();
        Self {
            op: node.op.to_string(),
            target: node.target.to_string(),
            module: node.module_stack.last().map(|it| (it.path.to_string(), it.class.to_string())),
            tensor: (!tensor.is_empty()).then(|| tensor.join(" ")),
            macs: None,
            metrics: node.metrics.iter().map(|(name, it)| (name.to_string(), *it)).collect(),
        }
    }
}
