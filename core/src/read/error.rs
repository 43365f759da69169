//! Errors and warnings: where, what, and what to do next.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Why a file could not be read.
///
/// `Display` gives `FILE:LINE:COLUMN: what (at `path`)` and, on its own line, the hint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub struct ParseError {
    /// The file's name.
    pub file: String,
    /// Where in the file, if it is one place.
    pub position: Option<Position>,
    /// Where in the JSON: `quantizers[0].quantizer_info.name`.
    pub path: Option<String>,
    /// What was found, and what was expected instead.
    pub message: String,
    /// What to do next.
    pub hint: Option<String>,
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
    pub(crate) fn new(message: impl Into<String>) -> Self {
        let (file, position, path, hint) = (String::new(), None, None, None);
        Self { file, position, path, message: message.into(), hint }
    }

    pub(crate) fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: Some(hint.into()), ..self }
    }

    pub(super) fn at(self, line: usize, column: usize) -> Self {
        Self { position: Some(Position { line, column }), ..self }
    }

    pub(super) fn path(self, path: Option<String>) -> Self {
        Self { path, ..self }
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
