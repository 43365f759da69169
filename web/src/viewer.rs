//! The viewer of page and element: progress and errors of files, tabs, and the selected view.

use leptos::prelude::*;

use crate::components::{FileLoading, ReportSwitcher, Tabs};
use crate::state::{AppState, ReportHandle};
use crate::url::View;
use crate::views::{ColorSwitch, CompareView, FleetView};
use crate::views::{ModulesView, NodesView, OverviewView, TextView};

/// The index of the report that is shown.
pub(crate) fn shown_idx(state: AppState) -> Memo<usize> {
    Memo::new(move |_| {
        let n_reports = state.reports().len();
        let chosen = state.place().with(|it| {
            // Of two reports, the first is the base, unless the address says otherwise.
            let is_open = it.view == View::Compare && it.base_idx.is_none();
            if is_open { it.report_idx.max(1) } else { it.report_idx }
        });
        chosen.min(n_reports.saturating_sub(1))
    })
}

/// The choice of reports, if there are several.
#[component]
pub(crate) fn Switcher(
    state: AppState,
    reports: Memo<Vec<ReportHandle>>,
    /// The index of the report that is shown.
    selected: Memo<usize>,
    /// Whether the reader can close them.
    is_closable: bool,
) -> impl IntoView {
    let labels = Memo::new(move |_| {
        reports.with(|it| it.iter().map(|it| it.label.clone()).collect::<Vec<_>>())
    });
    let on_select = Callback::new(move |it| state.show_report(it));
    let on_close = Callback::new(move |report_idx: usize| {
        let report_id = reports.with_untracked(|it| it.get(report_idx).map(|it| it.report_id));
        if let Some(report_id) = report_id {
            state.close(report_id);
        }
    });
    view! { <ReportSwitcher labels selected on_select on_close=is_closable.then_some(on_close) /> }
}

/// The switcher in a bar of its own, where there is no other bar.
#[component]
pub(crate) fn LoneSwitcher(
    state: AppState,
    reports: Memo<Vec<ReportHandle>>,
    selected: Memo<usize>,
    is_closable: bool,
) -> impl IntoView {
    let is_needed = Memo::new(move |_| reports.with(Vec::len) > 1);
    view! {
        <Show when=move || is_needed.get()>
            <div class="qs-bar">
                <Switcher state reports selected is_closable />
            </div>
        </Show>
    }
}

/// The files that are being read, then the report that is shown, or else the result of `empty`.
pub(crate) fn viewer(
    state: AppState,
    report: Memo<Option<ReportHandle>>,
    empty: impl Fn() -> AnyView + Send + Sync + 'static,
) -> AnyView {
    provide_context(state.resized());
    provide_context(state.colors());
    let view = Memo::new(move |_| state.place().with(|it| it.view));
    // A figure, cell or link that leads to another view disappears with its own view, and the focus
    // with it.
    Effect::new(move |previous: Option<()>| {
        let view = view.get();
        if previous.is_some() {
            state.catch_focus(view.scroller());
        }
    });
    let content = view! {
        <FileLoading
            files=state.files()
            on_dismiss=Callback::new(move |it| state.dismiss(it))
            on_cancel=Callback::new(move |it| state.cancel(it))
        />
        {move || match report.get() {
            None => empty(),
            Some(report) => {
                let colored = report.clone();
                let colors = move || {
                    view! { <ColorSwitch state report=colored.clone() view=view.get() /> }
                };
                view! {
                    <div class="qs-views">
                    <Tabs views=state.views() selected=view on_select=Callback::new(move |it| state.show_view(it)) />
                    {colors}
                    </div>
                    {move || shown(state, view.get(), report.clone())}
                }
                .into_any()
            }
        }}
    };
    // A page has one main part, but an element is part of another page.
    if state.is_page() {
        view! { <main class="qs-main">{content}</main> }.into_any()
    } else {
        view! { <div class="qs-main">{content}</div> }.into_any()
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
