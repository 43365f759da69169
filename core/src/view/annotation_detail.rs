//! The qspecs of one node: a row for each input, and one for the output.

use serde::{Deserialize, Serialize};

use super::node_detail::MAX_NAMES;
use crate::analysis::Analysis;
use crate::analysis::index::shared_chains::QSpecSite;
use crate::analysis::resolved::Resolved;
use crate::qspec::QSpec;
use crate::report::InputQSpec;

/// The qspecs of a node.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AnnotationDetail {
    /// The inputs, in the source's order; at most [`MAX_NAMES`].
    pub inputs: Vec<InputDetail>,
    /// The number of further inputs.
    pub n_more_inputs: usize,
    /// The output's qspec.
    pub output: QSpecDetail,
    /// The members of its group of shared qparams, including the output itself; at most
    /// [`MAX_GROUP`].
    pub shared_group: Vec<String>,
    /// The number of further members.
    pub n_more_shared: usize,
}

/// An annotated input of a node.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct InputDetail {
    /// Its name.
    pub name: String,
    /// What it is for the node.
    pub role: InputRole,
    /// Whether it is a node of the report; parameters are not.
    pub is_node: bool,
    /// Its qspec on this edge.
    pub qspec: QSpecDetail,
}

/// What an input is for the node that reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum InputRole {
    /// The output of another node.
    Input,
    /// The first parameter.
    Weight,
    /// A parameter whose qspec is derived, or the third argument of a convolution or `linear`.
    Bias,
    /// Another parameter.
    Parameter,
}

impl InputRole {
    /// Its name for readers.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Input => "input",
            Self::Weight => "weight",
            Self::Bias => "bias",
            Self::Parameter => "parameter",
        }
    }
}

/// The greatest number of listed members of a group of shared qparams.
pub const MAX_GROUP: usize = 24;

/// A qspec as in the source, and after shared and derived qspecs are followed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct QSpecDetail {
    /// The source's qspec in full; `None` is Python's None.
    pub own: Option<String>,
    /// The result of following it, if it is shared or derived.
    pub resolved: Option<Resolved>,
    /// The arguments of the qspec in force, by name ([`QSpec::arguments`]).
    pub arguments: Vec<(String, String)>,
    /// Where a shared or derived qspec comes from: the end of the chain, or the sources. The
    /// node's own inputs are named by their role.
    pub taken_from: Vec<String>,
}

/// The arguments that have a column, in its order.
const COLUMNS: [&str; 11] = [
    "qspec",
    "dtype",
    "range",
    "quant_min",
    "quant_max",
    "qscheme",
    "ch_axis",
    "is_dynamic",
    "observer",
    "scale",
    "zero_point",
];

impl AnnotationDetail {
    /// The columns of a table of these qspecs: the arguments that are not None in each row.
    pub fn columns(details: &[&QSpecDetail]) -> Vec<&'static str> {
        let is_given = |name: &&str| {
            details.iter().any(|it| it.argument(name).is_some_and(|value| value != "None"))
        };
        COLUMNS.into_iter().filter(is_given).collect()
    }
}

impl AnnotationDetail {
    /// Fills in [`QSpecDetail::taken_from`].
    fn name_sources(&mut self, node: &str) {
        let has_one = |role| self.inputs.iter().filter(|it| it.role == role).count() == 1;
        let edges = self.inputs.iter().map(|it| {
            let name = if has_one(it.role) { it.role.label() } else { &it.name };
            (format!("({}, {node})", it.name), name.to_owned())
        });
        let edges: Vec<(String, String)> = edges.collect();
        let name = |place: &String| {
            let edge = edges.iter().find(|it| it.0 == *place);
            edge.map_or(place, |it| &it.1).clone()
        };
        let qspecs = self.inputs.iter_mut().map(|it| &mut it.qspec).chain([&mut self.output]);
        for qspec in qspecs {
            let Some(Resolved { sources, chain, .. }) = &qspec.resolved else { continue };
            qspec.taken_from = match sources.is_empty() {
                true => chain.last().map(name).into_iter().collect(),
                false => sources.iter().map(|it| name(&it.0)).collect(),
            };
        }
    }
}

impl QSpecDetail {
    /// The value of an argument; `None` if the source or the class does not have it.
    pub fn argument(&self, name: &str) -> Option<&str> {
        self.arguments.iter().find(|it| it.0 == name).map(|it| it.1.as_str())
    }

    /// The arguments without a column: `derive_qparams_fn=…`.
    pub fn other_arguments(&self) -> Vec<String> {
        let others = self.arguments.iter().filter(|it| !COLUMNS.contains(&it.0.as_str()));
        others.map(|(name, value)| format!("{name}={value}")).collect()
    }

    /// How it is taken from there, a line for each step.
    pub fn steps(&self) -> Vec<String> {
        let Some(Resolved { chain, n_more, sources, .. }) = &self.resolved else {
            return Vec::new();
        };
        let more = match n_more {
            0 => String::new(),
            n => format!(" → {n} more"),
        };
        let chain = (!chain.is_empty()).then(|| format!("shared → {}{more}", chain.join(" → ")));
        let sources = sources.iter().map(|(source, qspec)| {
            format!("derived from {source}: {}", qspec.as_deref().unwrap_or("no qspec"))
        });
        chain.into_iter().chain(sources).collect()
    }
}

impl Analysis {
    /// The qspecs of a node, if it is annotated.
    pub(super) fn annotation_detail(
        &self,
        node_idx: usize,
        name_id: usize,
    ) -> Option<AnnotationDetail> {
        if !self.annotations.is_annotated(name_id) {
            return None;
        }
        let own_inputs = self.annotations.inputs(self.report(), name_id);
        let mut has_weight = false;
        let inputs = own_inputs.iter().zip(self.resolved_inputs(node_idx, MAX_NAMES));
        let inputs = inputs.map(|(own, (name, resolved))| {
            let producer = self.names.id(&name);
            let site = producer.and_then(|it| self.annotations.edge(it, name_id));
            let role = self.input_role(name_id, own, &mut has_weight);
            let qspec = self.qspec_detail(own.qspec.as_ref(), site, resolved);
            InputDetail { is_node: self.find(&name).is_some(), role, qspec, name }
        });
        let group = self.shared_group(node_idx);
        let mut detail = AnnotationDetail {
            inputs: inputs.collect(),
            n_more_inputs: own_inputs.len().saturating_sub(MAX_NAMES),
            output: self.qspec_detail(
                self.annotations.output(self.report(), name_id),
                Some(name_id),
                self.resolved_output(node_idx),
            ),
            n_more_shared: group.len().saturating_sub(MAX_GROUP),
            shared_group: group.iter().take(MAX_GROUP).map(ToString::to_string).collect(),
        };
        detail.name_sources(self.names.name(name_id));
        Some(detail)
    }

    fn qspec_detail(
        &self,
        own: Option<&QSpec>,
        site: Option<QSpecSite>,
        resolved: Option<Resolved>,
    ) -> QSpecDetail {
        let in_force = own.and_then(|own| match own {
            QSpec::Shared(_) => self.annotations.resolved(site?),
            _ => Some(own),
        });
        QSpecDetail {
            own: own.map(QSpec::full),
            resolved: resolved.filter(|it| !it.chain.is_empty() || !it.sources.is_empty()),
            arguments: in_force.map(QSpec::arguments).unwrap_or_default(),
            taken_from: Vec::new(),
        }
    }

    fn input_role(&self, name_id: usize, input: &InputQSpec, has_weight: &mut bool) -> InputRole {
        let Some(producer) = self.names.id(&input.node) else { return InputRole::Input };
        if !self.is_parameter_named(producer) {
            return InputRole::Input;
        }
        if matches!(input.qspec, Some(QSpec::Derived(_))) {
            return InputRole::Bias;
        }
        if !std::mem::replace(has_weight, true) {
            return InputRole::Weight;
        }
        let has_bias = self.graph_node_of(name_id).is_some_and(|it| {
            it.target.starts_with("aten.conv") || it.target.starts_with("aten.linear")
        });
        let is_third = || self.neighbours.inputs(name_id).nth(2) == Some(producer);
        if has_bias && is_third() { InputRole::Bias } else { InputRole::Parameter }
    }
}
