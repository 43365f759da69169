//! The reader of JSON, compiled for speed where all else of the viewer is compiled to be small: in the
//! page it takes half of the time and, packed, 9 kB more.
//!
//! Cargo takes one `opt-level` for a crate, and what is generic, as all of `serde_json` is, is compiled
//! with the crate that uses it.

use qspect_core::read::{parse_with, read_json};
use qspect_core::{ParseError, Parsed};

/// As [`qspect_core::parse()`].
///
/// # Errors
/// The same.
pub fn parse(name: &str, bytes: &[u8]) -> Result<Parsed, ParseError> {
    parse_with(name, bytes, read_json)
}
