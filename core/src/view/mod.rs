//! What the screens ask for: a first screen, a table of nodes, one node, a strip, an icicle.

pub(crate) mod headline;
pub(crate) mod icicle;
pub(crate) mod node_detail;
pub(crate) mod node_record;
pub(crate) mod node_table;
pub(crate) mod selection;
pub(crate) mod strip;
pub(crate) mod summary;

pub use icicle::{IcicleCell, icicle};
pub use node_detail::{
    AnnotationDetail, GraphDetail, InputDetail, NearNode, Neighbourhood, NodeDetail, QSpecDetail,
};
pub use node_record::{InputRecord, NodeRecord};
pub use node_table::{Facet, Found, NodeQuery, NodeTable, Row, SortBy, Tally};
pub use selection::Selection;
pub use strip::{Cell, StripLayout};
pub use summary::{
    FindingSummary, InputOutput, IslandSummary, OpTally, QuantizerSummary, Summary, Top,
};
