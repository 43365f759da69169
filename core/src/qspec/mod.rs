//! Quantization specs (qspecs): how one tensor is to be quantized.
//!
//! The variants follow torchao's classes (`torchao/quantization/pt2e/quantizer/quantizer.py`).
//! A qspec says nothing of the result; only fixed ones carry `scale` and `zero_point`.

mod display;
mod fields;
mod intern;
mod json;
mod repr;

use std::borrow::Cow;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::text::Name;
use crate::text::unknown_fields::UnknownFields;

/// A quantization spec. Python's None is `Option::None` around it.
///
/// `{}` prints exactly what ExecuTorch's `qspec_repr` prints. `{:#}` adds, in the same style, what
/// tells specs apart and the source knows: qscheme, ch_axis, is_dynamic, observer, scale and
/// zero_point.
#[derive(Clone, Debug, PartialEq)]
pub enum QSpec {
    /// `QuantizationSpec`, or a subclass of it.
    /// Shared: a report has a few of them, each for many tensors.
    Quantization(Arc<QuantizationSpec>),
    /// `FixedQParamsQuantizationSpec`.
    FixedQParams(Box<FixedQParamsQuantizationSpec>),
    /// `SharedQuantizationSpec`: the same qparams as another edge or node.
    Shared(Box<SharedQuantizationSpec>),
    /// `DerivedQuantizationSpec`: qparams computed from those of other edges or nodes.
    Derived(Box<DerivedQuantizationSpec>),
    /// Any other: a class that torchao does not have, or in reports of ExecuTorch before 1.3 the
    /// name of a constant (`INT8_WEIGHT_PER_CHANNEL_QSPEC`).
    Other(Box<OtherSpec>),
}

/// `QuantizationSpec`: a dtype and the range within it.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct QuantizationSpec {
    /// The quantized dtype.
    pub dtype: DType,
    /// Smallest quantized value; `None` is Python's None here: the dtype's own.
    pub quant_min: Option<i64>,
    /// Largest quantized value; `None` is Python's None here: the dtype's own.
    pub quant_max: Option<i64>,
    /// How scales are shared; `Some(None)` is Python's None.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub qscheme: Option<Option<QScheme>>,
    /// The channel axis; `Some(None)` is Python's None: there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ch_axis: Option<Option<i64>>,
    /// Whether qparams are computed at run time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_dynamic: Option<bool>,
    /// The class that collects ranges: `HistogramObserver`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub observer: Option<Name>,
    /// What a newer format says besides.
    #[serde(flatten)]
    pub unknown: UnknownFields,
}

/// `FixedQParamsQuantizationSpec`: qparams known beforehand, such as a softmax's output.
///
/// ExecuTorch's text prints the bare class name, so from a log all fields are `None`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct FixedQParamsQuantizationSpec {
    /// The quantized dtype.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dtype: Option<DType>,
    /// Real value of one quantized step.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scale: Option<f64>,
    /// Quantized value of real zero.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zero_point: Option<i64>,
    /// Smallest quantized value; `Some(None)` is Python's None: the dtype's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quant_min: Option<Option<i64>>,
    /// Largest quantized value; `Some(None)` is Python's None: the dtype's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quant_max: Option<Option<i64>>,
    /// How scales are shared; `Some(None)` is Python's None.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub qscheme: Option<Option<QScheme>>,
    /// Whether qparams are computed at run time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_dynamic: Option<bool>,
    /// What a newer format says besides.
    #[serde(flatten)]
    pub unknown: UnknownFields,
}

/// `SharedQuantizationSpec`: it has no dtype of its own; the chain must be followed to one.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SharedQuantizationSpec {
    /// Whose qparams it shares.
    pub edge_or_node: EdgeOrNode,
    /// What a newer format says besides.
    #[serde(flatten)]
    pub unknown: UnknownFields,
}

/// `DerivedQuantizationSpec`: a bias, whose scale is that of the input times that of the weight.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DerivedQuantizationSpec {
    /// The edges and nodes whose qparams it is computed from, usually a tuple of edges.
    pub derived_from: EdgeOrNode,
    /// The quantized dtype.
    pub dtype: DType,
    /// Smallest quantized value; `Some(None)` is Python's None: the dtype's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quant_min: Option<Option<i64>>,
    /// Largest quantized value; `Some(None)` is Python's None: the dtype's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quant_max: Option<Option<i64>>,
    /// How scales are shared; `Some(None)` is Python's None.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub qscheme: Option<Option<QScheme>>,
    /// The channel axis; `Some(None)` is Python's None: there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ch_axis: Option<Option<i64>>,
    /// Whether qparams are computed at run time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_dynamic: Option<bool>,
    /// What a newer format says besides.
    #[serde(flatten)]
    pub unknown: UnknownFields,
}

/// A qspec of a class that this version does not know, kept as it is.
#[derive(Clone, Debug, PartialEq)]
pub struct OtherSpec {
    /// The class, or the constant's name.
    pub class: Name,
    /// All its other fields.
    pub fields: Map<String, Value>,
}

/// What `edge_or_node` and `derived_from` hold: a node, an edge `(producer, consumer)`, or any
/// nesting of them.
///
/// In JSON a node is a string, a tuple an array, and a Python list `{"list": […]}`, since Python
/// prints tuples and lists differently.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum EdgeOrNode {
    /// The output of a node.
    Node(Name),
    /// A Python tuple; of two nodes, an edge.
    Tuple(Vec<EdgeOrNode>),
    /// A Python list.
    List(Vec<EdgeOrNode>),
}

/// Python's empty tuple.
impl Default for EdgeOrNode {
    fn default() -> Self {
        Self::Tuple(Vec::new())
    }
}

/// A dtype as PyTorch spells it: `torch.int8`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct DType(pub Name);

/// How scales are shared over a tensor, as PyTorch spells it: `torch.per_channel_symmetric`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct QScheme(pub Name);

impl QSpec {
    /// The class: `SharedQuantizationSpec`.
    pub fn class(&self) -> &str {
        match self {
            Self::Quantization(_) => "QuantizationSpec",
            Self::FixedQParams(_) => "FixedQParamsQuantizationSpec",
            Self::Shared(_) => "SharedQuantizationSpec",
            Self::Derived(_) => "DerivedQuantizationSpec",
            Self::Other(spec) => &spec.class,
        }
    }

    /// The dtype this qspec itself names. A shared one names none; nor does a fixed one from a log.
    pub fn dtype(&self) -> Option<&DType> {
        match self {
            Self::Quantization(spec) => Some(&spec.dtype),
            Self::FixedQParams(spec) => spec.dtype.as_ref(),
            Self::Derived(spec) => Some(&spec.dtype),
            Self::Shared(_) | Self::Other(_) => None,
        }
    }

    /// Smallest and largest quantized value, where the source has both.
    pub fn range(&self) -> Option<(i64, i64)> {
        let (min, max) = match self {
            Self::Quantization(spec) => (spec.quant_min, spec.quant_max),
            Self::FixedQParams(spec) => (spec.quant_min.flatten(), spec.quant_max.flatten()),
            Self::Derived(spec) => (spec.quant_min.flatten(), spec.quant_max.flatten()),
            Self::Shared(_) | Self::Other(_) => (None, None),
        };
        Some((min?, max?))
    }

    /// How scales are shared over the tensor, where the source has it.
    pub fn qscheme(&self) -> Option<&QScheme> {
        match self {
            Self::Quantization(spec) => spec.qscheme.as_ref()?.as_ref(),
            Self::FixedQParams(spec) => spec.qscheme.as_ref()?.as_ref(),
            Self::Derived(spec) => spec.qscheme.as_ref()?.as_ref(),
            Self::Shared(_) | Self::Other(_) => None,
        }
    }

    /// Whether qparams are computed at run time, where the source has it.
    pub fn is_dynamic(&self) -> Option<bool> {
        match self {
            Self::Quantization(spec) => spec.is_dynamic,
            Self::FixedQParams(spec) => spec.is_dynamic,
            Self::Derived(spec) => spec.is_dynamic,
            Self::Shared(_) | Self::Other(_) => None,
        }
    }

    /// Whether torchao quantizes a tensor with this qspec. `None` if the source does not tell: the
    /// text of the qspec is damaged, or its class is not known and names no dtype. A shared one
    /// must be followed first.
    pub fn quantizes(&self) -> Option<bool> {
        match self {
            Self::FixedQParams(spec) => match &spec.dtype {
                Some(dtype) => dtype.is_quantized(),
                // ExecuTorch's text prints the bare class name.
                None => Some(true),
            },
            Self::Shared(_) => None,
            Self::Other(spec) => match spec.fields.get("dtype").and_then(Value::as_str) {
                Some(dtype) => DType(dtype.into()).is_quantized(),
                None if is_integer_constant(&spec.class) => Some(true),
                // `CUSTOM_QSPEC` among others: ExecuTorch 1.2 prints it for each qspec that is none
                // of its constants, one of float32 included.
                None => None,
            },
            Self::Quantization(_) | Self::Derived(_) => self.dtype()?.is_quantized(),
        }
    }

    /// The dtype as a reader needs it: with the range if that needs fewer bits than the dtype has, as for
    /// 4-bit weights stored as int8. The class, if the source does not show the dtype.
    pub fn kind(&self) -> Cow<'_, str> {
        let Some(dtype) = self.dtype() else {
            return match self {
                Self::FixedQParams(_) => "fixed qparams".into(),
                _ => self.class().into(),
            };
        };
        match self.range() {
            Some((min, max)) if self.bits() < dtype.bits() => {
                format!("{} [{min}, {max}]", dtype.short()).into()
            }
            _ => dtype.short().into(),
        }
    }

    /// Whether this is a part of a qspec's text: the log was cut or wrapped in its middle.
    pub fn is_damaged(&self) -> bool {
        let Self::Other(spec) = self else { return false };
        let text = spec.class.as_str();
        let n = |c: char| text.matches(c).count();
        let is_unbalanced = n('(') != n(')') || n('[') != n(']');
        // `qspec_repr` never prints these classes without their arguments.
        let is_bare = spec.fields.is_empty()
            && ["QuantizationSpec", "SharedQuantizationSpec", "DerivedQuantizationSpec"]
                .iter()
                .any(|class| is_cut(text, class));
        let is_fixed = spec.fields.is_empty()
            && text != "FixedQParamsQuantizationSpec"
            && is_cut(text, "FixedQParamsQuantizationSpec");
        is_unbalanced || is_bare || is_fixed
    }

    /// How many bits the quantized values take, by the range where the source has it: torchao has no
    /// 16-bit dtype for some backends and no 4-bit one for any, so QNN's 16 bits are `torch.int32`
    /// from 0 to 65,535, and 4-bit weights are `torch.int8` from -7 to 7.
    pub fn bits(&self) -> Option<u32> {
        let (range, dtype_bits) = match self {
            Self::Other(spec) => {
                let bound = |name: &str| spec.fields.get(name).and_then(Value::as_i64);
                let dtype = spec.fields.get("dtype").and_then(Value::as_str);
                let bits = dtype.and_then(|it| DType(it.into()).bits());
                (bound("quant_min").zip(bound("quant_max")), bits)
            }
            _ => (self.range(), self.dtype().and_then(DType::bits)),
        };
        match range {
            Some((min, max)) if min < max => Some(u64::BITS - max.abs_diff(min).leading_zeros()),
            _ => dtype_bits,
        }
    }

    /// Whether this stands for Python's None: ExecuTorch's main branch printed it as `NO_QSPEC`
    /// from 2026-03-18 to 04-22.
    pub fn is_no_qspec(&self) -> bool {
        matches!(self, Self::Other(spec) if spec.class == "NO_QSPEC")
    }
}

impl QScheme {
    /// The scheme without `torch.`: `per_channel_symmetric`.
    pub fn short(&self) -> &str {
        self.0.strip_prefix("torch.").unwrap_or(&self.0)
    }

    /// Whether each channel has a scale of its own.
    pub fn is_per_channel(&self) -> bool {
        self.short().starts_with("per_channel")
    }
}

/// Whether this is a constant of ExecuTorch before 1.3 for integers:
/// `INT8_WEIGHT_PER_CHANNEL_QSPEC`, `SOFTMAX_OUTPUT_FIXED_QSPEC`
/// (`backends/cortex_m/quantizer/quantization_configs.py`).
fn is_integer_constant(class: &str) -> bool {
    let has_dtype = class
        .trim_start_matches('U')
        .strip_prefix("INT")
        .is_some_and(|it| it.starts_with(|c: char| c.is_ascii_digit()) && it.ends_with("_QSPEC"));
    has_dtype || class == "SOFTMAX_OUTPUT_FIXED_QSPEC"
}

/// Whether `text` is the beginning of a class name, long enough to be no other word, or all of it.
fn is_cut(text: &str, class: &str) -> bool {
    text.len() >= 4 && class.starts_with(text)
}

impl DType {
    /// Whether torchao quantizes to this dtype; `None` for a name that is no dtype of torch.
    ///
    /// Follows `SUPPORTED_QDTYPES` in `torchao/quantization/pt2e/convert.py`, and adds the integers of
    /// less than 8 bits and the floats of 8 and less, which torchao's affine observers take.
    pub fn is_quantized(&self) -> Option<bool> {
        let short = self.short();
        if short.starts_with("float8_") || short.starts_with("float4_") {
            return Some(true);
        }
        match short {
            "quint8" | "qint8" | "qint32" => Some(true),
            "float" | "float16" | "half" | "float32" | "float64" | "double" | "bfloat16"
            | "complex32" | "complex64" | "complex128" | "bool" | "int64" | "long" | "uint32"
            | "uint64" => Some(false),
            _ => self.bits().filter(|it| (1..=32).contains(it)).map(|_| true),
        }
    }

    /// Whether values of this dtype are integers or booleans; `None` for a name that is no dtype of
    /// torch.
    pub fn is_integer(&self) -> Option<bool> {
        let short = self.short();
        match short {
            "bool" | "long" => Some(true),
            "half" | "double" => Some(false),
            _ if self.bits().is_some() => Some(true),
            _ if self.is_floating_point() || short.starts_with("complex") => Some(false),
            _ => None,
        }
    }

    /// Bits of an integer dtype.
    pub fn bits(&self) -> Option<u32> {
        let short = self.short();
        short.strip_prefix("uint").or_else(|| short.strip_prefix("int"))?.parse().ok()
    }

    /// Smallest and largest value of an integer dtype (`torch.iinfo`).
    pub fn range(&self) -> Option<(i64, i64)> {
        let bits = self.bits().filter(|it| (1..=32).contains(it))?;
        let is_signed = !self.short().starts_with('u');
        let n_values = 1_i64 << bits;
        Some(if is_signed { (-n_values / 2, n_values / 2 - 1) } else { (0, n_values - 1) })
    }

    /// Whether this is one of torch's floating point dtypes (`dtype.is_floating_point`).
    pub fn is_floating_point(&self) -> bool {
        let short = self.short();
        short.starts_with("float") || short.starts_with("bfloat")
    }

    /// The dtype without `torch.`: `int8`.
    pub fn short(&self) -> &str {
        self.0.strip_prefix("torch.").unwrap_or(&self.0)
    }
}

impl EdgeOrNode {
    /// The edge from `producer` to `consumer`.
    pub fn edge(producer: impl Into<Name>, consumer: impl Into<Name>) -> Self {
        Self::Tuple(vec![Self::Node(producer.into()), Self::Node(consumer.into())])
    }

    /// `(producer, consumer)`, if this is an edge.
    pub fn as_edge(&self) -> Option<(&Name, &Name)> {
        match self {
            Self::Tuple(items) => match items.as_slice() {
                [Self::Node(producer), Self::Node(consumer)] => Some((producer, consumer)),
                _ => None,
            },
            _ => None,
        }
    }
}
