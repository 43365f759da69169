//! The module tree: which part of the model stays float.

use std::cmp::Ordering;
use std::sync::Arc;

use leptos::prelude::*;
use qspect_core::analysis::ModuleSummary;
use qspect_core::text::number_format::{percent, short, thousands};
use qspect_core::view::{IcicleWidth, ModuleColors, NodeQuery, Selection};

use super::coloring::choice;
use super::live_query::latest;
use crate::components::{
    Icicle, SafeText, SortButton, TabPanel, ToggleChip, aria_sort, next_order,
};
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
    // Kept while the reader goes from module to module.
    let width = RwSignal::new(IcicleWidth::default());
    // With the width that they are for: both change together.
    let (colors, set_colors) = signal((IcicleWidth::default(), Arc::<ModuleColors>::default()));
    let ask = move |((by, base_id), width)| async move {
        let colors = state.module_colors(report_id, base_id, by, width).await;
        colors.map(|it| (width, Arc::new(it)))
    };
    latest(
        move || (choice(state, report_id), width.get()),
        ask,
        move |_, it| set_colors.set(it.clone()),
    );
    let sort = RwSignal::new(None::<(SortBy, bool)>);
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
                        view! { <Focused modules focus width colors sort on_focus on_nodes /> }.into_any()
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
    /// What makes a module of the icicle wide.
    width: RwSignal<IcicleWidth>,
    /// The colours of the modules, and the width that they are for.
    colors: ReadSignal<(IcicleWidth, Arc<ModuleColors>)>,
    /// The column that the modules are sorted by, and whether the order is descending.
    sort: RwSignal<Option<(SortBy, bool)>>,
    /// Called with the path of the module that the reader goes to.
    on_focus: Callback<String>,
    /// Called with the nodes that the reader wants to see.
    on_nodes: Callback<NodeQuery>,
) -> impl IntoView {
    let listed = modules.clone();
    let rows = move || {
        let mut inner: Vec<&ModuleSummary> =
            listed.iter().filter(|it| it.parent == Some(focus)).collect();
        if let Some((by, is_descending)) = sort.get() {
            inner.sort_by(|a, b| {
                let order = by.compare(a, b);
                if is_descending { order.reverse() } else { order }
            });
        }
        // The module in focus is the first row, whatever the order.
        let focused = listed.get(focus).map(|it| (it, true));
        let rows = focused.into_iter().chain(inner.into_iter().map(|it| (it, false)));
        let rows = rows.map(|(module, is_focus)| {
            view! { <Row module=module.clone() is_focus on_focus on_nodes /> }
        });
        rows.collect_view()
    };
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
            <WidthChoice width />
            {move || {
                let (width, colors) = colors.get();
                view! { <Icicle modules=modules.clone() focus width colors on_focus=on_cell /> }
            }}
        </section>
        <section class="qs-card qs-card--scroll">
            <table class="qs-table qs-modules">
                <thead>
                    <tr>
                        {COLUMNS.map(|(title, by)| view! { <Head title by sort /> }).collect_view()}
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </section>
    }
}

/// The columns, with what they sort by.
const COLUMNS: [(&str, SortBy); 7] = [
    ("module", SortBy::Module),
    ("class", SortBy::Class),
    ("nodes", SortBy::Nodes),
    ("float", SortBy::Float),
    ("quantized", SortBy::Quantized),
    ("MACs", SortBy::Macs),
    ("parameters", SortBy::Params),
];

/// A column that modules are sorted by.
#[derive(Clone, Copy, PartialEq)]
enum SortBy {
    Module,
    Class,
    Nodes,
    Float,
    Quantized,
    Macs,
    Params,
}

impl SortBy {
    fn compare(self, a: &ModuleSummary, b: &ModuleSummary) -> Ordering {
        let share = |it: &ModuleSummary| (it.verdicts.n_quantized(), it.verdicts.n_floating());
        match self {
            Self::Module => a.path.cmp(&b.path),
            Self::Class => a.class.cmp(&b.class),
            Self::Nodes => a.verdicts.n_nodes().cmp(&b.verdicts.n_nodes()),
            Self::Float => a.verdicts.n_float().cmp(&b.verdicts.n_float()),
            Self::Quantized => {
                let ((a, all_a), (b, all_b)) = (share(a), share(b));
                (a as u64 * all_b as u64).cmp(&(b as u64 * all_a as u64))
            }
            Self::Macs => a.macs.cmp(&b.macs),
            Self::Params => a.params.cmp(&b.params),
        }
    }

    fn is_text(self) -> bool {
        matches!(self, Self::Module | Self::Class)
    }
}

/// The head of a column. Numbers are sorted the largest first.
#[component]
fn Head(title: &'static str, by: SortBy, sort: RwSignal<Option<(SortBy, bool)>>) -> impl IntoView {
    let is_descending = Memo::new(move |_| sort.get().filter(|it| it.0 == by).map(|it| it.1));
    let on_sort = Callback::new(move |()| {
        sort.update(|sort| *sort = next_order(*sort, by, !by.is_text()));
    });
    let order = move || aria_sort(is_descending.get());
    view! {
        <th scope="col" class:qs-number=!by.is_text() aria-sort=order>
            <SortButton title is_descending on_sort />
        </th>
    }
}

/// The choice of what makes a module of the icicle wide.
#[component]
fn WidthChoice(width: RwSignal<IcicleWidth>) -> impl IntoView {
    let choices = [
        ("nodes", IcicleWidth::Nodes),
        ("MACs", IcicleWidth::Macs),
        ("parameters", IcicleWidth::Params),
    ];
    let choices = choices.map(|(label, choice)| {
        let is_on = Signal::derive(move || width.get() == choice);
        let on_choose = Callback::new(move |()| width.set(choice));
        view! { <ToggleChip label is_on on_choose /> }
    });
    view! {
        <div class="qs-chips qs-modules__widths" role="group" aria-label="Width by">
            <span class="qs-muted">"Width by"</span>
            {choices.collect_view()}
        </div>
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
    let name = if is_focus { "(whole module)" } else { module.last_part() }.to_owned();
    let ModuleSummary { path, class, verdicts, macs, params, .. } = module;
    let quantized = percent(verdicts.n_quantized() as u64, verdicts.n_floating() as u64);
    let [macs, params] = [macs, params].map(|it| if it > 0 { short(it) } else { "–".to_owned() });
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
            <td class="qs-number">{params}</td>
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
