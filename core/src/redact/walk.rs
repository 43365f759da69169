//! Where in a report the names and the texts are.

use std::sync::Arc;

use serde_json::Value;

use crate::{
    Dim, EdgeOrNode, Graph, GraphNode, InputQSpec, Name, NonAnnotatedNodes, QSpec, QuantizerReport,
    Report, Unknown,
};

/// What a string in a report is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A node's name.
    Node,
    /// A module's or a parameter's path.
    Path,
    /// A module's class.
    Class,
    /// The model's name.
    Model,
    /// A symbolic size: `s0`, `2*s0`.
    Symbol,
    /// ExecuTorch's title, which may not grow too long.
    Title,
    /// Which nodes a quantizer looks at.
    Targets,
    /// Where something is defined.
    Location,
    /// Any other words of a quantizer.
    Text,
    /// A string that this version of the format does not know.
    Extra,
}

/// Told of each string; what it returns takes the string's place.
pub(super) type Visit<'a> = dyn FnMut(Kind, &str) -> Option<String> + 'a;

/// Goes through all strings of a report but torch's own words: ops, dtypes, qschemes, classes of
/// quantizers, qspecs and observers, and the names of metrics and fields.
pub(super) fn walk(report: &mut Report, visit: &mut Visit<'_>) {
    let mut walk = Walk { visit };
    walk.text(Kind::Title, &mut report.report_title);
    if let Some(model) = &mut report.model {
        walk.text(Kind::Model, model);
    }
    if let Some(producer) = &mut report.producer {
        walk.unknown(&mut producer.unknown);
    }
    if let Some(graph) = &mut report.graph {
        walk.graph(graph);
    }
    for quantizer in &mut report.quantizers {
        walk.quantizer(quantizer);
    }
    if let Some(NonAnnotatedNodes::Names(names)) = &mut report.non_annotated_nodes {
        walk.nodes(names);
    }
    walk.nodes(&mut report.pre_transform_nodes);
    for problem in &mut report.completeness.problems {
        walk.text(Kind::Text, &mut problem.message);
        walk.unknown(&mut problem.unknown);
    }
    walk.unknown(&mut report.completeness.unknown);
    walk.unknown(&mut report.unknown);
}

/// What the exporter calls the fields of objects that the format does not know.
const OWN_FIELDS: [&str; 7] = ["dtype", "list", "node", "reason", "shape", "type", "value"];

struct Walk<'a, 'b> {
    visit: &'a mut Visit<'b>,
}

impl Walk<'_, '_> {
    fn text(&mut self, kind: Kind, text: &mut String) {
        if let Some(other) = (self.visit)(kind, text) {
            *text = other;
        }
    }

    fn name(&mut self, kind: Kind, name: &mut Name) {
        if let Some(other) = (self.visit)(kind, name) {
            *name = other.into();
        }
    }

    fn nodes(&mut self, names: &mut [Name]) {
        for name in names {
            self.name(Kind::Node, name);
        }
    }

    fn graph(&mut self, graph: &mut Graph) {
        for node in &mut graph.nodes {
            self.graph_node(node);
        }
        self.unknown(&mut graph.unknown);
    }

    fn graph_node(&mut self, node: &mut GraphNode) {
        self.name(Kind::Node, &mut node.name);
        match node.op.as_str() {
            "call_function" | "call_method" => {}
            "placeholder" | "output" => self.name(Kind::Node, &mut node.target),
            _ => self.name(Kind::Path, &mut node.target),
        }
        self.nodes(&mut node.inputs);
        for module in &mut node.module_stack {
            self.name(Kind::Path, &mut module.path);
            self.name(Kind::Class, &mut module.class);
            self.unknown(&mut module.unknown);
        }
        for dim in node.shape.iter_mut().flatten() {
            if let Dim::Symbol(name) = dim {
                self.name(Kind::Symbol, name);
            }
        }
        for output in node.outputs.iter_mut().flatten().flatten() {
            for dim in output.shape.iter_mut().flatten() {
                if let Dim::Symbol(name) = dim {
                    self.name(Kind::Symbol, name);
                }
            }
            if let Some(value) = &mut output.value {
                self.name(Kind::Symbol, value);
            }
            self.unknown(&mut output.unknown);
        }
        if let Some(path) = &mut node.subgraph {
            self.name(Kind::Node, path);
        }
        if let Some(annotation) = &mut node.annotation {
            self.inputs(&mut annotation.input_qspec_map);
            self.qspec(&mut annotation.output_qspec);
            self.unknown(&mut annotation.unknown);
        }
        self.unknown(&mut node.unknown);
    }

    fn quantizer(&mut self, quantizer: &mut QuantizerReport) {
        let info = &mut quantizer.quantizer_info;
        self.text(Kind::Targets, &mut info.targeted_nodes_description);
        self.text(Kind::Text, &mut info.qconfig_label);
        if let Some(path) = &mut info.support_config_path {
            self.text(Kind::Location, path);
        }
        self.unknown(&mut info.unknown);
        for pattern in &mut quantizer.accepted_patterns {
            for node in &mut pattern.nodes {
                self.name(Kind::Node, &mut node.name);
                self.inputs(&mut node.input_qspec_map);
                self.qspec(&mut node.output_qspec);
                self.unknown(&mut node.unknown);
            }
            self.unknown(&mut pattern.unknown);
        }
        for pattern in &mut quantizer.rejected_patterns {
            self.nodes(&mut pattern.node_names);
            self.text(Kind::Text, &mut pattern.rejection_reason);
            self.unknown(&mut pattern.unknown);
        }
        self.unknown(&mut quantizer.unknown);
    }

    fn inputs(&mut self, inputs: &mut [InputQSpec]) {
        for input in inputs {
            self.name(Kind::Node, &mut input.node);
            self.qspec(&mut input.qspec);
            self.unknown(&mut input.unknown);
        }
    }

    fn qspec(&mut self, qspec: &mut Option<QSpec>) {
        match qspec {
            None => {}
            // One of them is there for many tensors.
            Some(QSpec::Quantization(spec)) if spec.unknown.is_none() => {}
            Some(QSpec::Quantization(spec)) => self.unknown(&mut Arc::make_mut(spec).unknown),
            Some(QSpec::FixedQParams(spec)) => self.unknown(&mut spec.unknown),
            Some(QSpec::Shared(spec)) => {
                self.edge_or_node(&mut spec.edge_or_node);
                self.unknown(&mut spec.unknown);
            }
            Some(QSpec::Derived(spec)) => {
                self.edge_or_node(&mut spec.derived_from);
                self.unknown(&mut spec.unknown);
            }
            Some(QSpec::Other(spec)) => {
                for (field, value) in &mut spec.fields {
                    self.field(field, value);
                }
            }
        }
    }

    fn edge_or_node(&mut self, edge_or_node: &mut EdgeOrNode) {
        match edge_or_node {
            EdgeOrNode::Node(name) => self.name(Kind::Node, name),
            EdgeOrNode::Tuple(items) | EdgeOrNode::List(items) => {
                for item in items {
                    self.edge_or_node(item);
                }
            }
        }
    }

    fn unknown(&mut self, unknown: &mut Unknown) {
        for (field, value) in unknown.iter_mut().flat_map(|it| it.iter_mut()) {
            self.field(field, value);
        }
    }

    /// What the exporter writes beside the format has words of torch, and else no words at all.
    fn field(&mut self, field: &str, value: &mut Value) {
        match (field, value) {
            ("torch_fn" | "patterns_from", Value::String(_)) => {}
            ("derive_qparams_fn", Value::String(text)) => self.text(Kind::Location, text),
            (_, value) => self.value(value),
        }
    }

    fn value(&mut self, value: &mut Value) {
        match value {
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
            Value::String(text) => self.text(Kind::Extra, text),
            Value::Array(items) => {
                for item in items {
                    self.value(item);
                }
            }
            Value::Object(fields) => {
                for (mut field, mut value) in std::mem::take(fields) {
                    // Any other key may as well be a name.
                    if !OWN_FIELDS.contains(&field.as_str()) {
                        self.text(Kind::Extra, &mut field);
                    }
                    self.value(&mut value);
                    fields.insert(field, value);
                }
            }
        }
    }
}
