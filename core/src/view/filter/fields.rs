//! The fields of the filter language.

use crate::text::Name;

/// A field and its use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldHelp {
    /// The field's name.
    pub name: &'static str,
    /// A term with it.
    pub example: &'static str,
    /// What it compares.
    pub help: &'static str,
}

/// A field that is compared as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TextField {
    Name,
    Op,
    Module,
    Class,
    Verdict,
    By,
    In,
    DType,
    Scheme,
    Weight,
    Bias,
    Input,
    Output,
    Observer,
    Reason,
    Shape,
}

/// A field that is compared as a number.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum NumberField {
    Bits,
    Axis,
    Macs,
    Params,
    Metric(Name),
}

/// All fields. A metric of the report is a field too.
pub const FIELDS: [FieldHelp; 20] = [
    help("name", "name:conv2d_1", "part of the node's name"),
    help("op", "op:conv2d", "part of the op that it calls"),
    help("module", "module:features.1", "the path of a module around it; not features.10"),
    help("class", "class:Linear", "part of the class of a module around it"),
    help("verdict", "verdict:rejected", "its verdict; float and quantized are groups of verdicts"),
    help("by", "by:2", "the quantizer that decided: its number, or part of its class or qconfig"),
    help("in", "in:relu", "part of the name of a node that it reads"),
    help("dtype", "dtype:int16", "the dtype of the output's qspec"),
    help("bits", "bits<16", "the width of its quantized activations"),
    help("scheme", "scheme:per_tensor", "part of the qscheme of the output"),
    help("axis", "axis:0", "the channel axis of the weight, else of the output"),
    help("weight", "weight:per_channel", "part of the weight's qspec"),
    help("bias", "bias:int32", "part of the bias's qspec"),
    help("input", "input:int8", "part of the qspec of an input that is no parameter"),
    help("output", "output:Histogram", "part of the output's qspec"),
    help("observer", "observer:Histogram", "part of the observer of one of its qspecs"),
    help("reason", "reason:\"non-quantized\"", "part of the reason why it has no qspec"),
    help("shape", "shape:1x96", "part of the output's shape"),
    help("macs", "macs>1M", "multiply-accumulates"),
    help("params", "params>=10k", "elements of its parameters"),
];

/// The values of `verdict:` beside the verdicts: a group of them, and roles of other nodes.
pub(super) const VERDICTS: [&str; 4] = ["float", "input_output", "parameter", "not_in_graph"];

const fn help(name: &'static str, example: &'static str, help: &'static str) -> FieldHelp {
    FieldHelp { name, example, help }
}

impl TextField {
    pub(super) fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "name" => Self::Name,
            "op" => Self::Op,
            "module" => Self::Module,
            "class" => Self::Class,
            "verdict" => Self::Verdict,
            "by" => Self::By,
            "in" => Self::In,
            "dtype" => Self::DType,
            "scheme" => Self::Scheme,
            "weight" => Self::Weight,
            "bias" => Self::Bias,
            "input" => Self::Input,
            "output" => Self::Output,
            "observer" => Self::Observer,
            "reason" => Self::Reason,
            "shape" => Self::Shape,
            _ => return None,
        })
    }
}

impl TextField {
    /// Whether only a graph has it.
    pub(super) fn needs_graph(self) -> bool {
        matches!(self, Self::Op | Self::Module | Self::Class | Self::Shape)
    }
}

impl NumberField {
    /// Whether only a graph has it.
    pub(super) fn needs_graph(&self) -> bool {
        matches!(self, Self::Macs | Self::Params | Self::Metric(_))
    }

    pub(super) fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "bits" => Self::Bits,
            "axis" => Self::Axis,
            "macs" => Self::Macs,
            "params" => Self::Params,
            _ => return None,
        })
    }
}
