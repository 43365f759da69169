//! Pairs of quantizers of two reports, with ExecuTorch's counts for both.

use std::collections::HashMap;
use std::hash::Hash;

use serde::{Deserialize, Serialize};

use super::{Owner, Pair};
use crate::report::counts::Counts;
use crate::report::{QuantizerInfo, QuantizerReport, Report};

/// A quantizer of both reports, or of one of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuantizerChange {
    /// Its index in each report, from 0; `None` in a report that does not have it.
    pub quantizer_idx: Pair<Option<usize>>,
    /// Its class, targets and qconfig.
    pub quantizer: Pair<Option<Owner>>,
    /// Whether both have the same targets; the order of a Python set does not matter.
    pub has_same_targets: bool,
    /// ExecuTorch's counts.
    pub counts: Pair<Option<Counts>>,
}

impl QuantizerChange {
    /// Whether both reports have it, with the same config and counts.
    pub fn is_same(&self) -> bool {
        let Pair { base: Some(base), head: Some(head) } = &self.quantizer else { return false };
        self.has_same_targets && !Owner::has_other_config(base, head) && self.counts.is_same()
    }

    /// `quantizer 2`, or `quantizer 2 of the base` if the head does not have it; counted from 1.
    pub(super) fn name(&self) -> String {
        match self.quantizer_idx {
            Pair { head: Some(head_idx), .. } => format!("quantizer {}", head_idx + 1),
            Pair { base, .. } => format!("quantizer {} of the base", base.unwrap_or_default() + 1),
        }
    }
}

/// The properties that two quantizers must share: class, targets and qconfig label.
type Key<'r> = (Option<&'r str>, Option<(&'r str, Vec<&'r str>)>, Option<&'r str>);

/// Pairs quantizers by class, targets and label; else by class and targets; else by class and
/// label; else by order.
pub(super) fn pair(base: &Report, head: &Report) -> Vec<QuantizerChange> {
    let rules: [for<'r> fn(&'r QuantizerInfo) -> Key<'r>; 4] = [
        |it| (Some(&it.name), Some(it.targets()), Some(&it.qconfig_label)),
        |it| (Some(&it.name), Some(it.targets()), None),
        |it| (Some(&it.name), None, Some(&it.qconfig_label)),
        |_| (None, None, None),
    ];
    let mut base_of = vec![None; head.quantizers.len()];
    let mut is_taken = vec![false; base.quantizers.len()];
    for key in rules {
        pair_by(base, head, key, &mut base_of, &mut is_taken);
    }
    let pairs = base_of.into_iter().enumerate().map(|(head_idx, base)| (base, Some(head_idx)));
    let removed = is_taken.into_iter().enumerate().filter(|it| !it.1).map(|it| (Some(it.0), None));
    pairs
        .chain(removed)
        .map(|(base_idx, head_idx)| change(base, head, base_idx, head_idx))
        .collect()
}

fn pair_by<'r, K: Eq + Hash>(
    base: &'r Report,
    head: &'r Report,
    key: impl Fn(&'r QuantizerInfo) -> K,
    base_of: &mut [Option<usize>],
    is_taken: &mut [bool],
) {
    let mut waiting: HashMap<K, Vec<usize>> = HashMap::new();
    for (base_idx, quantizer) in base.quantizers.iter().enumerate().rev() {
        if !is_taken[base_idx] {
            waiting.entry(key(&quantizer.quantizer_info)).or_default().push(base_idx);
        }
    }
    for (quantizer, base_of) in head.quantizers.iter().zip(base_of) {
        if base_of.is_none()
            && let Some(base_idx) =
                waiting.get_mut(&key(&quantizer.quantizer_info)).and_then(Vec::pop)
        {
            *base_of = Some(base_idx);
            is_taken[base_idx] = true;
        }
    }
}

fn change(
    base: &Report,
    head: &Report,
    base_idx: Option<usize>,
    head_idx: Option<usize>,
) -> QuantizerChange {
    let base = base_idx.and_then(|it| base.quantizers.get(it));
    let head = head_idx.and_then(|it| head.quantizers.get(it));
    let owner = |it: Option<&QuantizerReport>| it.map(|it| Owner::of(&it.quantizer_info));
    QuantizerChange {
        quantizer_idx: Pair { base: base_idx, head: head_idx },
        quantizer: Pair { base: owner(base), head: owner(head) },
        has_same_targets: base
            .zip(head)
            .is_some_and(|(base, head)| base.quantizer_info.has_same_targets(&head.quantizer_info)),
        counts: Pair {
            base: base.map(QuantizerReport::node_counts),
            head: head.map(QuantizerReport::node_counts),
        },
    }
}
