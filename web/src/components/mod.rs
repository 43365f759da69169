//! Parts of the page that know nothing of its state: they show what they are given.

mod bar;
mod change_grid;
mod diff_strips;
mod facets;
mod icicle;
mod link_list;
mod loads;
mod mark;
mod marks;
mod neighbours;
mod node_detail;
mod node_grid;
mod offers;
mod overlays;
mod quantizer_card;
mod report_switcher;
mod rows;
mod safe_text;
mod share;
mod sort_header;
mod strip;
mod tabs;
mod wanted;
mod window;

pub(crate) use bar::Bar;
pub(crate) use change_grid::ChangeGrid;
pub(crate) use diff_strips::DiffStrips;
pub(crate) use facets::{Facets, plain_label};
pub(crate) use icicle::{Icicle, last_part};
pub(crate) use link_list::{LinkList, LinkRow};
pub(crate) use loads::Loads;
pub(crate) use mark::{mark, role_mark, row_mark};
#[allow(unused_imports)] // TODO
pub(crate) use marks::{RoleMark, RowMark, VerdictMark};
pub(crate) use neighbours::neighbours;
pub(crate) use node_detail::node_detail;
pub(crate) use node_grid::{HEADER_HEIGHT, NodeGrid, ROW_HEIGHT};
pub(crate) use offers::Offers;
pub(crate) use overlays::{DropOverlay, Help, Modal};
pub(crate) use quantizer_card::quantizer_card;
pub(crate) use report_switcher::ReportSwitcher;
pub(crate) use rows::{row, rows};
#[allow(unused_imports)] // TODO
pub(crate) use safe_text::{SafeText, safe_attribute};
pub(crate) use share::{Share, ShareDialog};
pub(crate) use sort_header::sort_header;
pub(crate) use strip::{Strip, cell_label};
pub(crate) use tabs::{TabPanel, Tabs};
pub(crate) use wanted::WantedFiles;
pub(crate) use window::{ScrollWindow, scroll_window};
