//! Shares the report that is shown: as a link, a page or a file.

mod file;
mod link;
mod page;

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::browser;
use crate::components::Share;
use crate::format::stem;
use crate::state::{AppState, ReportHandle};
use crate::url::{Place, View};
use crate::worker::{Export, ExportAnswer};

/// Shares a report in the way that the reader chose. Puts the result, or the error, into `note`.
pub(crate) fn share(
    state: AppState,
    report: &ReportHandle,
    choice: Share,
    is_redacted: bool,
    note: RwSignal<String>,
) {
    // A link with all reports would be too long for most messages.
    let is_table = |it: &Export| matches!(it, Export::Fleet { .. });
    let holds_all = match &choice {
        Share::Page => fits(&untrack(|| state.reports())),
        Share::Save(export) | Share::Copy(export) => is_table(export),
        Share::Link => false,
    };
    let shown = Shown::of(state, report, is_redacted, holds_all);
    // The page may be gone by then.
    let done = move |result: Result<String, String>| {
        let _ = note.try_set(result.unwrap_or_else(|it| it));
    };
    let copied = |result: Result<(), String>| result.map(|()| "Copied.".to_owned());
    match choice {
        Share::Copy(export) => {
            let text = async move { shown.export(state, export, is_redacted).await };
            // Call it at once, in the reader's gesture.
            let copy = browser::copy(text);
            spawn_local(async move { done(copied(copy.await)) });
        }
        Share::Link => {
            let copy = browser::copy(link::of(state, shown, is_redacted));
            spawn_local(async move { done(copied(copy.await)) });
        }
        Share::Save(export) => spawn_local(async move {
            done(file::save(state, &shown, export, is_redacted).await);
        }),
        Share::Page => spawn_local(async move {
            done(page::save(state, &shown, is_redacted).await);
        }),
    }
}

/// The content of a link, a page or a file.
struct Shown {
    /// The report that is shown.
    head_id: usize,
    /// The name of a file without its ending.
    stem: String,
    /// The report that is shown, or both sides of a comparison, the base first.
    ids: Vec<usize>,
    names: Vec<String>,
    /// The reader's place, with indices into `ids`.
    place: Place,
}

/// The most nodes of all reports that a link or a page of Fleet holds. Such a page has some 20 MB.
pub(crate) const MAX_FLEET_NODES: usize = 100_000;

/// Whether all reports fit into one page.
pub(crate) fn fits(reports: &[ReportHandle]) -> bool {
    reports.iter().map(|it| it.summary.strip.len()).sum::<usize>() <= MAX_FLEET_NODES
}

impl Shown {
    /// Writes the reports that a format contains.
    async fn export(&self, state: AppState, export: Export, is_redacted: bool) -> ExportAnswer {
        let (ids, export) = match export {
            Export::Comparison => (self.ids.clone(), export),
            Export::Fleet { is_csv, .. } => {
                (self.ids.clone(), Export::Fleet { files: self.names.clone(), is_csv })
            }
            _ => (vec![self.head_id], export),
        };
        state.export(ids, export, is_redacted).await
    }

    fn of(state: AppState, report: &ReportHandle, is_redacted: bool, holds_all: bool) -> Self {
        let place = state.place().get_untracked();
        let is_compared = place.view == View::Compare;
        let base = is_compared.then(|| untrack(|| state.base_of(report.report_id))).flatten();
        let base_idx = base.is_some().then_some(0);
        let all = untrack(|| state.reports());
        let (reports, report_idx) = match place.view {
            View::Fleet if holds_all => {
                let report_idx = all.iter().position(|it| it.report_id == report.report_id);
                (all, report_idx.unwrap_or_default())
            }
            _ => {
                let reports: Vec<ReportHandle> = base.into_iter().chain([report.clone()]).collect();
                let report_idx = reports.len() - 1;
                (reports, report_idx)
            }
        };
        let name = |(at, it): (usize, &ReportHandle)| {
            if is_redacted { format!("report {}", at + 1) } else { stem(&it.label).to_owned() }
        };
        let place = if is_redacted {
            // The other fields may hold names that are redacted.
            Place { report_idx, base_idx, view: place.view, ..Place::default() }
        } else {
            Place { report_idx, base_idx, ..place }
        };
        Self {
            head_id: report.report_id,
            stem: if is_redacted { "report".to_owned() } else { stem(&report.label).to_owned() },
            ids: reports.iter().map(|it| it.report_id).collect(),
            names: reports.iter().enumerate().map(name).collect(),
            place,
        }
    }
}
