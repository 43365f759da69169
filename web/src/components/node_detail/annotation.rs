//! The qspecs that a node is annotated with.

use leptos::prelude::*;
use qspect_core::analysis::Resolved;
use qspect_core::view::{AnnotationDetail, InputDetail, QSpecDetail};

use super::{AndMore, NodeLink};
use crate::components::SafeText;

/// The qspecs of the inputs and of the output, and the nodes that share an observer.
#[component]
pub(super) fn Annotation(
    annotation: AnnotationDetail,
    /// Called with the name of an input that the reader opens.
    on_open: Callback<String>,
) -> impl IntoView {
    let AnnotationDetail { inputs, n_more_inputs, output, shared_group, n_more_shared } =
        annotation;
    let has_inputs = !inputs.is_empty();
    let inputs = inputs.into_iter().map(|input| view! { <Input input on_open /> });
    let shared = (!shared_group.is_empty()).then(|| {
        let more = (n_more_shared > 0).then(|| format!(", and {n_more_shared} more"));
        view! {
            <h3>"Share one observer"</h3>
            <p class="qs-small"><QspecCode text=shared_group.join(", ") />{more}</p>
        }
    });
    view! {
        {has_inputs.then(|| view! { <h3>"Input qspecs"</h3> })}
        <dl class="qs-facts">{inputs.collect_view()}</dl>
        <AndMore n=n_more_inputs />
        <h3>"Output qspec"</h3>
        <QspecView qspec=output />
        {shared}
    }
}

/// One input with its qspec. An input that is a node can be opened.
#[component]
fn Input(input: InputDetail, on_open: Callback<String>) -> impl IntoView {
    let InputDetail { name, is_node, qspec } = input;
    let name = if is_node {
        view! { <NodeLink name on_open /> }.into_any()
    } else {
        view! { <code><SafeText text=name /></code> }.into_any()
    };
    view! {
        <dt>{name}</dt>
        <dd><QspecView qspec /></dd>
    }
}

/// A qspec as the source has it, and the one that it resolves to.
#[component]
fn QspecView(qspec: QSpecDetail) -> impl IntoView {
    let own = match qspec.own {
        Some(text) => view! { <QspecCode text /> }.into_any(),
        None => view! { <span class="qs-muted">"None"</span> }.into_any(),
    };
    let lines = qspec.resolved.map(resolved_lines).unwrap_or_default();
    let lines = lines.into_iter().map(|(what, text)| {
        view! {
            <div class="qs-resolved">
                <b>{what}</b>
                " "
                <QspecCode text />
            </div>
        }
    });
    view! { <div>{own}{lines.collect_view()}</div> }
}

/// The steps from a shared or derived qspec to the one in force, as labelled lines.
fn resolved_lines(resolved: Resolved) -> Vec<(&'static str, String)> {
    let Resolved { qspec, chain, n_more, trouble, sources } = resolved;
    let mut lines = Vec::new();
    if chain.len() > 1 || n_more > 0 {
        let mut steps = chain.join(" → ");
        if n_more > 0 {
            steps.push_str(&format!(" → {n_more} more"));
        }
        lines.push(("via", steps));
    }
    if !chain.is_empty() {
        lines.extend(qspec.map(|it| ("resolves to", it)));
    }
    lines.extend(trouble.map(|it| ("but", it)));
    lines.extend(sources.into_iter().map(|(source, qspec)| {
        ("from", format!("{source}: {}", qspec.as_deref().unwrap_or("no qspec")))
    }));
    lines
}

#[component]
fn QspecCode(text: String) -> impl IntoView {
    view! { <code class="qs-qspec"><SafeText text /></code> }
}
