//! The page of its own: the bar, the viewer, and its overlays.

use leptos::prelude::*;

use crate::browser;
use crate::components::{
    Bar, Consent, DropOverlay, Help, MissingFiles, Scope, ShareDialog, safe_attribute,
};
use crate::export;
use crate::host::Host;
use crate::keyboard;
use crate::sources;
use crate::state::{AppState, Dialog, ReportHandle, Source};
use crate::theme;
use crate::url::View;
use crate::viewer::{LoneSwitcher, Switcher, shown_idx, viewer};
use crate::views::EmptyView;
use crate::worker::client::Client;

/// The whole page. `embedded` are the reports that came inside it.
pub(crate) fn page(client: Client, host: Host, embedded: Vec<Source>) -> impl IntoView {
    let state = AppState::new(client, host);
    let theme = theme::theme(state.colors());
    keyboard::listen(state);
    let is_dragging = sources::listen(state);
    state.open(embedded);
    state.follow_files();

    let reports = Memo::new(move |_| state.reports());
    let report_idx = shown_idx(state);
    let report = Memo::new(move |_| reports.with(|it| it.get(report_idx.get()).cloned()));
    let label = Memo::new(move |_| {
        report.with(|it| it.as_ref().map(|it| it.label.clone()).unwrap_or_default())
    });
    Effect::new(move |_| {
        let title = label.with(|label| match label.as_str() {
            "" => "Qspect".to_owned(),
            label => format!("{} · Qspect", safe_attribute(label)),
        });
        document().set_title(&title);
    });

    let is_embedded = browser::has_param("embed");
    let empty = move || {
        if is_embedded { ().into_any() } else { view! { <Empty state /> }.into_any() }
    };
    let bar = if is_embedded {
        view! { <LoneSwitcher state reports selected=report_idx is_closable=false /> }.into_any()
    } else {
        view! {
            <Bar
                theme=theme
                on_files=Callback::new(move |list| sources::open_list(state, list))
                has_report=Memo::new(move |_| report.with(Option::is_some))
                on_share=Callback::new(move |()| state.open_dialog(Dialog::Share))
                on_help=Callback::new(move |()| state.open_dialog(Dialog::Help))
            >
                <Switcher state reports selected=report_idx is_closable=true />
            </Bar>
        }
        .into_any()
    };
    view! {
        {bar}
        {viewer(state, report, empty)}
        <DropOverlay is_open=is_dragging is_split=Memo::new(move |_| state.splits_drops()) />
        <Dialogs state report />
    }
}

/// The page before there is a report.
#[component]
fn Empty(state: AppState) -> impl IntoView {
    let is_reading = Memo::new(move |_| !state.files().with(Vec::is_empty));
    view! {
        <MissingFiles files=state.wanted() place=state.place() />
        <EmptyView
            is_small=is_reading
            on_example=Callback::new(move |()| sources::open_example(state))
        />
    }
}

/// The dialogs of the page. Only one is open at a time.
#[component]
fn Dialogs(state: AppState, report: Memo<Option<ReportHandle>>) -> impl IntoView {
    let on_close = Callback::new(move |()| state.close_dialog());
    let is_redacted = RwSignal::new(false);
    let note = RwSignal::new(String::new());
    let is_share_open = state.is_shown(Dialog::Share);
    Effect::new(move |_| {
        if is_share_open.get() {
            note.set(String::new());
        }
    });
    let on_share = Callback::new(move |choice| {
        if let Some(report) = report.get_untracked() {
            export::share(state, &report, choice, is_redacted.get_untracked(), note);
        }
    });
    let scope = Signal::derive(move || {
        let Some(report) = report.get() else { return Scope::Report(String::new()) };
        match state.place().with(|it| it.view) {
            View::Fleet => {
                let all = state.reports();
                Scope::Fleet(all.len(), export::fits(&all))
            }
            View::Compare => match state.base_of(report.report_id) {
                Some(base) => Scope::Comparison(base.label.clone(), report.label.clone()),
                None => Scope::Report(report.label.clone()),
            },
            _ => Scope::Report(report.label.clone()),
        }
    });
    let metrics = Memo::new(move |_| {
        report.with(|it| it.as_ref().map(|it| it.metrics.to_vec()).unwrap_or_default())
    });
    let offers = Memo::new(move |_| {
        state.offers().with(|offers| {
            let offers = offers.iter().map(|it| (it.title.clone(), it.origin.clone()));
            offers.collect::<Vec<_>>()
        })
    });
    view! {
        <Help
            is_open=state.is_shown(Dialog::Help)
            on_close
            has_shortcuts=state.has_shortcuts()
        />
        <ShareDialog
            is_open=is_share_open
            on_close
            is_redacted
            has_address=browser::is_address_public()
            scope
            metrics
            note
            on_share
        />
        <Consent
            offers
            is_open=state.is_shown(Dialog::Consent)
            on_answer=Callback::new(move |is_taken| state.answer_offer(is_taken))
        />
    }
}
