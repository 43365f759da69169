//! One node with all decisions about it.

mod annotation;
mod explanation;
mod facts;
mod trail;

use leptos::prelude::*;
use qspect_core::view::OwnerDetail;

use self::annotation::Annotation;
use self::explanation::Explanation;
use self::facts::GraphFacts;
use self::trail::TrailList;
use super::{
    BreakableText, Edge, Neighbours, NodeColors, Resizer, SafeText, VerdictMark, safe_attribute,
};
use qspect_core::report::qconfig_parts;

/// The smallest and the greatest width of the panel, in pixels.
const PANEL_WIDTHS: (i32, i32) = (300, 1_200);

/// A panel beside the table.
#[component]
pub(crate) fn NodeDetail(
    /// The node, with everything that its report has about it.
    detail: qspect_core::view::NodeDetail,
    /// Called with the name of another node that the reader opens.
    on_open: Callback<String>,
    /// Called when the reader closes the panel.
    on_close: Callback<()>,
    /// The colours of the neighbours.
    colors: NodeColors,
    /// The panel's width in pixels, where it stands beside the table.
    width: RwSignal<i32>,
) -> impl IntoView {
    let qspect_core::view::NodeDetail {
        name,
        verdict,
        owner,
        quantized_at,
        graph,
        annotation,
        pattern,
        n_more_pattern,
        trail,
        overwrite,
        explanation,
        neighbourhood,
        ..
    } = detail;
    let pattern = (!pattern.is_empty()).then(|| {
        let links = pattern.into_iter().map(|name| view! { <NodeLink name on_open /> });
        view! {
            <h3>"Annotated together"</h3>
            <p class="qs-list">{links.collect_view()}</p>
            <AndMore n=n_more_pattern />
        }
    });
    let neighbours = (neighbourhood.nodes.len() > 1).then(|| {
        view! {
            <h3>"Neighbours, up to two steps away"</h3>
            <Neighbours around=neighbourhood colors on_open />
        }
    });
    view! {
        <Resizer
            label="Width of the node panel"
            edge=Edge::Left
            width
            range=PANEL_WIDTHS
            on_resize=Callback::new(move |it| width.set(it))
        />
        <section
            class="qs-detail"
            aria-label="Node"
            style=("--qs-panel", move || format!("{}px", width.get()))
        >
            <div class="qs-detail__head">
                <h2><code><BreakableText text=name /></code></h2>
                <button
                    class="qs-button qs-button--icon"
                    aria-label="Close"
                    title="Close (Esc)"
                    on:click=move |_| on_close.run(())
                >
                    "×"
                </button>
            </div>
            <p class="qs-detail__verdict" title=verdict.meaning()><VerdictMark verdict />{verdict.label()}</p>
            {owner.map(|owner| view! { <Owner owner /> })}
            {quantized_at.map(|name| view! {
                <p>"Its output is quantized at " <NodeLink name on_open /> "."</p>
            })}
            {graph.map(|graph| view! { <GraphFacts graph /> })}
            {explanation.map(|explanation| view! { <Explanation explanation on_open /> })}
            {overwrite.map(|it| {
                view! { <p class="qs-detail__warning"><SafeText text=it.to_string() /></p> }
            })}
            {annotation.map(|annotation| view! { <Annotation annotation on_open /> })}
            {pattern}
            <h3>"Who did what, in order of precedence"</h3>
            <TrailList trail />
            {neighbours}
        </section>
    }
}

/// Who decided, in one line; the whole label is a tooltip.
#[component]
fn Owner(owner: OwnerDetail) -> impl IntoView {
    let OwnerDetail { quantizer_no, name, qconfig_label } = owner;
    view! {
        <p class="qs-detail__owner" title=safe_attribute(&qconfig_label)>
            {format!("by quantizer {quantizer_no} · ")}
            <SafeText text=name />
            " with "
            <SafeText text=qconfig_parts(&qconfig_label).0.to_owned() />
        </p>
    }
}

/// A node's name that opens it.
#[component]
pub(super) fn NodeLink(name: String, on_open: Callback<String>) -> impl IntoView {
    let shown = name.clone();
    view! {
        <button class="qs-link" on:click=move |_| on_open.run(name.clone())>
            <code><BreakableText text=shown /></code>
        </button>
    }
}

/// A line with the number of items that are left out, if any.
#[component]
fn AndMore(n: usize) -> impl IntoView {
    (n > 0).then(|| view! { <p class="qs-muted qs-small">{format!("and {n} more")}</p> })
}
