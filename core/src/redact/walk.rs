//! A walk over the names and texts of a report.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::Kind;
use crate::qspec::QuantizationSpec;
use crate::qspec::{DType, EdgeOrNode, QScheme, QSpec};
use crate::report::completeness::{Completeness, ProblemKind};
use crate::report::{
    Dim, Graph, GraphNode, InputQSpec, NonAnnotatedNodes, QuantizerReport, Report,
};
use crate::text::Name;
use crate::text::unknown_fields::UnknownFields;

/// A callback for each string; its result, if any, replaces the string.
pub(super) type Visit<'a> = dyn FnMut(Kind, &str) -> Option<String> + 'a;

/// Visits all strings of a report, except the messages of its problems.
pub(super) fn walk(report: &mut Report, visit: &mut Visit<'_>) {
    let mut walk = Walk { visit };
    walk.text(Kind::Title, &mut report.report_title);
    if let Some(model) = &mut report.model {
        walk.text(Kind::Model, model);
    }
    if let Some(producer) = &mut report.producer {
        walk.text(Kind::Package, &mut producer.name);
        if let Some(version) = &mut producer.version {
            walk.text(Kind::Version, version);
        }
        for (mut package, mut version) in std::mem::take(&mut producer.packages) {
            walk.text(Kind::Package, &mut package);
            walk.text(Kind::Version, &mut version);
            producer.packages.insert(package, version);
        }
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
    walk.unknown(&mut report.unknown);
}

/// Visits the strings of a report's problems, except their messages.
pub(super) fn completeness(completeness: &mut Completeness, visit: &mut Visit<'_>) {
    let mut walk = Walk { visit };
    for problem in &mut completeness.problems {
        match &mut problem.kind {
            ProblemKind::Other(kind) if kind != "unspecified" => walk.name(Kind::Extra, kind),
            _ => {}
        }
        walk.unknown(&mut problem.unknown);
    }
    walk.unknown(&mut completeness.unknown);
}

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
            "call_function" | "call_method" => self.name(Kind::Target, &mut node.target),
            "placeholder" | "output" => self.name(Kind::Node, &mut node.target),
            _ => self.name(Kind::Path, &mut node.target),
        }
        self.name(Kind::FxOp, &mut node.op);
        self.nodes(&mut node.inputs);
        for module in &mut node.module_stack {
            self.name(Kind::Path, &mut module.path);
            self.name(Kind::Class, &mut module.class);
            self.unknown(&mut module.unknown);
        }
        self.tensor(&mut node.shape, &mut node.dtype);
        for output in node.outputs.iter_mut().flatten().flatten() {
            self.tensor(&mut output.shape, &mut output.dtype);
            if let Some(class) = &mut output.class {
                self.name(Kind::ValueClass, class);
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
        for (mut metric, value) in std::mem::take(&mut node.metrics) {
            self.name(Kind::Metric, &mut metric);
            node.metrics.insert(metric, value);
        }
        self.unknown(&mut node.unknown);
    }

    fn tensor(&mut self, shape: &mut Option<Vec<Dim>>, dtype: &mut Option<DType>) {
        for dim in shape.iter_mut().flatten() {
            if let Dim::Symbol(name) = dim {
                self.name(Kind::Symbol, name);
            }
        }
        if let Some(dtype) = dtype {
            self.name(Kind::DType, &mut dtype.0);
        }
    }

    fn quantizer(&mut self, quantizer: &mut QuantizerReport) {
        let info = &mut quantizer.quantizer_info;
        self.text(Kind::Quantizer, &mut info.name);
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
            Some(QSpec::Quantization(spec)) => self.quantization(spec),
            Some(QSpec::FixedQParams(spec)) => {
                if let Some(dtype) = &mut spec.dtype {
                    self.name(Kind::DType, &mut dtype.0);
                }
                self.qscheme(&mut spec.qscheme);
                self.unknown(&mut spec.unknown);
            }
            Some(QSpec::Shared(spec)) => {
                self.edge_or_node(&mut spec.edge_or_node);
                self.unknown(&mut spec.unknown);
            }
            Some(QSpec::Derived(spec)) => {
                self.edge_or_node(&mut spec.derived_from);
                self.name(Kind::DType, &mut spec.dtype.0);
                self.qscheme(&mut spec.qscheme);
                self.unknown(&mut spec.unknown);
            }
            Some(QSpec::Other(spec)) => {
                self.name(Kind::QSpec, &mut spec.class);
                self.fields(&mut spec.fields);
            }
        }
    }

    /// Many tensors share one spec, so it is copied only if a string in it changes.
    fn quantization(&mut self, spec: &mut Arc<QuantizationSpec>) {
        let dtype = (self.visit)(Kind::DType, &spec.dtype.0);
        let qscheme = spec.qscheme.as_ref().and_then(Option::as_ref);
        let qscheme = qscheme.and_then(|it| (self.visit)(Kind::QScheme, &it.0));
        let observer = spec.observer.as_ref().and_then(|it| (self.visit)(Kind::Observer, it));
        let is_other = |new: &Option<String>, old: &str| new.as_ref().is_some_and(|it| it != old);
        let has_changes = spec.unknown.is_some()
            || is_other(&dtype, &spec.dtype.0)
            || qscheme.is_some()
                && spec.qscheme.iter().flatten().any(|it| is_other(&qscheme, &it.0))
            || spec.observer.as_ref().is_some_and(|it| is_other(&observer, it));
        if !has_changes {
            return;
        }
        let spec = Arc::make_mut(spec);
        if let Some(dtype) = dtype {
            spec.dtype = DType(dtype.into());
        }
        if let Some(qscheme) = qscheme {
            spec.qscheme = Some(Some(QScheme(qscheme.into())));
        }
        if let Some(observer) = observer {
            spec.observer = Some(observer.into());
        }
        self.unknown(&mut spec.unknown);
    }

    fn qscheme(&mut self, qscheme: &mut Option<Option<QScheme>>) {
        if let Some(Some(qscheme)) = qscheme {
            self.name(Kind::QScheme, &mut qscheme.0);
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

    fn unknown(&mut self, unknown: &mut UnknownFields) {
        if let Some(fields) = unknown {
            self.fields(fields);
        }
    }

    fn fields(&mut self, fields: &mut Map<String, Value>) {
        for (mut field, mut value) in std::mem::take(fields) {
            match (field.as_str(), &mut value) {
                ("dtype", Value::String(text)) => self.text(Kind::DType, text),
                ("qscheme", Value::String(text)) => self.text(Kind::QScheme, text),
                ("observer", Value::String(text)) => self.text(Kind::Observer, text),
                ("torch_fn" | "target", Value::String(text)) => self.text(Kind::Target, text),
                ("derive_qparams_fn", Value::String(text)) => self.text(Kind::Location, text),
                ("patterns_from", Value::String(text)) if text == "annotations" => {}
                (_, value) => self.value(value),
            }
            self.text(Kind::Key, &mut field);
            fields.insert(field, value);
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
            Value::Object(fields) => self.fields(fields),
        }
    }
}
