//! Unpacking: from a file's name and bytes to the files in it that may be reports.
//!
//! Content decides, as in [`parse`](crate::read::parse): gzip and zip archives are recognized
//! by their first bytes, and anything else is a plain file. One file is unpacked at a time, so that
//! it can be read and dropped before the next.
//!
//! Declared sizes are not trusted. A limit on the compression ratio does not help: deflate reaches
//! 1,000 to 1, and so does an archive of a thousand equal reports. So bytes are counted as they are
//! unpacked.

mod budget;
mod gzip;
mod zip;

use std::borrow::Cow;

use budget::Budget;

pub use budget::{MAX_ARCHIVE, MAX_ENTRIES, MAX_FILE};

use super::{ParseError, ParseErrorKind};

/// A file that may be a report, unpacked.
#[derive(Clone, Debug, PartialEq)]
pub struct Unpacked<'b> {
    /// `run.json` for `run.json.gz`, `runs.zip/a/run.json` for an entry; the archive's own name if
    /// the content is an error of the archive.
    pub name: String,
    /// The file's bytes, or why they cannot be read. An error does not affect other files.
    pub content: Result<Cow<'b, [u8]>, ParseError>,
    /// When an entry of a zip archive was last changed: `YYYY-MM-DD HH:MM`, in its packer's time
    /// zone.
    pub modified: Option<String>,
}

/// An iterator over the files in a file. Each is unpacked when it is requested.
pub struct Unpack<'b> {
    n_bytes: usize,
    done: usize,
    rest: Rest<'b>,
}

enum Rest<'b> {
    /// Not yet read.
    File(String, &'b [u8]),
    Archive(Box<zip::Archive<'b>>),
    Nothing,
}

/// The files in a file that may be reports: itself, or what it holds if it is gzip or a zip
/// archive.
///
/// ```
/// use qspect_core::{parse, unpack};
///
/// # let bytes = b"{\"format\":\"qspect-report\",\"version\":1,\"report_title\":\"T\",\"quantizers\":[]}";
/// for file in unpack("run.json", bytes) {
///     let parsed = parse(&file.name, &file.content?)?;
///     assert_eq!(parsed.reports.len(), 1);
/// }
/// # Ok::<(), qspect_core::ParseError>(())
/// ```
pub fn unpack<'b>(name: &str, bytes: &'b [u8]) -> Unpack<'b> {
    let rest = match kind(bytes) {
        Some(Kind::Zip) => Rest::Archive(Box::new(zip::Archive::new(name, bytes))),
        _ => Rest::File(name.to_owned(), bytes),
    };
    Unpack { n_bytes: bytes.len(), done: 0, rest }
}

impl Unpack<'_> {
    /// How many of the packed bytes have been read so far.
    pub fn done(&self) -> usize {
        self.done
    }

    /// How many packed bytes there are.
    pub fn total(&self) -> usize {
        self.n_bytes
    }
}

impl<'b> Iterator for Unpack<'b> {
    type Item = Unpacked<'b>;

    fn next(&mut self) -> Option<Unpacked<'b>> {
        if let Rest::Archive(archive) = &mut self.rest
            && let Some(file) = archive.next()
        {
            self.done = self.done.max(archive.offset()).min(self.n_bytes);
            return Some(file);
        }
        self.done = self.n_bytes;
        match std::mem::replace(&mut self.rest, Rest::Nothing) {
            Rest::File(name, bytes) => {
                Some(file(name, Cow::Borrowed(bytes), &mut Budget::new(MAX_FILE)))
            }
            _ => None,
        }
    }
}

/// The file, unpacked if it is gzip.
fn file<'b>(name: String, bytes: Cow<'b, [u8]>, budget: &mut Budget) -> Unpacked<'b> {
    let (inner_name, content) = match kind(&bytes) {
        Some(Kind::Gzip) => (without_gz(&name), gzip::unpack(&bytes, budget).map(Cow::Owned)),
        _ => (name.as_str(), Ok(bytes)),
    };
    let content = content.and_then(|bytes| match kind(&bytes) {
        None => Ok(bytes),
        Some(kind) => Err(ParseError::new(ParseErrorKind::Archive, kind.refusal())
            .hint("unpack it, and open what is in it")),
    });
    match content {
        Ok(bytes) => Unpacked { name: inner_name.to_owned(), content: Ok(bytes), modified: None },
        Err(error) => failed(name, error),
    }
}

fn failed<'b>(name: String, error: ParseError) -> Unpacked<'b> {
    let content = Err(error.in_file(&name));
    Unpacked { name, content, modified: None }
}

fn without_gz(name: &str) -> &str {
    match name.rsplit_once('.') {
        Some((stem, ending)) if ending.eq_ignore_ascii_case("gz") => stem,
        _ => name,
    }
}

#[derive(Clone, Copy)]
enum Kind {
    Gzip,
    Zip,
    Tar,
}

fn kind(bytes: &[u8]) -> Option<Kind> {
    match bytes {
        [0x1F, 0x8B, ..] => Some(Kind::Gzip),
        [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Some(Kind::Zip),
        // A tar archive of reports is mostly text, so it would be read as a log.
        _ if bytes.get(257..262) == Some(b"ustar") => Some(Kind::Tar),
        _ => None,
    }
}

impl Kind {
    /// Why it is not opened where a report is expected.
    fn refusal(self) -> &'static str {
        match self {
            Self::Gzip => "gzip inside gzip is not unpacked",
            Self::Zip => "a zip archive inside another file is not unpacked",
            Self::Tar => "a tar archive is not unpacked",
        }
    }
}
