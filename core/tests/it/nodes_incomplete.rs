//! What an incomplete report shows of single nodes. A verdict, an owner or a reason that rests on a
//! row that is not there is unknown, since the row may be lost. What the rows show stays.

use crate::common::build;
use crate::common::build::{
    accepted, annotated, exporter, exporter_names, graph_node, int8, quantizer, rejected,
};
use crate::common::damages::{Random, each_line, wrapped};
use crate::common::real_reports;
use qspect_core::{Analysis, Counts, Diff, Level, Report, Verdict, parse};
use serde_json::{Value, json};

/// What an incomplete report claims about a node and the whole one does not.
fn wrong(whole: &Analysis, damaged: &Analysis) -> Option<String> {
    assert!(whole.is_whole() && !damaged.is_whole());
    for (node_idx, node) in damaged.nodes().iter().enumerate() {
        let Some(whole_idx) = whole.find(&node.name) else { continue };
        let (is, was) = (damaged.verdict(node_idx), whole.verdict(whole_idx));
        // A row with a quantized input shows that, also if the rest of its pattern is lost.
        let are_quantized = is.is_quantized() && was.is_quantized();
        if is != was && is != Verdict::Unknown && !are_quantized {
            return Some(format!("{}: {was:?} in the whole report, {is:?}", node.name));
        }
        let trail = damaged.trail(node);
        assert!(trail.iter().all(|it| !it.is_complete), "{}", node.name);
    }
    let diffs = [Diff::of(whole, damaged), Diff::of(damaged, whole)];
    let changed = diffs.iter().flat_map(|it| &it.changed).next();
    changed.map(|it| format!("{it:?}"))
}

/// Damaged reports, and what is wrong with them.
#[derive(Default)]
struct Tried {
    n_damaged: usize,
    wrongs: Vec<String>,
}

impl Tried {
    fn add(&mut self, whole: &Analysis, damaged: &Analysis, what: &str) {
        self.n_damaged += 1;
        self.wrongs.extend(wrong(whole, damaged).map(|it| format!("{what}: {it}")));
    }

    /// Nothing is wrong, and more than so many were tried.
    #[track_caller]
    fn assert_none_wrong(self, n_least: usize) {
        let Self { n_damaged, wrongs } = self;
        assert!(n_damaged > n_least, "{n_damaged}");
        let first = &wrongs[..wrongs.len().min(10)];
        assert!(wrongs.is_empty(), "{} of {n_damaged}: {first:#?}", wrongs.len());
    }
}

/// Removes some lines in a row from a text.
fn without_lines(text: &str, random: &mut Random) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let start = random.below(lines.len());
    let n_lost = match random.below(3) {
        0 => 1,
        1 => 1 + random.below(20),
        _ => lines.len() - start,
    };
    let end = (start + n_lost).min(lines.len());
    [&lines[..start], &lines[end..]].concat().join("\n")
}

#[test]
fn lost_lines_of_a_log_change_no_node() {
    let mut tried = Tried::default();
    for real in real_reports().iter().filter(|it| it.level == Level::Debug) {
        let whole = Analysis::of(real.read());
        let mut random = Random::of(real.text.len());
        let n_tries = (1_000_000 / real.text.len()).clamp(4, 60);
        for try_no in 0..n_tries {
            let text = without_lines(&real.text, &mut random);
            let reports = parse("run.log", text.as_bytes()).map(|it| it.reports);
            for report in reports.unwrap_or_default() {
                if report.level() == Level::Info || report.completeness.is_whole() {
                    continue;
                }
                // If the end of one quantizer's section and the start of the next one are lost, the
                // rest reads as one section.
                let is_cut = real.text.starts_with(text.trim_end());
                if !is_cut && report.quantizers.len() < whole.report().quantizers.len() {
                    continue;
                }
                tried.add(&whole, &Analysis::of(report), &format!("{} {try_no}", real.name));
            }
        }
    }
    tried.assert_none_wrong(300);
}

/// The same for lines that a terminal or a tool cut or wrapped: descriptions and qspecs lose their
/// ends.
#[test]
fn cut_and_wrapped_lines_of_a_log_change_no_node() {
    let cut = |text: &str, width: usize| {
        each_line(text, |_, line| line.chars().take(width).collect::<String>())
    };
    let mut tried = Tried::default();
    for real in real_reports().iter().filter(|it| it.level == Level::Debug) {
        if real.text.len() > 200_000 {
            continue;
        }
        let whole = Analysis::of(real.read());
        let text = &real.text;
        let widths = [60, 80, 100, 120, 140, 160, 200];
        let mut damages: Vec<String> = widths.iter().map(|it| cut(text, *it)).collect();
        damages.extend(widths.iter().map(|it| wrapped(text, *it, "", false)));
        damages.extend(widths.iter().map(|it| wrapped(text, *it, "", true)));
        damages.push(each_line(text, |_, it| it.trim().to_owned()));
        damages.extend(["╒", "|", "╘"].map(|it| text.replace(it, "?")));
        for (damage_no, text) in damages.iter().enumerate() {
            let reports = parse("run.log", text.as_bytes()).map(|it| it.reports);
            for report in reports.unwrap_or_default() {
                if report.level() == Level::Debug && !report.completeness.is_whole() {
                    let what = format!("{} {damage_no}", real.name);
                    tried.add(&whole, &Analysis::of(report), &what);
                }
            }
        }
    }
    tried.assert_none_wrong(100);
}

/// The same for JSON, with a graph and without, whose patterns are lost and whose counts are not.
#[test]
fn lost_patterns_of_json_change_no_node() {
    let mut tried = Tried::default();
    for name in exporter_names() {
        for has_graph in [true, false] {
            let mut report = exporter(&name).report().clone();
            for quantizer in &mut report.quantizers {
                // As ExecuTorch's text has them.
                let is_listed = |it: &qspect_core::RejectedPattern| {
                    it.rejection_reason != "Tried annotating already quantized node."
                };
                quantizer.counts = Some(Counts {
                    accepted: quantizer.accepted_patterns.iter().map(|it| it.nodes.len()).sum(),
                    rejected_previous_annotation: 0,
                    rejected: { quantizer.rejected_patterns.iter() }
                        .filter(|it| is_listed(it))
                        .map(|it| it.node_names.len())
                        .sum(),
                });
            }
            if !has_graph {
                report.graph = None;
            }
            let whole = Analysis::of(report.clone());
            if !whole.is_whole() {
                continue;
            }
            let mut random = Random::of(report.quantizers.len());
            for lost in 0..4 {
                let mut damaged: Report = report.clone();
                for quantizer in &mut damaged.quantizers {
                    if lost != 1 {
                        quantizer.accepted_patterns.retain(|_| random.below(lost + 2) > 0);
                    }
                    if lost != 2 {
                        quantizer.rejected_patterns.retain(|_| random.below(lost + 2) > 0);
                    }
                }
                let damaged = Analysis::of(damaged);
                if !damaged.is_whole() {
                    tried.add(&whole, &damaged, &format!("{name} {has_graph} {lost}"));
                }
            }
        }
    }
    tried.assert_none_wrong(30);
}

const REASON: &str = "All inputs and outputs to these nodes are non-quantized.";

/// The report with counts of rejected nodes that are one more than the rejected nodes listed.
fn incomplete(patterns: Value, rejections: Value, more: Value) -> Analysis {
    let n_nodes = |patterns: &Value, key: &str| -> usize {
        let patterns = patterns.as_array().expect("a list").iter();
        patterns.map(|it| it[key].as_array().expect("a list").len()).sum()
    };
    let counts = json!({
        "accepted": n_nodes(&patterns, "nodes"),
        "rejected_previous_annotation": 0,
        "rejected": n_nodes(&rejections, "node_names") + 1,
    });
    let mut quantizer = quantizer(patterns, rejections);
    quantizer["counts"] = counts;
    let analysis = Analysis::of(build::report(json!([quantizer]), more));
    assert!(!analysis.is_whole());
    analysis
}

#[test]
fn what_rows_show_stays_and_what_rests_on_a_missing_row_is_unknown() {
    let float = json!({ "type": "QuantizationSpec", "dtype": "torch.float32" });
    let listed = json!({ "non_annotated_nodes": ["a"] });
    let annotated_without = annotated(graph_node("a", &[]), json!([]), Value::Null);
    let unannotated = json!({ "graph": { "nodes": [graph_node("a", &[])] } });
    let none = || json!([]);
    let all = json!({ "non_annotated_nodes": [] });
    for (what, patterns, rejections, more, expected) in [
        ("accepted", json!([accepted(&["a"], int8())]), none(), &all, Verdict::Quantized),
        ("kept float", json!([accepted(&["a"], float)]), none(), &all, Verdict::FloatByConfig),
        ("no qspec", json!([accepted(&["a"], Value::Null)]), none(), &all, Verdict::FloatByConfig),
        ("rejected", none(), json!([rejected(&["a"], REASON)]), &listed, Verdict::Rejected),
        ("not listed", none(), json!([rejected(&["a"], REASON)]), &all, Verdict::Unknown),
        ("not matched", none(), none(), &listed, Verdict::Unknown),
        (
            "rejected in a graph",
            none(),
            json!([rejected(&["a"], REASON)]),
            &unannotated,
            Verdict::Rejected,
        ),
        ("not matched in a graph", none(), none(), &unannotated, Verdict::Unknown),
        (
            "empty in a graph",
            none(),
            none(),
            &json!({ "graph": { "nodes": [annotated_without] } }),
            Verdict::Unknown,
        ),
        (
            "emptied",
            json!([accepted(&["a"], int8())]),
            none(),
            &unannotated,
            Verdict::AnnotatedEmpty,
        ),
    ] {
        let analysis = incomplete(patterns, rejections, more.clone());
        let node_idx = analysis.find("a").expect("a node");
        assert_eq!(analysis.verdict(node_idx), expected, "{what}");
        if expected == Verdict::Unknown {
            let explanation = analysis.explain(node_idx).expect("an explanation");
            assert!(
                explanation.reason.starts_with("the report is incomplete (quantizer 1 counts"),
                "{what}: {}",
                explanation.reason
            );
            assert_eq!((explanation.suggestions.len(), explanation.advice), (0, None), "{what}");
        }
    }
}

/// The rows that are left are compared: what became float shows in both.
#[test]
fn changes_that_rows_show_stay() {
    let listed = json!({ "non_annotated_nodes": ["a"] });
    let float = incomplete(json!([]), json!([rejected(&["a"], REASON)]), listed);
    let quantizer = quantizer(json!([accepted(&["a"], int8())]), json!([]));
    let quantized = build::report(json!([quantizer]), json!({ "non_annotated_nodes": [] }));
    let quantized = Analysis::of(quantized);
    for (diff, expected) in [
        (Diff::of(&quantized, &float), "1 node became float"),
        (Diff::of(&float, &quantized), "1 node became quantized"),
    ] {
        let headline = diff.headline();
        assert!(headline.ends_with(&format!("; {expected}")), "{headline}");
    }
}

/// A cut description means the same quantizer; if it is not the start of the other, it does not.
#[test]
fn a_cut_description_is_the_same_quantizer() {
    let whole = ("PatternQuantizer", "node targets: aten::add, aten::mul, aten::relu", "f(a=1)");
    for ((name, targets, label), is_whole, expected) in [
        (whole, true, ""),
        (whole, false, ""),
        (("PatternQuantizer", "node targets: aten::mul, aten::re", "f(a=1)"), false, ""),
        (("PatternQuantizer", "node targets: aten::mul, aten::re", "f(a=1)"), true, "owner"),
        (("PatternQuantizer", "node targets: aten::sub", "f(a=1)"), false, "owner"),
        (("PatternQuantizer", "", "f(a=1)"), false, ""),
        (("PatternQuantizer", whole.1, "f(a"), false, ""),
        (("PatternQuantizer", whole.1, ""), false, ""),
        (("PatternQuantizer", whole.1, "f(a"), true, "qconfig"),
        (("PatternQuantizer", whole.1, "g(a=1)"), false, "qconfig"),
        (("Pattern", whole.1, "f(a=1)"), false, ""),
        (("SharedQspecQuantizer", whole.1, "f(a=1)"), false, "owner"),
    ] {
        let report = |(name, targets, label): (&str, &str, &str), n_rejected: usize| {
            let mut quantizer = quantizer(json!([accepted(&["a"], int8())]), json!([]));
            quantizer["quantizer_info"] = json!({
                "name": name, "targeted_nodes_description": targets, "qconfig_label": label,
            });
            quantizer["counts"] = json!({
                "accepted": 1, "rejected_previous_annotation": 0, "rejected": n_rejected,
            });
            let more = json!({ "non_annotated_nodes": [] });
            Analysis::of(build::report(json!([quantizer]), more))
        };
        let base = report(whole, 0);
        let head = report((name, targets, label), usize::from(!is_whole));
        assert_eq!((base.is_whole(), head.is_whole()), (true, is_whole));
        for diff in [Diff::of(&base, &head), Diff::of(&head, &base)] {
            let kinds = diff.changed.iter().flat_map(|it| &it.kinds);
            let kinds: Vec<&str> = kinds.map(|it| it.label()).collect();
            let expected =
                if expected.is_empty() { String::new() } else { format!("changed {expected}") };
            assert_eq!(kinds.join(", "), expected, "{name}, {targets}, {label}, {is_whole}");
        }
    }
}
