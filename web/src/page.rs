//! The page of its own: the bar, the viewer, and what lies over them.

use leptos::ev;
use leptos::prelude::*;

use crate::client::Client;
use crate::components::{Bar, DropOverlay, Help, ReportSwitcher};
use crate::files;
use crate::host::Host;
use crate::keyboard;
use crate::state::{AppState, Source};
use crate::theme;
use crate::viewer::{shown_idx, viewer};
use crate::views::EmptyView;

/// The whole page. `embedded` are the reports that came inside it.
pub(crate) fn page(client: Client, host: Host, embedded: Vec<Source>) -> impl IntoView {
    let theme = theme::theme();
    let state = AppState::new(client, host, theme);
    let is_dragging = files::listen(state);
    let is_help_open = RwSignal::new(false);
    keyboard::listen(state, Some(is_help_open));
    let _ = window_event_listener(ev::popstate, move |_| state.follow_address());
    let _ = window_event_listener(ev::hashchange, move |_| state.follow_address());
    if !embedded.is_empty() {
        state.open(embedded);
    }

    let reports = Memo::new(move |_| state.reports());
    let report_idx = shown_idx(state);
    let report = Memo::new(move |_| reports.with(|it| it.get(report_idx.get()).cloned()));
    Effect::new(move |_| {
        let title = report.with(|report| match report {
            Some(report) => format!("{} · Qspect", report.label),
            None => "Qspect".to_owned(),
        });
        document().set_title(&title);
    });

    let is_reading = Signal::derive(move || !state.files().with(Vec::is_empty));
    let empty = move || {
        view! {
            <EmptyView
                is_small=is_reading
                on_example=Callback::new(move |()| files::open_example(state))
            />
        }
        .into_any()
    };
    view! {
        <Bar
            theme=theme
            on_files=Callback::new(move |list| files::open_list(state, list))
            on_help=Callback::new(move |()| is_help_open.update(|it| *it = !*it))
        >
            <ReportSwitcher
                labels=Signal::derive(move || {
                    reports.with(|it| it.iter().map(|it| it.label.clone()).collect())
                })
                selected=report_idx
                on_select=Callback::new(move |it| state.show_report(it))
            />
        </Bar>
        {viewer(state, report, empty)}
        <DropOverlay
            is_open=is_dragging
            is_split=Signal::derive(move || state.splits_drops())
        />
        <Help is_open=is_help_open />
    }
}
