//! Node data for Model Explorer, Google's graph viewer, which colours nodes by it and shows it for
//! each node (`model_explorer/node_data_builder.py` in the package `ai-edge-model-explorer`).
//!
//! Its adapter for PyTorch uses the node names of `torch.fx`, as reports do.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Serialize;

use crate::analysis::Analysis;
use crate::analysis::verdict::Verdict;
use crate::qspec::DType;
use crate::report::GraphNode;

/// The property that nodes are coloured by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NodeData {
    /// The verdict.
    Verdict,
    /// The data type that they compute in.
    DType,
    /// A metric measured for each node, by its name in the report: `sqnr`.
    Metric(String),
}

impl From<&str> for NodeData {
    fn from(name: &str) -> Self {
        match name {
            "verdict" => Self::Verdict,
            "dtype" => Self::DType,
            metric => Self::Metric(metric.to_owned()),
        }
    }
}

/// `GraphNodeData`. Without a graph ID around it, it applies to the graph that is shown.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct GraphNodeData<'a> {
    name: &'a str,
    results: BTreeMap<&'a str, NodeDataResult<'a>>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    gradient: &'static [GradientItem],
    /// For text values: hides their sums, and shows the number of nodes in a module with each
    /// value.
    hide_in_aggregated_stats_table: bool,
    show_expanded_summary_on_group_node: bool,
    show_label_count_columns_in_children_stats_table: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct NodeDataResult<'a> {
    value: Value<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bg_color: Option<&'static str>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Value<'a> {
    Text(Cow<'a, str>),
    Number(f64),
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct GradientItem {
    stop: f64,
    bg_color: &'static str,
}

/// The colours from the smallest to the largest number: light to dark, to be visible without hues.
const GRADIENT: [GradientItem; 3] = [
    GradientItem { stop: 0.0, bg_color: "#fff3d6" },
    GradientItem { stop: 0.5, bg_color: "#7fa9c9" },
    GradientItem { stop: 1.0, bg_color: "#153a75" },
];

/// The values of the nodes with their colours. Nodes without a value, parameters and nodes of
/// subgraphs are left out. Model Explorer shows the latter as different nodes.
pub fn node_data_json(analysis: &Analysis, by: &NodeData) -> String {
    let mut results = BTreeMap::new();
    for (node_idx, node) in analysis.nodes().iter().enumerate() {
        if node.is_parameter || node.name.contains('/') {
            continue;
        }
        let result = match by {
            NodeData::Verdict => {
                let verdict = analysis.verdict(node_idx);
                Some((Value::Text(verdict.label().into()), Some(of_verdict(verdict))))
            }
            NodeData::DType => {
                let dtype = analysis.dtype(node_idx);
                dtype.map(|it| {
                    let color = of_dtype(it.split(' ').next().unwrap_or_default());
                    (Value::Text(it), Some(color))
                })
            }
            NodeData::Metric(name) => {
                let value = analysis.graph_node(node).and_then(|it| metric(it, name));
                value.map(|it| (Value::Number(it), None))
            }
        };
        if let Some((value, bg_color)) = result {
            results.insert(node.name.as_str(), NodeDataResult { value, bg_color });
        }
    }
    let are_words = !matches!(by, NodeData::Metric(_));
    let mut data = GraphNodeData {
        name: match by {
            NodeData::Verdict => "verdict",
            NodeData::DType => "dtype",
            NodeData::Metric(name) => name,
        },
        results,
        gradient: &[],
        hide_in_aggregated_stats_table: are_words,
        show_expanded_summary_on_group_node: are_words,
        show_label_count_columns_in_children_stats_table: are_words,
    };
    if !are_words {
        data.color_numbers();
    }
    // Model Explorer treats data with a key `results` in `results` as data of several graphs.
    let json = match data.results.contains_key("results") {
        true => serde_json::to_string_pretty(&BTreeMap::from([(PYTORCH_GRAPH, data)])),
        false => serde_json::to_string_pretty(&data),
    };
    json.unwrap_or_default()
}

/// The name that the PyTorch adapter gives to the only graph of a program.
const PYTORCH_GRAPH: &str = "graph";

impl GraphNodeData<'_> {
    /// Equal numbers get the middle colour, since they have no range for a gradient.
    fn color_numbers(&mut self) {
        let number = |it: &NodeDataResult<'_>| match it.value {
            Value::Number(it) => it,
            Value::Text(_) => 0.0,
        };
        let mut numbers = self.results.values().map(number);
        let first = numbers.next();
        match numbers.all(|it| Some(it) == first) {
            true => {
                for result in self.results.values_mut() {
                    result.bg_color = Some(GRADIENT[1].bg_color);
                }
            }
            false => self.gradient = &GRADIENT,
        }
    }
}

fn metric(node: &GraphNode, name: &str) -> Option<f64> {
    node.metrics.get(name).copied().flatten()
}

/// The light colours of the page, but distinct for each verdict: Model Explorer counts by colour.
fn of_verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Quantized => "#3f7fd9",
        Verdict::Fused => "#9dc1f2",
        Verdict::FloatByConfig => "#e0a11b",
        Verdict::AnnotatedEmpty => "#f3d48a",
        Verdict::Rejected => "#c8431f",
        Verdict::Unmatched => "#7d8791",
        Verdict::NotFloat => "#dfe3e7",
        Verdict::Unknown => "#c3cad1",
    }
}

/// Integers in blue, wide ones darker; floats in yellow.
fn of_dtype(dtype: &str) -> &'static str {
    match dtype {
        "int8" => "#3f7fd9",
        "uint8" => "#5fb0c9",
        "int16" => "#153a75",
        "uint16" => "#2a6478",
        "int4" => "#9dc1f2",
        "uint4" => "#8fd0e0",
        "int32" => "#6a5fb5",
        "int64" => "#a79fd8",
        "bool" => "#c3cad1",
        "float32" => "#e0a11b",
        "float16" => "#f3d48a",
        "bfloat16" => "#ecc25e",
        "float64" => "#a8720c",
        it if DType(it.into()).is_floating_point() => "#c9b458",
        _ => "#7d8791",
    }
}
