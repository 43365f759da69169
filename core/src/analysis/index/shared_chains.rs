//! Chains of shared qspecs, and where they end.
//!
//! A `SharedQuantizationSpec` has no dtype of its own: it refers to another edge or node, whose
//! qspec may be shared again (`_unwrap_shared_qspec` in `torchao/quantization/pt2e/prepare.py`).
//! Each qspec refers to at most one other, so every chain ends at a qspec, at nothing, or in a
//! cycle.

/// An edge or a node's output, as a number: outputs by the ID of their node's name, then edges.
pub(crate) type QSpecSite = usize;

/// The kind of qspec at a site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Link {
    /// No qspec: not annotated, or annotated with None.
    NoQSpec,
    /// A qspec of its own that is not shared, by its kind.
    Own(usize),
    /// The qspec of another site.
    Shared(QSpecSite),
    /// The qspec of an edge or node that is not in the report.
    Nowhere,
}

/// The end of the chain that starts at a site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum ChainEnd {
    /// There is no qspec.
    NoQSpec,
    /// The chain ends at this site, whose qspec is not shared.
    Root(QSpecSite),
    /// The chain ends at this site, whose qspec refers to a site without a qspec.
    Dangling(QSpecSite),
    /// The chain ends in a cycle; this is the lowest site of the cycle.
    Cycle(QSpecSite),
}

impl ChainEnd {
    /// Whether there is a qspec but it leads nowhere.
    pub(crate) fn is_lost(self) -> bool {
        matches!(self, Self::Dangling(_) | Self::Cycle(_))
    }
}

/// The progress of the search at a site.
#[derive(Clone, Copy)]
enum State {
    New,
    /// Part of the current walk, at this step.
    Met(usize),
    Done(ChainEnd),
}

/// The end and the number of links of the chain at each site, in time linear in their number.
///
/// Each link counts once, including the last one of a chain that dangles, and those of a cycle
/// until the chain reaches a site again. A site with a qspec of its own has no link.
pub(crate) fn ends(links: &[Link]) -> (Vec<ChainEnd>, Vec<u32>) {
    let mut states = vec![State::New; links.len()];
    let mut lengths = vec![0_u32; links.len()];
    let mut walk: Vec<QSpecSite> = Vec::new();
    for start in 0..links.len() {
        walk.clear();
        let mut site = start;
        // The end of the walk, and the number of links in the chain from there.
        let (end, rest) = loop {
            match (states[site], walk.last()) {
                // A qspec that refers to a site without a qspec dangles.
                (State::Done(ChainEnd::NoQSpec), Some(last)) => {
                    break (ChainEnd::Dangling(*last), 0);
                }
                (State::Done(end), _) => break (end, lengths[site]),
                (State::Met(step), _) => {
                    let cycle = walk.split_off(step);
                    let end = ChainEnd::Cycle(cycle.iter().copied().min().unwrap_or(site));
                    let length = u32::try_from(cycle.len()).unwrap_or(u32::MAX);
                    for member in cycle {
                        states[member] = State::Done(end);
                        lengths[member] = length;
                    }
                    break (end, length);
                }
                (State::New, _) => {}
            }
            match links[site] {
                Link::NoQSpec => states[site] = State::Done(ChainEnd::NoQSpec),
                Link::Own(_) => states[site] = State::Done(ChainEnd::Root(site)),
                Link::Nowhere => {
                    states[site] = State::Done(ChainEnd::Dangling(site));
                    lengths[site] = 1;
                }
                Link::Shared(other) => {
                    states[site] = State::Met(walk.len());
                    walk.push(site);
                    site = other;
                }
            }
        };
        for (site, length) in walk.iter().rev().zip(rest.saturating_add(1)..) {
            states[*site] = State::Done(end);
            lengths[*site] = length;
        }
    }
    let ends = states.into_iter().map(|it| match it {
        State::Done(end) => end,
        // Every walk ends, so no site stays in these states.
        State::New | State::Met(_) => ChainEnd::NoQSpec,
    });
    (ends.collect(), lengths)
}
