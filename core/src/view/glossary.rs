//! The words of the screens, in one sentence each.

use crate::analysis::{Lint, Verdict};

/// Words that are neither verdicts nor lints.
const WORDS: [(&str, &str); 8] = [
    ("qspec", "torchao's QuantizationSpec: how one tensor is to be quantized"),
    ("qconfig", "the qspecs that a quantizer gives to activations, weights and biases"),
    ("annotated", "a quantizer marked the node, with or without qspecs"),
    ("compute node", "a node that is no input, output or parameter"),
    ("coverage", "the share of compute nodes with a float tensor that is quantized or fused"),
    ("float island", FLOAT_ISLAND),
    ("crossing", CROSSING),
    ("finding", "a likely mistake that a lint found"),
];

/// What a float island is.
pub const FLOAT_ISLAND: &str = "a connected group of compute nodes that stay float";

/// What a crossing is.
pub const CROSSING: &str =
    "a tensor that is quantized or dequantized at the border of a float island";

/// Each word with its meaning: general words, then verdicts, then lints.
pub fn glossary() -> Vec<(&'static str, &'static str)> {
    let verdicts = Verdict::ALL.into_iter().map(|it| (it.label(), it.meaning()));
    let lints = Lint::ALL.into_iter().map(|it| (it.as_str(), it.meaning()));
    WORDS.into_iter().chain(verdicts).chain(lints).collect()
}
