//! The files named on the command line.

use std::io::{self, Read};
use std::path::{Path, PathBuf};

use qspect_core::{Analysis, Report, parse};

/// What the files hold. A bad one is an error of its own and takes no other with it.
pub(crate) struct Input {
    pub(crate) files: Vec<File>,
    /// One message per file that could not be read.
    pub(crate) failed: Vec<String>,
}

/// A file with reports in it.
pub(crate) struct File {
    /// As named on the command line; `<stdin>` for `-`.
    pub(crate) name: String,
    pub(crate) reports: Vec<Report>,
    /// When it was written, as `YYYY-MM-DD HH:MM` in UTC, if the system tells.
    pub(crate) modified: Option<String>,
}

impl Input {
    /// Reads all files; warnings go to standard error at once.
    pub(crate) fn read(paths: &[PathBuf]) -> Self {
        let mut input = Self { files: Vec::new(), failed: Vec::new() };
        for path in paths {
            let (name, bytes) = read_bytes(path);
            let parsed = bytes
                .map_err(|error| format!("{name}: {error}\nhint: is the path right?"))
                .and_then(|bytes| parse(&name, &bytes).map_err(|error| error.to_string()));
            match parsed {
                Ok(parsed) => {
                    for warning in &parsed.warnings {
                        eprintln!("warning: {name}: {warning}");
                    }
                    let modified = modified(path);
                    input.files.push(File { name, reports: parsed.reports, modified });
                }
                Err(error) => input.failed.push(error),
            }
        }
        input
    }
}

/// All reports with the name of their file, in order.
pub(crate) fn reports(files: &[File]) -> impl Iterator<Item = (&str, &Report)> {
    files.iter().flat_map(|file| file.reports.iter().map(|report| (file.name.as_str(), report)))
}

/// All reports, analysed, with the name of their file, in order.
pub(crate) fn analyses(files: Vec<File>) -> impl Iterator<Item = (String, Analysis)> {
    files.into_iter().flat_map(|File { name, reports, .. }| {
        reports.into_iter().map(move |report| (name.clone(), Analysis::of(report)))
    })
}

fn read_bytes(path: &Path) -> (String, io::Result<Vec<u8>>) {
    if path == Path::new("-") {
        let mut bytes = Vec::new();
        let read = io::stdin().lock().read_to_end(&mut bytes);
        return ("<stdin>".to_owned(), read.map(|_| bytes));
    }
    (path.display().to_string(), std::fs::read(path))
}

fn modified(path: &Path) -> Option<String> {
    let modified = std::fs::metadata(path).ok()?.modified().ok()?;
    let text = humantime::format_rfc3339_seconds(modified).to_string();
    Some(text.get(..16)?.replace('T', " "))
}
