//! The files that are opened, and what becomes of them.

use std::ops::Range;
use std::sync::Arc;

use leptos::prelude::*;
use qspect_core::{FleetRow, ParseError, Summary, Warning};
use web_sys::Blob;

use super::AppState;
use crate::browser;
use crate::url::View;
use crate::worker::{OpenAnswer, OpenedFile, OpenedReport, Request};

/// Something to read.
pub(crate) struct Source {
    pub(crate) name: String,
    pub(crate) blob: Blob,
}

/// Files that came together. The first report among them is shown, or becomes the base.
#[derive(Clone)]
pub(super) struct Batch {
    file_ids: Range<usize>,
    is_base: bool,
}

/// A file that was opened, in the order of opening.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct OpenFile {
    pub(crate) file_id: usize,
    /// The file that it came in: the archive, of an entry.
    pub(crate) source_id: usize,
    pub(crate) name: String,
    pub(crate) load: Load,
}

/// How a file fares.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Load {
    /// How much of it has been read, from 0 to 1; parsing begins at 1.
    Reading(f64),
    Ready {
        reports: Vec<ReportHandle>,
        warnings: Vec<Warning>,
    },
    Failed(ParseError),
}

/// A report that the worker keeps.
#[derive(Clone, Debug)]
pub(crate) struct ReportHandle {
    pub(crate) report_id: usize,
    /// The file's name, with the report's place if the file has several.
    pub(crate) label: String,
    pub(crate) summary: Arc<Summary>,
    /// It as one of many.
    pub(crate) row: Arc<FleetRow>,
    /// The names of its nodes' metrics.
    pub(crate) metrics: Arc<[String]>,
}

/// A report never changes once it is read.
impl PartialEq for ReportHandle {
    fn eq(&self, other: &Self) -> bool {
        self.report_id == other.report_id && Arc::ptr_eq(&self.summary, &other.summary)
    }
}

/// How often all is read again after a stop that no file here is to blame for.
const MAX_INNOCENT_STOPS: usize = 3;

impl AppState {
    /// Reads files. The first report among them is shown.
    pub(crate) fn open(self, sources: Vec<Source>) {
        self.open_as(sources, false);
    }

    /// Whether the left half of the page takes files as the base, and the right one as the head.
    pub(crate) fn splits_drops(self) -> bool {
        self.place.with(|it| it.view == View::Compare) && !self.reports().is_empty()
    }

    /// Reads files. The first report among them is shown, or becomes the base.
    pub(crate) fn open_as(self, sources: Vec<Source>, is_base: bool) {
        if sources.is_empty() {
            return;
        }
        // As long as there is none, the address says which report is shown.
        let has_reports = !untrack(|| self.reports()).is_empty();
        let first = self.next_file_id.get_value();
        self.batches.update_value(|drops| {
            drops.retain(|it| it.is_base != is_base);
            if has_reports {
                drops.push(Batch { file_ids: first..first + sources.len(), is_base });
            }
        });
        // All of them at once: a folder may have thousands.
        let opened = sources.into_iter().map(|Source { name, blob }| {
            let file_id = self.take_file_id();
            (OpenFile { file_id, source_id: file_id, name, load: Load::Reading(0.0) }, blob)
        });
        let (files, blobs): (Vec<OpenFile>, Vec<Blob>) = opened.unzip();
        self.files.update(|it| it.extend(files.iter().cloned()));
        for (OpenFile { file_id, name, .. }, blob) in files.into_iter().zip(blobs) {
            self.deliver(file_id, name, blob);
        }
    }

    /// Shows that a file is on its way.
    pub(crate) fn announce(self, name: &str) -> usize {
        let file_id = self.take_file_id();
        let (name, load) = (name.to_owned(), Load::Reading(0.0));
        self.files.update(|it| it.push(OpenFile { file_id, source_id: file_id, name, load }));
        file_id
    }

    /// Reads a file that was announced, which now has a name of its own.
    pub(crate) fn deliver(self, file_id: usize, name: String, blob: Blob) {
        self.read(file_id, name.clone(), &blob);
        self.blobs.update_value(|it| it.push((file_id, name, blob)));
    }

    /// Says why a file that was announced does not come.
    pub(crate) fn fail(self, file_id: usize, message: &str, hint: &str) {
        self.files.update(|files| {
            if let Some(file) = files.iter_mut().find(|it| it.file_id == file_id) {
                file.load = Load::Failed(failure(&file.name, message, hint));
            }
        });
    }

    /// Says why something that was dropped cannot be opened.
    pub(crate) fn refuse(self, name: &str, message: &str, hint: &str) {
        let file_id = self.take_file_id();
        let load = Load::Failed(failure(name, message, hint));
        let name = name.to_owned();
        self.files.update(|it| it.push(OpenFile { file_id, source_id: file_id, name, load }));
    }

    fn take_file_id(self) -> usize {
        let file_id = self.next_file_id.get_value();
        self.next_file_id.set_value(file_id + 1);
        file_id
    }

    fn read(self, file_id: usize, name: String, blob: &Blob) {
        let modified = browser::modified(blob);
        let request = Request::Open { name: name.clone(), modified };
        self.client.with_value(|client| {
            client.ask(&request, Some(blob), move |answer| {
                match answer {
                    OpenAnswer::Reading(share) => self.files.update(|files| {
                        if let Some(file) = files.iter_mut().find(|it| it.file_id == file_id) {
                            file.load = Load::Reading(share);
                        }
                    }),
                    OpenAnswer::Files(opened) => self.loaded(file_id, &name, opened),
                    // An archive has become the files in it.
                    OpenAnswer::Done => self.files.update(|files| {
                        let is_reading = |it: &OpenFile| matches!(it.load, Load::Reading(_));
                        files.retain(|it| it.file_id != file_id || !is_reading(it));
                    }),
                }
            });
        });
    }

    /// Takes in what has been read of a file: itself, or entries of the archive that it is.
    fn loaded(self, source_id: usize, source: &str, opened: Vec<OpenedFile>) {
        let mut first_report = None;
        let entries = opened.into_iter().map(|OpenedFile { name, content, parse_ms }| {
            browser::measure(&format!("qspect parse {name}"), parse_ms);
            let is_entry = name.strip_prefix(source).is_some_and(|it| it.starts_with('/'));
            let (file_id, name) = match is_entry {
                true => (self.take_file_id(), name),
                false => (source_id, source.to_owned()),
            };
            let load = match content {
                Ok((reports, warnings)) => {
                    first_report = first_report.or(reports.first().map(|it| it.report_id));
                    Load::Ready { reports: handles(&name, reports), warnings }
                }
                Err(error) => Load::Failed(error),
            };
            OpenFile { file_id, source_id, name, load }
        });
        let entries: Vec<OpenFile> = entries.collect();
        self.files.update(|files| {
            let Some(own) = files.iter().position(|it| it.file_id == source_id) else { return };
            for entry in entries {
                if entry.file_id == source_id {
                    files[own].load = entry.load;
                    continue;
                }
                // Behind the others of its archive, so that no report changes its place for another's.
                let n_before = files[own..].iter().take_while(|it| it.source_id == source_id);
                let at = own + n_before.count();
                files.insert(at, entry);
            }
        });
        let Some(first_report) = first_report else { return };
        let drops = self.batches.get_value();
        let Some(at) = drops.iter().position(|it| it.file_ids.contains(&source_id)) else { return };
        self.batches.update_value(|it| {
            it.remove(at);
        });
        let reports = untrack(|| self.reports());
        let report_idx = reports.iter().position(|it| it.report_id == first_report);
        let report_idx = report_idx.unwrap_or_default();
        match drops[at].is_base {
            true => self.go(|place| place.base_idx = Some(report_idx)),
            false => {
                let shown = self.place.with_untracked(|it| it.report_idx);
                self.show_report(report_idx);
                // Beside a new head the base stays what it was: the only report there was.
                if self.place.with_untracked(|it| it.view == View::Compare && it.base_idx.is_none())
                {
                    self.move_to(|place| place.base_idx = Some(shown));
                }
            }
        }
    }

    /// Takes a file's error or note away.
    pub(crate) fn dismiss(self, file_id: usize) {
        self.files.update(|files| {
            files.retain_mut(|file| {
                if let Load::Ready { warnings, .. } = &mut file.load
                    && file.file_id == file_id
                {
                    warnings.clear();
                }
                file.file_id != file_id || matches!(file.load, Load::Ready { .. })
            });
        });
    }

    fn archive_name(self, source_id: usize) -> String {
        self.blobs.with_value(|blobs| {
            let archive = blobs.iter().find(|it| it.0 == source_id);
            archive.map(|it| it.1.clone()).unwrap_or_default()
        })
    }

    /// The reports went with the worker that kept them. The file that it was reading is to blame;
    /// the others are read again. If it read none of these, a viewer beside this one is to blame, or
    /// what was asked last; and if that is so again and again, reading again does not help.
    pub(super) fn worker_stopped(self, message: &str) {
        // One that waits for its turn has come to nothing yet.
        let is_begun = |it: &OpenFile| matches!(it.load, Load::Reading(share) if share > 0.0);
        let mut read_again = Vec::new();
        self.files.update(|files| {
            let to_blame = files.iter().find(|it| is_begun(it)).map(|it| it.file_id);
            if to_blame.is_none() {
                self.innocent_stops.update_value(|it| *it += 1);
            }
            let is_hopeless =
                to_blame.is_none() && self.innocent_stops.get_value() > MAX_INNOCENT_STOPS;
            // An archive is read again as a whole, and stands where its first entry stood.
            let is_entry = |it: &OpenFile| it.file_id != it.source_id;
            let mut whole: Vec<OpenFile> = Vec::new();
            for mut file in files.drain(..) {
                if is_entry(&file) {
                    let known = whole.iter_mut().find(|it| it.file_id == file.source_id);
                    if let Some(archive) = known {
                        archive.load = Load::Reading(0.0);
                        continue;
                    }
                    file.file_id = file.source_id;
                    file.name = self.archive_name(file.source_id);
                    file.load = Load::Reading(0.0);
                }
                whole.push(file);
            }
            *files = whole;
            for file in files.iter_mut().filter(|it| !matches!(it.load, Load::Failed(_))) {
                if to_blame != Some(file.file_id) && !is_hopeless {
                    file.load = Load::Reading(0.0);
                    read_again.push((file.file_id, file.name.clone()));
                    continue;
                }
                let message = format!("the reader stopped: {message}");
                let hint = "open the file again; a very large one may not fit";
                file.load = Load::Failed(failure(&file.name, &message, hint));
            }
        });
        for (file_id, name) in read_again {
            let blob = self
                .blobs
                .with_value(|blobs| blobs.iter().find(|it| it.0 == file_id).map(|it| it.2.clone()));
            if let Some(blob) = blob {
                self.read(file_id, name, &blob);
            }
        }
    }
}

fn failure(file: &str, message: &str, hint: &str) -> ParseError {
    ParseError {
        file: file.to_owned(),
        position: None,
        path: None,
        message: message.to_owned(),
        hint: Some(hint.to_owned()),
    }
}

fn handles(name: &str, reports: Vec<OpenedReport>) -> Vec<ReportHandle> {
    let n_reports = reports.len();
    let handles = reports.into_iter().enumerate().map(|(report_idx, it)| ReportHandle {
        report_id: it.report_id,
        label: match n_reports {
            1 => name.to_owned(),
            _ => format!("{name} · {} of {n_reports}", report_idx + 1),
        },
        summary: Arc::new(it.summary),
        row: Arc::new(it.row),
        metrics: it.metrics.into(),
    });
    handles.collect()
}
