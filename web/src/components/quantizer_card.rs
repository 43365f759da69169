//! One quantizer: who it is, what it looks at, what it decided.

use leptos::prelude::*;
use qspect_core::figures::thousands;
use qspect_core::{NodeQuery, QuantizerSummary};

use crate::format::{css_percent, qconfig};
use crate::parts::{Part, link, part};

/// A card; its place in the order of precedence is the list's. Its bar is measured against
/// `n_nodes`, the nodes of the whole report; `query` leads to its own, where the report names them.
pub(crate) fn quantizer_card(
    quantizer: QuantizerSummary,
    n_nodes: usize,
    query: Option<NodeQuery>,
    on_open: Callback<NodeQuery>,
) -> Part {
    let counts = quantizer.counts;
    let (label, arguments) = qconfig(&quantizer.qconfig_label);
    let tags = arguments.into_iter().map(|it| part("code", "qs-tag").text(it));
    let without = quantizer.is_without_qspecs;
    let bar = |class: &'static str, n: usize| part("i", class).width(&css_percent(n, n_nodes));
    let accepted_class = match without {
        true => "qs-bar-chart__part qs-mark--float_by_config",
        false => "qs-bar-chart__part qs-mark--quantized",
    };
    let bars = counts.map(|counts| {
        [
            bar(accepted_class, counts.accepted),
            bar("qs-bar-chart__part qs-mark--rejected", counts.rejected),
            bar("qs-bar-chart__part qs-mark--previous", counts.rejected_previous_annotation),
        ]
    });
    let accepted = match query {
        Some(query) => link(move || on_open.run(query.clone())),
        None => part("span", ""),
    };
    let (accepted_text, more) = match counts {
        Some(counts) => (
            format!("{} accepted", thousands(counts.accepted)),
            format!(
                "{} · {} rejected · {} already annotated",
                if without { " without a qspec" } else { "" },
                thousands(counts.rejected),
                thousands(counts.rejected_previous_annotation),
            ),
        ),
        None => ("counts are unknown".to_owned(), String::new()),
    };
    let head = part("div", "qs-quantizer__head")
        .with(part("b", "").text(&quantizer.name))
        .text(" ")
        .with(part("span", "qs-muted").text(&quantizer.targeted_nodes_description));
    let card = part("li", "qs-quantizer")
        .with(head)
        .with(
            part("div", "qs-quantizer__qconfig")
                .title(&quantizer.qconfig_label.clone())
                .with(part("code", "").text(label))
                .with_all(tags),
        )
        .with(
            part("div", "qs-bar-chart")
                .aria("aria-hidden", "true")
                .with_all(bars.into_iter().flatten()),
        )
        .with(part("div", "qs-small qs-muted").with(accepted.text(&accepted_text)).text(&more));
    let supports = quantizer.support_config_path.map(|path| {
        let short = format!("supports {}", last_segments(&path));
        part("div", "qs-small qs-muted qs-path").title(&path).text(&short)
    });
    card.with_all(supports)
}

/// The last two parts of a dotted path, which name the class and its constant.
fn last_segments(path: &str) -> String {
    let mut parts: Vec<&str> = path.rsplit('.').take(2).collect();
    parts.reverse();
    parts.join(".")
}
