//! Reports in JSON: one, an array of them, or several consecutive documents.

mod documents;
mod path;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;
use serde_json::error::Category;

use super::error::join;
use super::{ParseError, ParseErrorKind, Parsed, Warning};
use crate::report::RULE;
use crate::report::Report;
use crate::report::{FORMAT, VERSION};
use crate::text::number_format::count;
use crate::text::python;
use documents::Part;
use path::{byte_at, path_before};

/// Reads the JSON of one report, or of an array if `is_array`, without checking the version.
pub type ReadJson = fn(json: &str, is_array: bool) -> serde_json::Result<Vec<Report>>;

/// The only [`ReadJson`]. `inline` makes each crate that names it compile its own copy, optimized
/// for speed or size as that crate is.
///
/// # Errors
/// Those of `serde_json`.
#[inline]
pub fn read_json(json: &str, is_array: bool) -> serde_json::Result<Vec<Report>> {
    if is_array { serde_json::from_str(json) } else { Ok(vec![serde_json::from_str(json)?]) }
}

/// Reads all reports of `text`, which begins with `{` or `[`.
pub(super) fn read(text: &str, read_json: ReadJson) -> Result<Parsed, ParseError> {
    let whole = Part::whole(text);
    if text.trim_start().starts_with('[') {
        return match read_json(text, true) {
            // One array, and nothing after it.
            Ok(_) => array(whole, read_json),
            Err(_) => several(whole, read_json).unwrap_or_else(|| array(whole, read_json)),
        };
    }
    match report(whole, read_json) {
        Ok(report) => Ok(Parsed { reports: vec![report], ..Parsed::default() }),
        Err(error) => several(whole, read_json).unwrap_or(Err(error)),
    }
}

/// Reads several consecutive JSON documents: one per line, or each over several lines. `None` if
/// the text is one document, whether good or bad.
fn several(whole: Part<'_>, read_json: ReadJson) -> Option<Result<Parsed, ParseError>> {
    let (documents, rest) = whole.documents();
    let lines = whole.lines();
    let parts = if rest.is_none() {
        documents
    } else if lines.first().is_some_and(|it| it.is_json()) {
        lines
    } else {
        documents.into_iter().chain(rest).collect()
    };
    if parts.len() < 2 {
        return None;
    }
    if !whole.json.contains(FORMAT) && rest.is_some() {
        return Some(Err(ParseError::new(ParseErrorKind::NotJson, "not JSON: other text follows")
            .hint("was this file written by the qspect exporter?")));
    }
    if !whole.json.contains(FORMAT) {
        let n_parts = count(parts.len(), "document", "documents");
        let message = format!("{n_parts} of JSON, and none is a quantization report");
        return Some(Err(ParseError::new(ParseErrorKind::NoReport, message).hint(
            "a log in JSON holds reports in its messages: print them as plain text, or write \
             reports with the qspect exporter",
        )));
    }
    let mut parsed = Parsed::default();
    let mut first_error = None;
    let mut has_log = false;
    for part in parts {
        if !part.json.starts_with(['{', '[']) {
            let line = Some(part.n_lines_before + 1);
            let message = "left out: not JSON: expected value".to_owned();
            parsed.warnings.push(Warning { line, end_line: None, message });
            // However many reports the log has, they count as one.
            has_log |= part.json.contains(RULE);
            continue;
        }
        let read = if part.json.starts_with('[') {
            array(part, read_json)
        } else {
            keep_good(std::iter::once(report(part, read_json)))
        };
        match read {
            Ok(read) => {
                parsed.reports.extend(read.reports);
                parsed.warnings.extend(read.warnings);
                parsed.n_left_out += read.n_left_out;
            }
            Err(error) => {
                parsed.leave_out(&error);
                first_error.get_or_insert(error);
            }
        }
    }
    parsed.n_left_out += usize::from(has_log);
    parsed.warnings = join(parsed.warnings);
    Some(match first_error {
        Some(error) if parsed.reports.is_empty() => Err(error),
        _ => Ok(parsed),
    })
}

/// An array of reports. If one is bad or the array is cut off, each is read on its own.
fn array(whole: Part<'_>, read_json: ReadJson) -> Result<Parsed, ParseError> {
    if let Ok(reports) = read_json(whole.json, true) {
        if reports.is_empty() {
            return Err(ParseError::new(ParseErrorKind::NoReport, "an array without a report")
                .hint("was the run over before a quantizer reported?"));
        }
        if let Ok(reports) = reports.into_iter().map(upgrade).collect() {
            return Ok(Parsed { reports, ..Parsed::default() });
        }
    }
    let reports = whole.elements().into_iter().enumerate().map(|(report_idx, element)| {
        report(element, read_json).map_err(|error| {
            let path = error.path.as_deref().map(|it| format!("[{report_idx}].{it}"));
            error.path(path.or_else(|| Some(format!("[{report_idx}]"))))
        })
    });
    let rest = one(whole, |json| serde_json::from_str::<IgnoredAny>(json));
    keep_good(reports.chain(rest.err().map(Err)))
}

/// Collects the good reports. A bad report is a warning if there is a good one, else an error.
fn keep_good(
    reports: impl Iterator<Item = Result<Report, ParseError>>,
) -> Result<Parsed, ParseError> {
    let mut parsed = Parsed::default();
    let mut first_error = None;
    for report in reports {
        match report {
            Ok(report) => parsed.reports.push(report),
            Err(error) => {
                parsed.leave_out(&error);
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

/// Reads one value. The path is computed only if that fails.
fn one<T>(
    part: Part<'_>,
    read: impl FnOnce(&str) -> serde_json::Result<T>,
) -> Result<T, ParseError> {
    let error = match read(part.json) {
        Ok(value) => return Ok(value),
        Err(error) => error,
    };
    // A newer version may have changed any field, so the version is checked first.
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
        return Err(at(ParseError::new(
            ParseErrorKind::InvalidReport,
            "nested more than 127 levels deep",
        )
        .hint("no report is nested like that; was this file written by the qspect exporter?")));
    }
    let end = byte_at(part.json, error.line(), error.column());
    let path = path_before(part.json, end);
    Err(at(match error.classify() {
        Category::Eof => ParseError::new(ParseErrorKind::Truncated, "the JSON ends before it is complete")
            .hint("the file is cut off: was it still being written, or not copied to its end?"),
        Category::Syntax | Category::Io => {
            // The reader stops at the first letter, or after the minus.
            let is_not_finite = part
                .json
                .get(end.saturating_sub(1)..)
                .is_some_and(|it| ["NaN", "Infinity"].iter().any(|name| it.starts_with(name)));
            ParseError::new(ParseErrorKind::NotJson, format!("not JSON: {message}")).hint(if is_not_finite {
                "JSON has no NaN and no Infinity, though Python's json writes them: write null"
            } else {
                "this looks like JSON but does not parse; write reports with the qspect exporter"
            })
        }
        Category::Data => {
            ParseError::new(ParseErrorKind::InvalidReport, message).hint("was this file written by the qspect exporter?")
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

/// The error if this JSON has a format or version that cannot be read.
fn unsupported(text: &str) -> Option<ParseError> {
    // Serde would read the elements of an array as the fields, in order.
    let object = text.trim_start().starts_with('{').then_some(text)?;
    let kind: Kind = serde_json::from_str(object).ok()?;
    check(kind.format.as_ref(), kind.version.as_ref()).err()
}

/// Upgrades a report of any released version to the current one. There is one version so far.
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
            return Err(ParseError::new(
                ParseErrorKind::NoReport,
                format!("`format` is {}, expected \"{FORMAT}\"", python::repr(other)),
            )
            .hint("this is another tool's JSON; write reports with the qspect exporter"));
        }
        None => {
            return Err(ParseError::new(
                ParseErrorKind::NoReport,
                format!("no `format`, expected \"{FORMAT}\""),
            )
            .hint("is this a quantization report? Write one with the qspect exporter"));
        }
    }
    match version.map(|it| (it, it.as_u64())) {
        Some((_, Some(VERSION))) => Ok(()),
        Some((_, Some(newer))) if newer > VERSION => Err(ParseError::new(
            ParseErrorKind::NewerVersion,
            format!("version {newer} of the format, but this Qspect reads up to version {VERSION}"),
        )
        .hint("open it with a newer Qspect")),
        Some((other, _)) => Err(ParseError::new(
            ParseErrorKind::InvalidReport,
            format!("`version` is {}, expected {VERSION}", python::repr(other)),
        )
        .hint("was this file written by the qspect exporter?")),
        None => Err(ParseError::new(
            ParseErrorKind::InvalidReport,
            format!("no `version`, expected {VERSION}"),
        )
        .hint("was this file written by the qspect exporter?")),
    }
}
