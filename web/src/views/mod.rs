//! The views, one screen each.

mod changes;
mod coloring;
mod compare;
mod compare_figures;
mod empty;
mod fleet;
mod fleet_baseline;
mod fleet_cells;
mod fleet_timelines;
mod group_table;
mod live_query;
mod modules;
mod node_filters;
mod nodes;
mod overview;
mod printed;
mod printed_changes;
mod printed_fleet;
mod text;

pub(crate) use coloring::ColorSwitch;
pub(crate) use compare::CompareView;
pub(crate) use empty::EmptyView;
pub(crate) use fleet::FleetView;
pub(crate) use modules::ModulesView;
pub(crate) use nodes::NodesView;
pub(crate) use overview::OverviewView;
pub(crate) use text::TextView;
