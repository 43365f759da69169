//! Reads the files named on the command line, and those in folders and archives named there.

use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use qspect_core::read::unpack::{self, Unpacked};
use qspect_core::read::{self, ENDINGS};
use qspect_core::text::escape_line;
use qspect_core::text::number_format::count;
use qspect_core::{Analysis, FleetRow, Redaction, Report, parse};
use walkdir::WalkDir;

/// The reports of all files. A bad file is an error of its own and does not affect the others.
#[derive(Default)]
pub(crate) struct Input {
    pub(crate) files: Vec<File>,
    /// One message per file that could not be read.
    pub(crate) failed: Vec<String>,
    /// Whether a folder or an archive was named: its reports are then all reports there are.
    pub(crate) is_collection: bool,
}

/// A file with reports in it.
pub(crate) struct File {
    /// The path that was named, or the path from there into a folder or an archive; `<stdin>` for
    /// `-`.
    pub(crate) name: String,
    pub(crate) reports: Vec<Report>,
    /// When it was written, as `YYYY-MM-DD HH:MM` in UTC, if the system knows.
    pub(crate) modified: Option<String>,
}

impl Input {
    /// Reads all files. Warnings are printed to standard error at once.
    pub(crate) fn read(paths: &[PathBuf]) -> Self {
        let mut input = Self::default();
        for path in paths {
            if path == Path::new("-") {
                let mut bytes = Vec::new();
                let read = io::stdin().lock().read_to_end(&mut bytes);
                input.unpack("<stdin>", read.map(|_| bytes), None);
            } else if path.is_dir() {
                input.read_folder(path);
            } else {
                input.read_file(path);
            }
        }
        input
    }

    fn read_file(&mut self, path: &Path) {
        self.unpack(&path.display().to_string(), std::fs::read(path), modified(path));
    }

    /// Reads the files in and below a folder that may be reports, sorted by name. Follows links,
    /// but not back to a folder that contains them.
    fn read_folder(&mut self, folder: &Path) {
        self.is_collection = true;
        let n_before = self.files.len() + self.failed.len();
        for entry in WalkDir::new(folder).follow_links(true).sort_by_file_name() {
            match entry {
                Ok(entry) if entry.file_type().is_file() && may_be_report(entry.path()) => {
                    self.read_file(entry.path());
                }
                Ok(_) => {}
                Err(error) => self.failed.extend(walk_error(&error)),
            }
        }
        if n_before == self.files.len() + self.failed.len() {
            let endings = ENDINGS.map(|it| format!(".{it}")).join(", ");
            self.failed.push(format!(
                "{}: no report in this folder\nhint: names of reports end in {endings}",
                folder.display()
            ));
        }
    }

    /// Adds the reports of a file; each file of an archive becomes a file of its own.
    fn unpack(&mut self, name: &str, bytes: io::Result<Vec<u8>>, modified: Option<String>) {
        match bytes {
            Ok(bytes) => {
                for file in unpack::unpack(name, &bytes) {
                    // The files of an archive are named by a path into it; gzip holds one file.
                    let rest = file.name.strip_prefix(name);
                    self.is_collection |= rest.is_some_and(|it| it.starts_with('/'));
                    let modified = file.modified.clone().or_else(|| modified.clone());
                    self.parse(file, modified);
                }
            }
            Err(error) => self.failed.push(format!("{name}: {error}\nhint: is the path right?")),
        }
    }

    fn parse(&mut self, file: Unpacked<'_>, modified: Option<String>) {
        let Unpacked { name, content, .. } = file;
        match content.and_then(|bytes| parse(&name, &bytes)) {
            Ok(parsed) => {
                for warning in &parsed.warnings {
                    eprintln!("warning: {}", escape_line(&format!("{name}: {warning}")));
                }
                if parsed.n_left_out > 0 {
                    let reports = count(parsed.n_left_out, "report", "reports");
                    self.failed.push(format!(
                        "{name}: {reports} cannot be read\nhint: the warnings say where, and why"
                    ));
                }
                self.files.push(File { name, reports: parsed.reports, modified });
            }
            Err(error) => self.failed.push(error.to_string()),
        }
    }
}

/// Replaces the names in all reports, and those of the files, which can reveal as much.
pub(crate) fn redact(files: &mut [File]) {
    let mut redaction = Redaction::default();
    for report in files.iter().flat_map(|it| &it.reports) {
        redaction.learn(report);
    }
    for (file_idx, file) in files.iter_mut().enumerate() {
        file.name = format!("file{}", file_idx + 1);
        for report in &mut file.reports {
            *report = redaction.redact(report);
        }
    }
}

fn may_be_report(path: &Path) -> bool {
    path.file_name().is_some_and(|it| read::may_be_report(&it.to_string_lossy()))
}

/// The message for a place in a folder that could not be read. `None` for a link that leads back,
/// or that leads nowhere and would not have been a report.
fn walk_error(error: &walkdir::Error) -> Option<String> {
    let (path, cause) = (error.path()?, error.io_error()?);
    let is_told = may_be_report(path) || !path.is_symlink();
    is_told.then(|| format!("{}: {cause}\nhint: is it there, and may it be read?", path.display()))
}

/// All reports, each with the name of its file, in order.
pub(crate) fn reports(files: &[File]) -> impl Iterator<Item = (&str, &Report)> {
    files.iter().flat_map(|file| file.reports.iter().map(|report| (file.name.as_str(), report)))
}

/// A report with the name of its file.
pub(crate) type Named = (String, Analysis);

/// The rows by which reports are matched to others.
pub(crate) fn rows<'a>(reports: impl IntoIterator<Item = &'a Named>) -> Vec<FleetRow> {
    let reports = reports.into_iter().enumerate();
    reports.map(|(at, (name, it))| FleetRow::of(name, at, None, it)).collect()
}

/// All reports, analysed, each with the name of its file, in order.
pub(crate) fn analyses(files: Vec<File>) -> impl Iterator<Item = Named> {
    files.into_iter().flat_map(|File { name, reports, .. }| {
        reports.into_iter().map(move |report| (name.clone(), Analysis::of(report)))
    })
}

/// Seconds since 1970.
const YEAR_10_000: u64 = 253_402_300_800;

fn modified(path: &Path) -> Option<String> {
    let modified = std::fs::metadata(path).ok()?.modified().ok()?;
    // A disk may report any time; the calendar goes from 1970 to 9999.
    let seconds = modified.duration_since(UNIX_EPOCH).ok()?.as_secs();
    if seconds >= YEAR_10_000 {
        return None;
    }
    let text = humantime::format_rfc3339_seconds(modified).to_string();
    Some(text.get(..16)?.replace('T', " "))
}
