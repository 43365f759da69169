//! The view models of the screens: summary, node table, node details, strip and icicle.

pub(crate) mod advice;
pub(crate) mod annotation_detail;
pub(crate) mod coloring;
pub(crate) mod column;
pub mod filter;
pub mod glossary;
pub(crate) mod headline;
pub(crate) mod histogram;
pub(crate) mod icicle;
pub(crate) mod module_blocks;
pub(crate) mod node_detail;
pub(crate) mod node_groups;
pub(crate) mod node_query;
pub(crate) mod node_record;
pub(crate) mod node_table;
pub(crate) mod selection;
pub(crate) mod strip;
pub(crate) mod summary;

pub use advice::{AdviceItem, AdviceList, gain_text, is_import};
pub use annotation_detail::{AnnotationDetail, InputDetail, InputRole, MAX_GROUP, QSpecDetail};
pub use coloring::{ColorBy, ColorClass, Coloring, ModuleColors};
pub use column::{CellValue, Column};
pub use histogram::{Histogram, N_BINS};
pub use icicle::{IcicleCell, IcicleWidth, icicle};
pub use module_blocks::ModuleBlock;
pub use node_detail::{GraphDetail, MAX_NAMES, NearNode, Neighbourhood, NodeDetail, OwnerDetail};
pub use node_groups::{GROUPINGS, NodeGroup, node_groups};
pub use node_query::{Facet, NodeQuery};
pub use node_record::{InputRecord, NodeRecord};
pub use node_table::{Found, NodeTable, Row, Tally};
pub use selection::Selection;
pub use strip::{Cell, StripLayout};
pub use summary::{
    FindingSummary, InputOutput, IslandSummary, MAX_ITEMS, OpTally, QuantizerSummary, Summary,
    Truncated,
};
