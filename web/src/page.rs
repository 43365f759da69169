//! The page of its own: the bar, the viewer, and what lies over them.

use leptos::ev;
use leptos::prelude::*;

use crate::browser;
use crate::components::{Bar, DropOverlay, Help, Offers, ShareDialog};
use crate::files;
use crate::host::Host;
use crate::keyboard;
use crate::outside;
use crate::parts::plain;
use crate::reactive::{effect, memo};
use crate::share::share;
use crate::state::{AppState, Source};
use crate::theme;
use crate::viewer::{lone_switcher, shown_idx, switcher, viewer};
use crate::views::EmptyView;
use crate::worker::client::Client;

/// The whole page. `embedded` are the reports that came inside it, `licences` are for who asks.
pub(crate) fn page(
    client: Client,
    host: Host,
    embedded: Vec<Source>,
    licences: String,
) -> impl IntoView {
    let state = AppState::new(client, host);
    let theme = theme::theme(state.colors());
    let is_dragging = files::listen(state);
    let is_help_open = RwSignal::new(false);
    keyboard::listen(state, Some(is_help_open));
    let _ = window_event_listener(ev::popstate, move |_| state.follow_address());
    let _ = window_event_listener(ev::hashchange, move |_| state.follow_address());
    let offers = outside::listen(state);
    outside::open_links(state);
    if !embedded.is_empty() {
        state.open(embedded);
    }

    let reports = memo(move || state.reports());
    let report_idx = shown_idx(state);
    let report = memo(move || reports.with(|it| it.get(report_idx.get()).cloned()));
    effect(move || {
        let title = report.with(|report| match report {
            Some(report) => format!("{} · Qspect", plain(&report.label)),
            None => "Qspect".to_owned(),
        });
        document().set_title(&title);
    });

    let is_embedded = browser::has_param("embed");
    let is_reading = memo(move || !state.files().with(Vec::is_empty));
    let empty = move || {
        if is_embedded {
            return ().into_any();
        }
        view! {
            <EmptyView
                is_small=is_reading
                on_example=Callback::new(move |()| files::open_example(state))
            />
        }
        .into_any()
    };
    let is_share_open = RwSignal::new(false);
    let is_redacted = RwSignal::new(false);
    let note = RwSignal::new(String::new());
    let on_share = Callback::new(move |choice| {
        if let Some(report) = report.get_untracked() {
            share(state, &report, choice, is_redacted.get_untracked(), note);
        }
    });
    let bar = match is_embedded {
        true => lone_switcher(state, reports, report_idx),
        false => view! {
            <Bar
                theme=theme
                on_files=Callback::new(move |list| files::open_list(state, list))
                has_report=memo(move || report.with(Option::is_some))
                on_share=Callback::new(move |()| {
                    note.set(String::new());
                    is_share_open.set(true);
                })
                on_help=Callback::new(move |()| is_help_open.update(|it| *it = !*it))
            >
                {switcher(state, reports, report_idx)}
            </Bar>
        }
        .into_any(),
    };
    let offered = memo(move || {
        offers.with(|it| {
            it.iter().map(|it| (it.title.clone(), it.origin.clone())).collect::<Vec<_>>()
        })
    });
    let on_answer = Callback::new(move |is_taken| {
        let first = offers.try_update(|it| it.remove(0));
        if let Some(offer) = first.filter(|_| is_taken) {
            offer.accept(state);
        }
    });
    let metrics = memo(move || {
        report.with(|it| it.as_ref().map(|it| it.metrics.to_vec()).unwrap_or_default())
    });
    let label =
        memo(move || report.with(|it| it.as_ref().map(|it| it.label.clone()).unwrap_or_default()));
    view! {
        {bar}
        {viewer(state, report, empty)}
        <DropOverlay
            is_open=is_dragging
            is_split=memo(move || state.splits_drops())
        />
        <Help is_open=is_help_open licences />
        <ShareDialog is_open=is_share_open is_redacted label metrics note on_share />
        <Offers offers=offered on_answer />
    }
}
