//! The worker: it reads the files and keeps the reports; the page requests the parts that it shows.

pub(crate) mod client;
mod comparison;
mod entry;
mod export;
mod file_reader;
mod protocol;
mod serve;
mod store;

pub(crate) use protocol::*;
pub(crate) use serve::serve;
