//! What shows reports, wherever it is: tabs, and the view that is selected.

use leptos::prelude::*;

use crate::components::{Loads, ReportSwitcher, Tabs};
use crate::parts::part;
use crate::reactive::memo;
use crate::state::{AppState, ReportHandle};
use crate::url::View;
use crate::views::{CompareView, FleetView};
use crate::views::{ModulesView, NodesView, OverviewView, TextView};

/// Which of the reports is shown.
pub(crate) fn shown_idx(state: AppState) -> Memo<usize> {
    memo(move || {
        let n_reports = state.reports().len();
        state.place().with(|it| it.report_idx).min(n_reports.saturating_sub(1))
    })
}

/// The reports to choose from, where there are several.
pub(crate) fn switcher(
    state: AppState,
    reports: Memo<Vec<ReportHandle>>,
    report_idx: Memo<usize>,
) -> AnyView {
    let labels =
        memo(move || reports.with(|it| it.iter().map(|it| it.label.clone()).collect::<Vec<_>>()));
    let on_select = Callback::new(move |it| state.show_report(it));
    view! { <ReportSwitcher labels selected=report_idx on_select /> }.into_any()
}

/// The same where there is no bar: in one of its own.
pub(crate) fn lone_switcher(
    state: AppState,
    reports: Memo<Vec<ReportHandle>>,
    report_idx: Memo<usize>,
) -> AnyView {
    let is_needed = memo(move || reports.with(Vec::len) > 1);
    let bar = move || {
        let switcher = is_needed.get().then(|| switcher(state, reports, report_idx));
        switcher.map(|it| part("div", "qs-bar").view_in(it).view())
    };
    bar.into_any()
}

/// The files on their way, then the report that is shown; without one what `empty` gives.
pub(crate) fn viewer(
    state: AppState,
    report: Memo<Option<ReportHandle>>,
    empty: impl Fn() -> AnyView + Send + Sync + 'static,
) -> AnyView {
    provide_context(state.resized());
    provide_context(state.colors());
    let view = memo(move || state.place().with(|it| it.view));
    // Whatever leads from view to view, a figure, a cell or "back", is gone with the view it is in.
    Effect::new(move |previous: Option<()>| {
        let view = view.get();
        if previous.is_some() {
            state.catch_focus(view.scroller());
        }
    });
    let content = view! {
        <Loads files=state.files() on_dismiss=Callback::new(move |it| state.dismiss(it)) />
        {move || match report.get() {
            None => empty(),
            Some(report) => {
                view! {
                    <Tabs views=state.views() selected=view on_select=Callback::new(move |it| state.show_view(it)) />
                    {move || shown(state, view.get(), report.clone())}
                }
                .into_any()
            }
        }}
    };
    // A page has one main part, and what is in an element is part of somebody else's.
    let tag = if state.is_page() { "main" } else { "div" };
    part(tag, "qs-main").view_in(content.into_any()).view()
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
