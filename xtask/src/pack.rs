//! Packs the page's program as small as a text file can have it.
//!
//! Browsers unpack gzip, but LZMA packs a WebAssembly module a quarter smaller, even with the
//! decoder (`loader/`, 6 kB) beside it. And base64 spends a third on being text; two characters of
//! 91 carry 13 bits, so this spends a quarter.

use std::io::Write;

use anyhow::{Context, Result};
use flate2::Compression;
use flate2::write::GzEncoder;
use lzma_rust2::{LzmaOptions, LzmaWriter};

/// The parts one after the other, each behind its length in four bytes: `web/boot.js` takes them apart.
pub fn payload(parts: [&[u8]; 3]) -> Result<Vec<u8>> {
    let mut payload = Vec::with_capacity(parts.iter().map(|it| it.len() + 4).sum());
    for part in parts {
        let len = u32::try_from(part.len()).context("a part of the page has more than 4 GB")?;
        payload.extend(len.to_le_bytes());
        payload.extend(part);
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

/// The digits: printable ASCII without the characters that mean something in HTML or in a string.
pub fn digits() -> Vec<u8> {
    (b'!'..=b'~').filter(|it| !matches!(it, b'"' | b'&' | b'<')).collect()
}

/// Bytes as text: 13 bits, lowest first, in two digits of 91. Up to six last bits take one digit, so
/// that the text's length tells that of the bytes; gzip, for one, forbids bytes after its end.
pub fn base91(bytes: &[u8]) -> String {
    let digits = digits();
    let mut text = String::with_capacity(bytes.len() * 16 / 13 + 2);
    let (mut bits, mut n_bits) = (0_usize, 0);
    let mut push = |value: usize| text.push(char::from(digits[value]));
    for byte in bytes {
        bits |= usize::from(*byte) << n_bits;
        n_bits += 8;
        if n_bits >= 13 {
            push((bits & 0x1FFF) % 91);
            push((bits & 0x1FFF) / 91);
            bits >>= 13;
            n_bits -= 13;
        }
    }
    if n_bits > 0 {
        push(bits % 91);
    }
    if n_bits > 6 {
        push(bits / 91);
    }
    text
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use lzma_rust2::LzmaReader;

    use super::*;

    /// As `web/boot.js` reads it.
    fn from_base91(text: &str) -> Vec<u8> {
        let digits = digits();
        let value = |it: u8| digits.iter().position(|digit| *digit == it).unwrap();
        let mut bytes = Vec::new();
        let (mut bits, mut n_bits) = (0, 0);
        for pair in text.as_bytes().chunks(2) {
            bits |= (value(pair[0]) + 91 * pair.get(1).map_or(0, |it| value(*it))) << n_bits;
            n_bits += if pair.len() == 2 { 13 } else { 6 };
            while n_bits >= 8 {
                bytes.push((bits & 0xFF) as u8);
                bits >>= 8;
                n_bits -= 8;
            }
        }
        bytes
    }

    #[test]
    fn text_leads_back_to_the_bytes() {
        assert_eq!(digits().len(), 91);
        let bytes: Vec<u8> = (0..=255).cycle().take(1000).collect();
        for len in 0..bytes.len() {
            let text = base91(&bytes[..len]);
            assert!(!text.contains(['<', '&', '"']), "{text}");
            assert_eq!(from_base91(&text), bytes[..len]);
        }
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
