//! One quantizer: who it is, what it looks at, what it decided.

use leptos::prelude::*;
use qspect_core::QuantizerSummary;

use crate::format::{css_percent, qconfig, thousands};

/// A card; its place in the order of precedence is the list's.
#[component]
pub(crate) fn QuantizerCard(
    /// The quantizer.
    quantizer: QuantizerSummary,
    /// What its bar is measured against: the nodes of the whole report.
    n_nodes: usize,
    /// Called when the reader asks for its nodes; `None` where the report names none.
    on_open: Option<Callback<()>>,
) -> impl IntoView {
    let QuantizerSummary {
        name,
        targeted_nodes_description,
        qconfig_label,
        support_config_path,
        counts,
        is_without_qspecs,
    } = quantizer;
    let (label, arguments) = qconfig(&qconfig_label);
    let (label, arguments): (String, Vec<String>) =
        (label.to_owned(), arguments.into_iter().map(str::to_owned).collect());
    let bar = |class: &'static str, n: usize| {
        view! {
            <i class=format!("qs-bar-chart__part {class}") style:width=css_percent(n, n_nodes)></i>
        }
    };
    let accepted_class = match is_without_qspecs {
        true => "qs-mark--no_qspec",
        false => "qs-mark--annotated",
    };
    let accepted = format!("{} accepted", thousands(counts.accepted));
    let accepted = match on_open.filter(|_| counts.accepted > 0) {
        Some(on_open) => view! {
            <button class="qs-link" on:click=move |_| on_open.run(())>{accepted}</button>
        }
        .into_any(),
        None => view! { <span>{accepted}</span> }.into_any(),
    };
    view! {
        <li class="qs-quantizer">
            <div class="qs-quantizer__head">
                <b>{name}</b>
                " "
                <span class="qs-muted">{targeted_nodes_description}</span>
            </div>
            <div class="qs-quantizer__qconfig" title=qconfig_label.clone()>
                <code>{label}</code>
                {arguments
                    .into_iter()
                    .map(|it| view! { " " <code class="qs-tag">{it}</code> })
                    .collect_view()}
            </div>
            <div class="qs-bar-chart" aria-hidden="true">
                {bar(accepted_class, counts.accepted)}
                {bar("qs-mark--rejected", counts.rejected)}
                {bar("qs-mark--previous", counts.rejected_previous_annotation)}
            </div>
            <div class="qs-small qs-muted">
                {accepted}
                {is_without_qspecs.then_some(" without a qspec")}
                {format!(
                    " · {} rejected · {} already annotated",
                    thousands(counts.rejected),
                    thousands(counts.rejected_previous_annotation),
                )}
            </div>
            {support_config_path.map(|path| {
                let short = last_segments(&path);
                view! { <div class="qs-small qs-muted qs-path" title=path>"supports "{short}</div> }
            })}
        </li>
    }
}

/// The last two parts of a dotted path, which name the class and its constant.
fn last_segments(path: &str) -> String {
    let mut parts: Vec<&str> = path.rsplit('.').take(2).collect();
    parts.reverse();
    parts.join(".")
}
