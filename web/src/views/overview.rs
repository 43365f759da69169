//! The first screen: what the report comes to, who decided, and why nodes stay float.

use leptos::prelude::*;
use qspect_core::figures::{count, percent, short, thousands};
use qspect_core::{Cell, Facet, Level, Lint, NodeQuery, Share, Summary, Top, Verdict, Within};

use super::printed::printed;
use crate::components::{LinkList, LinkRow, Strip, TabPanel, quantizer_card};
use crate::parts::{Part, part};
use crate::reactive::{effect, memo};
use crate::state::{AppState, ReportHandle};
use crate::url::View;

/// Sums the report up. Every figure that has nodes behind it leads to them.
#[component]
pub(crate) fn OverviewView(state: AppState, report: ReportHandle) -> impl IntoView {
    let report_id = report.report_id;
    let summary = report.summary;
    let has_nodes = summary.level == Level::Debug || summary.has_graph;
    let is_whole = summary.is_whole();
    let on_open = Callback::new(move |query| state.show_nodes(query));
    let n_nodes = match (summary.verdicts, summary.counts) {
        (Some(verdicts), _) => verdicts.n_nodes(),
        // Over patterns, as there is nothing else.
        (None, Some(counts)) => {
            counts.accepted + counts.rejected + summary.n_non_annotated.unwrap_or_default()
        }
        (None, None) => 0,
    };
    let quantizers = summary.quantizers.iter().cloned().enumerate().map(|(at, quantizer)| {
        let accepted = [Verdict::Quantized, Verdict::Fused, Verdict::FloatByConfig];
        let query = NodeQuery::having(accepted).keep(Facet::Quantizer, &(at + 1).to_string());
        let has_accepted = quantizer.counts.is_none_or(|it| it.accepted > 0);
        let query = (has_nodes && has_accepted).then_some(query);
        quantizer_card(quantizer, n_nodes, query, on_open)
    });
    let quantizers = part("section", "qs-card")
        .with(part("h2", "").text("Who decided, in order of precedence"))
        .with(part("ol", "qs-quantizers").with_all(quantizers));
    let mut left = vec![quantizers.view()];
    let mut right = Vec::new();
    let mut top = vec![
        part("div", "qs-kicker")
            .with(part("h1", "").text(&summary.report_title))
            .with_all(kicker(&summary).into_iter().map(|it| part("span", "").text(&it)))
            .view(),
        part("p", "qs-headline").text(&summary.headline()).view(),
    ];
    if !is_whole {
        top.push(incomplete(&summary));
    }
    if summary.is_nothing_quantized {
        top.push(nothing_quantized(&summary));
    }
    if is_whole {
        top.push(figures(&summary, on_open));
        top.extend(inputs_outputs(&summary));
    }
    if has_nodes {
        top.push(strip(state, report_id, &summary, on_open));
    }
    // Lists over all nodes are unknown in an incomplete report.
    if has_nodes && is_whole {
        left.extend(islands(&summary, on_open));
        left.push(dtypes(&summary, on_open));
        right.push(why(&summary, on_open));
    }
    right.extend(findings(&summary, on_open));
    right.extend(ops(&summary, on_open));
    right.extend(pre_transform(&summary));
    let columns = [left, right].map(|it| it.into_iter().fold(part("div", ""), Part::view_in));
    top.push(part("div", "qs-columns").with_all(columns).view());
    if has_nodes && is_whole {
        let query = memo(NodeQuery::float);
        top.push(printed(state, report_id, "Nodes that stay float", "Reason", query));
    }
    view! {
        <TabPanel view=View::Overview class="qs-overview">
            {top}
        </TabPanel>
    }
}

/// What is wrong with an incomplete report, and what that means.
fn incomplete(summary: &Summary) -> AnyView {
    const MAX_PROBLEMS: usize = 8;
    let problems = summary.problems.iter().take(MAX_PROBLEMS);
    let problems = problems.map(|it| part("li", "").text(it));
    let n_more = summary.problems.len().saturating_sub(MAX_PROBLEMS);
    let more =
        (n_more > 0).then(|| part("li", "").text(&format!("and {} more", thousands(n_more))));
    part("div", "qs-banner")
        .aria("role", "status")
        .with(part("b", "").text("This report is incomplete."))
        .text(
            " Figures over all nodes are unknown, and a check fails. The nodes that it lists are \
             shown. Get the whole log, or use qspect.capture.",
        )
        .with(part("ul", "").with_all(problems).with_all(more))
        .view()
}

fn nothing_quantized(summary: &Summary) -> AnyView {
    let findings = summary.findings.iter().flat_map(|it| &it.items);
    let mut hidden = findings.filter(|it| it.lint == Lint::HiddenSubgraph);
    let text = match hidden.next() {
        Some(it) => format!(" {} are {}.", count(it.n_nodes, "node", "nodes"), it.message),
        None => " The quantizers below matched no node, or are configured to leave them float. \
                 Compare what they target with the nodes of the model."
            .to_owned(),
    };
    part("div", "qs-banner")
        .aria("role", "status")
        .with(part("b", "").text("Nothing was quantized."))
        .text(&text)
        .view()
}

/// `Inputs and outputs: x float, output float`.
fn inputs_outputs(summary: &Summary) -> Option<AnyView> {
    const MAX_SHOWN: usize = 12;
    let Top { items, n } = &summary.inputs_outputs;
    let shown = items.iter().take(MAX_SHOWN).map(|it| format!("{} {}", it.name, it.state()));
    let mut text = shown.collect::<Vec<_>>().join(", ");
    if *n > MAX_SHOWN {
        text.push_str(&format!(" and {} more", thousands(n - MAX_SHOWN)));
    }
    let line = format!("Inputs and outputs, which are not counted: {text}");
    (!text.is_empty()).then(|| part("p", "qs-muted qs-note-line").text(&line).view())
}

fn kicker(summary: &Summary) -> Vec<String> {
    let quantizers = count(summary.quantizers.len(), "quantizer", "quantizers");
    let level = (summary.level == Level::Info).then(|| "INFO level".to_owned());
    let parameters = (summary.n_parameters > 0)
        .then(|| format!("{} listed too", count(summary.n_parameters, "parameter", "parameters")));
    let known = [summary.model.clone(), Some(quantizers), level, parameters].into_iter().flatten();
    known.chain(summary.packages.iter().cloned()).collect()
}

/// Coverage three ways, islands and findings; at INFO level ExecuTorch's own counts.
fn figures(summary: &Summary, on_open: Callback<NodeQuery>) -> AnyView {
    let figure = |figure: String, what: String, query: Option<NodeQuery>| {
        let is_idle = query.is_none();
        part("button", "qs-figure")
            .disabled(is_idle)
            .on_click(move || query.iter().for_each(|it| on_open.run(it.clone())))
            .with(part("b", "").text(&figure))
            .with(part("span", "").text(&what))
    };
    let (Some(coverage), Some(verdicts)) = (summary.coverage, summary.verdicts) else {
        let counts = summary.counts.unwrap_or_default();
        let non_annotated = summary.n_non_annotated.map_or_else(|| "?".to_owned(), thousands);
        let figures = [
            figure(thousands(counts.accepted), "accepted, added up over patterns".to_owned(), None),
            figure(thousands(counts.rejected), "rejected".to_owned(), None),
            figure(
                thousands(counts.rejected_previous_annotation),
                "rejected: already annotated".to_owned(),
                None,
            ),
            figure(non_annotated, "without an annotation".to_owned(), None),
        ];
        let note = "Counts alone: this report was logged at INFO level, so verdicts are unknown. At \
                    DEBUG level it names every node, with its qspecs and the reasons.";
        return part("div", "")
            .with(part("div", "qs-figures qs-figures--idle").with_all(figures))
            .with(part("p", "qs-muted qs-note-line").text(note))
            .view();
    };
    // What is missing is what the reader looks for.
    let is_whole = coverage.nodes.quantized == coverage.nodes.total;
    let behind = || NodeQuery::within(if is_whole { Within::Covered } else { Within::Uncovered });
    let at_least = if verdicts.unknown > 0 { "≥ " } else { "" };
    let share = |share: Share, what: String| match share {
        Share { total: 0, n_unknown: 0, .. } if summary.has_graph => {
            figure("0".to_owned(), what, None)
        }
        Share { quantized, total: total @ 1.., n_unknown: 0 } => {
            figure(format!("{at_least}{}", percent(quantized, total)), what, Some(behind()))
        }
        _ => figure("?".to_owned(), what, None),
    };
    let exact = thousands(usize::try_from(coverage.nodes.total).unwrap_or_default());
    let kind = match summary.has_graph {
        true => "compute nodes",
        // Without a graph, inputs and nodes that make integers are among them.
        false => "listed nodes",
    };
    let weight = |share: Share, what: &str| match share {
        _ if !summary.has_graph => format!("of {what}: unknown without a graph"),
        Share { total: 0, n_unknown: 0, .. } => format!("{what} in this model"),
        Share { total, n_unknown: 0, .. } => format!("of {} {what} quantized", short(total)),
        Share { n_unknown, .. } => {
            let nodes = count(n_unknown, "node lacks", "nodes lack");
            format!("of {what}: unknown, {nodes} shapes")
        }
    };
    let islands = summary.islands.as_ref().map(|it| it.n);
    let crossings = count(summary.n_crossings.unwrap_or_default(), "crossing", "crossings");
    let findings = summary.findings.as_ref().map_or(0, |it| it.n);
    let figures = [
        share(coverage.nodes, format!("of {exact} {kind} quantized")),
        share(coverage.macs, weight(coverage.macs, "MACs")),
        share(coverage.params, weight(coverage.params, "parameters")),
        match islands {
            Some(n) => figure(
                thousands(n),
                format!("float {}, {crossings}", if n == 1 { "island" } else { "islands" }),
                (n > 0).then(|| NodeQuery::within(Within::Islands)),
            ),
            None => {
                figure("?".to_owned(), "float islands: unknown without a graph".to_owned(), None)
            }
        },
        figure(
            thousands(findings),
            if findings == 1 { "finding" } else { "findings" }.to_owned(),
            summary
                .findings
                .iter()
                .flat_map(|it| &it.items)
                .any(|it| it.n_nodes > 0)
                .then(|| NodeQuery::within(Within::Findings)),
        ),
    ];
    part("div", "qs-figures").with_all(figures).view()
}

/// One cell per node.
fn strip(
    state: AppState,
    report_id: usize,
    summary: &Summary,
    on_open: Callback<NodeQuery>,
) -> AnyView {
    let current = RwSignal::new(None::<usize>);
    let (label, set_label) = signal(String::new());
    effect(move || {
        let Some(at) = current.get() else { return set_label.set(String::new()) };
        state.ask_rows(report_id, NodeQuery::default(), at, 1, move |answer| {
            // By then the reader may point at another one.
            if current.try_get_untracked().flatten() == Some(at)
                && let Some(row) = answer.rows.first().map(|it| &it.row)
            {
                set_label.set(format!("{} · {}", row.name, row.state()));
            }
        });
    });
    let open = Callback::new(move |at| {
        state.ask_rows(report_id, NodeQuery::default(), at, 1, move |answer| {
            if let Some(view) = answer.rows.first() {
                state.show_among_all(view.row.name.clone());
            }
        });
    });
    let filter = Callback::new(move |cell: Cell| {
        on_open.run(NodeQuery::within(Within::Cell(cell.as_char())))
    });
    let title = match summary.has_graph {
        true => "The model, in graph order",
        false => "The nodes, in the order in which the report names them",
    };
    let strip = view! {
        <Strip cells=summary.strip.clone() is_whole=summary.is_whole() current label theme=state.theme() on_open=open on_filter=filter />
    };
    part("section", "qs-card").with(part("h2", "").text(title)).view_in(strip.into_any()).view()
}

/// Why nodes stay float, most nodes first.
fn why(summary: &Summary, on_open: Callback<NodeQuery>) -> AnyView {
    let verdicts = summary.verdicts.unwrap_or_default();
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
        (Verdict::Unknown, "the source does not tell"),
    ];
    let by_verdict = by_verdict.into_iter().filter_map(|(verdict, more)| {
        let n = match verdict {
            // Those with a reason stand in the row of the reason.
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
    // Reasons come most nodes first; a verdict's row goes where its number belongs.
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
    let rows: Vec<LinkRow> = rows.collect();
    view! {
        <LinkList
            title="Why nodes stay float"
            rows
            n_at_first=8
            if_empty="No compute node stays float."
            on_open
        />
    }
    .into_any()
}

fn findings(summary: &Summary, on_open: Callback<NodeQuery>) -> Option<AnyView> {
    let top = summary.findings.as_ref()?;
    let rows = top.items.iter().enumerate().map(|(at, it)| LinkRow {
        figure: if it.n_nodes > 0 { thousands(it.n_nodes) } else { "–".to_owned() },
        text: it.message.clone(),
        more: it.lint.as_str().to_owned(),
        query: (it.n_nodes > 0).then(|| NodeQuery::within(Within::Finding(at))),
    });
    let rows: Vec<LinkRow> = rows.collect();
    let list = view! {
        <LinkList
            title="Findings"
            rows
            n_at_first=6
            n_left_out=n_left_out(top)
            if_empty="Nothing looks wrong."
            on_open
        />
    };
    Some(list.into_any())
}

fn islands(summary: &Summary, on_open: Callback<NodeQuery>) -> Option<AnyView> {
    let top = summary.islands.as_ref()?;
    let rows = top.items.iter().enumerate().map(|(at, it)| LinkRow {
        figure: thousands(it.crossings),
        text: count(it.n_nodes, "node", "nodes"),
        more: format!("from {}", it.first),
        query: Some(NodeQuery::within(Within::Island(at))),
    });
    let rows: Vec<LinkRow> = rows.collect();
    Some(
        view! {
            <LinkList
                title="Float islands, by the tensors that cross their shore"
                rows
                n_at_first=8
                n_left_out=n_left_out(top)
                if_empty="None: no float compute node."
                on_open
            />
        }
        .into_any(),
    )
}

fn dtypes(summary: &Summary, on_open: Callback<NodeQuery>) -> AnyView {
    let rows = summary.dtypes.iter().map(|it| LinkRow {
        figure: thousands(it.n_nodes),
        text: it.what.clone(),
        more: String::new(),
        query: Some(NodeQuery::default().keep(Facet::DType, &it.what)),
    });
    let rows: Vec<LinkRow> = rows.collect();
    view! {
        <LinkList
            title="What nodes compute in"
            rows
            n_at_first=6
            if_empty="The source tells no dtype."
            on_open
        />
    }
    .into_any()
}

fn ops(summary: &Summary, on_open: Callback<NodeQuery>) -> Option<AnyView> {
    let top = summary.ops.as_ref()?;
    let rows = top.items.iter().enumerate().map(|(at, it)| LinkRow {
        figure: thousands(it.n_nodes),
        text: it.op.clone(),
        more: it.how.clone(),
        query: Some(NodeQuery::within(Within::Op(at))),
    });
    let rows: Vec<LinkRow> = rows.collect();
    let title = match summary.has_graph {
        true => "Ops, and how they are quantized",
        false => "Ops by the nodes' names, as there is no graph",
    };
    let list = view! {
        <LinkList title rows n_at_first=12 n_left_out=n_left_out(top) on_open />
    };
    Some(list.into_any())
}

fn n_left_out<T>(top: &Top<T>) -> usize {
    top.n - top.items.len()
}

/// The list that ExecuTorch logs before it transforms the graph.
fn pre_transform(summary: &Summary) -> Option<AnyView> {
    let n_nodes = summary.n_pre_transform_nodes;
    let text = format!(
        "{} not marked for quantization, so not decomposed either.",
        count(n_nodes, "node was", "nodes were"),
    );
    let card = part("section", "qs-card")
        .with(part("h2", "").text("Before the transform for annotation"))
        .with(part("p", "qs-muted").text(&text));
    (n_nodes > 0).then(|| card.view())
}
