//! Errors and warnings: where, what, and what to do next.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Why a file could not be read.
///
/// `Display` gives `FILE:LINE:COLUMN: what (at `path`)` and, on its own line, the hint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[non_exhaustive]
pub struct ParseError {
    /// What kind of error it is.
    pub kind: ParseErrorKind,
    /// The file's name.
    pub file: String,
    /// Where in the file, if it is one place.
    pub position: Option<Position>,
    /// Where in the JSON: `quantizers[0].quantizer_info.name`.
    pub path: Option<Box<str>>,
    /// What was found, and what was expected instead.
    pub message: String,
    /// What to do next.
    pub hint: Option<String>,
}

/// Why a file could not be read, to match on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum ParseErrorKind {
    /// The caller could not read the file.
    Unreadable,
    /// The bytes are not text.
    NotText,
    /// The text begins like JSON and does not parse as JSON.
    NotJson,
    /// The JSON ends before it is complete.
    Truncated,
    /// There is no quantization report in the file.
    NoReport,
    /// The report lacks a field, or a field has a wrong type or value.
    InvalidReport,
    /// The version of the format is newer than [`VERSION`](crate::report::VERSION).
    NewerVersion,
    /// A packed file is damaged, or it is packed in a way that is not supported.
    Archive,
    /// A limit of [`unpack`](crate::read::unpack) is exceeded.
    TooLarge,
}

/// A place in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// Counted from 1.
    pub line: usize,
    /// In bytes, counted from 1.
    pub column: usize,
}

/// Something in a file that could not be read, while the rest could.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    /// Counted from 1, if it is one place.
    pub line: Option<usize>,
    /// The last of several consecutive lines with the same warning; `line` is the first.
    pub end_line: Option<usize>,
    /// What was found, and how it was handled.
    pub message: String,
}

impl ParseError {
    pub(crate) fn new(kind: ParseErrorKind, message: impl Into<String>) -> Self {
        let (file, position, path, hint) = (String::new(), None, None, None);
        Self { kind, file, position, path, message: message.into(), hint }
    }

    /// The error of a caller that cannot read the file.
    pub fn unreadable(file: &str, message: &str, hint: &str) -> Self {
        Self::new(ParseErrorKind::Unreadable, message).hint(hint).in_file(file)
    }

    pub(crate) fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    pub(super) fn at(self, line: usize, column: usize) -> Self {
        Self { position: Some(Position { line, column }), ..self }
    }

    pub(super) fn path(self, path: Option<String>) -> Self {
        Self { path: path.map(String::into_boxed_str), ..self }
    }

    pub(crate) fn in_file(self, file: &str) -> Self {
        Self { file: file.to_owned(), ..self }
    }
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file)?;
        if let Some(Position { line, column }) = self.position {
            write!(f, ":{line}:{column}")?;
        }
        write!(f, ": {}", self.message)?;
        if let Some(path) = &self.path {
            write!(f, " (at `{path}`)")?;
        }
        if let Some(hint) = &self.hint {
            write!(f, "\nhint: {hint}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.line, self.end_line) {
            (Some(line), Some(end_line)) => write!(f, "lines {line}-{end_line}: ")?,
            (Some(line), None) => write!(f, "line {line}: ")?,
            (None, _) => {}
        }
        f.write_str(&self.message)
    }
}

/// Joins equal warnings about consecutive lines. `warnings` is in line order.
pub(super) fn join(warnings: Vec<Warning>) -> Vec<Warning> {
    let mut joined: Vec<Warning> = Vec::new();
    for warning in warnings {
        match (joined.last_mut(), warning.line) {
            (Some(last), Some(line))
                if last.message == warning.message
                    && last.end_line.or(last.line).is_some_and(|it| it + 1 == line) =>
            {
                last.end_line = warning.end_line.or(Some(line));
            }
            _ => joined.push(warning),
        }
    }
    joined
}
