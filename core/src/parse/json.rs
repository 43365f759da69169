//! Reports in JSON: one, an array of them, or one per line.

use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::Value;
use serde_json::error::Category;
use serde_json::value::RawValue;

use super::path::{byte_at, path_before};
use super::{FORMAT, ParseError, Parsed, VERSION, Warning};
use crate::Report;

/// Reads all reports of `text`, which begins with `{` or `[`.
pub(super) fn read(text: &str) -> Result<Parsed, ParseError> {
    if text.trim_start().starts_with('[') {
        return array(text);
    }
    match one::<Report>(text, 0) {
        Ok(report) => Ok(Parsed { reports: vec![upgrade(report)?], warnings: Vec::new() }),
        Err(error) => per_line(text, error),
    }
}

/// An array of reports. If one of them is bad, each is read on its own.
fn array(text: &str) -> Result<Parsed, ParseError> {
    let in_array = |report_idx: usize, report: Result<Report, ParseError>| {
        report.map_err(|error| {
            let path = error.path.as_deref().map(|it| format!("[{report_idx}].{it}"));
            error.path(path.or_else(|| Some(format!("[{report_idx}]"))))
        })
    };
    let whole_error = match one::<Vec<Report>>(text, 0) {
        Ok(reports) if reports.is_empty() => {
            return Err(ParseError::new("an array without a report")
                .hint("was the run over before a quantizer reported?"));
        }
        Ok(reports) => {
            let upgraded = reports.into_iter().map(upgrade).enumerate();
            return keep_good(upgraded.map(|(idx, report)| in_array(idx, report)));
        }
        Err(error) => error,
    };
    let Ok(values) = serde_json::from_str::<Vec<&RawValue>>(text) else { return Err(whole_error) };
    let each = values.into_iter().enumerate().map(|(idx, value)| {
        let start = value.get().as_ptr().addr() - text.as_ptr().addr();
        let n_lines_before = text[..start].matches('\n').count();
        in_array(idx, one(value.get(), n_lines_before).and_then(upgrade))
    });
    keep_good(each).map_err(|_| whole_error)
}

/// One report per line. If the first line is no JSON of its own, the text is one bad report, and
/// `whole_error` tells what is wrong with it.
fn per_line(text: &str, whole_error: ParseError) -> Result<Parsed, ParseError> {
    let lines = || text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let is_per_line = lines().nth(1).is_some()
        && lines().next().is_some_and(|(_, line)| serde_json::from_str::<IgnoredAny>(line).is_ok());
    if !is_per_line {
        return Err(whole_error);
    }
    keep_good(lines().map(|(line_idx, line)| one(line, line_idx).and_then(upgrade)))
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

/// Reads one value. Only when that fails is the path looked for.
fn one<T: DeserializeOwned>(text: &str, n_lines_before: usize) -> Result<T, ParseError> {
    let error = match serde_json::from_str(text) {
        Ok(value) => return Ok(value),
        Err(error) => error,
    };
    // A newer version may have changed any field, so its number is looked at first.
    if let Some(error) = unsupported(text) {
        return Err(error);
    }
    let path = path_before(text, byte_at(text, error.line(), error.column()));
    let position = format!(" at line {} column {}", error.line(), error.column());
    let message = error.to_string();
    let message = message.strip_suffix(&position).unwrap_or(&message);
    Err(match error.classify() {
        Category::Eof => ParseError::new("the JSON ends before it is complete")
            .hint("the file is cut off: was it still being written, or not copied to its end?"),
        Category::Syntax | Category::Io => ParseError::new(message)
            .hint("this begins like JSON but is none; write reports with the qspect exporter"),
        Category::Data => {
            ParseError::new(message).hint("was this file written by the qspect exporter?")
        }
    }
    .at(n_lines_before + error.line(), error.column().max(1))
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
    let kind: Kind = serde_json::from_str(text).ok()?;
    check(kind.format.as_ref(), kind.version.as_ref()).err()
}

/// Makes a report of any released version one of today's. There is one version so far.
fn upgrade(mut report: Report) -> Result<Report, ParseError> {
    let mut take = |name: &str| report.unknown.as_mut().and_then(|it| it.remove(name));
    let (format, version) = (take("format"), take("version"));
    check(format.as_ref(), version.as_ref())?;
    report.unknown = report.unknown.filter(|it| !it.is_empty());
    Ok(report)
}

fn check(format: Option<&Value>, version: Option<&Value>) -> Result<(), ParseError> {
    match format {
        Some(Value::String(format)) if format == FORMAT => {}
        Some(other) => {
            return Err(ParseError::new(format!("`format` is {other}, expected \"{FORMAT}\""))
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
        Some((other, _)) => {
            Err(ParseError::new(format!("`version` is {other}, expected {VERSION}"))
                .hint("was this file written by the qspect exporter?"))
        }
        None => Err(ParseError::new(format!("no `version`, expected {VERSION}"))
            .hint("was this file written by the qspect exporter?")),
    }
}
