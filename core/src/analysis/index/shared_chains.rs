//! Where qspecs lead.
//!
//! A `SharedQuantizationSpec` has no dtype of its own: it names another edge or node, whose qspec may
//! be shared again (`_unwrap_shared_qspec` in `torchao/quantization/pt2e/prepare.py`). Each qspec
//! names one other at most, so every chain ends at a qspec, at nothing, or in itself.

/// An edge or a node's output, numbered: outputs by their node's name, edges behind them.
pub(crate) type Place = usize;

/// What the qspec of a place is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Link {
    /// There is none: not annotated, or annotated with None.
    NoQSpec,
    /// One that says how to quantize, by its number.
    Own(usize),
    /// The one of another place.
    Shared(Place),
    /// The one of something that is not in the report.
    Nowhere,
}

/// Where the qspec of a place leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum End {
    /// There is no qspec.
    NoQSpec,
    /// At a qspec that is not shared, which is the one of this place.
    Root(Place),
    /// At something without a qspec, which the qspec of this place names.
    Dangling(Place),
    /// In itself; of the places that share each other, this is the first.
    Cycle(Place),
}

impl End {
    /// Whether the qspec is there and leads nowhere.
    pub(crate) fn is_lost(self) -> bool {
        matches!(self, Self::Dangling(_) | Self::Cycle(_))
    }
}

/// How far a place is.
#[derive(Clone, Copy)]
enum State {
    New,
    /// In the walk that is on, at this step.
    Met(usize),
    Done(End),
}

/// The end of every place, and how many links its chain has, in time linear in their number.
///
/// Each link counts once: also the last one of a chain that dangles, and those of a cycle until the
/// chain comes to a place again. A place with a qspec of its own has no link.
pub(crate) fn ends(links: &[Link]) -> (Vec<End>, Vec<u32>) {
    let mut states = vec![State::New; links.len()];
    let mut lengths = vec![0_u32; links.len()];
    let mut walk: Vec<Place> = Vec::new();
    for start in 0..links.len() {
        walk.clear();
        let mut place = start;
        // Where the walk stops, and how many links the chain has from there.
        let (end, rest) = loop {
            match (states[place], walk.last()) {
                // What shares a place without a qspec dangles.
                (State::Done(End::NoQSpec), Some(last)) => break (End::Dangling(*last), 0),
                (State::Done(end), _) => break (end, lengths[place]),
                (State::Met(step), _) => {
                    let cycle = walk.split_off(step);
                    let end = End::Cycle(cycle.iter().copied().min().unwrap_or(place));
                    let length = u32::try_from(cycle.len()).unwrap_or(u32::MAX);
                    for member in cycle {
                        states[member] = State::Done(end);
                        lengths[member] = length;
                    }
                    break (end, length);
                }
                (State::New, _) => {}
            }
            match links[place] {
                Link::NoQSpec => states[place] = State::Done(End::NoQSpec),
                Link::Own(_) => states[place] = State::Done(End::Root(place)),
                Link::Nowhere => {
                    states[place] = State::Done(End::Dangling(place));
                    lengths[place] = 1;
                }
                Link::Shared(other) => {
                    states[place] = State::Met(walk.len());
                    walk.push(place);
                    place = other;
                }
            }
        };
        for (place, length) in walk.iter().rev().zip(rest.saturating_add(1)..) {
            states[*place] = State::Done(end);
            lengths[*place] = length;
        }
    }
    let ends = states.into_iter().map(|it| match it {
        State::Done(end) => end,
        // Every walk ends, so no place is left so.
        State::New | State::Met(_) => End::NoQSpec,
    });
    (ends.collect(), lengths)
}
