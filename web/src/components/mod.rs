//! Parts of the page that know nothing of its state: they show what they are given.

mod bar;
mod facets;
mod loads;
mod mark;
mod node_detail;
mod node_grid;
mod overlays;
mod quantizer_card;
mod report_switcher;
mod tabs;
mod window;

pub(crate) use bar::Bar;
pub(crate) use facets::{Facets, plain_label};
pub(crate) use loads::Loads;
pub(crate) use mark::{Mark, outcome_label};
pub(crate) use node_detail::NodeDetailPanel;
pub(crate) use node_grid::{HEADER_HEIGHT, NodeGrid, ROW_HEIGHT};
pub(crate) use overlays::{DropOverlay, Help};
pub(crate) use quantizer_card::QuantizerCard;
pub(crate) use report_switcher::ReportSwitcher;
pub(crate) use tabs::{TAB_PANEL_ID, Tabs};
pub(crate) use window::{ScrollWindow, scroll_window};
