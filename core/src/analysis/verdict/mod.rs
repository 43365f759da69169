//! The verdict: the result of quantization for a node.

pub(crate) mod rules;

use serde::{Deserialize, Serialize};

/// The result of quantization for a node.
///
/// An accepted node is not always quantized: a quantizer with a qconfig of None accepts nodes too.
/// A rejected node may have an annotation: `SharedQspecQuantizer` rejects "No float inputs nor
/// outputs to annotate" and still marks the node (`backends/arm/quantizer/arm_quantizer_utils.py`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Verdict {
    /// Its output or one of its inputs has a qspec with a quantized dtype. Shared qspecs are
    /// followed to their source.
    Quantized,
    /// Its output has no qspec, but it is in a pattern that is quantized as a whole: the `conv2d`
    /// of a `conv2d` and a `relu`, whose output never leaves the kernel.
    Fused,
    /// Float by the configuration: its qspecs have float dtypes, or the qspecs of its accepted pattern are
    /// all None, as with a qconfig of None.
    FloatByConfig,
    /// It has no qspec, but not because of a qconfig of None: marked without being accepted, or
    /// accepted but not annotated at the end.
    AnnotatedEmpty,
    /// Not annotated; a quantizer matched it and rejected it with a reason.
    Rejected,
    /// Not annotated; no quantizer matched it.
    Unmatched,
    /// Its outputs are integers or booleans, so there is nothing to quantize.
    NotFloat,
    /// The source does not show it: a qspec leads nowhere, or the report is incomplete and the
    /// verdict depends on rows that may be lost.
    Unknown,
}

impl Verdict {
    /// All verdicts, best first.
    pub const ALL: [Self; 8] = [
        Self::Quantized,
        Self::Fused,
        Self::FloatByConfig,
        Self::AnnotatedEmpty,
        Self::Rejected,
        Self::Unmatched,
        Self::NotFloat,
        Self::Unknown,
    ];

    /// The name, as in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Quantized => "quantized",
            Self::Fused => "fused",
            Self::FloatByConfig => "float_by_config",
            Self::AnnotatedEmpty => "annotated_empty",
            Self::Rejected => "rejected",
            Self::Unmatched => "unmatched",
            Self::NotFloat => "not_float",
            Self::Unknown => "unknown",
        }
    }

    /// The label for readers.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Quantized => "quantized",
            Self::Fused => "fused",
            Self::FloatByConfig => "float by config",
            Self::AnnotatedEmpty => "left without a qspec",
            Self::Rejected => "rejected",
            Self::Unmatched => "not matched",
            Self::NotFloat => "not float",
            Self::Unknown => "unknown",
        }
    }

    /// What it means, in one sentence.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Quantized => "its output or an input has a qspec with a quantized dtype",
            Self::Fused => "inside a quantized pattern: the output of the pattern has the qspec",
            Self::FloatByConfig => {
                "kept float by the configuration: a qconfig of None, or float qspecs"
            }
            Self::AnnotatedEmpty => "annotated, but without a qspec at the end",
            Self::Rejected => "a quantizer tried it and gave a reason",
            Self::Unmatched => "not annotated, and no quantizer reported a rejection",
            Self::NotFloat => "it makes integers or booleans, so there is nothing to quantize",
            Self::Unknown => "the source does not show what became of it",
        }
    }

    /// The state of the node's tensor: `quantized`, `float`, `not float` or `unknown`.
    pub const fn tensor(self) -> &'static str {
        match self {
            Self::Quantized | Self::Fused => "quantized",
            Self::NotFloat => "not float",
            Self::Unknown => "unknown",
            _ => "float",
        }
    }

    /// Whether the node runs on quantized values.
    pub const fn is_quantized(self) -> bool {
        matches!(self, Self::Quantized | Self::Fused)
    }

    /// Whether the node is known to make a float tensor and to stay float.
    pub const fn is_float(self) -> bool {
        !matches!(self, Self::Quantized | Self::Fused | Self::NotFloat | Self::Unknown)
    }
}

/// Distinct nodes by verdict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct VerdictCounts {
    /// Nodes with [`Verdict::Quantized`].
    pub quantized: usize,
    /// Nodes with [`Verdict::Fused`].
    pub fused: usize,
    /// Nodes with [`Verdict::FloatByConfig`].
    pub float_by_config: usize,
    /// Nodes with [`Verdict::AnnotatedEmpty`].
    pub annotated_empty: usize,
    /// Nodes with [`Verdict::Rejected`].
    pub rejected: usize,
    /// Nodes with [`Verdict::Unmatched`].
    pub unmatched: usize,
    /// Nodes with [`Verdict::NotFloat`].
    pub not_float: usize,
    /// Nodes with [`Verdict::Unknown`].
    pub unknown: usize,
}

impl VerdictCounts {
    /// Counts verdicts.
    pub fn of(verdicts: &[Verdict]) -> Self {
        let mut counts = Self::default();
        for verdict in verdicts {
            counts.add(*verdict);
        }
        counts
    }

    /// Counts one more verdict.
    pub fn add(&mut self, verdict: Verdict) {
        *self.get_mut(verdict) += 1;
    }

    /// The number of nodes with this verdict.
    pub fn get(mut self, verdict: Verdict) -> usize {
        *self.get_mut(verdict)
    }

    /// The number of all nodes.
    pub fn n_nodes(self) -> usize {
        Verdict::ALL.map(|it| self.get(it)).iter().sum()
    }

    /// The number of nodes that run on quantized values.
    pub fn n_quantized(self) -> usize {
        self.quantized + self.fused
    }

    /// The number of nodes that make a float tensor or may do so: the total for the coverage.
    pub fn n_floating(self) -> usize {
        self.n_nodes() - self.not_float
    }

    /// The number of nodes that are known to stay float.
    pub fn n_float(self) -> usize {
        self.n_floating() - self.n_quantized() - self.unknown
    }

    fn get_mut(&mut self, verdict: Verdict) -> &mut usize {
        match verdict {
            Verdict::Quantized => &mut self.quantized,
            Verdict::Fused => &mut self.fused,
            Verdict::FloatByConfig => &mut self.float_by_config,
            Verdict::AnnotatedEmpty => &mut self.annotated_empty,
            Verdict::Rejected => &mut self.rejected,
            Verdict::Unmatched => &mut self.unmatched,
            Verdict::NotFloat => &mut self.not_float,
            Verdict::Unknown => &mut self.unknown,
        }
    }
}
