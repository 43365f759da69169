//! The figures of two reports, before and after.

use leptos::prelude::*;
use qspect_core::diff::FigureChange;
use qspect_core::text::number_format::count;

use crate::components::{SafeText, safe_attribute};

/// A row for each figure. Equal figures are shown on request, and always on paper.
#[component]
pub(super) fn Figures(figures: Vec<FigureChange>) -> impl IntoView {
    // `90.3 % (93 of 103)`: the part in brackets is secondary.
    let value = |text: String| {
        let brief = text.split_once(" (").map_or(text.as_str(), |it| it.0).to_owned();
        view! {
            <td class="qs-number" title=safe_attribute(&text)>
                <SafeText text=brief />
            </td>
        }
    };
    let is_same = |it: &FigureChange| it.delta.is_empty() && it.values.is_same();
    let n_same = figures.iter().filter(|it| is_same(it)).count();
    // Without a change, all figures are shown.
    let may_hide = n_same < figures.len() && n_same > 0;
    let (is_whole, set_whole) = signal(!may_hide);
    let rows = figures.into_iter().map(|it| {
        let is_hidden = may_hide && is_same(&it);
        let (class, sign) = match it.is_better {
            Some(true) => ("qs-delta qs-delta--better", " better"),
            Some(false) => ("qs-delta qs-delta--worse", " worse"),
            None => ("qs-delta", ""),
        };
        view! {
            <tr class:qs-print=move || is_hidden && !is_whole.get()>
                <th scope="row">
                    <SafeText text=it.name />
                </th>
                {value(it.values.base)}
                {value(it.values.head)}
                <td class=class>
                    <SafeText text=it.delta />
                    <span>{sign}</span>
                </td>
            </tr>
        }
    });
    view! {
        <table class="qs-before">
            <thead>
                <tr>
                    <th scope="col">
                        <span class="qs-hidden">"figure"</span>
                    </th>
                    <th scope="col">
                        <span>"base"</span>
                    </th>
                    <th scope="col">
                        <span>"head"</span>
                    </th>
                    <th scope="col">
                        <span>"change"</span>
                    </th>
                </tr>
            </thead>
            <tbody>{rows.collect_view()}</tbody>
        </table>
        <Show when=move || !is_whole.get()>
            <button class="qs-link qs-small" on:click=move |_| set_whole.set(true)>
                {count(n_same, "figure is equal", "figures are equal")}
            </button>
        </Show>
    }
}
