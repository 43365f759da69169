//! Numbers in place of names: the tables that make each question about a node cheap.

pub(crate) mod jagged;
pub(crate) mod names;
pub(crate) mod neighbours;
pub(crate) mod shared_chains;
