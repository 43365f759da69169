//! Why nodes stay float, most nodes first.

use std::sync::Arc;

use leptos::prelude::*;
use qspect_core::text::number_format::thousands;
use qspect_core::view::{Facet, NodeQuery};
use qspect_core::{Summary, Verdict};

use crate::components::{LinkList, LinkRow};

#[component]
pub(super) fn Why(summary: Arc<Summary>, on_open: Callback<NodeQuery>) -> impl IntoView {
    view! {
        <LinkList
            title="Why nodes stay float"
            rows=rows(&summary)
            n_at_first=8
            if_empty="No compute node stays float."
            on_open
        />
    }
}

fn rows(summary: &Summary) -> Vec<LinkRow> {
    let verdicts = summary.totals.verdicts.unwrap_or_default();
    let by_reason = summary.reasons.iter().map(|it| {
        let query = NodeQuery::default().keep(Facet::Reason, &it.what);
        (it.n_nodes, it.what.clone(), "rejected", query)
    });
    let by_verdict = [
        (
            Verdict::FloatByConfig,
            "accepted with every qspec None or float, as by a qconfig of None",
        ),
        (Verdict::AnnotatedEmpty, "marked, or emptied after it was accepted"),
        (Verdict::Unmatched, "no quantizer matched them"),
        (Verdict::Unknown, "the report does not show why"),
    ];
    let by_verdict = by_verdict.into_iter().filter_map(|(verdict, more)| {
        let n = match verdict {
            // Nodes with a reason are counted in the row of the reason.
            Verdict::AnnotatedEmpty => {
                let n_listed: usize = summary.reasons.iter().map(|it| it.n_nodes).sum();
                let all = verdicts.annotated_empty + verdicts.rejected;
                all.saturating_sub(n_listed)
            }
            _ => verdicts.get(verdict),
        };
        (n > 0).then(|| (n, verdict.label().to_owned(), more, NodeQuery::having([verdict])))
    });
    let mut rows: Vec<_> = by_reason.collect();
    // Reasons are sorted, most nodes first; a verdict's row is inserted by its number.
    for row in by_verdict {
        let at = rows.iter().position(|it| it.0 < row.0).unwrap_or(rows.len());
        rows.insert(at, row);
    }
    let rows = rows.into_iter().map(|(n, text, more, query)| LinkRow {
        figure: thousands(n),
        text,
        more: more.to_owned(),
        query: Some(query),
    });
    rows.collect()
}
