//! Limits how many bytes are unpacked.

use std::io::{self, ErrorKind, Read};

use crate::read::{ParseError, ParseErrorKind};

/// The most bytes of one file, unpacked: a report of a million nodes takes a tenth.
pub const MAX_FILE: u64 = 1 << 30;

/// The most bytes of all files of one archive, unpacked. Entries that overlap count each time.
///
/// A reader drops each file before the next, so this bounds the time and not the memory.
pub const MAX_ARCHIVE: u64 = 4 << 30;

/// The most entries of one archive that are read, whether reports or not.
pub const MAX_ENTRIES: usize = 100_000;

/// The size of the first allocation, in bytes.
const CHUNK: usize = 16 << 10;

/// How many bytes may still be unpacked from a file or an archive. Bytes that are discarded after
/// an error count too: unpacking them took time.
pub(super) struct Budget {
    left: u64,
    is_overdrawn: bool,
}

/// Why something was not unpacked.
#[derive(Clone, Copy)]
pub(super) enum Trouble {
    TooLarge,
    NoMemory,
    CutOff,
    Damaged,
}

impl Budget {
    pub(super) fn new(left: u64) -> Self {
        Self { left, is_overdrawn: false }
    }

    /// Whether a file was refused that would fit if it were alone.
    pub(super) fn is_overdrawn(&self) -> bool {
        self.is_overdrawn
    }

    /// Counts bytes of a file that need no inflating.
    pub(super) fn take(&mut self, n_bytes: u64) -> Result<(), Trouble> {
        self.check(n_bytes, self.left)?;
        self.left -= n_bytes;
        Ok(())
    }

    /// Appends all output of `decoder` to `content`. Bytes before an error count too.
    pub(super) fn read(
        &mut self,
        decoder: &mut impl Read,
        content: &mut Vec<u8>,
    ) -> Result<(), Trouble> {
        let most = content.len() as u64 + self.left;
        loop {
            if content.len() == content.capacity() {
                grow(content, most.min(MAX_FILE))?;
            }
            let (n_before, n_free) = (content.len(), content.capacity() - content.len());
            let read = decoder.take(n_free as u64).read_to_end(content);
            let n_read = content.len() - n_before;
            self.left = self.left.saturating_sub(n_read as u64);
            self.check(content.len() as u64, most)?;
            read?;
            if n_read < n_free {
                return Ok(());
            }
        }
    }

    fn check(&mut self, n_bytes: u64, most: u64) -> Result<(), Trouble> {
        if n_bytes <= most.min(MAX_FILE) {
            return Ok(());
        }
        self.is_overdrawn = n_bytes <= MAX_FILE;
        Err(Trouble::TooLarge)
    }
}

/// Doubles the capacity of `content` as it fills. Declared sizes are not trusted.
fn grow(content: &mut Vec<u8>, limit: u64) -> Result<(), Trouble> {
    // One more byte distinguishes a file that ends at the limit from a longer one.
    let limit = usize::try_from(limit + 1).unwrap_or(usize::MAX);
    let n_bytes = content.len();
    let n_more = n_bytes.max(CHUNK);
    // The rest up to the limit is reserved at once: else its last byte would double the capacity.
    let n_more = if n_bytes + n_more < limit - 1 { n_more } else { limit - n_bytes };
    content.try_reserve_exact(n_more).map_err(|_| Trouble::NoMemory)
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            ErrorKind::UnexpectedEof => Self::CutOff,
            ErrorKind::OutOfMemory => Self::NoMemory,
            _ => Self::Damaged,
        }
    }
}

impl Trouble {
    /// The error message and hint; `what` names the packed content.
    pub(super) fn error(self, what: &str) -> ParseError {
        let again = "copy or download it again";
        let (message, hint) = match self {
            Self::TooLarge => {
                let message = format!("{what} unpacks to more than {}", gib(MAX_FILE));
                return ParseError::new(ParseErrorKind::TooLarge, message)
                    .hint("no report is as large; is this the right file?");
            }
            Self::NoMemory => ("does not fit in memory", "open it alone, or a part of it"),
            Self::CutOff => ("ends before it is complete", again),
            Self::Damaged => ("is damaged: it does not unpack to what was packed", again),
        };
        ParseError::new(ParseErrorKind::Archive, format!("{what} {message}")).hint(hint)
    }
}

/// A size for messages: `4 GiB`.
pub(super) fn gib(n_bytes: u64) -> String {
    format!("{} GiB", n_bytes >> 30)
}
