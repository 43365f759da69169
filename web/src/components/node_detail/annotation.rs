//! The qspecs that a node is annotated with.

use leptos::prelude::*;
use qspect_core::view::AnnotationDetail;

use super::AndMore;
use crate::components::{BreakableText, QSpecRow, QSpecTable};

/// The qspecs of the inputs and of the output, and the nodes that share an observer.
#[component]
pub(super) fn Annotation(
    annotation: AnnotationDetail,
    /// Called with the name of an input that the reader opens.
    on_open: Callback<String>,
) -> impl IntoView {
    let rows = QSpecRow::all(&annotation);
    let AnnotationDetail { n_more_inputs, shared_group, n_more_shared, .. } = annotation;
    let shared = (!shared_group.is_empty()).then(|| {
        let more = (n_more_shared > 0).then(|| format!(", and {n_more_shared} more"));
        view! {
            <h3>"Share one observer"</h3>
            <p class="qs-small">
                <code><BreakableText text=shared_group.join(", ") /></code>
                {more}
            </p>
        }
    });
    view! {
        <h3>"Qspecs"</h3>
        <QSpecTable rows on_open />
        <AndMore n=n_more_inputs />
        {shared}
    }
}
