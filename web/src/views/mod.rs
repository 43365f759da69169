//! One screen each.

mod compare;
mod empty;
mod fleet;
mod modules;
mod nodes;
mod overview;
mod printed;
mod text;

pub(crate) use compare::CompareView;
pub(crate) use empty::EmptyView;
pub(crate) use fleet::FleetView;
pub(crate) use modules::ModulesView;
pub(crate) use nodes::NodesView;
pub(crate) use overview::OverviewView;
pub(crate) use text::TextView;
