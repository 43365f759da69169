//! Quantization specs (qspecs): how one tensor is to be quantized.
//!
//! The variants follow torchao's classes (`torchao/quantization/pt2e/quantizer/quantizer.py`).
//! A qspec does not hold the resulting qparams; only fixed ones carry `scale` and `zero_point`.

pub(crate) mod arguments;
mod display;
mod dtype;
mod edge_or_node;
mod fields;
mod from_repr;
mod intern;
mod json;
pub(crate) mod recent;

pub use dtype::{DType, QScheme};
pub use edge_or_node::EdgeOrNode;

use std::borrow::Cow;
use std::sync::Arc;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::text::Name;
use crate::text::unknown_fields::UnknownFields;

/// A quantization spec. Python's None is `Option::None` around it.
///
/// `{}` prints exactly what ExecuTorch's `qspec_repr` prints. `{:#}` adds, in the same style, the
/// other fields that distinguish qspecs, if the source has them: qscheme, ch_axis, is_dynamic,
/// observer, scale and zero_point.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum QSpec {
    /// `QuantizationSpec`, or a subclass of it.
    /// In an `Arc`: a report has few different ones, each used for many tensors.
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
    /// Fields that only a newer format has.
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
    /// Fields that only a newer format has.
    #[serde(flatten)]
    pub unknown: UnknownFields,
}

/// `SharedQuantizationSpec`: it has no dtype of its own; the chain must be followed to one.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SharedQuantizationSpec {
    /// Whose qparams it shares.
    pub edge_or_node: EdgeOrNode,
    /// Fields that only a newer format has.
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
    /// Fields that only a newer format has.
    #[serde(flatten)]
    pub unknown: UnknownFields,
}

/// A qspec of a class that this version does not know, kept unchanged.
#[derive(Clone, Debug, PartialEq)]
pub struct OtherSpec {
    /// The class, or the constant's name.
    pub class: Name,
    /// All its other fields.
    pub fields: Map<String, Value>,
}

/// The arguments of a qspec that the classes have in common. `None`: the class or the source does not
/// have it. `Some(None)` is Python's None.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct QParams<'a> {
    /// The quantized dtype.
    pub dtype: Option<&'a DType>,
    /// Smallest quantized value; Python's None is the dtype's own.
    pub quant_min: Option<Option<i64>>,
    /// Largest quantized value; Python's None is the dtype's own.
    pub quant_max: Option<Option<i64>>,
    /// How scales are shared.
    pub qscheme: Option<Option<&'a QScheme>>,
    /// The channel axis; Python's None: there is none.
    pub ch_axis: Option<Option<i64>>,
    /// Whether qparams are computed at run time.
    pub is_dynamic: Option<bool>,
    /// The class that collects ranges.
    pub observer: Option<&'a Name>,
    /// Real value of one quantized step.
    pub scale: Option<f64>,
    /// Quantized value of real zero.
    pub zero_point: Option<i64>,
    /// The fields that torchao's class does not have.
    pub unknown: Option<&'a Map<String, Value>>,
}

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

    /// The arguments that torchao's classes have in common, as this qspec has them. A shared qspec has
    /// none of its own.
    pub fn qparams(&self) -> QParams<'_> {
        fn scheme(it: &Option<Option<QScheme>>) -> Option<Option<&QScheme>> {
            it.as_ref().map(Option::as_ref)
        }
        match self {
            Self::Quantization(spec) => QParams {
                dtype: Some(&spec.dtype),
                quant_min: Some(spec.quant_min),
                quant_max: Some(spec.quant_max),
                qscheme: scheme(&spec.qscheme),
                ch_axis: spec.ch_axis,
                is_dynamic: spec.is_dynamic,
                observer: spec.observer.as_ref(),
                unknown: spec.unknown.as_deref(),
                ..QParams::default()
            },
            Self::FixedQParams(spec) => QParams {
                dtype: spec.dtype.as_ref(),
                quant_min: spec.quant_min,
                quant_max: spec.quant_max,
                qscheme: scheme(&spec.qscheme),
                is_dynamic: spec.is_dynamic,
                scale: spec.scale,
                zero_point: spec.zero_point,
                unknown: spec.unknown.as_deref(),
                ..QParams::default()
            },
            Self::Derived(spec) => QParams {
                dtype: Some(&spec.dtype),
                quant_min: spec.quant_min,
                quant_max: spec.quant_max,
                qscheme: scheme(&spec.qscheme),
                ch_axis: spec.ch_axis,
                is_dynamic: spec.is_dynamic,
                unknown: spec.unknown.as_deref(),
                ..QParams::default()
            },
            Self::Shared(spec) => {
                QParams { unknown: spec.unknown.as_deref(), ..QParams::default() }
            }
            Self::Other(spec) => QParams { unknown: Some(&spec.fields), ..QParams::default() },
        }
    }

    /// The dtype that this qspec itself names. Shared qspecs, and fixed ones from a log, name none.
    pub fn dtype(&self) -> Option<&DType> {
        self.qparams().dtype
    }

    /// Smallest and largest quantized value, where the source has both.
    pub fn range(&self) -> Option<(i64, i64)> {
        let QParams { quant_min, quant_max, .. } = self.qparams();
        Some((quant_min.flatten()?, quant_max.flatten()?))
    }

    /// How scales are shared over the tensor, where the source has it.
    pub fn qscheme(&self) -> Option<&QScheme> {
        self.qparams().qscheme.flatten()
    }

    /// Whether qparams are computed at run time, where the source has it.
    pub fn is_dynamic(&self) -> Option<bool> {
        self.qparams().is_dynamic
    }

    /// Whether torchao quantizes a tensor with this qspec. `None` if that is unknown: the text of
    /// the qspec is damaged, or its class is unknown and names no dtype. A shared qspec must be
    /// followed to its source first.
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
                // `CUSTOM_QSPEC` among others: ExecuTorch 1.2 prints it for each qspec that is not
                // one of its constants, including float32 ones.
                None => None,
            },
            Self::Quantization(_) | Self::Derived(_) => self.dtype()?.is_quantized(),
        }
    }

    /// The dtype to show, with the range if the range needs fewer bits than the dtype has, as for
    /// 4-bit weights stored as int8. The class if the source does not show the dtype.
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

    /// Whether this is only part of a qspec's text: the log was cut or wrapped in the middle of it.
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

    /// Number of bits of the quantized values, from the range if the source has it. torchao has no
    /// 16-bit dtype for some backends and no 4-bit one for any: QNN's 16 bits are `torch.int32`
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

    /// Whether this means Python's None: ExecuTorch's main branch printed it as `NO_QSPEC` from
    /// 2026-03-18 to 2026-04-22.
    pub fn is_no_qspec(&self) -> bool {
        matches!(self, Self::Other(spec) if spec.class == "NO_QSPEC")
    }
}

/// Whether this is the name of an integer qspec constant of ExecuTorch before 1.3:
/// `INT8_WEIGHT_PER_CHANNEL_QSPEC`, `SOFTMAX_OUTPUT_FIXED_QSPEC`
/// (`backends/cortex_m/quantizer/quantization_configs.py`).
fn is_integer_constant(class: &str) -> bool {
    let has_dtype = class
        .trim_start_matches('U')
        .strip_prefix("INT")
        .is_some_and(|it| it.starts_with(|c: char| c.is_ascii_digit()) && it.ends_with("_QSPEC"));
    has_dtype || class == "SOFTMAX_OUTPUT_FIXED_QSPEC"
}

/// Whether `text` is all of a class name or its beginning, long enough not to be another word.
fn is_cut(text: &str, class: &str) -> bool {
    text.len() >= 4 && class.starts_with(text)
}
