//! All nodes: searched, filtered, sorted, one of them in detail.

use leptos::prelude::*;
use qspect_core::figures::{count, thousands};
use qspect_core::{Cell, Facet, Level, NodeQuery, Summary, Within, table::SortBy};

use super::printed::Printed;
use crate::browser;
use crate::components::{
    Facets, HEADER_HEIGHT, NodeDetail, NodeGrid, ROW_HEIGHT, TabPanel, plain_label, scroll_window,
};
use crate::format::qconfig;
use crate::parts::{link, part, told};
use crate::reactive::{effect, memo};
use crate::state::{AppState, ReportHandle};
use crate::url::View;
use crate::worker::{NodeAnswer, RowsAnswer};

/// The table, what it is filtered by, and the node that is open.
#[component]
pub(crate) fn NodesView(state: AppState, report: ReportHandle) -> impl IntoView {
    let report_id = report.report_id;
    let summary = StoredValue::new(report.summary);
    let place = state.place();
    let query = memo(move || place.with(|it| it.query.clone()));
    let open_node = memo(move || place.with(|it| it.node.clone()));
    let n_nodes = summary.with_value(|it| it.strip.len());

    let window = scroll_window(ROW_HEIGHT, HEADER_HEIGHT);
    let (answer, set_answer) = signal(RowsAnswer::default());
    let (active_row, set_active_row) = signal(0_usize);
    Effect::new(move |previous: Option<NodeQuery>| {
        let query = query.get();
        let (start, len) = window.rows.get();
        if previous.is_some_and(|it| it != query) {
            window.to_top();
            set_active_row.set(0);
        }
        state.ask_rows(report_id, query.clone(), start, len, move |it| set_answer.set(it));
        query
    });

    let (detail, set_detail) = signal(None::<NodeAnswer>);
    // The name of a node that was asked for and is not among the report's.
    let (missing, set_missing) = signal(None::<String>);
    // An open panel closes, or is made anew for another node: what had the focus in it is gone.
    let catch_focus = move |selector| {
        if detail.with_untracked(Option::is_some) {
            state.catch_focus(selector);
        }
    };
    effect(move || {
        set_missing.set(None);
        let Some(name) = open_node.get() else {
            catch_focus(".qs-grid");
            return set_detail.set(None);
        };
        let query = query.get_untracked();
        state.ask_node(report_id, name.clone(), query, move |answer| {
            // By then the reader may have gone on to another node, or to another view.
            if open_node.try_get_untracked().flatten().as_ref() != Some(&name) {
                return;
            }
            if let Some(row_idx) = answer.as_ref().and_then(|it| it.row_idx) {
                set_active_row.set(row_idx);
                window.reveal(row_idx);
            }
            set_missing.set(answer.is_none().then(|| name.clone()));
            catch_focus(".qs-detail button");
            set_detail.set(answer);
        });
    });

    let name_of_row = move |row_idx: usize| {
        answer.with_untracked(|answer| {
            let at = row_idx.checked_sub(answer.start)?;
            Some(answer.rows.get(at)?.row.name.clone())
        })
    };
    // A row that is to be opened as soon as it is there.
    let (wanted_row, set_wanted_row) = signal(None::<usize>);
    effect(move || {
        answer.track();
        if let Some(name) = wanted_row.get().and_then(name_of_row) {
            set_wanted_row.set(None);
            state.show_node(Some(name));
        }
    });
    let go_to = move |row_idx: usize| {
        set_active_row.set(row_idx);
        window.reveal(row_idx);
        // An open panel goes along.
        set_wanted_row.set(open_node.with_untracked(Option::is_some).then_some(row_idx));
    };
    let on_key = Callback::new(move |event: web_sys::KeyboardEvent| {
        if event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        let last = answer.with_untracked(|it| it.n_rows).saturating_sub(1);
        let row_idx = active_row.get_untracked();
        let page = window.n_in_sight().saturating_sub(1).max(1);
        let next = match event.key().as_str() {
            "ArrowDown" | "j" => (row_idx + 1).min(last),
            "ArrowUp" | "k" => row_idx.saturating_sub(1),
            "PageDown" => (row_idx + page).min(last),
            "PageUp" => row_idx.saturating_sub(page),
            "Home" => 0,
            "End" => last,
            "Enter" | " " => {
                event.prevent_default();
                return set_wanted_row.set(Some(row_idx));
            }
            _ => return,
        };
        event.prevent_default();
        go_to(next);
    });
    // `j` and `k` work wherever the focus is, so that the table need not be found first.
    state.listen_keys(move |event| {
        let is_step = matches!(event.key().as_str(), "j" | "k")
            && !(event.ctrl_key() || event.meta_key() || event.alt_key());
        if is_step && !event.default_prevented() && !browser::is_typing(event.target()) {
            state.focus(".qs-grid");
            on_key.run(event.clone());
        }
    });

    let label_of = Callback::new(move |(facet, value): (Facet, String)| match facet {
        Facet::Quantizer => summary.with_value(|summary| {
            let quantizer_idx = value.parse::<usize>().ok().and_then(|it| it.checked_sub(1));
            let quantizer = quantizer_idx.and_then(|it| summary.quantizers.get(it));
            quantizer.map_or_else(
                || value.clone(),
                |it| format!("{value} · {}", qconfig(&it.qconfig_label).0),
            )
        }),
        _ => plain_label(facet, &value),
    });
    let on_toggle = Callback::new(move |chosen: (Facet, String)| {
        state.set_query(|query| match query.facets.iter().position(|it| *it == chosen) {
            Some(at) => drop(query.facets.remove(at)),
            None => query.facets.push(chosen),
        });
    });
    // Up, down, and back to the report's own order.
    let on_sort = Callback::new(move |sort_by: SortBy| {
        state.set_query(|query| match (query.sort_by == Some(sort_by), query.is_descending) {
            (false, _) => (query.sort_by, query.is_descending) = (Some(sort_by), false),
            (true, false) => query.is_descending = true,
            (true, true) => (query.sort_by, query.is_descending) = (None, false),
        });
    });
    let clear = move || {
        state.set_query(|it| {
            it.text.clear();
            it.facets.clear();
            it.within = None;
        });
    };
    let is_filtered = memo(move || {
        query.with(|it| !it.text.trim().is_empty() || !it.facets.is_empty() || it.within.is_some())
    });
    let within = memo(move || query.with(|it| it.within.clone()));
    let found = move || {
        let n_rows = answer.with(|it| it.n_rows);
        let listed = match is_filtered.get() {
            true => format!("{} of {}", thousands(n_rows), count(n_nodes, "node", "nodes")),
            false => count(n_nodes, "node", "nodes"),
        };
        match summary.with_value(|it| it.is_whole()) {
            true => listed,
            false => format!("{listed} listed; the report is incomplete"),
        }
    };
    let on_open = Callback::new(move |name| state.show_node(Some(name)));
    let on_close = Callback::new(move |()| state.show_node(None));
    let has_ops = summary.with_value(|it| it.has_graph);
    let facets = memo(move || answer.with(|it| it.facets.clone()));
    let is_open = memo(move || detail.with(Option::is_some));

    view! {
        <TabPanel view=View::Nodes class="qs-nodes" state=("qs-nodes--open", is_open)>
            <h1 class="qs-hidden">{summary.with_value(|it| told(&it.report_title))}</h1>
            <div class="qs-nodes__side">
                <input
                    id="qs-search"
                    class="qs-search"
                    type="search"
                    role="searchbox"
                    aria-label="Search nodes"
                    placeholder="Search nodes  ( / )"
                    autocomplete="off"
                    spellcheck="false"
                    prop:value=move || query.with(|it| it.text.clone())
                    on:input:target=move |event| {
                        let text = event.target().value();
                        state.set_query(|it| it.text = text);
                    }
                    on:keydown=move |event| {
                        if matches!(event.key().as_str(), "ArrowDown" | "Enter") {
                            event.prevent_default();
                            state.focus(".qs-grid");
                        }
                    }
                />
                <div class="qs-nodes__found">
                    <span aria-live="polite">{found}</span>
                    {move || is_filtered.get().then(|| link(clear).text("clear").view())}
                </div>
                {move || within.get().map(|within| {
                    part("button", "qs-within")
                        .title("Show others too")
                        .on_click(move || state.set_query(|it| it.within = None))
                        .text(&summary.with_value(|it| within_label(it, &within)))
                        .with(part("span", "").aria("aria-hidden", "true").text("×"))
                        .view()
                })}
                <details class="qs-nodes__facets" open=state.is_wide()>
                    <summary>"Filters"</summary>
                    <Facets
                        facets
                        chosen=memo(move || query.with(|it| it.facets.clone()))
                        label_of
                        on_toggle
                    />
                </details>
            </div>
            <div class="qs-nodes__table">
                <NodeGrid
                    answer
                    has_ops
                    window
                    active_row
                    open_node
                    sort=memo(move || query.with(|it| (it.sort_by, it.is_descending)))
                    on_sort
                    on_open=Callback::new(move |(row_idx, name): (usize, String)| {
                        set_active_row.set(row_idx);
                        state.show_node(Some(name));
                    })
                    on_key
                />
                {move || missing.get().map(|name| {
                    part("p", "qs-nodes__missing")
                        .aria("role", "status")
                        .with(part("code", "").text(&name))
                        .text(" is not among this report's nodes: parameters are not, and a link may be of another report.")
                        .view()
                })}
                {move || (answer.with(|it| it.n_rows) == 0).then(|| {
                    let why = match (n_nodes, is_filtered.get()) {
                        (0, _) if summary.with_value(|it| it.level) == Level::Info => {
                            "This report lists no nodes: it was logged at INFO level."
                        }
                        (0, _) => "This report lists no nodes.",
                        (_, true) => "No nodes match.",
                        (_, false) => "",
                    };
                    part("p", "qs-nodes__none").text(why).view()
                })}
            </div>
            <Printed
                state
                report_id
                title="Nodes"
                output="Output, or why it has none"
                query
            />
            {move || {
                detail.get().map(|it| view! { <NodeDetail detail=it.detail on_open on_close /> })
            }}
        </TabPanel>
    }
}

/// What the nodes have in common that are shown alone.
fn within_label(summary: &Summary, within: &Within) -> String {
    match within {
        Within::Islands => "in float islands".to_owned(),
        Within::Island(at) => format!("in float island {}", at + 1),
        Within::Findings => "with findings".to_owned(),
        Within::Finding(at) => match summary.findings.as_ref().and_then(|it| it.items.get(*at)) {
            Some(it) => it.message.clone(),
            None => format!("with finding {}", at + 1),
        },
        Within::Op(at) => match summary.ops.as_ref().and_then(|it| it.items.get(*at)) {
            Some(it) => format!("{} ({})", it.op, it.how),
            None => format!("of op line {}", at + 1),
        },
        Within::Module(path) if path.is_empty() => "in the whole model".to_owned(),
        Within::Module(path) => format!("in {path}"),
        Within::Covered => "compute nodes that are quantized".to_owned(),
        Within::Uncovered => "compute nodes that are not quantized".to_owned(),
        Within::Cell(cell) => {
            let cell = Cell::ALL.into_iter().find(|it| it.as_char() == *cell);
            cell.map_or("", |it| it.label(&summary.strip)).to_owned()
        }
    }
}
