//! Writing reports.

mod json;
mod tabulate;
mod text;

pub use json::{json, json_all};
pub use text::{TitleTooLong, text};
