//! Dtypes and qschemes, by the names that PyTorch gives them.

use serde::{Deserialize, Serialize};

use crate::text::Name;

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

impl DType {
    /// Whether torchao quantizes to this dtype; `None` for a name that is not a torch dtype.
    ///
    /// Follows `SUPPORTED_QDTYPES` in `torchao/quantization/pt2e/convert.py`, and adds integers of
    /// fewer than 8 bits and floats of at most 8 bits, which torchao's affine observers accept.
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

    /// Whether values of this dtype are integers or booleans; `None` for a name that is not a torch
    /// dtype.
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
