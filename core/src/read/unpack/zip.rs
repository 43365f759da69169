//! Zip archives, including zip64. The list at an archive's end is trusted for the position of
//! entries only.

use std::borrow::Cow;
use std::vec;

use flate2::Crc;
use flate2::bufread::DeflateDecoder;
use rawzip::time::DosDateTime;
use rawzip::{
    CompressionMethod, ZipArchive, ZipArchiveEntryWayfinder, ZipFileHeaderRecord, ZipSliceArchive,
    ZipVerification,
};

use super::budget::{Budget, MAX_ARCHIVE, MAX_ENTRIES, Trouble, gib};
use super::{Unpacked, failed, file};
use crate::read::may_be_report;
use crate::read::{ParseError, ParseErrorKind};
use crate::text::number_format::{count, thousands};

const AGAIN: &str = "copy or download the archive again";

/// An archive whose entries are unpacked one by one.
pub(super) struct Archive<'b> {
    name: String,
    bytes: &'b [u8],
    /// `None` if there is no list of entries.
    zip: Option<ZipSliceArchive<&'b [u8]>>,
    entries: vec::IntoIter<Entry>,
    /// The error of the archive itself; reported after the entries that can be read.
    error: Option<ParseError>,
    budget: Budget,
    /// The bytes that no entry has used yet. Overlapping entries could be read thousands of times.
    n_unread: usize,
    /// Where the last entry ended.
    offset: usize,
}

/// An entry that may be a report.
struct Entry {
    name: String,
    modified: Option<String>,
    place: ZipArchiveEntryWayfinder,
    packing: Result<Packing, ParseError>,
}

#[derive(Clone, Copy)]
enum Packing {
    Stored,
    Deflated,
}

impl<'b> Archive<'b> {
    pub(super) fn new(name: &str, bytes: &'b [u8]) -> Self {
        let zip = ZipArchive::from_slice(bytes).ok();
        let (entries, error) = match &zip {
            Some(zip) => list(name, zip),
            None => {
                let error = ParseError::new(
                    ParseErrorKind::Archive,
                    "the zip archive ends before its list of files",
                );
                (Vec::new(), Some(error.hint(format!("it is cut off: {AGAIN}"))))
            }
        };
        Self {
            name: name.to_owned(),
            bytes,
            zip,
            entries: entries.into_iter(),
            error,
            budget: Budget::new(MAX_ARCHIVE),
            n_unread: bytes.len(),
            offset: 0,
        }
    }

    /// How many of the archive's bytes have been read: up to the end of the last entry.
    pub(super) fn offset(&self) -> usize {
        self.offset
    }

    pub(super) fn next(&mut self) -> Option<Unpacked<'b>> {
        let Some(Entry { name, modified, place, packing }) = self.entries.next() else {
            return self.error.take().map(|it| failed(self.name.clone(), it));
        };
        let content = packing.and_then(|it| self.content(place, it));
        let file = match content {
            Ok(bytes) => file(name, bytes, &mut self.budget),
            Err(error) => failed(name, error),
        };
        if !self.budget.is_overdrawn() {
            return Some(Unpacked { modified, ..file });
        }
        let n_left_out = thousands(1 + self.entries.len());
        self.entries = Vec::new().into_iter();
        let limit = gib(MAX_ARCHIVE);
        let error = ParseError::new(
            ParseErrorKind::TooLarge,
            format!(
                "its files unpack to more than {limit}: {n_left_out} are left out, from {} on",
                file.name,
            ),
        );
        let hint = "pack fewer reports together, or unpack it and open some at a time";
        Some(failed(self.name.clone(), error.hint(hint)))
    }

    fn content(
        &mut self,
        place: ZipArchiveEntryWayfinder,
        packing: Packing,
    ) -> Result<Cow<'b, [u8]>, ParseError> {
        let entry = self.zip.as_ref().and_then(|it| it.get_entry(place).ok());
        let range = entry.as_ref().map(|it| it.compressed_data_range());
        let range = range.map(|(start, end)| start as usize..end as usize);
        let packed = range.clone().and_then(|it| self.bytes.get(it));
        let (Some(entry), Some(range), Some(packed)) = (entry, range, packed) else {
            return Err(ParseError::new(
                ParseErrorKind::Archive,
                "it is not where the archive's list says",
            )
            .hint(AGAIN));
        };
        self.offset = range.end;
        self.n_unread = self.n_unread.checked_sub(packed.len()).ok_or_else(|| {
            ParseError::new(ParseErrorKind::Archive, "it overlaps other files of the archive")
                .hint("pack the files again")
        })?;
        let bytes = match packing {
            Packing::Stored => {
                self.budget.take(packed.len() as u64).map(|()| Cow::Borrowed(packed))
            }
            Packing::Deflated => {
                let mut content = Vec::new();
                let read = self.budget.read(&mut DeflateDecoder::new(packed), &mut content);
                read.map(|()| Cow::Owned(content))
            }
        };
        let bytes = bytes.map_err(|it| it.error("the file"))?;
        let mut crc = Crc::new();
        crc.update(&bytes);
        let found = ZipVerification { crc: crc.sum(), uncompressed_size: bytes.len() as u64 };
        if found == entry.claim_verifier() {
            Ok(bytes)
        } else {
            Err(Trouble::Damaged.error("the file"))
        }
    }
}

/// The entries that may be reports, and the error of the list.
fn list(name: &str, zip: &ZipSliceArchive<&[u8]>) -> (Vec<Entry>, Option<ParseError>) {
    let mut entries = Vec::new();
    let mut n_listed = 0;
    let mut records = zip.entries();
    let error = loop {
        match records.next_entry() {
            Ok(Some(_)) if n_listed == MAX_ENTRIES => {
                let limit = thousands(MAX_ENTRIES);
                let message = format!("more than {limit} files are in it: the rest is left out");
                break Some(
                    ParseError::new(ParseErrorKind::TooLarge, message)
                        .hint("pack the reports alone"),
                );
            }
            Ok(Some(record)) => {
                n_listed += 1;
                entries.extend(entry(name, &record));
            }
            // More are fine: without zip64 the declared number has 16 bits and overflows.
            Ok(None) if n_listed as u64 >= zip.entries_hint() => break None,
            Ok(None) | Err(_) => {
                let n_listed = count(n_listed, "file", "files");
                let message = format!("the zip archive's list is damaged after {n_listed}");
                break Some(ParseError::new(ParseErrorKind::Archive, message).hint(AGAIN));
            }
        }
    };
    let nothing = || {
        let n_listed = count(n_listed, "file", "files");
        ParseError::new(
            ParseErrorKind::NoReport,
            format!("no report among the {n_listed} of the archive"),
        )
        .hint("names of reports end in .json, .jsonl, .ndjson, .log, .txt or .gz")
    };
    let error = error.or_else(|| entries.is_empty().then(nothing));
    (entries, error)
}

fn entry(archive: &str, record: &ZipFileHeaderRecord<'_>) -> Option<Entry> {
    let name = String::from_utf8_lossy(record.file_path().as_bytes());
    if record.is_dir() || name.starts_with("__MACOSX/") {
        return None;
    }
    let packing = if leads_out(&name) {
        Err(ParseError::new(ParseErrorKind::Archive, "its name leads out of the archive")
            .hint("pack it by a relative name, with `/` between folders"))
    } else if !may_be_report(&name) {
        return None;
    } else if record.flags().is_encrypted() {
        Err(ParseError::new(ParseErrorKind::Archive, "it is encrypted")
            .hint("unpack it with its password, and open that"))
    } else {
        match record.compression_method() {
            CompressionMethod::STORE => Ok(Packing::Stored),
            CompressionMethod::DEFLATE => Ok(Packing::Deflated),
            other => {
                let method = other.as_u16();
                let message = format!("it is packed by method {method}, and only deflate is read");
                Err(ParseError::new(ParseErrorKind::Archive, message)
                    .hint("pack it by `zip`, or unpack it"))
            }
        }
    };
    // Names are printed to terminals too.
    let name = name.replace(char::is_control, "\u{FFFD}");
    Some(Entry {
        name: format!("{archive}/{name}"),
        modified: modified(record.last_modified_dos()),
        place: record.wayfinder(),
        packing,
    })
}

fn leads_out(name: &str) -> bool {
    let is_drive = matches!(name.as_bytes(), [letter, b':', ..] if letter.is_ascii_alphabetic());
    let mut folders = name.split('/');
    is_drive || name.starts_with('/') || name.contains('\\') || folders.any(|it| it == "..")
}

/// `YYYY-MM-DD HH:MM`, if it is a date.
fn modified(it: DosDateTime) -> Option<String> {
    let (year, month, day) = (it.year(), it.month(), it.day());
    let (hour, minute) = (it.hour(), it.minute());
    let date = (year - 1980) << 9 | u16::from(month) << 5 | u16::from(day);
    let time = u16::from(hour) << 11 | u16::from(minute) << 5;
    // rawzip clamps an invalid date to the nearest valid one. Archivers that omit the date write
    // 1980.
    let is_date = date == it.packed_date() && time == it.packed_time() & !0x1F && year > 1980;
    is_date.then(|| format!("{year}-{month:02}-{day:02} {hour:02}:{minute:02}"))
}
