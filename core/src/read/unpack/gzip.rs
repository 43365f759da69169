//! Gzip (RFC 1952): one member or several, one after the other.

use flate2::bufread::GzDecoder;

use super::budget::Budget;
use super::{Kind, kind};
use crate::read::{ParseError, ParseErrorKind};

/// The least number of bytes that a member counts: millions of empty ones are a bomb too.
const MEMBER: u64 = 4 << 10;

/// Unpacks all members, one after the other.
///
/// They are read one by one. `MultiGzDecoder` would hide where they end, and reads the zeros at the
/// end of a tape as another member.
pub(super) fn unpack(bytes: &[u8], budget: &mut Budget) -> Result<Vec<u8>, ParseError> {
    let mut content = Vec::new();
    let mut member = GzDecoder::new(bytes);
    loop {
        let read = budget.take(MEMBER).and_then(|()| budget.read(&mut member, &mut content));
        read.map_err(|it| it.error("the gzip"))?;
        let rest = *member.get_ref();
        if let Some(Kind::Gzip) = kind(rest) {
            // `reset` reuses the memory of the decoder.
            member.reset(rest);
        } else if rest.iter().all(|it| *it == 0) {
            // Tapes are padded with zeros.
            return Ok(content);
        } else {
            return Err(ParseError::new(
                ParseErrorKind::Archive,
                "the gzip goes on with something else after its end",
            )
            .hint("copy or download it again"));
        }
    }
}
