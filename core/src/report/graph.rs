//! The graph of a report: its nodes with shapes, modules and annotations.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserializer, Error, Unexpected, Visitor};
use serde::{Deserialize, Serialize};

use super::InputQSpec;
use crate::qspec::{DType, QSpec};
use crate::text::Name;
use crate::text::unknown_fields::UnknownFields;

/// The graph after annotation, nodes in topological order.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Graph {
    /// The nodes, in the graph's order.
    pub nodes: Vec<GraphNode>,
    /// Fields that only a newer format has.
    #[serde(flatten)]
    pub unknown: UnknownFields,
}

/// One node of a `torch.fx` graph.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GraphNode {
    /// Unique in the graph.
    pub name: Name,
    /// `placeholder`, `get_attr`, `call_function`, `call_module`, `call_method` or `output`.
    pub op: Name,
    /// What it calls: `aten.conv2d.default`.
    pub target: Name,
    /// The nodes it reads, each once, in the order in which its arguments name them.
    pub inputs: Vec<Name>,
    /// The modules around it, outermost first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub module_stack: Vec<Module>,
    /// The output's shape, where it is one tensor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shape: Option<Vec<Dim>>,
    /// The output's dtype, where it is one tensor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dtype: Option<DType>,
    /// The values it returns, if they are several or not a tensor; `None` in the list is Python's
    /// None.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outputs: Option<Vec<Option<OutputValue>>>,
    /// The path of the control-flow submodule that it is in, without its own name:
    /// `cond/true_graph_0`. `None` at the top level.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subgraph: Option<Name>,
    /// The annotation the node ended up with; `None`: it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub annotation: Option<Annotation>,
    /// Numbers measured for this node, by name; `None` for one that is not finite.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub metrics: BTreeMap<Name, Option<f64>>,
    /// Fields that only a newer format has.
    #[serde(flatten)]
    pub unknown: UnknownFields,
}

/// One of several values that a node returns.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OutputValue {
    /// A tensor's shape.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shape: Option<Vec<Dim>>,
    /// A tensor's dtype.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dtype: Option<DType>,
    /// The class of a value that is not a tensor: `SymInt`.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub class: Option<Name>,
    /// A value that is not a tensor, as Python prints it: `s0`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<Name>,
    /// Fields that only a newer format has.
    #[serde(flatten)]
    pub unknown: UnknownFields,
}

/// A module around a node.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Module {
    /// Its path from the model: `features.0`.
    pub path: Name,
    /// Its class: `Conv2d`.
    #[serde(rename = "type")]
    pub class: Name,
    /// Fields that only a newer format has.
    #[serde(flatten)]
    pub unknown: UnknownFields,
}

/// One dimension of a shape.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum Dim {
    /// A size.
    Size(i64),
    /// A symbolic size: `s0`.
    Symbol(Name),
}

/// By hand: each node has about four of these, and derived code would copy each value first.
impl<'de> Deserialize<'de> for Dim {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(DimVisitor)
    }
}

struct DimVisitor;

impl Visitor<'_> for DimVisitor {
    type Value = Dim;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a size or the name of a symbolic one")
    }

    fn visit_i64<E: Error>(self, size: i64) -> Result<Dim, E> {
        Ok(Dim::Size(size))
    }

    fn visit_u64<E: Error>(self, size: u64) -> Result<Dim, E> {
        let size = i64::try_from(size).map(Dim::Size);
        size.map_err(|_| E::invalid_value(Unexpected::Other("a size beyond 2^63"), &self))
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Dim, E> {
        Ok(Dim::Symbol(name.into()))
    }
}

/// A node's annotation (torchao's `QuantizationAnnotation`).
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Annotation {
    /// The qspec of each annotated input.
    #[serde(default)]
    pub input_qspec_map: Vec<InputQSpec>,
    /// The qspec of the output; `None` is Python's None.
    #[serde(default)]
    pub output_qspec: Option<QSpec>,
    /// Whether the node's inputs may share an observer with the tensor's other readers and its
    /// producer; `None` is torchao's default, true.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allow_implicit_sharing: Option<bool>,
    /// Fields that only a newer format has.
    #[serde(flatten)]
    pub unknown: UnknownFields,
}

impl GraphNode {
    /// Whether the node outputs a float tensor. A dtype that the source does not record counts as
    /// float; a value that is not a tensor, such as a `SymInt`, does not.
    pub fn makes_float(&self) -> bool {
        let is_float = |dtype: &Option<DType>| {
            dtype.as_ref().and_then(DType::is_integer).is_none_or(|is_integer| !is_integer)
        };
        match (&self.dtype, &self.outputs) {
            (None, Some(outputs)) => outputs.iter().flatten().any(|output| {
                let is_tensor = output.class.is_none() || output.dtype.is_some();
                is_tensor && is_float(&output.dtype)
            }),
            (dtype, _) => is_float(dtype),
        }
    }
}

deserialize_object!(Graph, "a graph object",
    required: [nodes], required_lists: [],
    optional: [], optional_lists: []);
deserialize_object!(GraphNode, "a graph node object",
    required: [name, op, target], required_lists: [inputs],
    optional: [shape, dtype, outputs, subgraph, annotation, metrics], optional_lists: [module_stack]);
deserialize_object!(OutputValue, "an output object or null",
    required: [], required_lists: [],
    optional: [shape, dtype, class = "type", value], optional_lists: []);
deserialize_object!(Module, "a module object",
    required: [path, class = "type"], required_lists: [],
    optional: [], optional_lists: []);
deserialize_object!(Annotation, "an annotation object",
    required: [], required_lists: [],
    optional: [output_qspec, allow_implicit_sharing], optional_lists: [input_qspec_map]);
