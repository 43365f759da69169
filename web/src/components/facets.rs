//! The values that the table can be filtered by.

use leptos::prelude::*;
use qspect_core::text::number_format::thousands;
use qspect_core::view::{Facet, Tally};
use qspect_core::{Role, Verdict};

use super::{RoleMark, SafeText, VerdictMark, safe_attribute};

/// How many values are shown before the reader asks for all.
const N_AT_FIRST: usize = 8;

/// A list of values with their counts, for each facet that distinguishes rows.
#[component]
pub(crate) fn Facets(
    /// The values of each facet, most nodes first.
    facets: Memo<Vec<(Facet, Vec<Tally>)>>,
    /// The chosen values.
    chosen: Memo<Vec<(Facet, String)>>,
    /// Returns the label of a value.
    label_of: Callback<(Facet, String), String>,
    /// Called with a value that the reader chooses or clears.
    on_toggle: Callback<(Facet, String)>,
) -> impl IntoView {
    let list = move |facet| {
        let tallies = Memo::new(move |_| {
            facets.with(|facets| {
                let own = facets.iter().find(|it| it.0 == facet);
                own.map(|it| it.1.clone()).unwrap_or_default()
            })
        });
        // A facet with a single value does not distinguish rows, but an active filter must be
        // visible.
        let is_shown = Memo::new(move |_| {
            tallies.with(|it| it.len() > 1)
                || chosen.with(|it| it.iter().any(|(chosen, _)| *chosen == facet))
        });
        view! {
            <Show when=move || is_shown.get()>
                <FacetList facet tallies chosen label_of on_toggle />
            </Show>
        }
    };
    Facet::ALL.map(list).collect_view()
}

#[component]
fn FacetList(
    facet: Facet,
    tallies: Memo<Vec<Tally>>,
    chosen: Memo<Vec<(Facet, String)>>,
    label_of: Callback<(Facet, String), String>,
    on_toggle: Callback<(Facet, String)>,
) -> impl IntoView {
    let (is_whole, set_whole) = signal(false);
    let n_shown = move || {
        let n = tallies.with(Vec::len);
        if is_whole.get() { n } else { n.min(N_AT_FIRST) }
    };
    let n_hidden = move || tallies.with(Vec::len).saturating_sub(n_shown());
    let shown = move || tallies.get().into_iter().take(n_shown()).collect::<Vec<_>>();
    let title = match facet {
        Facet::Verdict => "Verdict",
        Facet::Quantizer => "Quantizer",
        Facet::DType => "dtype",
        Facet::Reason => "Rejection reason",
        Facet::Op => "Op",
    };
    view! {
        <fieldset class="qs-facet">
            <legend>{title}</legend>
            <For each=shown key=|it| (it.what.clone(), it.n_nodes) let:tally>
                <FacetValue facet tally chosen label_of on_toggle />
            </For>
            <Show when=move || n_hidden() != 0>
                <button class="qs-link qs-small" on:click=move |_| set_whole.set(true)>
                    {move || format!("{} more", n_hidden())}
                </button>
            </Show>
        </fieldset>
    }
}

/// One value with its count.
#[component]
fn FacetValue(
    facet: Facet,
    tally: Tally,
    chosen: Memo<Vec<(Facet, String)>>,
    label_of: Callback<(Facet, String), String>,
    on_toggle: Callback<(Facet, String)>,
) -> impl IntoView {
    let Tally { what, n_nodes } = tally;
    let label = label_of.run((facet, what.clone()));
    let title = match verdict_of(facet, &what) {
        Some(verdict) => format!("{label}: {}", verdict.meaning()),
        None => safe_attribute(&label),
    };
    let mark = match (facet, what.as_str()) {
        (Facet::Verdict, "input_output") => {
            Some(view! { <RoleMark role=Role::InputOutput /> }.into_any())
        }
        (Facet::Verdict, "parameter") => {
            Some(view! { <RoleMark role=Role::Parameter /> }.into_any())
        }
        _ => verdict_of(facet, &what).map(|verdict| view! { <VerdictMark verdict /> }.into_any()),
    };
    let value = StoredValue::new((facet, what));
    let is_chosen =
        Memo::new(move |_| value.with_value(|value| chosen.with(|it| it.contains(value))));
    view! {
        <label class="qs-facet__value" title=title>
            <input
                type="checkbox"
                prop:checked=is_chosen
                on:change=move |_| on_toggle.run(value.get_value())
            />
            {mark}
            <span class="qs-facet__label"><SafeText text=label /></span>
            <span class="qs-facet__count">{thousands(n_nodes)}</span>
        </label>
    }
}

/// The label of a facet's value, without the report. A quantizer's number needs the report for its
/// label.
pub(crate) fn plain_label(facet: Facet, value: &str) -> String {
    match (facet, value) {
        (Facet::Verdict, "input_output") => "input or output".to_owned(),
        (Facet::Verdict, "not_in_graph") => "not in the graph".to_owned(),
        _ => verdict_of(facet, value).map_or_else(|| value.to_owned(), |it| it.label().to_owned()),
    }
}

fn verdict_of(facet: Facet, value: &str) -> Option<Verdict> {
    let is_it = |it: &Verdict| facet == Facet::Verdict && it.as_str() == value;
    Verdict::ALL.into_iter().find(is_it)
}
