//! One screen each.

#[cfg(feature = "page")]
mod compare;
#[cfg(feature = "page")]
mod empty;
#[cfg(feature = "page")]
mod fleet;
mod modules;
mod nodes;
mod overview;
mod printed;
mod text;

#[cfg(feature = "page")]
pub(crate) use compare::CompareView;
#[cfg(feature = "page")]
pub(crate) use empty::EmptyView;
#[cfg(feature = "page")]
pub(crate) use fleet::FleetView;
pub(crate) use modules::ModulesView;
pub(crate) use nodes::NodesView;
pub(crate) use overview::OverviewView;
pub(crate) use text::TextView;
