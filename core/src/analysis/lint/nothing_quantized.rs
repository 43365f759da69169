//! The lint `nothing-quantized`: no compute node is quantized.

use super::{Finding, Lint};
use crate::analysis::Analysis;

impl Analysis {
    pub(super) fn nothing_quantized(&self) -> Option<Finding> {
        self.is_nothing_quantized().then(|| Finding {
            lint: Lint::NothingQuantized,
            message: match self.verdict_counts() {
                Some(counts) if counts.unknown > 0 => {
                    "not one compute node is known to be quantized".to_owned()
                }
                _ => "not one compute node is quantized".to_owned(),
            },
            nodes: Vec::new(),
        })
    }
}
