//! The module tree: which part of the model stays float.

use leptos::prelude::*;
use qspect_core::figures::{percent, short, thousands};
use qspect_core::{ModuleSummary, NodeQuery, Within};

use crate::components::{Icicle, TabPanel, last_part};
use crate::parts::{Part, link, part, told};
use crate::reactive::memo;
use crate::state::{AppState, ReportHandle};
use crate::url::View;

/// An icicle of the modules, and a table of those in the one in focus.
#[component]
pub(crate) fn ModulesView(state: AppState, report: ReportHandle) -> impl IntoView {
    let modules = StoredValue::new(Vec::<ModuleSummary>::new());
    let (is_there, set_there) = signal(false);
    state.ask_modules(report.report_id, move |answer| {
        if modules.try_set_value(answer).is_none() {
            set_there.set(true);
        }
    });
    let place = state.place();
    let path = memo(move || place.with(|it| it.module.clone()));
    let none = if report.summary.is_whole() {
        "This report has no graph, so it does not tell the modules. The exporter's reports have one."
    } else {
        "This report is incomplete, so the figures of its modules are unknown."
    };
    let focus = move || {
        let path = path.get();
        modules.with_value(|it| it.iter().position(|it| it.path == path)).unwrap_or_default()
    };
    let on_focus = Callback::new(move |module_idx: usize| {
        let path = modules.with_value(|it| it.get(module_idx).map(|it| it.path.clone()));
        state.show_module(path.unwrap_or_default());
        state.catch_focus(".qs-crumbs [aria-current]");
    });
    view! {
        <TabPanel view=View::Modules class="qs-overview">
            <h1 class="qs-hidden">{told(&report.summary.report_title)}</h1>
            {move || match (is_there.get(), modules.with_value(Vec::is_empty)) {
                (false, _) => ().into_any(),
                (true, true) => part("p", "qs-muted qs-modules__none").text(none).view(),
                (true, false) => shown(state, modules, focus(), on_focus),
            }}
        </TabPanel>
    }
}

fn shown(
    state: AppState,
    modules: StoredValue<Vec<ModuleSummary>>,
    focus: usize,
    on_focus: Callback<usize>,
) -> AnyView {
    let (crumbs, below) = modules.with_value(|modules| {
        let mut crumbs = Vec::new();
        let mut here = Some(focus);
        while let Some(module_idx) = here {
            crumbs.push((module_idx, last_part(&modules[module_idx]).to_owned()));
            here = modules[module_idx].parent;
        }
        crumbs.reverse();
        let below = modules.iter().enumerate().filter(|it| it.1.parent == Some(focus));
        let below: Vec<usize> = [focus].into_iter().chain(below.map(|it| it.0)).collect();
        (crumbs, below)
    });
    let crumbs = crumbs.into_iter().map(|(module_idx, name)| {
        let link = link(move || on_focus.run(module_idx)).text(&name);
        let link = if module_idx == focus { link.aria("aria-current", "true") } else { link };
        part("li", "").with(link)
    });
    let crumbs = part("ol", "qs-crumbs").with_all(crumbs);
    let rows = below.into_iter().filter_map(|module_idx| {
        modules
            .with_value(|it| it.get(module_idx).cloned())
            .map(|module| row(state, module, module_idx, module_idx == focus, on_focus))
    });
    let rows = part("tbody", "").with_all(rows);
    view! {
        <nav aria-label="Modules around">{crumbs.view()}</nav>
        <section class="qs-card">
            <Icicle modules focus on_focus />
        </section>
        <section class="qs-card qs-card--scroll">
            <table class="qs-table qs-modules">
                <thead>
                    <tr>
                        <th scope="col">"module"</th>
                        <th scope="col">"class"</th>
                        <th scope="col" class="qs-number">"nodes"</th>
                        <th scope="col" class="qs-number">"float"</th>
                        <th scope="col" class="qs-number">"quantized"</th>
                        <th scope="col" class="qs-number">"MACs"</th>
                    </tr>
                </thead>
                {rows.view()}
            </table>
        </section>
    }
    .into_any()
}

fn row(
    state: AppState,
    module: ModuleSummary,
    module_idx: usize,
    is_focus: bool,
    on_focus: Callback<usize>,
) -> Part {
    let name = if is_focus { "all of it".to_owned() } else { last_part(&module).to_owned() };
    let (n_nodes, n_float) = (module.verdicts.n_nodes(), module.verdicts.n_float());
    let quantized =
        percent(module.verdicts.n_quantized() as u64, module.verdicts.n_floating() as u64);
    let macs = if module.macs > 0 { short(module.macs) } else { "–".to_owned() };
    let all = NodeQuery::within(Within::Module(module.path));
    let float = NodeQuery { within: all.within.clone(), ..NodeQuery::float() };
    let name = link(move || on_focus.run(module_idx)).disabled(is_focus).text(&name);
    let number = |it: Part| part("td", "qs-number").with(it);
    part("tr", "")
        .with(part("th", "").aria("scope", "row").with(name))
        .with(part("td", "qs-muted").text(&module.class))
        .with(number(nodes_link(state, n_nodes, all)))
        .with(number(nodes_link(state, n_float, float)))
        .with(part("td", "qs-number").text(&quantized))
        .with(part("td", "qs-number").text(&macs))
}

/// A number of nodes that leads to them.
fn nodes_link(state: AppState, n_nodes: usize, query: NodeQuery) -> Part {
    match n_nodes {
        0 => part("span", "").text("0"),
        _ => link(move || state.show_nodes(query.clone())).text(&thousands(n_nodes)),
    }
}
