//! Decodes bytes to text.

use std::borrow::Cow;

use super::{ParseError, ParseErrorKind, Warning, is_json};
use crate::text::number_format::count;

/// A file's text.
pub(super) struct Text<'b> {
    pub(super) content: Cow<'b, str>,
    /// Set if some bytes are not text.
    pub(super) warning: Option<Warning>,
}

/// One unit of UTF-16.
type ReadUnit = fn([u8; 2]) -> u16;

/// The bytes as text: UTF-8, or UTF-16, as PowerShell's `>` writes it.
pub(super) fn text(bytes: &[u8]) -> Result<Text<'_>, ParseError> {
    if let Some((rest, unit)) = utf16(bytes) {
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
        _ => damaged(bytes),
    }
}

/// The bytes after the byte order mark, if this is UTF-16. Without a mark, text that is mostly
/// ASCII has a zero in every second byte.
fn utf16(bytes: &[u8]) -> Option<(&[u8], ReadUnit)> {
    match bytes {
        [0xFF, 0xFE, rest @ ..] => return Some((rest, u16::from_le_bytes)),
        [0xFE, 0xFF, rest @ ..] => return Some((rest, u16::from_be_bytes)),
        _ => {}
    }
    let start = &bytes[..bytes.len().min(LOOKED_AT)];
    let n_pairs = start.len() / 2;
    let is_text = |it: u8| !it.is_ascii_control() || matches!(it, b'\t' | b'\n' | b'\r' | 0x1B);
    let n_little = start.chunks_exact(2).filter(|it| it[1] == 0 && is_text(it[0])).count();
    let n_big = start.chunks_exact(2).filter(|it| it[0] == 0 && is_text(it[1])).count();
    let is_most = |n: usize| n_pairs >= 4 && n * 10 > n_pairs * 9;
    if is_most(n_little) {
        Some((bytes, u16::from_le_bytes))
    } else if is_most(n_big) {
        Some((bytes, u16::from_be_bytes))
    } else {
        None
    }
}

/// How many bytes are checked for UTF-16 without a byte order mark.
const LOOKED_AT: usize = 1024;

/// Decodes bytes that are not all text. A log may contain a stray byte of another tool, or the NUL
/// bytes that fill a rotated log. If more than a tenth of the bytes are not text, the file is
/// binary.
fn damaged(bytes: &[u8]) -> Result<Text<'_>, ParseError> {
    let is_odd = |it: &u8| it.is_ascii_control() && !matches!(it, b'\t' | b'\n' | b'\r' | 0x1B);
    let (mut n_odd, mut offset) = (0, 0);
    let (mut n_nul, mut first_nul) = (0, None);
    let (mut n_invalid, mut first_invalid) = (0, None);
    for chunk in bytes.utf8_chunks() {
        let valid = chunk.valid().as_bytes();
        n_odd += valid.iter().filter(|it| is_odd(it)).count() + chunk.invalid().len();
        n_nul += valid.iter().filter(|it| **it == 0).count();
        first_nul = first_nul.or(valid.iter().position(|it| *it == 0).map(|it| offset + it));
        n_invalid += chunk.invalid().len();
        let invalid_at = (!chunk.invalid().is_empty()).then_some(offset + valid.len());
        first_invalid = first_invalid.or(invalid_at);
        offset += valid.len() + chunk.invalid().len();
    }
    let first = match (first_nul, first_invalid) {
        (Some(nul), Some(invalid)) => nul.min(invalid),
        (first, other) => first.or(other).unwrap_or_default(),
    };
    if n_odd * 10 > bytes.len() {
        return Err(binary(bytes, first));
    }
    let nul = count(n_nul, "NUL byte", "NUL bytes");
    let invalid = format!(
        "{} \u{fffd}",
        count(n_invalid, "byte is not UTF-8 and reads as", "bytes are not UTF-8 and read as")
    );
    let message = match (n_nul, n_invalid) {
        (0, _) => format!("{invalid}; the first one is here"),
        (_, 0) => format!("{nul} in this text; the first one is here"),
        _ => format!("{nul} in this text, and {invalid}; the first one is here"),
    };
    let line = 1 + bytes[..first].iter().filter(|it| **it == b'\n').count();
    Ok(Text {
        content: String::from_utf8_lossy(bytes),
        warning: Some(Warning { line: Some(line), end_line: None, message }),
    })
}

fn binary(bytes: &[u8], offset: usize) -> ParseError {
    let hint = match bytes {
        [0x1F, 0x8B, ..] => "this is gzip: unpack it first (`gunzip`)",
        [b'P', b'K', ..] => "this is a zip archive: unpack it first (`unzip`)",
        _ => "a report is JSON or a log's text; is this the right file?",
    };
    ParseError::new(
        ParseErrorKind::NotText,
        format!("not text: byte 0x{:02X} at offset {offset}", bytes[offset]),
    )
    .hint(hint)
}
