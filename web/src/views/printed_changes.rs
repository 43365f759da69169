//! The changed nodes for paper: all rows, not only those in sight.

use leptos::prelude::*;
use qspect_core::diff::DiffList;
use qspect_core::text::number_format::{count, thousands};

use super::live_query::latest;
use super::printed::MAX_ROWS;
use crate::components::{ChangedVerdict, SafeText};
use crate::state::AppState;
use crate::worker::{BASE_ONLY, DiffRowsAnswer, GroupView};

/// How many nodes of a row are named.
const MAX_NAMES: usize = 20;

/// A table that is hidden on the screen. It is loaded before the reader prints, because a browser
/// that prints does not wait for an answer.
#[component]
pub(super) fn PrintedChanges(
    state: AppState,
    base_id: usize,
    head_id: usize,
    list: Memo<Option<DiffList>>,
) -> impl IntoView {
    let (answer, set_answer) = signal(DiffRowsAnswer::default());
    let ask = move |list| state.diff_rows(base_id, head_id, list, 0, MAX_ROWS);
    latest(move || list.get(), ask, move |_, it| set_answer.set(it.clone()));
    let content = move || {
        let DiffRowsAnswer { n_rows, rows, .. } = answer.get();
        let n_left = n_rows.saturating_sub(rows.len());
        let rows = rows.into_iter().map(|group| view! { <Row group /> }).collect_view();
        view! {
            <table class="qs-table">
                <thead>
                    <tr>
                        <th>"Nodes"</th>
                        <th>"Verdict"</th>
                        <th>"Changes"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
            {(n_left > 0).then(|| view! {
                <p>{format!("{} are left out", count(n_left, "row", "rows"))}</p>
            })}
        }
    };
    view! { <div class="qs-print">{content}</div> }
}

#[component]
fn Row(group: GroupView) -> impl IntoView {
    let GroupView { row, names, n_nodes } = group;
    let shown = names.iter().take(MAX_NAMES).map(|it| it.strip_prefix(BASE_ONLY).unwrap_or(it));
    let mut nodes = shown.collect::<Vec<_>>().join(", ");
    let n_more = n_nodes - names.len().min(MAX_NAMES);
    if n_more > 0 {
        nodes.push_str(&format!(" and {} more", thousands(n_more)));
    }
    let changes = row.changes.into_iter().map(|it| {
        let text = format!("{}: {} → {}", it.what, it.values.base, it.values.head);
        view! { <div><SafeText text /></div> }
    });
    view! {
        <tr>
            <td><code><SafeText text=nodes /></code></td>
            <td><ChangedVerdict verdict=row.verdict /></td>
            <td>{changes.collect_view()}</td>
        </tr>
    }
}
