//! Writing reports.

mod advice;
mod csv;
mod diff;
mod diff_json;
mod explain;
mod fleet;
mod json;
mod markdown;
mod model_explorer;
mod node_table;
mod summary;
#[cfg(feature = "svg")]
mod svg;
mod tabulate;
mod text;

pub use advice::{advice_json, advice_markdown, advice_text};
pub use csv::{NODE_COLUMNS, csv_row, node_cells, nodes_csv};
pub use diff::{MAX_COMMENT, comparison_text, diff_markdown, diff_text};
pub use diff_json::diff_json;
pub use explain::explain_text;
pub use fleet::{FleetRecord, fleet_csv, fleet_markdown};
pub use json::{json, json_all, json_lines};
pub use model_explorer::{NodeData, node_data_json};
pub use node_table::nodes_table;
pub use summary::{summary_json, summary_markdown, summary_text};
#[cfg(feature = "svg")]
pub use svg::{icicle_svg, strip_svg};
pub use text::{TextError, text};
