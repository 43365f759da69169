//! Alignment of two sequences, like `diff` for two texts.

use std::collections::HashMap;

/// Up to this number of comparisons, a stretch without landmarks is aligned item by item.
const MAX_TABLE: usize = 250_000;

/// The greatest depth to which landmarks are searched between landmarks.
const MAX_DEPTH: usize = 32;

/// Pairs of indices of equal items, in the order of both sequences.
///
/// Equal items at both ends are paired. Between them, items that occur once in each sequence are
/// landmarks, and the stretches between landmarks are aligned in the same way (Bram Cohen's
/// patience diff). The time is linear in the lengths, except for sorting the landmarks. A long
/// stretch without landmarks stays unpaired.
pub(super) fn align(base: &[usize], head: &[usize]) -> Vec<(usize, usize)> {
    let mut pairs = Vec::new();
    let mut open = vec![Stretch { base: (0, base.len()), head: (0, head.len()), depth: 0 }];
    while let Some(mut stretch) = open.pop() {
        stretch.trim(base, head, &mut pairs);
        let (own, other) = (stretch.base.0..stretch.base.1, stretch.head.0..stretch.head.1);
        if own.is_empty() || other.is_empty() {
            continue;
        }
        let landmarks = match stretch.depth < MAX_DEPTH {
            true => landmarks(base, head, &stretch),
            false => Vec::new(),
        };
        if landmarks.is_empty() {
            if own.len().saturating_mul(other.len()) <= MAX_TABLE {
                let found = longest_common(&base[own.clone()], &head[other.clone()]);
                pairs.extend(found.iter().map(|it| (own.start + it.0, other.start + it.1)));
            }
            continue;
        }
        let (mut base_start, mut head_start) = (own.start, other.start);
        for (base_idx, head_idx) in landmarks.iter().copied().chain([(own.end, other.end)]) {
            open.push(Stretch {
                base: (base_start, base_idx),
                head: (head_start, head_idx),
                depth: stretch.depth + 1,
            });
            (base_start, head_start) = (base_idx + 1, head_idx + 1);
        }
        pairs.extend(landmarks);
    }
    pairs
}

/// A part of both sequences, as half-open ranges.
struct Stretch {
    base: (usize, usize),
    head: (usize, usize),
    depth: usize,
}

impl Stretch {
    /// Pairs equal items at both ends.
    fn trim(&mut self, base: &[usize], head: &[usize], pairs: &mut Vec<(usize, usize)>) {
        let is_left = |it: &Self| it.base.0 < it.base.1 && it.head.0 < it.head.1;
        while is_left(self) && base[self.base.0] == head[self.head.0] {
            pairs.push((self.base.0, self.head.0));
            (self.base.0, self.head.0) = (self.base.0 + 1, self.head.0 + 1);
        }
        while is_left(self) && base[self.base.1 - 1] == head[self.head.1 - 1] {
            (self.base.1, self.head.1) = (self.base.1 - 1, self.head.1 - 1);
            pairs.push((self.base.1, self.head.1));
        }
    }
}

/// The longest list of pairs of items that occur once on each side, in the same order on both
/// sides.
fn landmarks(base: &[usize], head: &[usize], stretch: &Stretch) -> Vec<(usize, usize)> {
    /// The last index and the count of an item, in the base and in the head.
    type Seen = [(usize, usize); 2];
    let mut seen: HashMap<usize, Seen> = HashMap::new();
    let parts = [(base, stretch.base), (head, stretch.head)];
    for (side, (items, (start, end))) in parts.into_iter().enumerate() {
        for (at, item) in items.iter().enumerate().take(end).skip(start) {
            let entry = &mut seen.entry(*item).or_default()[side];
            *entry = (at, entry.1 + 1);
        }
    }
    let once = seen.into_values().filter(|[base, head]| base.1 == 1 && head.1 == 1);
    let mut once: Vec<(usize, usize)> = once.map(|[base, head]| (base.0, head.0)).collect();
    once.sort_unstable();
    longest_rising(&once)
}

/// The longest subsequence of `pairs`, sorted by the first index, that also rises in the second.
fn longest_rising(pairs: &[(usize, usize)]) -> Vec<(usize, usize)> {
    // By length, the pair with the lowest second index that ends a rising subsequence.
    let mut ends: Vec<usize> = Vec::new();
    let mut before = vec![None; pairs.len()];
    for (idx, (_, height)) in pairs.iter().enumerate() {
        let length = ends.partition_point(|it| pairs[*it].1 < *height);
        before[idx] = length.checked_sub(1).map(|it| ends[it]);
        match ends.get_mut(length) {
            Some(end) => *end = idx,
            None => ends.push(idx),
        }
    }
    let mut rising = Vec::with_capacity(ends.len());
    let mut at = ends.last().copied();
    while let Some(idx) = at {
        rising.push(pairs[idx]);
        at = before[idx];
    }
    rising.reverse();
    rising
}

/// The longest common subsequence, as pairs of indices.
fn longest_common(base: &[usize], head: &[usize]) -> Vec<(usize, usize)> {
    // The length of the subsequence in the rest of both sequences, from both indices on.
    let width = head.len() + 1;
    let mut lengths = vec![0_u32; (base.len() + 1) * width];
    for at in (0..base.len()).rev() {
        for beside in (0..head.len()).rev() {
            lengths[at * width + beside] = match base[at] == head[beside] {
                true => lengths[(at + 1) * width + beside + 1] + 1,
                false => lengths[(at + 1) * width + beside].max(lengths[at * width + beside + 1]),
            };
        }
    }
    let mut pairs = Vec::new();
    let (mut at, mut beside) = (0, 0);
    while at < base.len() && beside < head.len() {
        if base[at] == head[beside] {
            pairs.push((at, beside));
            (at, beside) = (at + 1, beside + 1);
        } else if lengths[(at + 1) * width + beside] >= lengths[at * width + beside + 1] {
            at += 1;
        } else {
            beside += 1;
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn aligned(base: &str, head: &str) -> String {
        let numbers = |text: &str| text.bytes().map(usize::from).collect::<Vec<_>>();
        let mut pairs = align(&numbers(base), &numbers(head));
        pairs.sort_unstable();
        pairs.iter().map(|it| char::from(base.as_bytes()[it.0])).collect()
    }

    #[test]
    fn what_is_inserted_or_taken_out_stays_alone() {
        assert_eq!(aligned("abcabc", "abcXabc"), "abcabc");
        assert_eq!(aligned("abcXabc", "abcabc"), "abcabc");
        assert_eq!(aligned("aaaa", "aaaaaa"), "aaaa");
        assert_eq!(aligned("1ababab2ababab3", "9ababab2abXabab3"), "ababab2ababab3");
        // No item occurs once on each side.
        assert_eq!(aligned("xaabby", "xbbaay").len(), 4);
        assert_eq!(aligned("", "abc"), "");
    }

    #[test]
    fn a_long_stretch_without_landmarks_ends() {
        let base: Vec<usize> = (0..200_000).map(|it| it % 2).collect();
        let head: Vec<usize> = (0..200_000).map(|it| 2 + it % 2).collect();
        assert_eq!(align(&base, &head), []);
    }
}
