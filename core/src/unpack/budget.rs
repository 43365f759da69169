//! How much may be unpacked, and inflating no more than that.

use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
use miniz_oxide::inflate::core::{DecompressorOxide, decompress};

use super::{MAX_FILE, gib};
use crate::ParseError;

/// How much is inflated at first.
const CHUNK: usize = 16 << 10;

/// The bytes that may still come out of a file or an archive. What comes to nothing counts, too: it
/// took its time.
pub(super) struct Budget {
    left: u64,
    is_overdrawn: bool,
}

/// What a file unpacks to.
#[derive(Default)]
pub(super) struct Content {
    /// With room behind the content.
    buffer: Vec<u8>,
    n_bytes: usize,
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

    /// Whether a file was refused that alone would have been fine.
    pub(super) fn is_overdrawn(&self) -> bool {
        self.is_overdrawn
    }

    /// Counts bytes of a file that need no inflating.
    pub(super) fn take(&mut self, n_bytes: u64) -> Result<(), Trouble> {
        self.check(n_bytes, self.left)?;
        self.left -= n_bytes;
        Ok(())
    }

    /// Adds what is deflated at the beginning of `packed` to `content`, and returns what follows it.
    pub(super) fn inflate<'p>(
        &mut self,
        mut packed: &'p [u8],
        content: &mut Content,
    ) -> Result<&'p [u8], Trouble> {
        let start = content.n_bytes;
        let most = start as u64 + self.left;
        let mut state = Box::<DecompressorOxide>::default();
        loop {
            if content.n_bytes == content.buffer.len() {
                content.grow(most.min(MAX_FILE))?;
            }
            let (out, n_before) = (&mut content.buffer[start..], content.n_bytes - start);
            let flags = TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
            let (status, n_in, n_out) = decompress(&mut state, packed, out, n_before, flags);
            packed = packed.get(n_in..).unwrap_or_default();
            content.n_bytes += n_out;
            self.left = self.left.saturating_sub(n_out as u64);
            self.check(content.n_bytes as u64, most)?;
            match status {
                TINFLStatus::Done => return Ok(packed),
                TINFLStatus::HasMoreOutput => {}
                TINFLStatus::FailedCannotMakeProgress => return Err(Trouble::CutOff),
                _ => return Err(Trouble::Damaged),
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

impl Content {
    pub(super) fn bytes(&self) -> &[u8] {
        &self.buffer[..self.n_bytes]
    }

    /// As much again, as long as there is something to fill it: a declared size is only a word.
    fn grow(&mut self, limit: u64) -> Result<(), Trouble> {
        // A byte more tells a file that ends at the limit from a longer one.
        let limit = usize::try_from(limit + 1).unwrap_or(usize::MAX);
        let n_bytes = self.buffer.len();
        let n_more = n_bytes.max(CHUNK);
        // What is left is taken at once: else the last byte, too, would double it.
        let n_more = if n_bytes + n_more < limit - 1 { n_more } else { limit - n_bytes };
        self.buffer.try_reserve_exact(n_more).map_err(|_| Trouble::NoMemory)?;
        self.buffer.resize(n_bytes + n_more, 0);
        Ok(())
    }

    pub(super) fn into_bytes(mut self) -> Vec<u8> {
        self.buffer.truncate(self.n_bytes);
        self.buffer
    }
}

impl Trouble {
    /// In words; `what` is what was unpacked.
    pub(super) fn error(self, what: &str) -> ParseError {
        let again = "copy or download it again";
        let (message, hint) = match self {
            Self::TooLarge => {
                let message = format!("{what} unpacks to more than {}", gib(MAX_FILE));
                return ParseError::new(message)
                    .hint("no report is as large; is this the right file?");
            }
            Self::NoMemory => ("does not fit in memory", "open it alone, or a part of it"),
            Self::CutOff => ("ends before it is complete", again),
            Self::Damaged => ("is damaged: it does not unpack to what was packed", again),
        };
        ParseError::new(format!("{what} {message}")).hint(hint)
    }
}
