//! Texts, names and numbers. Nothing here depends on reports.

mod digits;
pub(crate) mod escape;
pub mod number_format;
pub(crate) mod python;
#[macro_use]
pub(crate) mod unknown_fields;

pub use escape::{escape_hidden, escape_line, is_hidden};
pub use unknown_fields::UnknownFields;

/// A name in a graph or of a class: a node, an input, an op, a dtype.
///
/// Reports repeat short names by the hundred thousand; this type keeps up to 23 bytes in place.
pub type Name = smol_str::SmolStr;
