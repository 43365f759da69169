//! Where qspecs lead.
//!
//! A `SharedQuantizationSpec` has no dtype of its own: it names another edge or node, whose qspec may
//! be shared again (`_unwrap_shared_qspec` in `torchao/quantization/pt2e/prepare.py`). Each qspec
//! names one other at most, so every chain ends at a qspec, at nothing, or in itself.

/// An edge or a node's output, numbered: outputs by their node's name, edges behind them.
pub(crate) type QSpecSite = usize;

/// What the qspec of a site is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Link {
    /// There is none: not annotated, or annotated with None.
    NoQSpec,
    /// One that says how to quantize, by its number.
    Own(usize),
    /// The one of another site.
    Shared(QSpecSite),
    /// The one of something that is not in the report.
    Nowhere,
}

/// Where the qspec of a site leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum ChainEnd {
    /// There is no qspec.
    NoQSpec,
    /// At a qspec that is not shared, which is the one of this site.
    Root(QSpecSite),
    /// At something without a qspec, which the qspec of this site names.
    Dangling(QSpecSite),
    /// In itself; of the sites that share each other, this is the first.
    Cycle(QSpecSite),
}

impl ChainEnd {
    /// Whether the qspec is there and leads nowhere.
    pub(crate) fn is_lost(self) -> bool {
        matches!(self, Self::Dangling(_) | Self::Cycle(_))
    }
}

/// How far a site is.
#[derive(Clone, Copy)]
enum State {
    New,
    /// In the walk that is on, at this step.
    Met(usize),
    Done(ChainEnd),
}

/// The end of every site, and how many links its chain has, in time linear in their number.
///
/// Each link counts once: also the last one of a chain that dangles, and those of a cycle until the
/// chain comes to a site again. A site with a qspec of its own has no link.
pub(crate) fn ends(links: &[Link]) -> (Vec<ChainEnd>, Vec<u32>) {
    let mut states = vec![State::New; links.len()];
    let mut lengths = vec![0_u32; links.len()];
    let mut walk: Vec<QSpecSite> = Vec::new();
    for start in 0..links.len() {
        walk.clear();
        let mut site = start;
        // Where the walk stops, and how many links the chain has from there.
        let (end, rest) = loop {
            match (states[site], walk.last()) {
                // What shares a site without a qspec dangles.
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
        // Every walk ends, so no site is left so.
        State::New | State::Met(_) => ChainEnd::NoQSpec,
    });
    (ends.collect(), lengths)
}
