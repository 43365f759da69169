//! One node with all that was decided about it.

use leptos::prelude::*;
use qspect_core::{Act, AnnotationDetail, GraphDetail, NodeDetail, TrailStep};

use super::{Mark, outcome_label};
use crate::format::qconfig;

/// A panel beside the table.
#[component]
pub(crate) fn NodeDetailPanel(
    /// The node.
    detail: NodeDetail,
    /// Called with the name of another node that the reader opens.
    on_open: Callback<String>,
    /// Called when the reader closes the panel.
    on_close: Callback<()>,
) -> impl IntoView {
    let NodeDetail { name, outcome, graph, annotation, trail, .. } = detail;
    view! {
        <aside class="qs-detail" aria-label=format!("Node {name}")>
            <div class="qs-detail__head">
                <h2><code>{name.clone()}</code></h2>
                <button
                    class="qs-button qs-button--icon"
                    aria-label="Close"
                    title="Close (Esc)"
                    on:click=move |_| on_close.run(())
                >
                    "×"
                </button>
            </div>
            <p class="qs-detail__outcome"><Mark outcome />{outcome_label(outcome)}</p>
            {graph.map(graph_list)}
            {annotation.map(|it| annotation_list(it, on_open))}
            <h3>"Who did what, in order of precedence"</h3>
            <ol class="qs-trail">{trail.into_iter().map(trail_step).collect_view()}</ol>
        </aside>
    }
}

fn graph_list(graph: GraphDetail) -> impl IntoView {
    let GraphDetail { op, target, module, tensor, metrics } = graph;
    let metrics = metrics.into_iter().map(|(name, value)| {
        let value = value.map_or_else(|| "not finite".to_owned(), |it| it.to_string());
        view! { <dt>{name}</dt><dd>{value}</dd> }
    });
    view! {
        <dl class="qs-facts">
            <dt>{op}</dt>
            <dd><code>{target}</code></dd>
            {module.map(|(path, class)| view! {
                <dt>"module"</dt>
                <dd><code>{path}</code>" "<span class="qs-muted">{class}</span></dd>
            })}
            {tensor.map(|it| view! { <dt>"output"</dt><dd><code>{it}</code></dd> })}
            {metrics.collect_view()}
        </dl>
    }
}

fn annotation_list(annotation: AnnotationDetail, on_open: Callback<String>) -> impl IntoView {
    let AnnotationDetail { inputs, output, pattern } = annotation;
    let link = move |name: String| {
        let target = name.clone();
        view! {
            <button class="qs-link" on:click=move |_| on_open.run(target.clone())>
                <code>{name}</code>
            </button>
        }
    };
    let qspec = |qspec: Option<String>| match qspec {
        Some(qspec) => view! { <code class="qs-qspec">{qspec}</code> }.into_any(),
        None => view! { <span class="qs-muted">"None"</span> }.into_any(),
    };
    let has_inputs = !inputs.is_empty();
    let inputs = inputs.into_iter().map(|(node, it)| {
        view! { <dt>{link(node)}</dt><dd>{qspec(it)}</dd> }
    });
    view! {
        <Show when=move || has_inputs><h3>"Input qspecs"</h3></Show>
        <dl class="qs-facts">{inputs.collect_view()}</dl>
        <h3>"Output qspec"</h3>
        <p>{qspec(output)}</p>
        {(!pattern.is_empty()).then(|| view! {
            <h3>"Annotated together"</h3>
            <p class="qs-list">{pattern.into_iter().map(link).collect_view()}</p>
        })}
    }
}

fn trail_step(step: TrailStep) -> impl IntoView {
    let TrailStep { quantizer, qconfig_label, acts } = step;
    let is_idle = acts.is_empty();
    let acts = acts.into_iter().map(|act| match act {
        Act::Accepted { pattern_no } => {
            view! { <div class="qs-trail__act">{format!("accepted, pattern {pattern_no}")}</div> }
                .into_any()
        }
        Act::Rejected { reason, pattern } => {
            let with = match pattern.len() {
                0 | 1 => String::new(),
                _ => format!(" (with {})", pattern.join(", ")),
            };
            view! {
                <div class="qs-trail__act qs-trail__act--rejected">
                    {format!("rejected: {reason}{with}")}
                </div>
            }
            .into_any()
        }
    });
    view! {
        <li class:qs-trail__idle=is_idle title=qconfig_label.clone()>
            {quantizer}
            " "
            <span class="qs-muted">{qconfig(&qconfig_label).0.to_owned()}</span>
            {is_idle.then(|| view! { <div class="qs-trail__act">"not touched"</div> })}
            {acts.collect_view()}
        </li>
    }
}
