//! What the table can be filtered by.

use leptos::prelude::*;
use qspect_core::figures::thousands;
use qspect_core::{Facet, Role, Tally, Verdict};

use super::{mark, role_mark, row, rows};
use crate::parts::{plain, small_link, told};
use crate::reactive::memo;

/// Values shown before the reader asks for all of them.
const N_AT_FIRST: usize = 8;

/// A list of values with their counts for each facet that tells rows apart.
#[component]
pub(crate) fn Facets(
    /// The values of each facet, most nodes first.
    facets: Memo<Vec<(Facet, Vec<Tally>)>>,
    /// Those that are chosen.
    chosen: Memo<Vec<(Facet, String)>>,
    /// What to call a value.
    label_of: Callback<(Facet, String), String>,
    /// Called with a value that the reader chooses, or no longer chooses.
    on_toggle: Callback<(Facet, String)>,
) -> impl IntoView {
    Facet::ALL
        .map(|facet| {
            let tallies = memo(move || {
                facets.with(|facets| {
                    let own = facets.iter().find(|it| it.0 == facet);
                    own.map(|it| it.1.clone()).unwrap_or_default()
                })
            });
            // A single value tells no rows apart, but a filter that is on must be seen.
            let is_shown = memo(move || {
                tallies.with(|it| it.len() > 1)
                    || chosen.with(|it| it.iter().any(|(chosen, _)| *chosen == facet))
            });
            let list = move || {
                let list = || view! { <FacetList facet tallies chosen label_of on_toggle /> };
                is_shown.get().then(|| list().into_any())
            };
            list.into_any()
        })
        .collect_view()
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
    let n_hidden = move || match is_whole.get() {
        true => 0,
        false => tallies.with(|it| it.len().saturating_sub(N_AT_FIRST)),
    };
    let value_row = move |what: String, n_nodes: usize| {
        let label = label_of.run((facet, what.clone()));
        let mark = match (facet, what.as_str()) {
            (Facet::Verdict, "input_output") => Some(role_mark(Role::InputOutput).view()),
            (Facet::Verdict, "parameter") => Some(role_mark(Role::Parameter).view()),
            _ => verdict_of(facet, &what).map(|it| mark(it).view()),
        };
        let value = StoredValue::new(what);
        let is_chosen = memo(move || {
            value.with_value(|value| {
                chosen.with(|it| it.iter().any(|it| it.0 == facet && it.1 == *value))
            })
        });
        view! {
            <label class="qs-facet__value" title=plain(&label)>
                <input
                    type="checkbox"
                    prop:checked=is_chosen
                    on:change=move |_| on_toggle.run((facet, value.get_value()))
                />
                {mark}
                <span class="qs-facet__label">{told(&label)}</span>
                <span class="qs-facet__count">{thousands(n_nodes)}</span>
            </label>
        }
    };
    let shown = move || {
        let n_shown = tallies.with(Vec::len) - n_hidden();
        let shown = tallies.get().into_iter().take(n_shown);
        shown
            .map(|Tally { what, n_nodes }| {
                row(format!("{n_nodes} {what}"), move || value_row(what, n_nodes))
            })
            .collect()
    };
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
            {rows(shown)}
            {move || (n_hidden() > 0).then(|| {
                let more = format!("{} more", n_hidden());
                small_link(move || set_whole.set(true)).text(&more).view()
            })}
        </fieldset>
    }
}

/// What the page calls a facet's value where the value itself says enough.
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
