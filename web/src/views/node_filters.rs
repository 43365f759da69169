//! The search and the filters of the table of nodes.

use std::sync::Arc;

use leptos::prelude::*;
use qspect_core::text::number_format::{count, thousands};
use qspect_core::view::filter::completions;
use qspect_core::view::{Cell, Column, Facet, GROUPINGS, NodeQuery, Selection, Tally};
use qspect_core::{Summary, Verdict};

use super::live_query::latest;
use crate::components::{ColorLegend, Facets, FilterBox, NodeColors, SafeText, plain_label};
use crate::state::AppState;
use qspect_core::report::qconfig_parts;

/// The search box, how many nodes it finds, and the filters.
#[component]
pub(super) fn NodeFilters(
    state: AppState,
    report_id: usize,
    summary: StoredValue<Arc<Summary>>,
    query: Memo<NodeQuery>,
    /// How many nodes the query finds.
    n_rows: Memo<usize>,
    /// The values to filter by.
    facets: Memo<Vec<(Facet, Vec<Tally>)>>,
    /// Why the filter cannot be read, if it cannot.
    filter_error: Memo<Option<String>>,
    /// The colours of the nodes, for their legend.
    colors: NodeColors,
) -> impl IntoView {
    let n_nodes = summary.with_value(|it| it.strip.len());
    let is_filtered = Memo::new(move |_| query.with(is_filtered));
    let selection = Memo::new(move |_| query.with(|it| it.selection.clone()));
    let chosen = Memo::new(move |_| query.with(|it| it.facets.clone()));
    let found = move || {
        let all = count(n_nodes, "node", "nodes");
        let listed = match is_filtered.get() {
            true => format!("{} of {all}", thousands(n_rows.get())),
            false => all,
        };
        if summary.with_value(|it| it.is_whole()) {
            listed
        } else {
            format!("{listed} listed; the report is incomplete")
        }
    };
    let clear = move |_| clear_filters(state);
    let text = Signal::derive(move || query.with(|it| it.text.clone()));
    let on_text = Callback::new(move |text| state.set_query(|it| it.text = text));
    let on_leave = Callback::new(move |()| state.focus(".qs-grid"));
    let (values, set_values) = signal(Vec::<(String, Vec<String>)>::new());
    // Once the reader types: that looks at all nodes.
    let ask = move |is_typed: bool| async move {
        if is_typed { state.field_values(report_id).await } else { Ok(Vec::new()) }
    };
    latest(move || text.with(|it| !it.is_empty()), ask, move |_, it| set_values.set(it.clone()));
    let completions = Memo::new(move |_| {
        let text = text.get();
        let metrics = summary.with_value(|it| it.metrics.clone());
        let values_of = |field: &str| {
            let known = values.with(|it| it.iter().find(|it| it.0 == field).map(|it| it.1.clone()));
            known.unwrap_or_else(|| facets.with(|facets| values_of(facets, field)))
        };
        completions(&text, &metrics, &values_of)
    });
    let label_of = Callback::new(move |(facet, value): (Facet, String)| match facet {
        Facet::Quantizer => summary.with_value(|it| quantizer_label(it, value)),
        _ => plain_label(facet, &value),
    });
    let on_toggle = Callback::new(move |chosen: (Facet, String)| {
        state.set_query(|query| match query.facets.iter().position(|it| *it == chosen) {
            Some(at) => drop(query.facets.remove(at)),
            None => query.facets.push(chosen),
        });
    });
    view! {
        <div class="qs-nodes__side">
            <FilterBox text completions on_text on_leave />
            {move || {
                filter_error.get().map(|it| view! {
                    <p class="qs-filter__error" role="status"><SafeText text=it />"."</p>
                })
            }}
            <div class="qs-nodes__found">
                <span aria-live="polite">{found}</span>
                {move || {
                    is_filtered.get().then(|| view! {
                        <button class="qs-link" on:click=clear>
                            "Clear filters"
                        </button>
                    })
                }}
            </div>
            {move || selection.get().map(|it| view! {
                <button
                    class="qs-within"
                    title="Show others too"
                    on:click=move |_| state.set_query(|it| it.selection = None)
                >
                    <SafeText text=summary.with_value(|summary| selection_label(summary, &it)) />
                    <span aria-hidden="true">"×"</span>
                </button>
            })}
            {move || colors.get().map(|it| view! { <ColorLegend classes=it.classes.clone() /> })}
            <GroupBy state summary />
            <details class="qs-nodes__columns">
                <summary>"Columns"</summary>
                <Columns state summary query />
            </details>
            <details class="qs-nodes__facets" open=state.is_wide()>
                <summary>"Filters"</summary>
                <Facets facets chosen label_of on_toggle />
            </details>
        </div>
    }
}

/// The choice of a column to group the nodes by.
#[component]
fn GroupBy(state: AppState, summary: StoredValue<Arc<Summary>>) -> impl IntoView {
    let has_graph = summary.with_value(|it| it.totals.has_graph);
    let chosen = Memo::new(move |_| state.place().with(|it| it.group_by.clone()));
    let options = GROUPINGS.into_iter().filter(|it| has_graph || !it.needs_graph()).map(|column| {
        let (name, title) = (column.as_str().to_owned(), group_title(&column));
        let is_chosen = move || chosen.with(|it| it.as_ref() == Some(&column));
        view! { <option value=name prop:selected=is_chosen>{title}</option> }
    });
    view! {
        <label class="qs-nodes__group">
            <span>"Group by"</span>
            <select
                class="qs-switcher__list"
                on:change:target=move |event| {
                    let name = event.target().value();
                    state.group_by((!name.is_empty()).then(|| Column::from_name(&name)));
                    state.catch_focus(".qs-nodes__group select");
                }
            >
                <option value="" prop:selected=move || chosen.with(Option::is_none)>
                    "nothing"
                </option>
                {options.collect_view()}
            </select>
        </label>
    }
}

fn group_title(column: &Column) -> String {
    match column {
        Column::Class => "module class".to_owned(),
        Column::Output => "output qspec".to_owned(),
        other => other.as_str().to_owned(),
    }
}

/// The columns that the table can show. The node's name is always there.
#[component]
fn Columns(
    state: AppState,
    summary: StoredValue<Arc<Summary>>,
    query: Memo<NodeQuery>,
) -> impl IntoView {
    let has_graph = summary.with_value(|it| it.totals.has_graph);
    let metrics: Vec<Column> = summary
        .with_value(|it| it.metrics.iter().map(|it| Column::Metric(it.as_str().into())).collect());
    let all = Column::ALL.into_iter().chain(metrics);
    let all: Vec<Column> = all.filter(|it| has_graph || !it.needs_graph()).collect();
    let order = StoredValue::new(all.clone());
    let items = all.into_iter().filter(|it| *it != Column::Name).map(|column| {
        let shown = column.clone();
        let is_shown = move || query.with(|it| shown_columns(it).contains(&shown));
        let title = column.title().to_owned();
        let toggle = move |_| {
            state.set_query(|query| {
                let mut chosen = shown_columns(query);
                match chosen.iter().position(|it| *it == column) {
                    Some(at) => drop(chosen.remove(at)),
                    None => chosen.push(column.clone()),
                }
                // In one order, however they were chosen; the usual ones need no name.
                let all = order.get_value();
                chosen.sort_by_key(|it| all.iter().position(|other| other == it));
                let is_usual = chosen == Column::DEFAULT;
                query.columns = if is_usual { Vec::new() } else { chosen };
            });
        };
        view! {
            <label class="qs-nodes__column">
                <input type="checkbox" prop:checked=is_shown on:change=toggle />
                <SafeText text=title />
            </label>
        }
    });
    items.collect_view()
}

fn shown_columns(query: &NodeQuery) -> Vec<Column> {
    match query.columns.is_empty() {
        true => Column::DEFAULT.to_vec(),
        false => query.columns.clone(),
    }
}

/// The values that complete a field of the filter language.
fn values_of(facets: &[(Facet, Vec<Tally>)], field: &str) -> Vec<String> {
    let facet = match field {
        "verdict" => {
            let verdicts = Verdict::ALL.iter().map(|it| it.as_str());
            return verdicts.chain(["float", "input_output"]).map(str::to_owned).collect();
        }
        "op" => Facet::Op,
        "dtype" => Facet::DType,
        "by" => Facet::Quantizer,
        "reason" => Facet::Reason,
        _ => return Vec::new(),
    };
    let tallies = facets.iter().filter(|it| it.0 == facet).flat_map(|it| &it.1);
    tallies.map(|it| it.what.clone()).collect()
}

/// Shows all nodes again.
pub(super) fn clear_filters(state: AppState) {
    state.set_query(|it| {
        it.text.clear();
        it.facets.clear();
        it.selection = None;
    });
}

/// Whether a query leaves nodes out.
pub(super) fn is_filtered(query: &NodeQuery) -> bool {
    !query.text.trim().is_empty() || !query.facets.is_empty() || query.selection.is_some()
}

/// A quantizer's number with the name of its qconfig.
fn quantizer_label(summary: &Summary, number: String) -> String {
    let quantizer_idx = number.parse::<usize>().ok().and_then(|it| it.checked_sub(1));
    match quantizer_idx.and_then(|it| summary.quantizers.get(it)) {
        Some(it) => format!("{number} · {}", qconfig_parts(&it.qconfig_label).0),
        None => number,
    }
}

/// The label of the selection that the table is limited to.
fn selection_label(summary: &Summary, selection: &Selection) -> String {
    match selection {
        Selection::Islands => "in float islands".to_owned(),
        Selection::Island(at) => format!("in float island {}", at + 1),
        Selection::Findings => "with findings".to_owned(),
        Selection::Finding(at) => {
            match summary.findings.as_ref().and_then(|it| it.items.get(*at)) {
                Some(it) => it.message.clone(),
                None => format!("with finding {}", at + 1),
            }
        }
        Selection::Cause(at) => format!("with cause {} of \u{201c}What to change\u{201d}", at + 1),
        Selection::Op(at) => match summary.ops.as_ref().and_then(|it| it.items.get(*at)) {
            Some(it) => format!("{} ({})", it.op, it.how),
            None => format!("of op line {}", at + 1),
        },
        Selection::Group(column, value) if value.is_empty() => {
            format!("without {}", group_title(column))
        }
        Selection::Group(column, value) => format!("{}: {value}", group_title(column)),
        Selection::Module(path) if path.is_empty() => "in the whole model".to_owned(),
        Selection::Module(path) => format!("in {path}"),
        Selection::Covered => "compute nodes that are quantized".to_owned(),
        Selection::Uncovered => "compute nodes that are not quantized".to_owned(),
        Selection::Cell(cell) => {
            let cell = Cell::ALL.into_iter().find(|it| it.as_char() == *cell);
            cell.map_or("", |it| it.label(&summary.strip)).to_owned()
        }
    }
}
