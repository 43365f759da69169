//! The module tree: which part of the model stays float.

use std::sync::Arc;

use leptos::prelude::*;
use qspect_core::analysis::ModuleSummary;
use qspect_core::text::number_format::{percent, short, thousands};
use qspect_core::view::{NodeQuery, Selection};

use super::live_query::latest;
use crate::components::{Icicle, SafeText, TabPanel};
use crate::state::{AppState, ReportHandle};
use crate::url::View;

/// An icicle of the modules, and a table of those directly in the module in focus.
#[component]
pub(crate) fn ModulesView(state: AppState, report: ReportHandle) -> impl IntoView {
    let ReportHandle { report_id, summary, .. } = report;
    let (modules, set_modules) = signal(None::<Arc<[ModuleSummary]>>);
    let ask =
        move |()| async move { state.modules(report_id).await.map(Arc::<[ModuleSummary]>::from) };
    latest(|| (), ask, move |(), it| set_modules.set(Some(it.clone())));
    let place = state.place();
    let path = Memo::new(move |_| place.with(|it| it.module.clone()));
    let on_focus = Callback::new(move |path| {
        state.show_module(path);
        state.catch_focus(".qs-crumbs [aria-current]");
    });
    let on_nodes = Callback::new(move |query| state.show_nodes(query));
    let why_none = if summary.is_whole() {
        "This report has no graph, so its modules are unknown. The exporter's reports have one."
    } else {
        "This report is incomplete, so the figures of its modules are unknown."
    };
    view! {
        <TabPanel view=View::Modules class="qs-overview">
            <h1 class="qs-hidden"><SafeText text=summary.report_title.clone() /></h1>
            {move || {
                modules.get().map(|modules| {
                    if modules.is_empty() {
                        view! { <p class="qs-muted qs-modules__none">{why_none}</p> }.into_any()
                    } else {
                        // An unknown path means the whole model.
                        let path = path.get();
                        let focus = modules.iter().position(|it| it.path == path).unwrap_or(0);
                        view! { <Focused modules focus on_focus on_nodes /> }.into_any()
                    }
                })
            }}
        </TabPanel>
    }
}

/// One module, with the path to it and the modules in it.
#[component]
fn Focused(
    modules: Arc<[ModuleSummary]>,
    /// The module in focus.
    focus: usize,
    /// Called with the path of the module that the reader goes to.
    on_focus: Callback<String>,
    /// Called with the nodes that the reader wants to see.
    on_nodes: Callback<NodeQuery>,
) -> impl IntoView {
    // A module comes after its parent, so the module in focus is the first row.
    let rows = modules.iter().enumerate().filter_map(|(module_idx, module)| {
        let is_focus = module_idx == focus;
        let is_row = is_focus || module.parent == Some(focus);
        is_row.then(|| view! { <Row module=module.clone() is_focus on_focus on_nodes /> })
    });
    let rows = rows.collect_view();
    let paths: Vec<String> = modules.iter().map(|it| it.path.clone()).collect();
    let on_cell = Callback::new(move |module_idx: usize| {
        if let Some(path) = paths.get(module_idx) {
            on_focus.run(path.clone());
        }
    });
    view! {
        <nav aria-label="Modules around">
            <Crumbs modules=modules.clone() focus on_focus />
        </nav>
        <section class="qs-card">
            <Icicle modules focus on_focus=on_cell />
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
                <tbody>{rows}</tbody>
            </table>
        </section>
    }
}

/// The modules from the model to the one in focus.
#[component]
fn Crumbs(
    modules: Arc<[ModuleSummary]>,
    focus: usize,
    on_focus: Callback<String>,
) -> impl IntoView {
    let parent_of = |it: &usize| modules.get(*it).and_then(|it| it.parent);
    let mut way: Vec<usize> = std::iter::successors(Some(focus), parent_of).collect();
    way.reverse();
    let crumbs = way.into_iter().filter_map(|module_idx| {
        let module = modules.get(module_idx)?;
        let path = module.path.clone();
        Some(view! {
            <li>
                <button
                    class="qs-link"
                    aria-current=(module_idx == focus).then_some("true")
                    on:click=move |_| on_focus.run(path.clone())
                >
                    <SafeText text=module.last_part() />
                </button>
            </li>
        })
    });
    let crumbs = crumbs.collect_view();
    view! { <ol class="qs-crumbs">{crumbs}</ol> }
}

/// A module's figures. The row of the module in focus counts everything in it.
#[component]
fn Row(
    module: ModuleSummary,
    is_focus: bool,
    on_focus: Callback<String>,
    on_nodes: Callback<NodeQuery>,
) -> impl IntoView {
    let name = if is_focus { "all of it" } else { module.last_part() }.to_owned();
    let ModuleSummary { path, class, verdicts, macs, .. } = module;
    let quantized = percent(verdicts.n_quantized() as u64, verdicts.n_floating() as u64);
    let macs = if macs > 0 { short(macs) } else { "–".to_owned() };
    let all = NodeQuery::of(Selection::Module(path.clone()));
    let float = NodeQuery { selection: all.selection.clone(), ..NodeQuery::float() };
    view! {
        <tr>
            <th scope="row">
                <button
                    class="qs-link"
                    disabled=is_focus
                    on:click=move |_| on_focus.run(path.clone())
                >
                    <SafeText text=name />
                </button>
            </th>
            <td class="qs-muted"><SafeText text=class /></td>
            <td class="qs-number"><NodesLink n=verdicts.n_nodes() query=all on_nodes /></td>
            <td class="qs-number"><NodesLink n=verdicts.n_float() query=float on_nodes /></td>
            <td class="qs-number">{quantized}</td>
            <td class="qs-number">{macs}</td>
        </tr>
    }
}

/// A number of nodes that links to them.
#[component]
fn NodesLink(n: usize, query: NodeQuery, on_nodes: Callback<NodeQuery>) -> impl IntoView {
    if n == 0 {
        view! { <span>"0"</span> }.into_any()
    } else {
        view! {
            <button class="qs-link" on:click=move |_| on_nodes.run(query.clone())>
                {thousands(n)}
            </button>
        }
        .into_any()
    }
}
