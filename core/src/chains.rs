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

/// The end of every place and how many links lead there, in time linear in their number.
pub(crate) fn ends(links: &[Link]) -> (Vec<End>, Vec<u32>) {
    let mut states = vec![State::New; links.len()];
    let mut lengths = vec![0_u32; links.len()];
    let mut walk = Vec::new();
    for start in 0..links.len() {
        walk.clear();
        let mut place = start;
        let end = loop {
            match states[place] {
                // What shares a place without a qspec dangles.
                State::Done(End::NoQSpec) if !walk.is_empty() => {
                    break End::Dangling(walk[walk.len() - 1]);
                }
                State::Done(end) => break end,
                State::Met(step) => {
                    let cycle = walk[step..].iter().copied();
                    break End::Cycle(cycle.min().unwrap_or(place));
                }
                State::New => {}
            }
            states[place] = State::Met(walk.len());
            match links[place] {
                Link::NoQSpec => {
                    states[place] = State::Done(End::NoQSpec);
                    break walk.last().map_or(End::NoQSpec, |last| End::Dangling(*last));
                }
                Link::Own(_) => {
                    walk.push(place);
                    break End::Root(place);
                }
                Link::Shared(other) => {
                    walk.push(place);
                    place = other;
                }
                Link::Nowhere => {
                    walk.push(place);
                    break End::Dangling(place);
                }
            }
        };
        // What the walk ended at may have had links of its own behind it.
        let base = match states.get(place) {
            Some(State::Done(End::Root(_))) => lengths[place] + 1,
            _ => 0,
        };
        for (place, length) in walk.iter().rev().zip(base..) {
            states[*place] = State::Done(end);
            lengths[*place] = length;
        }
    }
    let ends = states.into_iter().map(|it| match it {
        State::Done(end) => end,
        // None is left so.
        State::New | State::Met(_) => End::NoQSpec,
    });
    (ends.collect(), lengths)
}
