//! The report: plain public data, as docs/format.md describes its JSON.
//!
//! Field names are ExecuTorch's (`backends/cortex_m/quantizer_reporter.py`) and torchao's own.
//! Everywhere, `None` means "not in the source", never a default. Where it is Python's None, the
//! field's comment notes it.

pub(crate) mod completeness;
pub(crate) mod counts;
pub(crate) mod graph;
mod qconfig_label;
pub(crate) mod reasons;
#[cfg(feature = "schema")]
pub mod schema;

pub use completeness::{Completeness, Problem, ProblemKind};
pub use counts::Counts;
pub use graph::{Annotation, Dim, Graph, GraphNode, Module, OutputValue};
pub use qconfig_label::qconfig_parts;

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{Deserializer, Error, SeqAccess, Unexpected, Visitor};
use serde::{Deserialize, Serialize};

use crate::qspec::QSpec;
use crate::text::Name;
use crate::text::unknown_fields::UnknownFields;

/// The value of `format` in every report.
pub const FORMAT: &str = "qspect-report";

/// The version of the format that this crate writes, and the newest it reads.
pub const VERSION: u64 = 1;

/// The line between two sections of a report.
pub(crate) const RULE: &str = "----------------------------------------------------------------\
                               ------------------------------------";

/// One report: what every quantizer of a run decided.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Report {
    /// ExecuTorch's title, at most 99 characters: `FINAL QUANTIZATION REPORT`.
    pub report_title: String,
    /// The model's name, if the exporter was given one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// What wrote the report.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub producer: Option<Producer>,
    /// One entry per quantizer, in order of precedence: an earlier one annotates first.
    pub quantizers: Vec<QuantizerReport>,
    /// The nodes without an annotation, as ExecuTorch lists or counts them.
    ///
    /// A source with a graph may leave it out: see [`Report::non_annotated`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub non_annotated_nodes: Option<NonAnnotatedNodes>,
    /// The nodes which ExecuTorch's "PRE-TRANSFORM FOR ANNOTATION QUANTIZATION REPORT" listed
    /// before this report: not marked for quantization, so not decomposed either. Their names are
    /// those of the graph before the transform.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pre_transform_nodes: Vec<Name>,
    /// The final graph, where the exporter saw it; a log has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub graph: Option<Graph>,
    /// Whether the report is whole: see [`Report::check`].
    #[serde(default, skip_serializing_if = "Completeness::is_whole")]
    pub completeness: Completeness,
    /// Fields that only a newer format has.
    #[serde(flatten)]
    pub unknown: UnknownFields,
}

/// What wrote a report, and the packages it ran with.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Producer {
    /// `qspect`.
    pub name: String,
    /// The producer's own version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Versions by package: `executorch`, `torchao`, `torch`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub packages: BTreeMap<String, String>,
    /// Fields that only a newer format has.
    #[serde(flatten)]
    pub unknown: UnknownFields,
}

/// What one quantizer decided (ExecuTorch's `QuantizerReport`).
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct QuantizerReport {
    /// Who it is.
    pub quantizer_info: QuantizerInfo,
    /// Node counts as ExecuTorch printed them, where the source is its text: at INFO level there
    /// is nothing else, and at DEBUG level the patterns rejected for a previous annotation are
    /// counted but never listed. Without it the patterns are counted: see
    /// [`QuantizerReport::node_counts`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub counts: Option<Counts>,
    /// The patterns this quantizer annotated, in order. A qconfig of None accepts as well: then
    /// every qspec is None and the nodes stay float on purpose.
    pub accepted_patterns: Vec<AcceptedPattern>,
    /// The patterns it did not annotate, and why.
    pub rejected_patterns: Vec<RejectedPattern>,
    /// Fields that only a newer format has.
    #[serde(flatten)]
    pub unknown: UnknownFields,
}

/// A quantizer as it describes itself (ExecuTorch's `QuantizerInfo`).
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct QuantizerInfo {
    /// The class: `PatternQuantizer`, `SharedQspecQuantizer`.
    pub name: String,
    /// Which nodes it looks at: `GlobalNodeFinder targeting all nodes`. The order of operators in
    /// it is a Python set's and differs from run to run.
    pub targeted_nodes_description: String,
    /// The qconfig's label, `NO_QCONFIG` for a config of None.
    pub qconfig_label: String,
    /// Where the supported operators are defined; `None` is Python's None here.
    pub support_config_path: Option<String>,
    /// Fields that only a newer format has.
    #[serde(flatten)]
    pub unknown: UnknownFields,
}

/// Nodes which one quantizer annotated together.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AcceptedPattern {
    /// The nodes, in the pattern's order.
    pub nodes: Vec<AnnotatedNode>,
    /// Fields that only a newer format has.
    #[serde(flatten)]
    pub unknown: UnknownFields,
}

/// A node's annotation at the moment its pattern was accepted. A later quantizer may have
/// overwritten it; the final one is in [`GraphNode::annotation`].
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AnnotatedNode {
    /// The node's name in the graph.
    pub name: Name,
    /// The qspec of each annotated input.
    pub input_qspec_map: Vec<InputQSpec>,
    /// The qspec of the output; `None` is Python's None: the output is not annotated.
    pub output_qspec: Option<QSpec>,
    /// Fields that only a newer format has.
    #[serde(flatten)]
    pub unknown: UnknownFields,
}

/// One entry of an `input_qspec_map`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct InputQSpec {
    /// The input node.
    pub node: Name,
    /// Its qspec on this edge; `None` is Python's None.
    pub qspec: Option<QSpec>,
    /// Fields that only a newer format has.
    #[serde(flatten)]
    pub unknown: UnknownFields,
}

/// Nodes which one quantizer rejected together.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RejectedPattern {
    /// The nodes, in the pattern's order.
    pub node_names: Vec<Name>,
    /// Why, in the quantizer's words.
    pub rejection_reason: String,
    /// Fields that only a newer format has.
    #[serde(flatten)]
    pub unknown: UnknownFields,
}

/// The nodes without an annotation: all their names at DEBUG level, their number at INFO level.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum NonAnnotatedNodes {
    /// How many; which ones is not in the source.
    Count(usize),
    /// Which ones, in graph order.
    Names(Vec<Name>),
}

/// By hand: derived code would report an error at the position of the enclosing object.
impl<'de> Deserialize<'de> for NonAnnotatedNodes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NonAnnotatedVisitor)
    }
}

struct NonAnnotatedVisitor;

impl<'de> Visitor<'de> for NonAnnotatedVisitor {
    type Value = NonAnnotatedNodes;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of node names, or the number of nodes where the source has no more")
    }

    fn visit_u64<E: Error>(self, n_nodes: u64) -> Result<NonAnnotatedNodes, E> {
        let count = usize::try_from(n_nodes).map(NonAnnotatedNodes::Count);
        count.map_err(|_| E::invalid_value(Unexpected::Unsigned(n_nodes), &self))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<NonAnnotatedNodes, A::Error> {
        let mut names = Vec::new();
        while let Some(name) = seq.next_element()? {
            names.push(name);
        }
        Ok(NonAnnotatedNodes::Names(names))
    }
}

impl QuantizerInfo {
    /// Whether both descriptions target the same nodes. The operators, types or names after the
    /// colon come from a Python set, so their order has no meaning
    /// (`format_items` in `backends/cortex_m/quantizer/node_finders.py`).
    pub fn has_same_targets(&self, other: &Self) -> bool {
        self.targeted_nodes_description == other.targeted_nodes_description
            || self.targets() == other.targets()
    }

    /// The targeted nodes: a kind and its sorted items, equal for equal targets.
    pub(crate) fn targets(&self) -> (&str, Vec<&str>) {
        let description = self.targeted_nodes_description.as_str();
        let (kind, items) = description.split_once(": ").unwrap_or((description, ""));
        let mut items: Vec<&str> = items.split(", ").collect();
        items.sort_unstable();
        (kind, items)
    }
}

impl Report {
    /// How much of the run the report shows.
    ///
    /// A report that ends before its last section has no count or list of nodes without an
    /// annotation. Its quantizers then show the level: at INFO they count patterns and list none.
    pub fn level(&self) -> Level {
        match self.non_annotated_nodes {
            Some(NonAnnotatedNodes::Count(_)) => Level::Info,
            Some(NonAnnotatedNodes::Names(_)) => Level::Debug,
            None if self.has_graph() => Level::Debug,
            None => {
                let lists = |it: &QuantizerReport| {
                    !it.accepted_patterns.is_empty() || !it.rejected_patterns.is_empty()
                };
                let counts = |it: &QuantizerReport| {
                    it.counts.is_some_and(|it| it.accepted > 0 || it.rejected > 0)
                };
                let is_info =
                    !self.quantizers.iter().any(lists) && self.quantizers.iter().any(counts);
                if is_info { Level::Info } else { Level::Debug }
            }
        }
    }

    /// Whether the source has a graph with nodes in it.
    pub fn has_graph(&self) -> bool {
        self.graph.as_ref().is_some_and(|it| !it.nodes.is_empty())
    }

    /// The names of the nodes without an annotation, in graph order. They come from the source's
    /// list, else from the graph, without `get_attr` nodes: ExecuTorch leaves these out since
    /// 2026-05-11. `None` if the source has neither.
    pub fn non_annotated(&self) -> Option<Vec<&Name>> {
        let graph = self.graph.as_ref().filter(|it| !it.nodes.is_empty());
        match (&self.non_annotated_nodes, graph) {
            (Some(NonAnnotatedNodes::Names(names)), _) => Some(names.iter().collect()),
            (Some(NonAnnotatedNodes::Count(_)), None) | (None, None) => None,
            (_, Some(graph)) => Some(
                graph
                    .nodes
                    .iter()
                    .filter(|node| node.annotation.is_none() && node.op != "get_attr")
                    .map(|node| &node.name)
                    .collect(),
            ),
        }
    }
}

/// ExecuTorch's two levels of a report, named after the logging levels it writes them at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Level {
    /// Counts only.
    #[serde(rename = "INFO")]
    Info,
    /// Node by node.
    #[serde(rename = "DEBUG")]
    Debug,
}

deserialize_object!(Report, "a report object",
    required: [report_title, quantizers], required_lists: [],
    optional: [model, producer, non_annotated_nodes, pre_transform_nodes, graph, completeness],
    optional_lists: []);
deserialize_object!(Producer, "a producer object",
    required: [name], required_lists: [],
    optional: [version, packages], optional_lists: []);
deserialize_object!(QuantizerInfo, "a quantizer_info object",
    required: [name, targeted_nodes_description, qconfig_label], required_lists: [],
    optional: [support_config_path], optional_lists: []);
deserialize_object!(QuantizerReport, "a quantizer's report object",
    required: [quantizer_info, accepted_patterns, rejected_patterns], required_lists: [],
    optional: [counts], optional_lists: []);
deserialize_object!(AcceptedPattern, "an accepted pattern object",
    required: [], required_lists: [nodes],
    optional: [], optional_lists: []);
deserialize_object!(AnnotatedNode, "an annotated node object",
    required: [name], required_lists: [],
    optional: [output_qspec], optional_lists: [input_qspec_map]);
deserialize_object!(InputQSpec, "an object with `node` and `qspec`",
    required: [node, qspec], required_lists: [],
    optional: [], optional_lists: []);
deserialize_object!(RejectedPattern, "a rejected pattern object",
    required: [rejection_reason], required_lists: [node_names],
    optional: [], optional_lists: []);
