//! One screen each.

mod empty;
mod modules;
mod nodes;
mod overview;
mod text;

pub(crate) use empty::EmptyView;
pub(crate) use modules::ModulesView;
pub(crate) use nodes::NodesView;
pub(crate) use overview::OverviewView;
pub(crate) use text::TextView;
