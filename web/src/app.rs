//! The shell: bar, tabs, the view that is shown, and what lies over them.

use leptos::ev;
use leptos::prelude::*;

use crate::client::Client;
use crate::components::{Bar, DropOverlay, Help, Loads, ReportSwitcher, Tabs};
use crate::files::{self, Source};
use crate::js;
use crate::keyboard;
use crate::place::View;
use crate::state::{AppState, ReportHandle};
use crate::theme;
use crate::views::{
    CompareView, EmptyView, FleetView, ModulesView, NodesView, OverviewView, TextView,
};

/// The whole page. `embedded` are the reports that came inside it.
pub(crate) fn app(client: Client, embedded: Vec<Source>) -> impl IntoView {
    let theme = theme::theme();
    let state = AppState::new(client, theme);
    let is_dragging = files::listen(state);
    let is_help_open = keyboard::listen(state);
    let _ = window_event_listener(ev::popstate, move |_| state.follow_address());
    let _ = window_event_listener(ev::hashchange, move |_| state.follow_address());
    if !embedded.is_empty() {
        state.open(embedded);
    }

    let reports = Memo::new(move |_| state.reports());
    let report_idx = Memo::new(move |_| {
        let n_reports = reports.with(Vec::len);
        state.place().with(|it| it.report_idx).min(n_reports.saturating_sub(1))
    });
    let report = Memo::new(move |_| reports.with(|it| it.get(report_idx.get()).cloned()));
    let view = Memo::new(move |_| state.place().with(|it| it.view));
    // Whatever leads from view to view, a figure, a cell or "back", is gone with the view it is in.
    Effect::new(move |previous: Option<()>| {
        let view = view.get();
        if previous.is_some() {
            js::catch_focus(view.scroller());
        }
    });
    Effect::new(move |_| {
        let title = report.with(|report| match report {
            Some(report) => format!("{} · Qspect", report.label),
            None => "Qspect".to_owned(),
        });
        document().set_title(&title);
    });

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
        <Loads files=state.files() on_dismiss=Callback::new(move |it| state.dismiss(it)) />
        {move || match report.get() {
            None => {
                let is_reading = Signal::derive(move || !state.files().with(Vec::is_empty));
                view! {
                    <EmptyView
                        is_small=is_reading
                        on_example=Callback::new(move |()| files::open_example(state))
                    />
                }
                .into_any()
            }
            Some(report) => {
                view! {
                    <Tabs selected=view on_select=Callback::new(move |it| state.show_view(it)) />
                    {move || shown(state, view.get(), report.clone())}
                }
                .into_any()
            }
        }}
        <DropOverlay
            is_open=is_dragging
            is_split=Signal::derive(move || state.splits_drops())
        />
        <Help is_open=is_help_open />
    }
}

fn shown(state: AppState, view: View, report: ReportHandle) -> AnyView {
    match view {
        View::Overview => view! { <OverviewView state report /> }.into_any(),
        View::Nodes => view! { <NodesView state report /> }.into_any(),
        View::Modules => view! { <ModulesView state report /> }.into_any(),
        View::Compare => view! { <CompareView state report /> }.into_any(),
        View::Fleet => view! { <FleetView state /> }.into_any(),
        View::Text => view! { <TextView state report /> }.into_any(),
    }
}
