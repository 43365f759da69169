//! Reading reports: content decides the format.

pub(crate) mod blocks;
mod error;
mod json;
mod log;
mod path;
mod table;

use std::borrow::Cow;

pub use error::{ParseError, Position, Warning};

use crate::Report;

/// What `format` says in every report.
pub const FORMAT: &str = "qspect-report";

/// The version of the format that this crate writes, and the newest it reads.
pub const VERSION: u64 = 1;

/// What a file holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parsed {
    /// Its reports, in order; at least one.
    pub reports: Vec<Report>,
    /// What could not be read; it took nothing else with it.
    pub warnings: Vec<Warning>,
}

/// Reads all reports of a file: JSON (one report, an array of them, or one per line), or any text
/// with ExecuTorch's reports between its lines.
///
/// `name` is the file's name, for errors; its ending does not matter.
///
/// # Errors
/// A [`ParseError`] where there is not a single report to show.
pub fn parse(name: &str, bytes: &[u8]) -> Result<Parsed, ParseError> {
    let text = text(bytes).map_err(|it| it.in_file(name))?;
    let content = text.content.trim_start();
    let parsed = if content.is_empty() {
        Err(ParseError::new("the file is empty")
            .hint("was it written before the run ended? A report is written when the run ends"))
    } else if is_json(content) {
        json::read(&text.content)
    } else {
        log::read(&text.content)
    };
    let mut parsed = parsed.map_err(|it| it.in_file(name))?;
    parsed.warnings.splice(0..0, text.warning);
    Ok(parsed)
}

/// `{`, or `[` before an object or the end. A log line may begin with `[INFO]`.
fn is_json(content: &str) -> bool {
    content.starts_with('{')
        || content.strip_prefix('[').is_some_and(|rest| {
            matches!(rest.trim_start().chars().next(), None | Some('{' | '[' | ']'))
        })
}

struct Text<'b> {
    content: Cow<'b, str>,
    warning: Option<Warning>,
}

/// The bytes as text: UTF-8, or UTF-16 with a byte order mark, as PowerShell's `>` writes it.
fn text(bytes: &[u8]) -> Result<Text<'_>, ParseError> {
    let utf16 = match bytes {
        [0xFF, 0xFE, rest @ ..] => Some((rest, u16::from_le_bytes as fn([u8; 2]) -> u16)),
        [0xFE, 0xFF, rest @ ..] => Some((rest, u16::from_be_bytes as fn([u8; 2]) -> u16)),
        _ => None,
    };
    if let Some((rest, unit)) = utf16 {
        let units = rest.chunks_exact(2).map(|it| unit([it[0], it[1]]));
        let content: String =
            char::decode_utf16(units).map(|it| it.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
        return Ok(Text { content: Cow::Owned(content), warning: None });
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let error = match std::str::from_utf8(bytes) {
        // Zeros are valid UTF-8, but no text has them.
        Ok(content) => match content.find('\0') {
            None => return Ok(Text { content: Cow::Borrowed(content), warning: None }),
            Some(offset) => return Err(binary(bytes, offset)),
        },
        Err(error) => error,
    };
    let offset = error.valid_up_to();
    if bytes.contains(&0) || !looks_like_text(bytes) {
        return Err(binary(bytes, offset));
    }
    // A log may hold a stray byte of another tool; a report has none.
    let line = 1 + bytes[..offset].iter().filter(|it| **it == b'\n').count();
    Ok(Text {
        content: String::from_utf8_lossy(bytes),
        warning: Some(Warning {
            line: Some(line),
            message: "not UTF-8 from here on; each bad byte reads as �".to_owned(),
        }),
    })
}

/// Mostly printable: at most one byte in ten of the beginning is a control or not ASCII.
fn looks_like_text(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(4096)];
    let n_odd =
        head.iter().filter(|it| !matches!(it, b'\t' | b'\n' | b'\r' | 0x1B | 0x20..=0x7E)).count();
    n_odd * 10 <= head.len()
}

fn binary(bytes: &[u8], offset: usize) -> ParseError {
    let hint = match bytes {
        [0x1F, 0x8B, ..] => "this is gzip: unpack it first (`gunzip`)",
        [b'P', b'K', ..] => "this is a zip archive: unpack it first (`unzip`)",
        _ => "a report is JSON or a log's text; is this the right file?",
    };
    ParseError::new(format!("not text: byte 0x{:02X} at offset {offset}", bytes[offset])).hint(hint)
}
