//! The details of one node: all decisions about it, its qspecs and its neighbours.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};

use super::annotation_detail::AnnotationDetail;
use crate::analysis::Analysis;
use crate::analysis::explain::Explanation;
use crate::analysis::nodes::Node;
use crate::analysis::trail::{Overwrite, TrailStep};
use crate::analysis::verdict::Verdict;
use crate::report::{Dim, GraphNode};

/// The details of a node, as its panel shows them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NodeDetail {
    /// The node's index in the [`crate::analysis::nodes::NodeIndex`].
    pub node_idx: usize,
    /// The node's name.
    pub name: String,
    /// Its verdict.
    pub verdict: Verdict,
    /// The quantizer that decided, if any did.
    pub owner: Option<OwnerDetail>,
    /// The node at which the output of a fused node is quantized: the last one of its pattern.
    pub quantized_at: Option<String>,
    /// The graph's data of the node, if the source has a graph.
    pub graph: Option<GraphDetail>,
    /// The annotation in force: the graph's, else the one from its last accepted pattern.
    pub annotation: Option<AnnotationDetail>,
    /// The nodes of its last accepted pattern, if there are several; at most [`MAX_NAMES`].
    pub pattern: Vec<String>,
    /// The number of further nodes.
    pub n_more_pattern: usize,
    /// The decision of each quantizer, in order of precedence, including those without one.
    pub trail: Vec<TrailStep>,
    /// The change to a quantizer's annotation after that quantizer made it, if any.
    pub overwrite: Option<Overwrite>,
    /// The reason why it is not quantized, if it is not.
    pub explanation: Option<Explanation>,
    /// The nodes that it reads and that read it, up to two steps away.
    pub neighbourhood: Neighbourhood,
}

/// The quantizer that accepted or rejected a node last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnerDetail {
    /// Its index, counted from 1.
    pub quantizer_no: usize,
    /// Its class.
    pub name: String,
    /// The label of its qconfig.
    pub qconfig_label: String,
}

/// The graph's data of a node.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GraphDetail {
    /// The kind of node: `call_function`.
    pub op: String,
    /// The op that it calls.
    pub target: String,
    /// The path of the innermost module around it and that module's class.
    pub module: Option<(String, String)>,
    /// The output's dtype and shape: `torch.float32 [1, 32, 112, 112]`.
    pub tensor: Option<String>,
    /// Multiply-accumulates of one run, if its op does any.
    pub macs: Option<u64>,
    /// The metrics measured for it.
    pub metrics: Vec<(String, Option<f64>)>,
}

/// The greatest number of inputs or pattern nodes that are listed.
pub const MAX_NAMES: usize = 100;

/// The nodes around a node, with their distance. Parameters are left out.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Neighbourhood {
    /// All nodes in it.
    pub nodes: Vec<NearNode>,
    /// Edges as indices into `nodes`: producer and consumer.
    pub edges: Vec<(usize, usize)>,
    /// The number of nodes that are left out because there are too many.
    pub n_more: usize,
    /// Whether all edges are known: without a graph, only edges of annotated nodes are known.
    pub is_complete: bool,
}

/// A node near another one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NearNode {
    /// Its index in the [`crate::analysis::nodes::NodeIndex`].
    pub node_idx: usize,
    /// Its name.
    pub name: String,
    /// Its verdict.
    pub verdict: Verdict,
    /// The distance, -2 to 2: negative for nodes upstream, positive for nodes downstream.
    pub distance: i8,
}

/// The greatest number of nodes on one level of a [`Neighbourhood`].
const MAX_ON_LEVEL: usize = 8;

impl Analysis {
    /// The details of the node with index `node_idx`.
    pub fn detail(&self, node_idx: usize) -> Option<NodeDetail> {
        let node = self.nodes().get(node_idx)?;
        let pattern = node.accepted(self.report()).map(|it| it.pattern.nodes.as_slice());
        let pattern = pattern.filter(|it| it.len() > 1).unwrap_or_default();
        Some(NodeDetail {
            node_idx,
            name: node.name.to_string(),
            verdict: self.verdict(node_idx),
            owner: self.owner_detail(node),
            quantized_at: self.quantized_at(node_idx, node),
            graph: self.graph_node(node).map(|it| GraphDetail {
                macs: self.macs(node).filter(|it| *it > 0),
                ..GraphDetail::of(it)
            }),
            annotation: self.annotation_detail(node_idx, node.name_id),
            pattern: pattern.iter().take(MAX_NAMES).map(|it| it.name.to_string()).collect(),
            n_more_pattern: pattern.len().saturating_sub(MAX_NAMES),
            trail: self.trail(node),
            overwrite: self.overwrite(node_idx),
            explanation: self.explain(node_idx),
            neighbourhood: self.neighbourhood(node_idx),
        })
    }

    fn owner_detail(&self, node: &Node) -> Option<OwnerDetail> {
        let quantizer_idx = self.decider(node)?;
        let info = &self.report().quantizers.get(quantizer_idx)?.quantizer_info;
        Some(OwnerDetail {
            quantizer_no: quantizer_idx + 1,
            name: info.name.clone(),
            qconfig_label: info.qconfig_label.clone(),
        })
    }

    fn quantized_at(&self, node_idx: usize, node: &Node) -> Option<String> {
        if self.verdict(node_idx) != Verdict::Fused {
            return None;
        }
        let (quantizer_idx, pattern_idx, _) = node.accepted_at()?;
        let site = self.patterns.get(quantizer_idx, pattern_idx)?.output?;
        Some(self.names.name(site).to_string())
    }

    /// The nodes up to two steps upstream and downstream.
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
            near.nodes.push(NearNode { node_idx, name, verdict: self.verdict(node_idx), distance });
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
