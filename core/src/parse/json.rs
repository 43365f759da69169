//! Reports in JSON: one, an array of them, or one per line.

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;
use serde_json::error::Category;

use super::path::{byte_at, path_before};
use super::{FORMAT, ParseError, Parsed, VERSION, Warning};
use crate::{Report, python};

/// Reads the JSON of one report, or of an array if it is to be one, without a look at the version.
pub type ReadJson = fn(json: &str, is_array: bool) -> serde_json::Result<Vec<Report>>;

/// The one [`ReadJson`] there is. `inline` makes each crate that names it compile it anew, as fast or
/// as small as that crate is.
///
/// # Errors
/// Those of `serde_json`.
#[inline]
pub fn read_json(json: &str, is_array: bool) -> serde_json::Result<Vec<Report>> {
    if is_array { serde_json::from_str(json) } else { Ok(vec![serde_json::from_str(json)?]) }
}

/// Reads all reports of `text`, which begins with `{` or `[`.
pub(super) fn read(text: &str, read_json: ReadJson) -> Result<Parsed, ParseError> {
    let whole = Part { json: text, n_lines_before: 0, n_columns_before: 0 };
    if text.trim_start().starts_with('[') {
        return array(whole, read_json);
    }
    match report(whole, read_json) {
        Ok(report) => Ok(Parsed { reports: vec![report], warnings: Vec::new() }),
        Err(error) => per_line(text, error, read_json),
    }
}

/// A part of a file, and where it stands there.
#[derive(Clone, Copy)]
struct Part<'t> {
    json: &'t str,
    n_lines_before: usize,
    /// In its first line, in bytes.
    n_columns_before: usize,
}

impl<'t> Part<'t> {
    /// What follows the first `n_bytes`.
    fn after(self, n_bytes: usize) -> Self {
        let (before, json) = self.json.split_at(n_bytes);
        match before.rfind('\n') {
            None => Self { json, n_columns_before: self.n_columns_before + n_bytes, ..self },
            Some(line_end) => Self {
                json,
                n_lines_before: self.n_lines_before + before.matches('\n').count(),
                n_columns_before: n_bytes - line_end - 1,
            },
        }
    }
}

/// An array of reports. If one of them is bad, or the array cut off, each is read on its own.
fn array(whole: Part<'_>, read_json: ReadJson) -> Result<Parsed, ParseError> {
    if let Ok(reports) = read_json(whole.json, true) {
        if reports.is_empty() {
            return Err(ParseError::new("an array without a report")
                .hint("was the run over before a quantizer reported?"));
        }
        if let Ok(reports) = reports.into_iter().map(upgrade).collect() {
            return Ok(Parsed { reports, warnings: Vec::new() });
        }
    }
    let reports = elements(whole).into_iter().enumerate().map(|(report_idx, element)| {
        report(element, read_json).map_err(|error| {
            let path = error.path.as_deref().map(|it| format!("[{report_idx}].{it}"));
            error.path(path.or_else(|| Some(format!("[{report_idx}]"))))
        })
    });
    let rest = one(whole, |json| serde_json::from_str::<IgnoredAny>(json));
    keep_good(reports.chain(rest.err().map(Err)))
}

/// The elements of an array, up to the first that is no JSON.
fn elements(array: Part<'_>) -> Vec<Part<'_>> {
    let mut elements = Vec::new();
    let mut rest = array.after(array.json.find('[').map_or(0, |it| it + 1));
    loop {
        let next = rest.json.trim_start_matches(|it: char| it == ',' || it.is_ascii_whitespace());
        rest = rest.after(rest.json.len() - next.len());
        let mut values = serde_json::Deserializer::from_str(next).into_iter::<IgnoredAny>();
        // The array's end is no value.
        let Some(Ok(_)) = values.next() else { return elements };
        let n_bytes = values.byte_offset();
        elements.push(Part { json: &next[..n_bytes], ..rest });
        rest = rest.after(n_bytes);
    }
}

/// One report per line. If the first line is no JSON of its own, the text is one bad report, and
/// `whole_error` tells what is wrong with it.
fn per_line(
    text: &str,
    whole_error: ParseError,
    read_json: ReadJson,
) -> Result<Parsed, ParseError> {
    let lines = || {
        let parts = text.lines().enumerate().map(|(line_idx, json)| Part {
            json,
            n_lines_before: line_idx,
            n_columns_before: 0,
        });
        parts.filter(|it| !it.json.trim().is_empty())
    };
    let is_per_line = lines().nth(1).is_some()
        && lines().next().is_some_and(|it| serde_json::from_str::<IgnoredAny>(it.json).is_ok());
    if !is_per_line {
        return Err(whole_error);
    }
    keep_good(lines().map(|it| report(it, read_json)))
}

/// A bad report is a warning as long as there is a good one beside it.
fn keep_good(
    reports: impl Iterator<Item = Result<Report, ParseError>>,
) -> Result<Parsed, ParseError> {
    let mut parsed = Parsed::default();
    let mut first_error = None;
    for report in reports {
        match report {
            Ok(report) => parsed.reports.push(report),
            Err(error) => {
                parsed.warnings.push(Warning {
                    line: error.position.map(|it| it.line),
                    message: match &error.path {
                        Some(path) => format!("left out: {} (at `{path}`)", error.message),
                        None => format!("left out: {}", error.message),
                    },
                });
                first_error.get_or_insert(error);
            }
        }
    }
    match first_error {
        Some(error) if parsed.reports.is_empty() => Err(error),
        _ => Ok(parsed),
    }
}

/// Reads one report.
fn report(part: Part<'_>, read_json: ReadJson) -> Result<Report, ParseError> {
    let read = |json: &str| {
        let reports = read_json(json, false)?;
        Ok(reports.into_iter().next().unwrap_or_default())
    };
    one(part, read).and_then(upgrade).map_err(|error| match error.position {
        Some(_) => error,
        None => error.at(part.n_lines_before + 1, part.n_columns_before + 1),
    })
}

/// Reads one value. Only when that fails is the path looked for.
fn one<T>(
    part: Part<'_>,
    read: impl FnOnce(&str) -> serde_json::Result<T>,
) -> Result<T, ParseError> {
    let error = match read(part.json) {
        Ok(value) => return Ok(value),
        Err(error) => error,
    };
    // A newer version may have changed any field, so its number is looked at first.
    if let Some(error) = unsupported(part.json) {
        return Err(error);
    }
    let position = format!(" at line {} column {}", error.line(), error.column());
    let message = error.to_string();
    let message = message.strip_suffix(&position).unwrap_or(&message);
    let n_columns_before = if error.line() == 1 { part.n_columns_before } else { 0 };
    let at = |it: ParseError| {
        it.at(part.n_lines_before + error.line(), n_columns_before + error.column().max(1))
    };
    if message == "recursion limit exceeded" {
        return Err(at(ParseError::new("nested more than 127 levels deep").hint(
            "no report is nested like that; was this file written by the qspect exporter?",
        )));
    }
    let end = byte_at(part.json, error.line(), error.column());
    let path = path_before(part.json, end);
    Err(at(match error.classify() {
        Category::Eof => ParseError::new("the JSON ends before it is complete")
            .hint("the file is cut off: was it still being written, or not copied to its end?"),
        Category::Syntax | Category::Io => {
            // The reader stops at the first letter, or behind the minus.
            let is_not_finite = part
                .json
                .get(end.saturating_sub(1)..)
                .is_some_and(|it| ["NaN", "Infinity"].iter().any(|name| it.starts_with(name)));
            ParseError::new(format!("not JSON: {message}")).hint(match is_not_finite {
                true => {
                    "JSON has no NaN and no Infinity, though Python's json writes them: write null"
                }
                false => {
                    "this begins like JSON but is none; write reports with the qspect exporter"
                }
            })
        }
        Category::Data => {
            ParseError::new(message).hint("was this file written by the qspect exporter?")
        }
    })
    .path(path))
}

/// The two fields that every version has.
#[derive(Deserialize)]
struct Kind {
    format: Option<Value>,
    version: Option<Value>,
}

/// Why this JSON is no report that this version can read, if that is plain.
fn unsupported(text: &str) -> Option<ParseError> {
    // Serde would take the elements of an array for the fields, in their order.
    let object = text.trim_start().starts_with('{').then_some(text)?;
    let kind: Kind = serde_json::from_str(object).ok()?;
    check(kind.format.as_ref(), kind.version.as_ref()).err()
}

/// Makes a report of any released version one of today's. There is one version so far.
fn upgrade(mut report: Report) -> Result<Report, ParseError> {
    let mut take = |name: &str| report.unknown.as_mut().and_then(|it| it.remove(name));
    let (format, version) = (take("format"), take("version"));
    check(format.as_ref(), version.as_ref())?;
    report.unknown = report.unknown.filter(|it| !it.is_empty());
    report.check();
    Ok(report)
}

fn check(format: Option<&Value>, version: Option<&Value>) -> Result<(), ParseError> {
    match format {
        Some(Value::String(format)) if format == FORMAT => {}
        Some(other) => {
            return Err(ParseError::new(format!(
                "`format` is {}, expected \"{FORMAT}\"",
                python::repr(other)
            ))
            .hint("this is another tool's JSON; write reports with the qspect exporter"));
        }
        None => {
            return Err(ParseError::new(format!("no `format`, expected \"{FORMAT}\""))
                .hint("is this a quantization report? Write one with the qspect exporter"));
        }
    }
    match version.map(|it| (it, it.as_u64())) {
        Some((_, Some(VERSION))) => Ok(()),
        Some((_, Some(newer))) if newer > VERSION => Err(ParseError::new(format!(
            "version {newer} of the format, but this Qspect reads up to version {VERSION}"
        ))
        .hint("open it with a newer Qspect")),
        Some((other, _)) => Err(ParseError::new(format!(
            "`version` is {}, expected {VERSION}",
            python::repr(other)
        ))
        .hint("was this file written by the qspect exporter?")),
        None => Err(ParseError::new(format!("no `version`, expected {VERSION}"))
            .hint("was this file written by the qspect exporter?")),
    }
}
