//! Reading reports: content decides the format.
//!
//! A damaged report is never read as a whole one. The module `log` describes how, and which losses
//! leave no trace in a log.

mod encoding;
mod error;
mod file_name;
mod json;
mod log;
#[cfg(feature = "unpack")]
pub mod unpack;

pub use error::{ParseError, ParseErrorKind, Position, Warning};
pub use file_name::{ENDINGS, may_be_report};
pub use json::{ReadJson, read_json};

use crate::report::{FORMAT, RULE, Report};
use crate::text::number_format::count;

/// The contents of a file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parsed {
    /// Its reports, in order; at least one.
    pub reports: Vec<Report>,
    /// What could not be read. It does not affect the rest.
    pub warnings: Vec<Warning>,
    /// How many reports could not be read; each has a warning. A check of the file then fails.
    pub n_left_out: usize,
}

impl Parsed {
    /// Leaves out a report because of this error.
    fn leave_out(&mut self, error: &ParseError) {
        let message = match &error.path {
            Some(path) => format!("left out: {} (at `{path}`)", error.message),
            None => format!("left out: {}", error.message),
        };
        let line = error.position.map(|it| it.line);
        self.warnings.push(Warning { line, end_line: None, message });
        self.n_left_out += 1;
    }
}

/// Reads all reports of a file: JSON (one report, an array of them, or one per line), or any text
/// with ExecuTorch's reports between its lines.
///
/// `name` is the file's name, for errors; its ending does not matter. For files that may be packed,
/// call [`unpack`](fn@crate::read::unpack::unpack) first.
///
/// # Errors
/// A [`ParseError`] if no report can be read.
///
/// ```
/// use qspect_core::{ParseErrorKind, parse};
///
/// let json = r#"{"format": "qspect-report", "version": 1, "report_title": "T", "quantizers": []}"#;
/// let parsed = parse("run.qspect.json", json.as_bytes())?;
/// assert_eq!(parsed.reports[0].report_title, "T");
///
/// let error = parse("run.log", b"step 1").unwrap_err();
/// assert_eq!(error.kind, ParseErrorKind::NoReport);
/// # Ok::<(), qspect_core::ParseError>(())
/// ```
pub fn parse(name: &str, bytes: &[u8]) -> Result<Parsed, ParseError> {
    parse_with(name, bytes, read_json)
}

/// As [`parse`], but with the [`read_json`] of the caller's own crate, which may be compiled to be
/// faster than this one.
///
/// # Errors
/// As [`parse`].
pub fn parse_with(name: &str, bytes: &[u8], read_json: ReadJson) -> Result<Parsed, ParseError> {
    let text = encoding::text(bytes).map_err(|it| it.in_file(name))?;
    let content = text.content.trim_start();
    let parsed = if content.is_empty() {
        Err(ParseError::new(ParseErrorKind::NoReport, "the file is empty")
            .hint("was it written before the run ended? A report is written when the run ends"))
    } else if is_json(content) {
        // A log may also begin like JSON: with a line that prints a dictionary.
        json::read(&text.content, read_json).or_else(|error| {
            if text.content.contains(RULE) {
                log::read(&text.content).map_err(|_| error)
            } else if !content.contains(FORMAT) && error.kind == ParseErrorKind::NotJson {
                log::read(&text.content)
            } else {
                Err(error)
            }
        })
    } else {
        let inside = json_inside(&text.content);
        match (log::read(&text.content), inside) {
            (Ok(mut parsed), Some(error)) => {
                parsed.leave_out(&error);
                Ok(parsed)
            }
            (Err(_), Some(error)) => Err(error),
            (read, None) => read,
        }
    };
    let mut parsed = parsed.map_err(|it| it.in_file(name))?;
    parsed.warnings.splice(0..0, text.warning);
    Ok(parsed)
}

/// The error for a report in JSON below other lines.
fn json_inside(content: &str) -> Option<ParseError> {
    let format_at = content.find("\"qspect-report\"")?;
    let before = &content[..format_at];
    let json_at = before.rfind("\n{").or_else(|| before.rfind("\n[")).map(|it| it + 1)?;
    let line_no = 1 + before[..json_at].matches('\n').count();
    let error =
        ParseError::new(ParseErrorKind::NoReport, "a report in JSON below lines that are not JSON");
    Some(
        error
            .at(line_no, 1)
            .hint(format!("remove the {} above it", count(line_no - 1, "line", "lines"))),
    )
}

/// Whether a text begins like JSON: with `{`, or with `[` before `{`, `[`, `]` or the end. A log
/// line may begin with `[INFO]`.
fn is_json(content: &str) -> bool {
    content.starts_with('{')
        || content.strip_prefix('[').is_some_and(|rest| {
            matches!(rest.trim_start().chars().next(), None | Some('{' | '[' | ']'))
        })
}
