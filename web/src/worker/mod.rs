//! The worker: it reads the files and keeps the reports; the page requests the parts that it shows.

mod bytes;
pub(crate) mod client;
mod export;
mod protocol;
mod serve;
mod store;

pub(crate) use protocol::*;
pub(crate) use serve::serve;
