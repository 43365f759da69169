//! Reading reports: content decides the format.

pub(crate) mod blocks;
mod error;
mod json;
mod log;
mod path;
mod table;

use std::borrow::Cow;

pub use error::{ParseError, Position, Warning};
pub use json::{ReadJson, read_json};

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
/// `name` is the file's name, for errors; its ending does not matter. What may be packed goes through
/// [`unpack`](fn@crate::unpack) first.
///
/// # Errors
/// A [`ParseError`] where there is not a single report to show.
pub fn parse(name: &str, bytes: &[u8]) -> Result<Parsed, ParseError> {
    parse_with(name, bytes, read_json)
}

/// As [`parse`], but by a [`read_json`] of the caller's own crate, which may be compiled to be faster
/// than this one.
///
/// # Errors
/// As [`parse`].
pub fn parse_with(name: &str, bytes: &[u8], read_json: ReadJson) -> Result<Parsed, ParseError> {
    let text = text(bytes).map_err(|it| it.in_file(name))?;
    let content = text.content.trim_start();
    let parsed = if content.is_empty() {
        Err(ParseError::new("the file is empty")
            .hint("was it written before the run ended? A report is written when the run ends"))
    } else if is_json(content) {
        // A log may begin like JSON, too: with a line that prints a dictionary.
        json::read(&text.content, read_json).or_else(|error| {
            match text.content.contains(blocks::RULE) {
                true => log::read(&text.content).map_err(|_| error),
                false => Err(error),
            }
        })
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
    match std::str::from_utf8(bytes) {
        Ok(content) if is_json(content.trim_start()) || !content.contains('\0') => {
            Ok(Text { content: Cow::Borrowed(content), warning: None })
        }
        _ => mended(bytes),
    }
}

/// A log may hold a stray byte of another tool, or the zeros that a rotated one is filled with; what
/// is not text for a tenth is no log.
fn mended(bytes: &[u8]) -> Result<Text<'_>, ParseError> {
    let is_odd = |it: &u8| it.is_ascii_control() && !matches!(it, b'\t' | b'\n' | b'\r' | 0x1B);
    let (mut n_odd, mut offset, mut first) = (0, 0, None);
    for chunk in bytes.utf8_chunks() {
        let valid = chunk.valid().as_bytes();
        n_odd += valid.iter().filter(|it| is_odd(it)).count() + chunk.invalid().len();
        let zero = valid.iter().position(|it| *it == 0);
        let invalid = (!chunk.invalid().is_empty()).then_some(valid.len());
        first = first.or(zero.or(invalid).map(|it| offset + it));
        offset += valid.len() + chunk.invalid().len();
    }
    let first = first.unwrap_or_default();
    if n_odd * 10 > bytes.len() {
        return Err(binary(bytes, first));
    }
    Ok(Text {
        content: String::from_utf8_lossy(bytes),
        warning: Some(Warning {
            line: Some(1 + bytes[..first].iter().filter(|it| **it == b'\n').count()),
            message: "not UTF-8 text from here on; each bad byte reads as �".to_owned(),
        }),
    })
}

fn binary(bytes: &[u8], offset: usize) -> ParseError {
    let hint = match bytes {
        [0x1F, 0x8B, ..] => "this is gzip: unpack it first (`gunzip`)",
        [b'P', b'K', ..] => "this is a zip archive: unpack it first (`unzip`)",
        _ => "a report is JSON or a log's text; is this the right file?",
    };
    ParseError::new(format!("not text: byte 0x{:02X} at offset {offset}", bytes[offset])).hint(hint)
}
