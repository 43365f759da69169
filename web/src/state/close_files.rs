//! Closes reports and files, and frees their memory: the page drops the file, the worker the
//! report.

use std::collections::HashSet;

use leptos::prelude::*;

use super::{AppState, Load, OpenFile};
use crate::url::Place;
use crate::worker::Request;

/// Where the focus goes if the element that had it is closed.
const NEXT_FOCUS: &str = ".qs-chip--on .qs-chip__name, .qs-switcher__list, #qs-open";

impl AppState {
    /// Closes a report, and its file if it was the last report of that file.
    pub(crate) fn close(self, report_id: usize) {
        self.notify_worker(&Request::Close { report_ids: vec![report_id] });
        let source_id = self.source_of(report_id);
        let mut place = None;
        self.remove(|files| {
            files.retain_mut(|file| {
                let Load::Ready { reports, .. } = &mut file.load else { return true };
                if let Some(at) = reports.iter().position(|it| it.report_id == report_id) {
                    place = Some(reports.remove(at).place);
                    return !reports.is_empty();
                }
                true
            });
        });
        self.kept.update_value(|kept| {
            if let Some(file) = source_id.and_then(|it| kept.get_mut(&it)) {
                file.closed.extend(place);
            }
        });
        self.catch_focus(NEXT_FOCUS);
    }

    /// Closes the report that is shown.
    pub(crate) fn close_shown(self) {
        let reports = untrack(|| self.reports());
        let shown_idx = self.place.with_untracked(|it| it.report_idx);
        if let Some(report) = reports.get(shown_idx).or(reports.last()) {
            self.close(report.report_id);
        }
    }

    /// Closes files, also while they are being read; an archive closes with all its entries.
    pub(crate) fn cancel(self, source_ids: Vec<usize>) {
        self.downloads.update_value(|downloads| {
            let of_these = |it: &&super::Download| source_ids.contains(&it.file_id);
            downloads.iter().filter(of_these).for_each(|it| it.abort.abort());
            downloads.retain(|it| !source_ids.contains(&it.file_id));
        });
        self.notify_worker(&Request::Cancel { file_ids: source_ids.clone() });
        self.remove(|files| files.retain(|it| !source_ids.contains(&it.source_id)));
        self.catch_focus(NEXT_FOCUS);
    }

    /// Removes a file's error or note.
    pub(crate) fn dismiss(self, file_id: usize) {
        self.remove(|files| {
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

    fn notify_worker(self, request: &Request) {
        self.client.with_value(|it| it.ask(request, None, |()| ()));
    }

    /// Removes reports by a change of the list of files. The place stays with the same reports.
    fn remove(self, change: impl FnOnce(&mut Vec<OpenFile>)) {
        let before = untrack(|| self.reports());
        let (shown_idx, base_idx) = self.place.with_untracked(|it| (it.report_idx, it.base_idx));
        let shown_idx = shown_idx.min(before.len().saturating_sub(1));
        let id_of = |report_idx: usize| before.get(report_idx).map(|it| it.report_id);
        let (shown_id, base_id) = (id_of(shown_idx), base_idx.and_then(id_of));
        self.files.update(change);
        self.drop_unused();
        self.drop_closed_links();

        let after = untrack(|| self.reports());
        if after.len() == before.len() {
            return self.write_address(false);
        }
        if after.is_empty() {
            // Nothing is left to return to.
            self.wanted.set(Vec::new());
            self.place.set(Place::default());
            return self.write_address(false);
        }
        let idx_of = |report_id| after.iter().position(|it| it.report_id == report_id);
        let mut place = self.place.get_untracked();
        place.base_idx = base_id.and_then(idx_of);
        match shown_id.and_then(idx_of) {
            Some(report_idx) => place.report_idx = report_idx,
            None => {
                place.report_idx = shown_idx.min(after.len() - 1);
                place.node = None;
                place.query.facets.clear();
                place.query.selection = None;
            }
        }
        self.place.set(place);
        self.write_address(false);
    }

    /// Drops the files that nothing is read from any more.
    pub(super) fn drop_unused(self) {
        let used: HashSet<usize> = self.files.with_untracked(|files| {
            files.iter().filter(|it| !it.is_failed_whole()).map(|it| it.source_id).collect()
        });
        self.kept.update_value(|it| it.retain(|file_id, _| used.contains(file_id)));
    }

    /// Drops one file if nothing is read from it any more.
    pub(super) fn drop_if_unused(self, file_id: usize) {
        let is_used = |it: &OpenFile| it.source_id == file_id && !it.is_failed_whole();
        if !self.files.with_untracked(|files| files.iter().any(is_used)) {
            self.kept.update_value(|it| drop(it.remove(&file_id)));
        }
    }
}
