//! Orders. All of them go through one place: each sort of a type of its own is 5 kB of code in the
//! page.

use std::cmp::Ordering;

/// Sorts indices; equal ones by themselves, which makes the order stable.
pub(crate) fn sort_indices(
    indices: &mut [usize],
    compare: &mut dyn FnMut(usize, usize) -> Ordering,
) {
    indices.sort_unstable_by(|a, b| compare(*a, *b).then_with(|| a.cmp(b)));
}

/// Sorts items; equal ones keep their order.
pub(crate) fn sort<T>(items: &mut Vec<T>, compare: impl Fn(&T, &T) -> Ordering) {
    let mut order: Vec<usize> = (0..items.len()).collect();
    sort_indices(&mut order, &mut |a, b| compare(&items[a], &items[b]));
    let mut unsorted: Vec<Option<T>> = std::mem::take(items).into_iter().map(Some).collect();
    items.extend(order.into_iter().filter_map(|it| unsorted[it].take()));
}

/// Sorts numbers, each once.
pub(crate) fn sort_once(numbers: &mut Vec<usize>) {
    sort_indices(numbers, &mut |a, b| a.cmp(&b));
    numbers.dedup();
}
