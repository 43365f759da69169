//! Why a node stays float, and suggestions to try.

use leptos::prelude::*;
use qspect_core::analysis::{Neighbour, Suggestion};

use super::{AndMore, NodeLink};
use crate::components::{CopyButton, Python, SafeText, VerdictMark};

/// The reason, the neighbours that are involved, and code to try.
#[component]
pub(super) fn Explanation(
    explanation: qspect_core::Explanation,
    /// Called with the name of a neighbour that the reader opens.
    on_open: Callback<String>,
) -> impl IntoView {
    let qspect_core::Explanation { reason, neighbours, n_more, is_complete, advice, suggestions } =
        explanation;
    let is_partial = !is_complete && !neighbours.is_empty();
    let neighbours = neighbours.into_iter().map(|it| view! { <Side neighbour=it on_open /> });
    let has_suggestions = !suggestions.is_empty() || advice.is_some();
    let import = suggestions.iter().find_map(|it| it.import.clone());
    let suggestions = suggestions.into_iter().map(|it| view! { <SuggestionLine suggestion=it /> });
    view! {
        <h3>"Why"</h3>
        <p><SafeText text=reason />"."</p>
        <ul class="qs-neighbours">{neighbours.collect_view()}</ul>
        <AndMore n=n_more />
        {is_partial.then(|| view! {
            <p class="qs-muted qs-small">
                "Without a graph, only the inputs of annotated nodes are known."
            </p>
        })}
        {has_suggestions.then(|| view! { <h3>"To try"</h3> })}
        {advice.map(|it| view! { <p><SafeText text=it />"."</p> })}
        {suggestions.collect_view()}
        {import.map(|code| view! {
            <p class="qs-muted qs-small">"with"</p>
            <Python code />
        })}
    }
}

/// One neighbour: an input of the node or a reader of its output.
#[component]
fn Side(neighbour: Neighbour, on_open: Callback<String>) -> impl IntoView {
    let Neighbour { name, verdict, is_input } = neighbour;
    view! {
        <li>
            {if is_input { "reads " } else { "is read by " }}
            <NodeLink name on_open />
            <VerdictMark verdict />
            {verdict.label()}
        </li>
    }
}

/// A code change with a button that copies it.
#[component]
fn SuggestionLine(suggestion: Suggestion) -> impl IntoView {
    let Suggestion { what, code, .. } = suggestion;
    let text = code.clone();
    view! {
        <div class="qs-try">
            <span class="qs-muted qs-small"><SafeText text=what /></span>
            <CopyButton label="Copy" text=Signal::stored(text) />
            <Python code />
        </div>
    }
}
