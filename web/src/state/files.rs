//! The files that are opened, and their states.

use std::ops::Range;
use std::sync::Arc;

use leptos::prelude::*;
use qspect_core::view::ModuleBlock;
use qspect_core::{FleetRow, ParseError, Summary, Warning};
use wasm_bindgen::JsCast;
use web_sys::{AbortController, Blob, File};

use super::AppState;
use crate::browser;
use crate::url::{Link, Place, View};
use crate::worker::{OpenAnswer, OpenedFile, OpenedReport, ReportPlace, Request};

/// The number of reports from which on they are shown as a fleet first.
const MIN_FLEET: usize = 5;

/// A file or text to read.
pub(crate) struct Source {
    pub(crate) name: String,
    pub(crate) blob: Blob,
}

/// A file that is kept while it has open reports, or may get some.
pub(super) struct KeptFile {
    pub(super) name: String,
    blob: Blob,
    /// The reports of it that the reader has closed.
    pub(super) closed: Vec<ReportPlace>,
}

impl KeptFile {
    /// Whether the reader can open it again. Text that was pasted, sent or embedded cannot be.
    pub(super) fn is_file(&self) -> bool {
        self.blob.is_instance_of::<File>()
    }
}

/// A file that is being fetched from an address.
pub(crate) struct Download {
    pub(crate) file_id: usize,
    pub(crate) abort: AbortController,
}

/// Files that were opened together. The first report among them is shown, or becomes the base.
#[derive(Clone)]
pub(super) struct Batch {
    file_ids: Range<usize>,
    is_base: bool,
}

/// A file that was opened, in the order of opening.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct OpenFile {
    pub(crate) file_id: usize,
    /// The file that contains it: for an entry, its archive.
    pub(crate) source_id: usize,
    pub(crate) name: String,
    pub(crate) load: Load,
}

impl OpenFile {
    /// Whether nothing can come of it any more. An entry of an archive may still be read with the
    /// others.
    pub(super) fn is_failed_whole(&self) -> bool {
        self.file_id == self.source_id && matches!(self.load, Load::Failed(_))
    }
}

/// The state of a file.
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
    /// Which report of its file it is.
    pub(crate) place: ReportPlace,
    /// The file's name, with the report's place if the file has several.
    pub(crate) label: String,
    pub(crate) summary: Arc<Summary>,
    /// The report as a row of Fleet.
    pub(crate) row: Arc<FleetRow>,
    /// The names of its nodes' metrics.
    pub(crate) metrics: Arc<[String]>,
    /// Where modules begin.
    pub(crate) blocks: Arc<[ModuleBlock]>,
}

/// A report never changes once it is read.
impl PartialEq for ReportHandle {
    fn eq(&self, other: &Self) -> bool {
        self.report_id == other.report_id && Arc::ptr_eq(&self.summary, &other.summary)
    }
}

impl AppState {
    /// Reads files. The first report among them is shown.
    pub(crate) fn open(self, sources: Vec<Source>) {
        self.open_as(sources, false);
    }

    /// Whether the left half of the page takes files as the base, and the right half as the head.
    pub(crate) fn splits_drops(self) -> bool {
        self.place.with(|it| it.view == View::Compare) && !self.reports().is_empty()
    }

    /// Reads files. The first report among them is shown, or becomes the base.
    pub(crate) fn open_as(self, sources: Vec<Source>, is_base: bool) {
        if sources.is_empty() {
            return;
        }
        // While there are no reports, the address decides which report is shown.
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
            self.keep_and_read(file_id, name, blob);
        }
    }

    /// Shows that the file of a link is being fetched; `at` is the link's index in the address. The
    /// download is aborted if the reader cancels it.
    pub(crate) fn announce(
        self,
        name: &str,
        at: usize,
        link: Link,
        abort: Option<AbortController>,
    ) -> usize {
        let file_id = self.take_file_id();
        let file_idx = self.place_of_link(at, link, file_id);
        let (name, load) = (name.to_owned(), Load::Reading(0.0));
        self.files.update(|it| {
            it.insert(file_idx, OpenFile { file_id, source_id: file_id, name, load });
        });
        if let Some(abort) = abort {
            self.downloads.update_value(|it| it.push(Download { file_id, abort }));
        }
        file_id
    }

    /// Reads an announced file, which now has a name of its own, unless it was closed meanwhile.
    pub(crate) fn deliver(self, file_id: usize, name: String, blob: Blob) {
        self.downloads.update_value(|it| it.retain(|it| it.file_id != file_id));
        let is_open = self.files.with_untracked(|it| it.iter().any(|it| it.file_id == file_id));
        if is_open {
            self.keep_and_read(file_id, name, blob);
        }
    }

    fn keep_and_read(self, file_id: usize, name: String, blob: Blob) {
        let file = KeptFile { name, blob, closed: Vec::new() };
        self.kept.update_value(|it| drop(it.insert(file_id, file)));
        self.read(file_id);
    }

    /// Reports why an announced file cannot be fetched.
    pub(crate) fn fail(self, file_id: usize, message: &str, hint: &str) {
        self.downloads.update_value(|it| it.retain(|it| it.file_id != file_id));
        self.files.update(|files| {
            if let Some(file) = files.iter_mut().find(|it| it.file_id == file_id) {
                file.load = Load::Failed(ParseError::unreadable(&file.name, message, hint));
            }
        });
    }

    /// Reports why something that was dropped cannot be opened.
    pub(crate) fn refuse(self, name: &str, message: &str, hint: &str) {
        let file_id = self.take_file_id();
        let load = Load::Failed(ParseError::unreadable(name, message, hint));
        let name = name.to_owned();
        self.files.update(|it| it.push(OpenFile { file_id, source_id: file_id, name, load }));
    }

    /// The file, or the archive, that a report came in.
    pub(super) fn source_of(self, report_id: usize) -> Option<usize> {
        self.files.with_untracked(|files| {
            let has_it = |it: &&OpenFile| match &it.load {
                Load::Ready { reports, .. } => reports.iter().any(|it| it.report_id == report_id),
                Load::Reading(_) | Load::Failed(_) => false,
            };
            files.iter().find(has_it).map(|it| it.source_id)
        })
    }

    pub(super) fn name_of_kept(self, file_id: usize) -> String {
        let name = self.kept.with_value(|it| it.get(&file_id).map(|it| it.name.clone()));
        name.unwrap_or_default()
    }

    fn take_file_id(self) -> usize {
        let file_id = self.next_file_id.get_value();
        self.next_file_id.set_value(file_id + 1);
        file_id
    }

    /// Has the worker read a kept file.
    pub(super) fn read(self, file_id: usize) {
        let request = self.kept.with_value(|kept| {
            let kept = kept.get(&file_id)?;
            let modified = browser::modified(&kept.blob);
            let (name, closed) = (kept.name.clone(), kept.closed.clone());
            Some((Request::Open { file_id, name, modified, closed }, kept.blob.clone()))
        });
        let Some((request, blob)) = request else { return };
        let name = self.name_of_kept(file_id);
        self.client.with_value(|client| {
            client.ask(&request, Some(&blob), move |answer| {
                match answer {
                    OpenAnswer::Reading(share) => self.files.update(|files| {
                        if let Some(file) = files.iter_mut().find(|it| it.file_id == file_id) {
                            file.load = Load::Reading(share);
                        }
                    }),
                    OpenAnswer::Files(opened) => self.loaded(file_id, &name, opened),
                    OpenAnswer::Done => {
                        // The files in an archive have replaced it.
                        self.files.update(|files| {
                            let is_reading = |it: &OpenFile| matches!(it.load, Load::Reading(_));
                            files.retain(|it| it.file_id != file_id || !is_reading(it));
                        });
                        self.drop_if_unused(file_id);
                    }
                }
            });
        });
    }

    /// Adds files that have been read: the source itself, or entries of it if it is an archive.
    fn loaded(self, source_id: usize, source: &str, opened: Vec<OpenedFile>) {
        let is_open = self.files.with_untracked(|it| it.iter().any(|it| it.file_id == source_id));
        if !is_open {
            // It was closed before this answer arrived.
            return;
        }
        let mut first_report = None;
        // The reader may have closed all reports of an entry that is read again.
        let is_left = |it: &OpenedFile| match &it.content {
            Ok((reports, _)) => !reports.is_empty() || it.n_reports == 0,
            Err(_) => true,
        };
        let entries = opened.into_iter().filter(is_left).map(|opened| {
            let OpenedFile { name, n_reports, content, parse_ms } = opened;
            browser::measure(&format!("qspect parse {name}"), parse_ms);
            let is_entry = name.strip_prefix(source).is_some_and(|it| it.starts_with('/'));
            let (file_id, name) = match is_entry {
                true => (self.take_file_id(), name),
                false => (source_id, source.to_owned()),
            };
            let load = match content {
                Ok((reports, warnings)) => {
                    first_report = first_report.or(reports.first().map(|it| it.report_id));
                    Load::Ready { reports: handles(&name, n_reports, reports), warnings }
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
                // After the other entries of its archive, so that no report takes the index of
                // another.
                let n_before = files[own..].iter().take_while(|it| it.source_id == source_id);
                let at = own + n_before.count();
                files.insert(at, entry);
            }
        });
        let Some(first_report) = first_report else { return };
        // Many reports are a fleet, unless the reader or the address chose a place already.
        let is_first_place = self.place.with_untracked(|it| *it == Place::default());
        if is_first_place && untrack(|| self.reports()).len() >= MIN_FLEET {
            return self.move_to(|place| place.view = View::Fleet);
        }
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
                // With a new head, the base stays the only report that there was.
                if self.place.with_untracked(|it| it.view == View::Compare && it.base_idx.is_none())
                {
                    self.move_to(|place| place.base_idx = Some(shown));
                }
            }
        }
    }
}

fn handles(name: &str, n_reports: usize, reports: Vec<OpenedReport>) -> Vec<ReportHandle> {
    let handles = reports.into_iter().map(|it| ReportHandle {
        report_id: it.report_id,
        place: it.place,
        label: match n_reports {
            1 => name.to_owned(),
            _ => format!("{name} · {} of {n_reports}", it.place.report_idx + 1),
        },
        summary: Arc::new(it.summary),
        row: Arc::new(it.row),
        metrics: it.metrics.into(),
        blocks: it.blocks.into(),
    });
    handles.collect()
}
