//! Tables with name IDs in place of names: they make queries about a node cheap.

pub(crate) mod jagged;
pub(crate) mod names;
pub(crate) mod neighbours;
pub(crate) mod shared_chains;
