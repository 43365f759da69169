//! The quantizers, in the order in which they decide.

use std::sync::Arc;

use leptos::prelude::*;
use qspect_core::view::{Facet, NodeQuery};
use qspect_core::{Summary, Verdict};

use crate::components::QuantizerCard;

#[component]
pub(super) fn Quantizers(
    summary: Arc<Summary>,
    /// Whether the report names its nodes.
    has_nodes: bool,
    on_open: Callback<NodeQuery>,
) -> impl IntoView {
    let n_nodes = match (summary.totals.verdicts, summary.counts) {
        (Some(verdicts), _) => verdicts.n_nodes(),
        // At INFO level there are only counts over patterns.
        (None, Some(counts)) => {
            counts.accepted + counts.rejected + summary.totals.n_non_annotated.unwrap_or_default()
        }
        (None, None) => 0,
    };
    let cards = summary.quantizers.iter().cloned().enumerate().map(|(at, quantizer)| {
        let accepted = [Verdict::Quantized, Verdict::Fused, Verdict::FloatByConfig];
        let query = NodeQuery::having(accepted).keep(Facet::Quantizer, &(at + 1).to_string());
        let has_accepted = quantizer.counts.is_none_or(|it| it.accepted > 0);
        let query = (has_nodes && has_accepted).then_some(query);
        view! { <QuantizerCard quantizer n_nodes query on_open /> }
    });
    let cards = cards.collect_view();
    view! {
        <section class="qs-card">
            <h2>"Who decided, in order of precedence"</h2>
            <ol class="qs-quantizers">{cards}</ol>
        </section>
    }
}
