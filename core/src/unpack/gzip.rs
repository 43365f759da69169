//! Gzip (RFC 1952): one member or several, one after the other.

use super::budget::{Budget, Content, Trouble};
use super::{CRC, Kind, kind};
use crate::ParseError;

/// What a member counts at least: millions of empty ones are a bomb as well.
const MEMBER: u64 = 4 << 10;

/// What all members hold together.
pub(super) fn unpack(bytes: &[u8], budget: &mut Budget) -> Result<Vec<u8>, ParseError> {
    let (mut rest, mut content) = (bytes, Content::default());
    while let Some(Kind::Gzip) = kind(rest) {
        rest = member(rest, &mut content, budget).map_err(|it| it.error("the gzip"))?;
    }
    // Tapes are filled up with zeros.
    match rest.iter().all(|it| *it == 0) {
        true => Ok(content.into_bytes()),
        false => Err(ParseError::new("the gzip goes on with something else after its end")
            .hint("copy or download it again")),
    }
}

/// Adds what the first member holds to `content`, and returns what follows it.
fn member<'b>(
    bytes: &'b [u8],
    content: &mut Content,
    budget: &mut Budget,
) -> Result<&'b [u8], Trouble> {
    budget.take(MEMBER)?;
    let start = content.bytes().len();
    let rest = budget.inflate(after_header(bytes)?, content)?;
    let (trailer, rest) = rest.split_first_chunk::<8>().ok_or(Trouble::CutOff)?;
    let content = &content.bytes()[start..];
    // The size is kept modulo 4 GiB.
    let [crc, size] = [CRC.checksum(content), content.len() as u32].map(u32::to_le_bytes);
    match trailer[..4] == crc && trailer[4..] == size {
        true => Ok(rest),
        false => Err(Trouble::Damaged),
    }
}

/// What follows a member's header: magic, method, flags, six bytes of no use here, and what the
/// flags say.
fn after_header(bytes: &[u8]) -> Result<&[u8], Trouble> {
    const DEFLATE: u8 = 8;
    const HEADER_CRC: u8 = 2;
    const EXTRA: u8 = 4;
    const NAME: u8 = 8;
    const COMMENT: u8 = 16;
    const RESERVED: u8 = 0xE0;

    let (header, mut rest) = bytes.split_first_chunk::<10>().ok_or(Trouble::CutOff)?;
    let flags = header[3];
    if header[2] != DEFLATE || flags & RESERVED != 0 {
        return Err(Trouble::Damaged);
    }
    if flags & EXTRA != 0 {
        let (size, after) = rest.split_first_chunk::<2>().ok_or(Trouble::CutOff)?;
        rest = after.get(u16::from_le_bytes(*size).into()..).ok_or(Trouble::CutOff)?;
    }
    for text in [NAME, COMMENT] {
        if flags & text != 0 {
            let end = rest.iter().position(|it| *it == 0).ok_or(Trouble::CutOff)?;
            rest = &rest[end + 1..];
        }
    }
    if flags & HEADER_CRC != 0 {
        rest = rest.get(2..).ok_or(Trouble::CutOff)?;
    }
    Ok(rest)
}
