//! The page's address: links that bring reports, the place, and the files that contain it.

use leptos::prelude::*;

use super::AppState;
use crate::format::file_name;
use crate::host::Host;
use crate::url::{Link, Place, View};

/// A link of the address, and the file that it opened.
#[derive(Clone)]
pub(super) struct OpenLink {
    link: Link,
    file_id: usize,
}

impl AppState {
    /// Closes the files of links that are no longer in the address. Returns the links that are new
    /// in it, each with its index among all.
    pub(crate) fn take_links(self, links: &[Link]) -> Vec<(usize, Link)> {
        let known = self.links.get_value();
        let (stay, gone): (Vec<OpenLink>, Vec<OpenLink>) =
            known.into_iter().partition(|it| links.contains(&it.link));
        let is_new = |link: &Link| !stay.iter().any(|it| it.link == *link);
        let new = links.iter().enumerate().filter(|it| is_new(it.1));
        let new = new.map(|(at, link)| (at, link.clone())).collect();
        self.links.set_value(stay);
        if !gone.is_empty() {
            self.cancel(gone.iter().map(|it| it.file_id).collect());
        }
        new
    }

    /// Notes which file a link opens, and returns the file's index. Files of links come first, in
    /// the order of the address, so that the address numbers reports alike in every page.
    pub(super) fn place_of_link(self, at: usize, link: Link, file_id: usize) -> usize {
        let mut file_idx = 0;
        self.links.update_value(|links| {
            let at = at.min(links.len());
            let before: Vec<usize> = links[..at].iter().map(|it| it.file_id).collect();
            file_idx = self.files.with_untracked(|files| {
                files.iter().take_while(|it| before.contains(&it.source_id)).count()
            });
            links.insert(at, OpenLink { link, file_id });
        });
        file_idx
    }

    /// Goes to a place that the address names; `files` are the files that contain it.
    pub(crate) fn follow_place(self, place: Place, files: Vec<String>) {
        if untrack(|| self.reports()).is_empty() {
            self.wanted.set(files);
        }
        if place != self.place.get_untracked() {
            self.place.set(place);
        }
        self.write_address(false);
    }

    /// Forgets the links whose files are closed.
    pub(super) fn drop_closed_links(self) {
        self.links.update_value(|links| {
            self.files.with_untracked(|files| {
                links.retain(|link| files.iter().any(|it| it.source_id == link.file_id));
            });
        });
    }

    /// Writes the place to the address, with the files that contain it. If `is_step`, "back"
    /// returns to the previous place.
    pub(crate) fn write_address(self, is_step: bool) {
        let links: Vec<Link> =
            self.links.with_value(|it| it.iter().map(|it| it.link.clone()).collect());
        let files = untrack(|| self.named_files());
        self.place.with_untracked(|place| {
            self.host.with_value(|it| it.went(&links, place, &files, is_step));
        });
    }

    /// The files to open to return to this place: those of the reports that are shown, if the
    /// reader chose or dropped them. Without a report, those that the address asked for.
    pub(crate) fn named_files(self) -> Vec<String> {
        let reports = self.reports();
        if reports.is_empty() {
            return self.wanted.get();
        }
        let (report_idx, view) = self.place.with(|it| (it.report_idx, it.view));
        let head_idx = report_idx.min(reports.len() - 1);
        let base_idx = (view == View::Compare).then(|| self.base_idx(head_idx));
        let shown = base_idx.into_iter().chain([head_idx]).filter_map(|it| reports.get(it));
        let mut names: Vec<String> = Vec::new();
        for report in shown {
            let source_id = self.source_of(report.report_id);
            let name = self.kept.with_value(|kept| {
                let kept = kept.get(&source_id?)?;
                kept.is_file().then(|| file_name(&kept.name).to_owned())
            });
            names.extend(name.filter(|it| !names.contains(it)));
        }
        names
    }

    /// The files that the address names, while there is no report.
    pub(crate) fn wanted(self) -> ReadSignal<Vec<String>> {
        self.wanted.read_only()
    }

    /// Keeps the address up to date when files are opened and closed.
    pub(crate) fn follow_files(self) {
        if !self.host.with_value(Host::is_page) {
            return;
        }
        let named = Memo::new(move |_| self.named_files());
        Effect::new(move |_| {
            // Read the memo: one that is not read does not track its signals.
            named.with(|_| self.write_address(false));
        });
    }
}
