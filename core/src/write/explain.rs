//! The details of one node as text: its verdict, the reason, its qspecs, and the trail.

use std::fmt::{self, Write};

use crate::text::escape::escape_line;
use crate::view::annotation_detail::QSpecDetail;
use crate::view::node_detail::NodeDetail;

/// The details of a node as text for a terminal.
pub fn explain_text(detail: &NodeDetail) -> String {
    let mut text = String::new();
    let out = &mut text;
    line(out, format_args!("{}: {}", detail.name, detail.verdict.label()));
    if let Some(owner) = &detail.owner {
        let (no, name, label) = (owner.quantizer_no, &owner.name, &owner.qconfig_label);
        line(out, format_args!("by quantizer {no}: {name} with {label}"));
    }
    if let Some(name) = &detail.quantized_at {
        line(out, format_args!("its output is quantized at {name}"));
    }
    if let Some(graph) = &detail.graph {
        let module = graph.module.as_ref().map(|(path, class)| format!("in {path} ({class})"));
        let parts = [Some(graph.target.clone()), graph.tensor.clone(), module];
        line(out, format_args!("{}", parts.into_iter().flatten().collect::<Vec<_>>().join(", ")));
    }
    if let Some(explanation) = &detail.explanation {
        section(out, "Why");
        line(out, format_args!("  {}", explanation.reason));
        for it in &explanation.neighbours {
            let role = if it.is_input { "reads" } else { "is read by" };
            line(out, format_args!("  {role} {}: {}", it.name, it.verdict.label()));
        }
        if explanation.n_more > 0 {
            line(out, format_args!("  and {} more", explanation.n_more));
        }
        if !explanation.neighbours.is_empty() && !explanation.is_complete {
            line(
                out,
                format_args!("  (without a graph, the inputs of annotated nodes alone are known)"),
            );
        }
        if !explanation.suggestions.is_empty() || explanation.advice.is_some() {
            section(out, "To try");
        }
        if let Some(advice) = &explanation.advice {
            line(out, format_args!("  {advice}"));
        }
        for it in &explanation.suggestions {
            line(out, format_args!("  # {}", it.what));
            line(out, format_args!("  {}", it.code));
        }
        if let Some(import) = explanation.suggestions.iter().find_map(|it| it.import.as_ref()) {
            line(out, format_args!("  # with"));
            for it in import.lines() {
                line(out, format_args!("  {it}"));
            }
        }
    }
    if let Some(annotation) = &detail.annotation {
        section(out, "Qspecs");
        for it in &annotation.inputs {
            qspec(out, &it.name, &it.qspec);
        }
        if annotation.n_more_inputs > 0 {
            line(out, format_args!("  and {} inputs more", annotation.n_more_inputs));
        }
        qspec(out, "output", &annotation.output);
        if !annotation.shared_group.is_empty() {
            line(out, format_args!("  share one observer: {}", annotation.shared_group.join(", ")));
        }
        if annotation.n_more_shared > 0 {
            line(out, format_args!("  and {} more", annotation.n_more_shared));
        }
    }
    if !detail.pattern.is_empty() {
        section(out, "Annotated together");
        line(out, format_args!("  {}", detail.pattern.join(", ")));
        if detail.n_more_pattern > 0 {
            line(out, format_args!("  and {} more", detail.n_more_pattern));
        }
    }
    section(out, "Who did what, in order of precedence");
    for (quantizer_idx, step) in detail.trail.iter().enumerate() {
        line(
            out,
            format_args!("  {} {} ({})", quantizer_idx + 1, step.quantizer, step.qconfig_label),
        );
        for it in &step.acts {
            line(out, format_args!("    {it}"));
        }
        match (step.acts.is_empty(), step.is_complete) {
            (true, true) => line(out, format_args!("    not touched")),
            (true, false) => line(out, format_args!("    unknown: the report is incomplete")),
            (false, _) => {}
        }
    }
    if let Some(overwrite) = detail.overwrite {
        line(out, format_args!("  then {overwrite}"));
    }
    text
}

fn qspec(out: &mut String, name: &str, qspec: &QSpecDetail) {
    line(out, format_args!("  {name}: {}", qspec.own.as_deref().unwrap_or("None")));
    let Some(resolved) = &qspec.resolved else { return };
    if !resolved.chain.is_empty() {
        let more = match resolved.n_more {
            0 => String::new(),
            n => format!(" → … {n} more"),
        };
        line(out, format_args!("    shared → {}{more}", resolved.chain.join(" → ")));
    }
    match (&resolved.qspec, &resolved.trouble) {
        (_, Some(trouble)) => line(out, format_args!("    {trouble}")),
        (Some(qspec), None) if !resolved.chain.is_empty() => {
            line(out, format_args!("    = {qspec}"))
        }
        _ => {}
    }
    for (source, qspec) in &resolved.sources {
        line(out, format_args!("    from {source}: {}", qspec.as_deref().unwrap_or("no qspec")));
    }
}

/// Adds the title of a section after an empty line.
fn section(out: &mut String, title: &str) {
    out.push('\n');
    line(out, format_args!("{title}"));
}

/// Adds a line; no character of the text ends it early or controls the terminal.
fn line(out: &mut String, text: fmt::Arguments) {
    // Writing to a string does not fail.
    let _ = writeln!(out, "{}", escape_line(&text.to_string()));
}
