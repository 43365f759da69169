//! Packs the page's program as small as a text file can have it.
//!
//! Browsers unpack gzip, but LZMA packs a WebAssembly module a quarter smaller, even with the
//! decoder (`loader/`, 6 kB) beside it. And base64 spends a third on being text; in a page of UTF-16
//! it takes a thirtieth.

use std::io::Write;

use anyhow::{Context, Result, ensure};
use flate2::Compression;
use flate2::write::GzEncoder;
use lzma_rust2::{LzmaOptions, LzmaWriter};

/// How many parts there are, then one after the other, each behind its length; numbers have four bytes.
/// `web/program.js` takes them apart.
pub fn payload(parts: &[&[u8]]) -> Result<Vec<u8>> {
    let mut payload = Vec::with_capacity(parts.iter().map(|it| it.len() + 4).sum::<usize>() + 4);
    payload.extend(u32::try_from(parts.len())?.to_le_bytes());
    for part in parts {
        let len = u32::try_from(part.len()).context("a part of the page has more than 4 GB")?;
        payload.extend(len.to_le_bytes());
        payload.extend(*part);
    }
    Ok(payload)
}

/// A `.lzma` file that tells its size.
pub fn lzma(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut options = LzmaOptions::with_preset(9);
    // Code has no structure of two or four bytes; its literals depend on what precedes them.
    (options.lc, options.lp, options.pb) = (4, 0, 0);
    options.nice_len = 273;
    options.dict_size = u32::try_from(bytes.len().next_power_of_two()).context("too large")?;
    let mut writer = LzmaWriter::new_use_header(Vec::new(), &options, Some(bytes.len() as u64))?;
    writer.write_all(bytes)?;
    writer.finish().context("cannot pack the page")
}

/// A gzip file, for what runs before the loader does.
pub fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    encoder.finish().context("cannot gzip the loader")
}

/// The first digit; behind it stand the others, in one row of code points of which none means
/// anything in HTML, and none is a surrogate.
const ZERO: u32 = 0x0800;

/// How many digits there are: two of them can carry 31 bits.
const N_DIGITS: u32 = 46_341;

/// Bytes as text: their number, then the bytes, lowest bits first, 31 bits in two digits at a time.
///
/// In UTF-16, where a digit takes two bytes, this is 3 % more than the bytes are. In UTF-8 the best
/// are 91 digits of ASCII, which take 23 % more.
pub fn digits(bytes: &[u8]) -> Result<String> {
    let mut text = String::with_capacity(bytes.len() * 2);
    let mut push = |value: u64| {
        let n_digits = u64::from(N_DIGITS);
        for digit in [value % n_digits, value / n_digits] {
            text.extend(u32::try_from(digit).ok().and_then(|it| char::from_u32(ZERO + it)));
        }
    };
    let len = u64::try_from(bytes.len())?;
    ensure!(len < 1 << 31, "{len} bytes are too many for the page");
    push(len);
    let (mut bits, mut n_bits) = (0_u64, 0);
    for byte in bytes {
        bits |= u64::from(*byte) << n_bits;
        n_bits += 8;
        if n_bits >= 31 {
            push(bits & 0x7FFF_FFFF);
            bits >>= 31;
            n_bits -= 31;
        }
    }
    if n_bits > 0 {
        push(bits);
    }
    Ok(text)
}

/// How many of the 93 characters of [`characters`] stand for six bits; the others stand for seven.
const N_SHORT: u32 = 35;

/// Bytes as a JavaScript text in quotes, highest bits first: of ASCII, what can be printed and needs no
/// escape. `web/element.js` reads it.
///
/// A module is sent gzipped, and gzip knows at most one symbol more than these: what one of them takes
/// there is the bits that it stands for. So it is with base64, but its digits are so few that gzip sees
/// repetitions by chance, and spends 1 to 3 % more on them.
pub fn characters(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 5 / 4);
    text.push('"');
    let byte = |byte_idx| u32::from(bytes.get(byte_idx).copied().unwrap_or_default());
    let mut bit_idx = 0;
    while bit_idx < bytes.len() * 8 {
        let two = byte(bit_idx / 8) << 8 | byte(bit_idx / 8 + 1);
        let seven = two >> (9 - bit_idx % 8) & 0x7F;
        let (digit, n_bits) = match seven >> 1 {
            six if six < N_SHORT => (six, 6),
            _ => (seven - N_SHORT, 7),
        };
        bit_idx += n_bits;
        // From the space on, without the quote and the backslash.
        let code = digit + 32 + u32::from(digit >= 2);
        text.extend(char::from_u32(code + u32::from(code >= 92)));
    }
    text.push('"');
    text
}

/// A page's text as bytes: UTF-16, little-endian. The mark at its start says so, and browsers heed it
/// before all that a server says.
pub fn utf16(text: &str) -> Vec<u8> {
    let units = ['\u{FEFF}' as u16].into_iter().chain(text.encode_utf16());
    units.flat_map(u16::to_le_bytes).collect()
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use lzma_rust2::LzmaReader;

    use super::*;

    /// As `web/boot.js` reads it.
    fn from_digits(text: &str) -> Vec<u8> {
        let values: Vec<u64> = text.chars().map(|it| u64::from(u32::from(it) - ZERO)).collect();
        let mut values = values.chunks(2).map(|it| it[0] + u64::from(N_DIGITS) * it[1]);
        let len = values.next().unwrap() as usize;
        let mut bytes = Vec::new();
        let (mut rest, mut n_bits) = (0, 0);
        for value in values {
            rest |= value << n_bits;
            n_bits += 31;
            while n_bits >= 8 {
                bytes.push((rest & 0xFF) as u8);
                rest >>= 8;
                n_bits -= 8;
            }
        }
        if n_bits > 0 {
            bytes.push(rest as u8);
        }
        bytes.truncate(len);
        bytes
    }

    /// As `web/element.js` reads it.
    fn from_characters(text: &str) -> Vec<u8> {
        let (mut bytes, mut rest, mut n_bits) = (Vec::new(), 0_u64, 0);
        for code in text.trim_matches('"').bytes().map(u64::from) {
            let digit = code - 32 - u64::from(code > 34) - u64::from(code > 92);
            let (value, n) = if digit < 35 { (digit, 6) } else { (digit + 35, 7) };
            (rest, n_bits) = (rest << n | value, n_bits + n);
            if n_bits >= 8 {
                n_bits -= 8;
                bytes.push((rest >> n_bits) as u8);
                rest &= (1 << n_bits) - 1;
            }
        }
        bytes
    }

    #[test]
    fn characters_lead_back_to_the_bytes() {
        let mut state = 1_u64;
        let random = std::iter::repeat_with(|| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 56) as u8
        });
        let bytes: Vec<u8> = random.take(3000).collect();
        for len in (0..40).chain([3000]) {
            let text = characters(&bytes[..len]);
            assert_eq!(from_characters(&text), bytes[..len], "{len} bytes");
            let inner = text.strip_prefix('"').unwrap().strip_suffix('"').unwrap();
            assert!(
                inner.bytes().all(|it| matches!(it, b' '..=b'~') && !matches!(it, b'"' | b'\\'))
            );
        }
        // All 93 of them, and the bits that they stand for.
        let text = characters(&bytes);
        assert_eq!(text.bytes().collect::<std::collections::BTreeSet<_>>().len(), 94);
        assert!(gzip(text.as_bytes()).unwrap().len() < 3000 * 105 / 100);
    }

    #[test]
    fn digits_lead_back_to_the_bytes() {
        assert!(u64::from(N_DIGITS).pow(2) >= 1 << 31 && ZERO + N_DIGITS < 0xD800);
        let bytes: Vec<u8> = (0..=255).rev().cycle().take(1000).collect();
        for len in 0..bytes.len() {
            let text = digits(&bytes[..len]).unwrap();
            assert_eq!(from_digits(&text), bytes[..len]);
        }
    }

    #[test]
    fn pages_are_marked_as_utf_16() {
        assert_eq!(utf16("<a"), [0xFF, 0xFE, b'<', 0, b'a', 0]);
    }

    #[test]
    fn packed_bytes_unpack() {
        let bytes = b"to be packed, to be unpacked".repeat(100);
        let packed = lzma(&bytes).unwrap();
        assert_eq!(packed[5..13], (bytes.len() as u64).to_le_bytes());
        let mut unpacked = Vec::new();
        let mut reader = LzmaReader::new_mem_limit(&*packed, u32::MAX, None).unwrap();
        reader.read_to_end(&mut unpacked).unwrap();
        assert_eq!(unpacked, bytes);
    }
}
