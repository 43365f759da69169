//! One node with all that was decided about it.

use serde::{Deserialize, Serialize};

use crate::{Decision, Dim, InputQSpec, NodeIndex, Outcome, QSpec, QuantizerReport, Report};

/// A node as the detail panel shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NodeDetail {
    /// The node's place in the [`NodeIndex`].
    pub node_idx: usize,
    /// The node's name.
    pub name: String,
    /// What became of it.
    pub outcome: Outcome,
    /// What the graph says of it, where the source has a graph.
    pub graph: Option<GraphDetail>,
    /// The annotation it was last accepted with.
    pub annotation: Option<AnnotationDetail>,
    /// What each quantizer did with it, in order of precedence; those that did nothing included.
    pub trail: Vec<TrailStep>,
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
    /// Numbers measured for it.
    pub metrics: Vec<(String, Option<f64>)>,
}

/// Qspecs in their full form, `None` for Python's None.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AnnotationDetail {
    /// Each input with its qspec.
    pub inputs: Vec<(String, Option<String>)>,
    /// The output's qspec.
    pub output: Option<String>,
    /// The nodes of the pattern, if it has several.
    pub pattern: Vec<String>,
}

/// What one quantizer did with a node.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrailStep {
    /// The quantizer's class.
    pub quantizer: String,
    /// Its qconfig's label.
    pub qconfig_label: String,
    /// All it did; empty: it did not touch the node.
    pub acts: Vec<Act>,
}

/// One thing that a quantizer did.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Act {
    /// Accepted the node.
    Accepted {
        /// Which of its patterns, counted from 1.
        pattern_no: usize,
    },
    /// Rejected it.
    Rejected {
        /// Why.
        reason: String,
        /// The pattern's nodes.
        pattern: Vec<String>,
    },
}

impl NodeDetail {
    /// All about the node in place `node_idx` of `nodes`, which are those of `report`.
    pub fn of(report: &Report, nodes: &NodeIndex, node_idx: usize) -> Option<Self> {
        let node = nodes.get(node_idx)?;
        let annotation = node.accepted(report).map(|(_, pattern, annotated)| AnnotationDetail {
            inputs: annotated.input_qspec_map.iter().map(full_input).collect(),
            output: full(annotated.output_qspec.as_ref()),
            pattern: match pattern.nodes.as_slice() {
                [_] => Vec::new(),
                nodes => nodes.iter().map(|it| it.name.to_string()).collect(),
            },
        });
        let trail = report.quantizers.iter().enumerate();
        let trail = trail.map(|(quantizer_idx, quantizer)| TrailStep {
            quantizer: quantizer.quantizer_info.name.clone(),
            qconfig_label: quantizer.quantizer_info.qconfig_label.clone(),
            acts: node
                .decisions
                .iter()
                .filter_map(|decision| act(quantizer, quantizer_idx, *decision))
                .collect(),
        });
        Some(Self {
            node_idx,
            name: node.name.to_string(),
            outcome: node.outcome,
            graph: node.graph_idx.and_then(|it| GraphDetail::of(report, it)),
            annotation,
            trail: trail.collect(),
        })
    }
}

impl GraphDetail {
    fn of(report: &Report, graph_idx: usize) -> Option<Self> {
        let node = report.graph.as_ref()?.nodes.get(graph_idx)?;
        let shape = node.shape.as_ref().map(|shape| {
            let dims = shape.iter().map(|dim| match dim {
                Dim::Size(size) => size.to_string(),
                Dim::Symbol(name) => name.to_string(),
            });
            format!("[{}]", dims.collect::<Vec<_>>().join(", "))
        });
        let dtype = node.dtype.as_ref().map(ToString::to_string);
        let tensor: Vec<String> = dtype.into_iter().chain(shape).collect();
        Some(Self {
            op: node.op.to_string(),
            target: node.target.to_string(),
            module: node.module_stack.last().map(|it| (it.path.to_string(), it.class.to_string())),
            tensor: (!tensor.is_empty()).then(|| tensor.join(" ")),
            metrics: node.metrics.iter().map(|(name, it)| (name.to_string(), *it)).collect(),
        })
    }
}

fn act(quantizer: &QuantizerReport, own_idx: usize, decision: Decision) -> Option<Act> {
    match decision {
        Decision::Accepted { quantizer_idx, pattern_idx, .. } if quantizer_idx == own_idx => {
            Some(Act::Accepted { pattern_no: pattern_idx + 1 })
        }
        Decision::Rejected { quantizer_idx, pattern_idx } if quantizer_idx == own_idx => {
            let pattern = quantizer.rejected_patterns.get(pattern_idx)?;
            Some(Act::Rejected {
                reason: pattern.rejection_reason.clone(),
                pattern: pattern.node_names.iter().map(ToString::to_string).collect(),
            })
        }
        _ => None,
    }
}

fn full_input(input: &InputQSpec) -> (String, Option<String>) {
    (input.node.to_string(), full(input.qspec.as_ref()))
}

fn full(qspec: Option<&QSpec>) -> Option<String> {
    qspec.map(|it| format!("{it:#}"))
}
