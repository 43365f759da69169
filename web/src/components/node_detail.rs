//! One node with all that was decided about it.

use leptos::prelude::*;
use qspect_core::figures::{plain, short};
use qspect_core::{
    Act, AnnotationDetail, Explanation, GraphDetail, NodeDetail, QSpecDetail, TrailStep, Try,
};

use super::{mark, neighbours};
use crate::browser;
use crate::format::qconfig;
use crate::parts::{Part, link, part};

/// A panel beside the table. `on_open` is called with the name of another node that the reader opens,
/// `on_close` when the reader closes the panel.
pub(crate) fn node_detail(
    detail: NodeDetail,
    on_open: Callback<String>,
    on_close: Callback<()>,
) -> AnyView {
    let close = part("button", "qs-button qs-button--icon")
        .aria("aria-label", "Close")
        .title("Close (Esc)")
        .on_click(move || on_close.run(()))
        .text("×");
    let name = part("code", "").text(&detail.name);
    let mut parts = vec![
        part("div", "qs-detail__head").with(part("h2", "").with(name)).with(close),
        part("p", "qs-detail__verdict").with(mark(detail.verdict)).text(detail.verdict.label()),
    ];
    parts.extend(detail.graph.map(graph_list));
    if let Some(it) = detail.explanation {
        explanation(&mut parts, it, on_open);
    }
    parts.extend(detail.overwrite.map(|it| part("p", "qs-detail__warning").text(&it.to_string())));
    if let Some(it) = detail.annotation {
        annotation_list(&mut parts, it, on_open);
    }
    if !detail.pattern.is_empty() {
        parts.push(heading("Annotated together"));
        let links = detail.pattern.into_iter().map(|it| node_link(it, on_open));
        parts.push(part("p", "qs-list").with_all(links));
        parts.extend(and_more(detail.n_more_pattern));
    }
    parts.push(heading("Who did what, in order of precedence"));
    parts.push(part("ol", "qs-trail").with_all(detail.trail.into_iter().map(trail_step)));
    if detail.neighbourhood.nodes.len() > 1 {
        parts.push(heading("Neighbours, up to two steps away"));
        parts.push(neighbours(detail.neighbourhood, on_open));
    }
    part("section", "qs-detail").aria("aria-label", "Node").with_all(parts).view()
}

fn heading(text: &str) -> Part {
    part("h3", "").text(text)
}

/// A line that says how many are left out, if any are.
fn and_more(n: usize) -> Option<Part> {
    (n > 0).then(|| part("p", "qs-muted qs-small").text(&format!("and {n} more")))
}

fn code(text: &str) -> Part {
    part("code", "qs-qspec").text(text)
}

fn node_link(name: String, on_open: Callback<String>) -> Part {
    let target = name.clone();
    link(move || on_open.run(target.clone())).with(part("code", "").text(&name))
}

fn fact(list: Part, name: Part, value: Part) -> Part {
    list.with(part("dt", "").with(name)).with(part("dd", "").with(value))
}

fn graph_list(graph: GraphDetail) -> Part {
    let mut facts = vec![(graph.op, graph.target, String::new())];
    facts.extend(graph.module.map(|(path, class)| ("module".to_owned(), path, class)));
    facts.extend(graph.tensor.map(|it| ("output".to_owned(), it, String::new())));
    facts.extend(graph.macs.map(|it| ("MACs".to_owned(), short(it), String::new())));
    facts.extend(graph.metrics.into_iter().map(|(name, value)| {
        let value = value.map_or_else(|| "not finite".to_owned(), plain);
        (name, value, String::new())
    }));
    facts.into_iter().fold(part("dl", "qs-facts"), |list, (name, value, more)| {
        let value = part("span", "")
            .with(part("code", "").text(&value))
            .text(" ")
            .with(part("span", "qs-muted").text(&more));
        fact(list, part("span", "").text(&name), value)
    })
}

fn explanation(parts: &mut Vec<Part>, explanation: Explanation, on_open: Callback<String>) {
    parts.push(heading("Why"));
    parts.push(part("p", "").text(&explanation.reason).text("."));
    let is_partial = !explanation.is_complete && !explanation.neighbours.is_empty();
    let neighbours = explanation.neighbours.into_iter().map(|it| {
        part("li", "")
            .text(if it.is_input { "reads " } else { "is read by " })
            .with(node_link(it.name, on_open))
            .with(mark(it.verdict))
            .text(it.verdict.label())
    });
    parts.push(part("ul", "qs-neighbours").with_all(neighbours));
    parts.extend(and_more(explanation.n_more));
    if is_partial {
        let note = "Without a graph, the inputs of annotated nodes alone are known.";
        parts.push(part("p", "qs-muted qs-small").text(note));
    }
    if !explanation.tries.is_empty() || explanation.advice.is_some() {
        parts.push(heading("To try"));
    }
    parts.extend(explanation.advice.map(|it| part("p", "").text(&it).text(".")));
    let import = explanation.tries.iter().find_map(|it| it.import.clone());
    parts.extend(explanation.tries.into_iter().map(one_try));
    if let Some(import) = import {
        parts.push(part("p", "qs-muted qs-small").text("with"));
        parts.push(python(&import));
    }
}

fn one_try(it: Try) -> Part {
    let (label, set_label) = signal("Copy");
    let code = it.code.clone();
    let copy = move || {
        let code = code.clone();
        let copied = browser::copy(async move { Ok(code) });
        leptos::task::spawn_local(async move {
            let is_copied = copied.await.is_ok();
            // By then the panel may be gone.
            let _ = set_label.try_set(if is_copied { "Copied" } else { "Not allowed" });
        });
    };
    part("div", "qs-try")
        .with(part("span", "qs-muted qs-small").text(&it.what))
        .with(link(copy).view_in((move || label.get()).into_any()))
        .with(python(&it.code))
}

/// Python that breaks where a name or an argument begins, and not within.
fn python(code: &str) -> Part {
    let pieces = code.split_inclusive(['.', '(']).flat_map(|it| {
        let may_break = !it.starts_with(')');
        [may_break.then(|| part("wbr", "")), Some(part("span", "").text(it))]
    });
    part("pre", "qs-code").with(part("code", "").with_all(pieces.flatten()))
}

fn annotation_list(parts: &mut Vec<Part>, annotation: AnnotationDetail, on_open: Callback<String>) {
    if !annotation.inputs.is_empty() {
        parts.push(heading("Input qspecs"));
    }
    let inputs = annotation.inputs.into_iter();
    parts.push(inputs.fold(part("dl", "qs-facts"), |list, it| {
        let name = match it.is_node {
            true => node_link(it.name, on_open),
            false => part("code", "").text(&it.name),
        };
        fact(list, name, qspec(it.qspec))
    }));
    parts.extend(and_more(annotation.n_more_inputs));
    parts.push(heading("Output qspec"));
    parts.push(qspec(annotation.output));
    if !annotation.shared_group.is_empty() {
        parts.push(heading("Share one observer"));
        let more = match annotation.n_more_shared {
            0 => String::new(),
            n => format!(", and {n} more"),
        };
        let group = annotation.shared_group.join(", ");
        parts.push(part("p", "qs-small").with(code(&group)).text(&more));
    }
}

/// A qspec as the source has it, and what it comes to.
fn qspec(qspec: QSpecDetail) -> Part {
    let own = match qspec.own {
        Some(own) => code(&own),
        None => part("span", "qs-muted").text("None"),
    };
    let mut lines = Vec::new();
    if let Some(resolved) = qspec.resolved {
        if resolved.chain.len() > 1 || resolved.n_more > 0 {
            let more = match resolved.n_more {
                0 => String::new(),
                n => format!(" → {n} more"),
            };
            lines.push(("by way of", resolved.chain.join(" → ") + &more));
        }
        if !resolved.chain.is_empty() {
            lines.extend(resolved.qspec.map(|it| ("comes to", it)));
        }
        lines.extend(resolved.trouble.map(|it| ("but", it)));
        lines.extend(resolved.sources.into_iter().map(|(source, qspec)| {
            ("from", format!("{source}: {}", qspec.as_deref().unwrap_or("no qspec")))
        }));
    }
    let lines = lines.into_iter().map(|(what, text)| {
        part("div", "qs-resolved").with(part("b", "").text(what)).text(" ").with(code(&text))
    });
    part("div", "").with(own).with_all(lines)
}

fn trail_step(step: TrailStep) -> Part {
    let is_idle = step.acts.is_empty();
    let mut acts: Vec<_> = step.acts.iter().map(|it| (act_class(it), it.to_string())).collect();
    if is_idle {
        let text = match step.is_complete {
            true => "not touched",
            false => "unknown: the report is incomplete",
        };
        acts.push(("qs-trail__act", text.to_owned()));
    }
    let name = qconfig(&step.qconfig_label).0.to_owned();
    part("li", if is_idle { "qs-trail__idle" } else { "" })
        .title(&step.qconfig_label)
        .text(&step.quantizer)
        .text(" ")
        .with(part("span", "qs-muted").text(&name))
        .with_all(acts.into_iter().map(|(class, text)| part("div", class).text(&text)))
}

fn act_class(act: &Act) -> &'static str {
    match act {
        Act::Rejected { .. } => "qs-trail__act qs-trail__act--rejected",
        Act::Accepted { .. } | Act::AlreadyAnnotated { .. } => "qs-trail__act",
    }
}
