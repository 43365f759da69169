//! Writing reports.

mod diff;
mod json;
mod summary;
mod tabulate;
mod text;

pub use diff::{MAX_COMMENT, diff_json, diff_markdown, diff_text};
pub use json::{json, json_all};
pub use summary::{summary_json, summary_markdown, summary_text};
pub use text::{TitleTooLong, text};
