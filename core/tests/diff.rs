//! Comparisons of real reports, whose lists are snapshots, and of random ones.

#[path = "common/build.rs"]
mod build;
mod common;

use std::collections::BTreeMap;

use build::{changed, exporter, exporter_names};
use common::read;
use expect_test::expect_file;
use proptest::prelude::*;
use qspect_core::render::{MAX_COMMENT, diff_json, diff_markdown, diff_text};
use qspect_core::{
    Analysis, ChangeKind, Comparison, Diff, Level, NodeRecord, QSpec, Report, Verdict, render,
};
use serde_json::{Value, json};

/// Both, compared, as a reader sees it. Each was gone through by hand once.
macro_rules! check {
    ($base:expr, $head:expr, $file:literal) => {
        expect_file![concat!("diffs/", $file)].assert_eq(&diff_text(&Diff::of(&$base, &$head)));
    };
}

#[test]
fn from_ethosu_to_a16w8() {
    check!(exporter("mobilenet_v2.ethosu"), changed("mobilenet_v2.a16w8"), "ethosu_to_a16w8.txt");
}

#[test]
fn from_ethosu_to_mixed() {
    check!(exporter("mobilenet_v2.ethosu"), exporter("mobilenet_v2.mixed"), "ethosu_to_mixed.txt");
}

#[test]
fn with_one_module_set_to_none() {
    check!(
        exporter("mobilenet_v2.ethosu"),
        changed("mobilenet_v2.without_a_module"),
        "without_a_module.txt"
    );
}

/// Only the new nodes are added, though all behind them have other names, and in the `Sequential`
/// their modules too.
#[test]
fn with_a_layer_in_the_middle() {
    check!(
        exporter("mobilenet_v2.ethosu"),
        changed("mobilenet_v2.with_a_layer"),
        "with_a_layer.txt"
    );
    check!(
        changed("mlp_mixed.ethosu"),
        changed("mlp_mixed.with_a_layer"),
        "with_a_named_layer.txt"
    );
    let bases = [exporter("mobilenet_v2.ethosu"), changed("mlp_mixed.ethosu")];
    let heads = [changed("mobilenet_v2.with_a_layer"), changed("mlp_mixed.with_a_layer")];
    let added = [["conv2d_24", "hardtanh"].as_slice(), &["linear_1"]];
    for ((base, head), expected) in bases.iter().zip(&heads).zip(added) {
        let diff = Diff::of(base, head);
        let added: Vec<&str> = diff.added.iter().map(|it| it.name.as_str()).collect();
        assert_eq!((added, diff.changed.len(), diff.removed.len()), (expected.to_vec(), 0, 0));
    }
}

/// A log knows no graph, no qscheme and no observer, which is no difference.
#[test]
fn a_log_and_a_json_of_one_run_compare_on_what_both_know() {
    for name in exporter_names() {
        let json = exporter(&name);
        let text = render::text(json.report(), Level::Debug).expect("a short title");
        let log = Analysis::of(read(&name, text.as_bytes()));
        for (base, head) in [(&json, &log), (&log, &json)] {
            let diff = Diff::of(base, head);
            assert!(diff.is_empty(), "{name}\n{}", diff_text(&diff));
            let changed = diff.figures().into_iter().filter(|it| !it.delta.is_empty());
            assert_eq!(changed.map(|it| it.name).collect::<Vec<_>>(), [""; 0], "{name}");
        }
        let info = render::text(json.report(), Level::Info).expect("a short title");
        let info = Analysis::of(read(&name, info.as_bytes()));
        for diff in [Diff::of(&json, &info), Diff::of(&info, &json)] {
            assert!(!diff.is_by_node && diff.is_empty(), "{name}\n{}", diff_text(&diff));
        }
    }
}

/// Other names of the operators in the same set.
#[test]
fn the_order_of_a_set_is_no_change() {
    let with = |description: &str| {
        let mut report = exporter("mlp_mixed.mixed").report().clone();
        for quantizer in &mut report.quantizers {
            quantizer.quantizer_info.targeted_nodes_description = description.to_owned();
        }
        Analysis::of(report)
    };
    let one = with("NodeTargetNodeFinder targeting node targets: aten::add, aten::mul");
    let other = with("NodeTargetNodeFinder targeting node targets: aten::mul, aten::add");
    let third = with("NodeTargetNodeFinder targeting node targets: aten::mul, aten::sub");
    assert!(Diff::of(&one, &other).is_empty());
    assert!(Diff::of(&one, &third).n_changed(ChangeKind::OwnerChanged) > 0);
}

/// Of a report that is not whole no figure over its nodes is known, and no node is added or removed.
#[test]
fn a_cut_off_report_is_said_to_be_one() {
    let whole = exporter("mlp_mixed.mixed");
    let text = render::text(whole.report(), Level::Debug).expect("a short title");
    let cut = &text[..text.find("╘").map_or(text.len() / 2, |it| it)];
    let cut = qspect_core::parse("run.log", cut.as_bytes()).expect("a report").reports.remove(0);
    let cut = Analysis::of(cut);
    let back = Diff::of(&cut, &whole);
    assert!(back.headline().starts_with("Incomplete report (base): "), "{}", back.headline());
    assert!(!Diff::of(&cut, &cut).is_empty());
    let diff = Diff::of(&whole, &cut);
    let headline = diff.headline();
    assert!(headline.starts_with("Incomplete report (head): "), "{headline}");
    assert!(headline.contains("; lists below may be wrong"), "{headline}");
    assert_eq!((diff.added.len(), diff.removed.len(), diff.is_empty()), (0, 0, false));
    for it in diff.figures() {
        assert_eq!((it.delta.as_str(), it.is_better), ("", None), "{}", it.name);
        assert_eq!(it.values.head, "unknown", "{}", it.name);
    }
    let coverage = diff.figures().into_iter().find(|it| it.name == "coverage, nodes");
    let coverage = coverage.expect("a figure");
    assert_eq!((coverage.values.head.as_str(), coverage.delta.as_str()), ("unknown", ""));
}

/// Time grows with the inputs, however many one node has.
#[test]
fn a_node_of_many_inputs_is_compared() {
    let cat = |prefix: &str, dtype: &str| {
        let names: Vec<String> = (0..20_000).map(|it| format!("{prefix}{it}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let qspec = json!({ "type": "QuantizationSpec", "dtype": dtype });
        let entries = names.iter().map(|it| json!({ "node": it, "qspec": qspec }));
        let entries: Vec<Value> = entries.collect();
        let node = build::annotated(build::graph_node("cat", &names), json!(entries), qspec);
        build::with_graph(vec![node], json!([]))
    };
    let diff = Diff::of(&cat("a", "torch.int8"), &cat("b", "torch.int16"));
    // Three fields of the output and of each argument, whatever it is called.
    assert_eq!(diff.changed[0].fields.len(), 3 * 20_001);
    assert!(Diff::of(&cat("a", "torch.int8"), &cat("b", "torch.int8")).is_empty());
}

/// A chain may be renamed as a whole; what it leads to is the same.
#[test]
fn shared_qspecs_are_compared_by_what_they_lead_to() {
    let graph = |first: &str, dtype: &str| {
        let int = json!({ "type": "QuantizationSpec", "dtype": dtype });
        let nodes = vec![
            build::annotated(build::graph_node(first, &["x"]), json!([]), int),
            build::annotated(
                build::graph_node("view", &[first]),
                json!([]),
                build::shared(json!(first)),
            ),
        ];
        build::with_graph(nodes, json!([]))
    };
    assert!(Diff::of(&graph("conv2d", "torch.int8"), &graph("conv2d_1", "torch.int8")).is_empty());
    let diff = Diff::of(&graph("conv2d", "torch.int8"), &graph("conv2d_1", "torch.int16"));
    let changed: Vec<&str> = diff.changed.iter().map(|it| it.name.head.as_str()).collect();
    assert_eq!(changed, ["conv2d_1", "view"]);
    let fields: Vec<&str> = diff.changed[1].fields.iter().map(|it| it.field.as_str()).collect();
    assert_eq!(fields, ["dtype", "quant_min", "quant_max"]);
}

/// Titles with counts: `Became float (10)`, `### Became float (10)`, and the same in JSON.
#[test]
fn text_markdown_and_json_carry_the_same_figures() {
    let base = exporter("mobilenet_v2.ethosu");
    let heads = ["without_a_module", "a16w8", "with_a_layer"];
    for head in heads.map(|it| changed(&format!("mobilenet_v2.{it}"))) {
        let diff = Diff::of(&base, &head);
        let lists = |text: &str| -> Vec<String> {
            let titles = text.lines().map(|it| it.trim_start_matches("### "));
            let titles =
                titles.filter(|it| it.ends_with(')') && it.starts_with(char::is_uppercase));
            titles.map(str::to_lowercase).collect()
        };
        let text = lists(&diff_text(&diff));
        assert_eq!(text, lists(&diff_markdown(&Comparison::from(vec![diff.clone()]), usize::MAX)));
        let json: Value =
            serde_json::from_str(&diff_json(&vec![diff].into()).expect("JSON")).expect("JSON");
        let diff = &json["diffs"][0];
        let mut of_json: Vec<String> = Vec::new();
        for (count, kind) in diff["counts"].as_array().expect("counts").iter().zip(ChangeKind::ALL)
        {
            assert_eq!(count["kind"], json!(kind));
            let of_kind = diff["changed"].as_array().expect("changed").iter();
            let n = of_kind
                .filter(|it| it["kinds"].as_array().is_some_and(|it| it.contains(&json!(kind))))
                .count();
            assert_eq!(count["n_nodes"], n);
            of_json.push(format!("{} ({n})", kind.label()));
        }
        for list in ["added", "removed", "renamed"] {
            of_json.push(format!("{list} ({})", diff[list].as_array().expect("a list").len()));
        }
        of_json.retain(|it| !it.ends_with("(0)"));
        assert_eq!(text, of_json);
    }
}

/// GitHub takes no longer comment.
#[test]
fn markdown_is_cut_with_a_count() {
    let diffs = vec![Diff::of(&exporter("swin_t.mixed"), &changed("mobilenet_v2.a16w8"))];
    let comparison = Comparison::from(diffs.clone());
    let whole = diff_markdown(&comparison, usize::MAX);
    assert!(!whole.contains("left out"));
    for max_chars in [1_000, 3_000, 10_000] {
        let cut = diff_markdown(&comparison, max_chars);
        assert!(cut.chars().count() <= max_chars, "{}", cut.chars().count());
        let kept = cut.rsplit_once("\n\n… ").expect("a last line").0;
        assert!(whole.starts_with(kept));
        assert!(cut.contains(" nodes left out"), "{cut}");
    }
    let many: Vec<Diff> = std::iter::repeat_n(diffs[0].clone(), 30).collect();
    assert!(diff_markdown(&many.into(), MAX_COMMENT - 1).chars().count() < MAX_COMMENT);
}

/// What becomes of a random node.
#[derive(Clone, Copy, Debug)]
enum Fate {
    Int8,
    Int16,
    SharedWithInput,
    OnPurpose,
    Rejected(&'static str),
    Unmatched,
}

#[derive(Clone, Debug)]
struct RandomNode {
    op: &'static str,
    channels: u32,
    module: &'static str,
    fate: Fate,
}

fn random_node() -> impl Strategy<Value = RandomNode> {
    let fate = prop_oneof![
        4 => Just(Fate::Int8),
        1 => Just(Fate::Int16),
        2 => Just(Fate::SharedWithInput),
        1 => Just(Fate::OnPurpose),
        1 => Just(Fate::Rejected("One reason.")),
        1 => Just(Fate::Rejected("Another reason.")),
        1 => Just(Fate::Unmatched),
    ];
    let op = prop::sample::select(vec!["conv2d", "relu", "add"]);
    let module = prop::sample::select(vec!["features.0", "features.1", "head"]);
    (op, 1_u32..4, module, fate).prop_map(|(op, channels, module, fate)| RandomNode {
        op,
        channels,
        module,
        fate,
    })
}

/// A chain of these nodes, numbered as torch numbers them.
fn chain(nodes: &[RandomNode], has_graph: bool) -> Analysis {
    let mut n_of: BTreeMap<&str, usize> = BTreeMap::new();
    let mut last = "x".to_owned();
    let mut graph = vec![build::other_node("x", "placeholder")];
    let (mut accepted, mut on_purpose, mut rejected) = (Vec::new(), Vec::new(), Vec::new());
    let mut listed = vec!["x".to_owned()];
    for node in nodes {
        let n = n_of.entry(node.op).or_default();
        let name = match *n {
            0 => node.op.to_owned(),
            n => format!("{}_{n}", node.op),
        };
        *n += 1;
        let int = |dtype: &str| json!({ "type": "QuantizationSpec", "dtype": dtype });
        let qspec = match node.fate {
            Fate::Int8 => int("torch.int8"),
            Fate::Int16 => int("torch.int16"),
            Fate::SharedWithInput => build::shared(json!(last)),
            _ => Value::Null,
        };
        let inputs = match node.fate {
            Fate::Int8 | Fate::Int16 => json!([{ "node": last, "qspec": int("torch.int8") }]),
            _ => json!([]),
        };
        let mut json = json!({
            "name": name, "op": "call_function", "target": format!("aten.{}.default", node.op),
            "inputs": [last], "shape": [1, node.channels], "dtype": "torch.float32",
            "module_stack": [{ "path": node.module, "type": "M" }],
        });
        let decided = json!({ "nodes": [{ "name": name, "input_qspec_map": inputs, "output_qspec": qspec }] });
        match node.fate {
            Fate::Int8 | Fate::Int16 | Fate::SharedWithInput => {
                accepted.push(decided);
                json = build::annotated(json, inputs, qspec);
            }
            Fate::OnPurpose => {
                on_purpose.push(decided);
                json = build::annotated(json, json!([]), Value::Null);
            }
            Fate::Rejected(reason) => {
                rejected.push(build::rejected(&[&name], reason));
                listed.push(name.clone());
            }
            Fate::Unmatched => listed.push(name.clone()),
        }
        graph.push(json);
        last = name;
    }
    let mut none = build::quantizer(json!(on_purpose), json!([]));
    none["quantizer_info"]["qconfig_label"] = json!("NO_QCONFIG");
    let quantizers = json!([none, build::quantizer(json!(accepted), json!(rejected))]);
    let report: Report = match has_graph {
        true => build::report(quantizers, json!({ "graph": { "nodes": graph } })),
        false => build::report(quantizers, json!({ "non_annotated_nodes": listed })),
    };
    Analysis::of(report)
}

/// A log lists what is read as it is annotated, and no placeholder: the same input is the same, in
/// whichever place, and on whichever side the graph is.
#[test]
fn inputs_of_a_graph_and_of_a_log() {
    let input = |name: &str, qspec: Value| json!({ "node": name, "qspec": qspec });
    let conv2d = build::annotated(
        build::graph_node("conv2d", &["x", "w"]),
        json!([input("x", build::shared(json!("w")))]),
        build::int8(),
    );
    let base = build::with_graph(vec![build::other_node("x", "placeholder"), conv2d], json!([]));
    let inputs = json!([input("w", build::int8()), input("x", build::int8())]);
    let mut pattern = build::accepted(&["conv2d"], build::int8());
    pattern["nodes"][0]["input_qspec_map"] = inputs;
    let quantizer = build::quantizer(json!([pattern]), json!([]));
    let head = Analysis::of(build::report(json!([quantizer]), json!({})));
    let changed = |base: &Analysis, head: &Analysis| -> Vec<(String, String)> {
        let changed = Diff::of(base, head).changed;
        let fields = changed.into_iter().find(|it| it.name.head == "conv2d").expect("it").fields;
        let names = fields.into_iter().filter_map(|it| Some((it.input?, it.field)));
        names.map(|(it, field)| (format!("{}/{}", it.base, it.head), field)).collect()
    };
    let told = |inputs: [(&str, &str); 3]| inputs.map(|it| (it.0.to_owned(), it.1.to_owned()));
    assert_eq!(
        changed(&base, &head),
        told([("x/x", "type"), ("x/x", "leads to"), ("/w", "qspec")])
    );
    assert_eq!(
        changed(&head, &base),
        told([("w/", "qspec"), ("x/x", "type"), ("x/x", "leads to")])
    );
}

/// One input that JSON annotates twice is told of once, whichever side is the base.
#[test]
fn an_input_twice() {
    let node = |qspecs: &[Value]| {
        let inputs: Vec<Value> =
            qspecs.iter().map(|it| json!({ "node": "x", "qspec": it })).collect();
        let mut pattern = build::accepted(&["relu"], build::int8());
        pattern["nodes"][0]["input_qspec_map"] = json!(inputs);
        Analysis::of(build::report(
            json!([build::quantizer(json!([pattern]), json!([]))]),
            json!({}),
        ))
    };
    let (once, twice) = (node(&[build::int8()]), node(&[build::int8(), build::shared(json!("y"))]));
    let (there, back) = (Diff::of(&once, &twice), Diff::of(&twice, &once));
    let fields = |diff: &Diff| diff.changed.iter().map(|it| it.fields.len()).collect::<Vec<_>>();
    assert_eq!(fields(&there), fields(&back));
}

fn records(analysis: &Analysis) -> BTreeMap<String, NodeRecord> {
    analysis.records(QSpec::full).map(|it| (it.name.clone(), it)).collect()
}

/// Two chains: unrelated ones, or one with a few nodes put in, taken out and decided otherwise.
fn two_chains() -> impl Strategy<Value = (Analysis, Analysis)> {
    let nodes = || prop::collection::vec(random_node(), 0..25);
    let edits = prop::collection::vec((any::<prop::sample::Index>(), 0..3, random_node()), 0..4);
    (nodes(), prop::option::weighted(0.3, nodes()), edits, any::<bool>(), any::<bool>()).prop_map(
        |(base, other, edits, base_has_graph, head_has_graph)| {
            let mut head = other.unwrap_or_else(|| base.clone());
            for (at, what, node) in edits {
                match what {
                    0 => head.insert(at.index(head.len() + 1), node),
                    _ if head.is_empty() => {}
                    1 => drop(head.remove(at.index(head.len()))),
                    _ => {
                        let at = at.index(head.len());
                        head[at].fate = node.fate;
                    }
                }
            }
            (chain(&base, base_has_graph), chain(&head, head_has_graph))
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn a_report_has_not_changed_from_itself((report, _) in two_chains()) {
        let diff = Diff::of(&report, &report);
        prop_assert!(diff.is_empty() && diff.renamed.is_empty());
        prop_assert_eq!(diff.headline(), "Nothing changed");
    }

    #[test]
    fn there_and_back_mirror_each_other((base, head) in two_chains()) {
        let (there, back) = (Diff::of(&base, &head), Diff::of(&head, &base));
        prop_assert_eq!(&there.added, &back.removed);
        prop_assert_eq!(&there.removed, &back.added);
        prop_assert_eq!(there.renamed.len(), back.renamed.len());
        prop_assert_eq!(there.changed.len(), back.changed.len());
        prop_assert_eq!(there.is_empty(), back.is_empty());
        for (there, back) in there.figures().into_iter().zip(back.figures()) {
            prop_assert_eq!(&there.values.base, &back.values.head);
            prop_assert_eq!(there.delta.replace('−', "+"), back.delta.replace('−', "+"));
            prop_assert_eq!(there.is_better, back.is_better.map(|it| !it));
        }
        for change in &there.changed {
            let same = back.changed.iter().find(|it| it.node_idx.base == change.node_idx.head);
            let same = same.expect("the same node");
            prop_assert_eq!(change.node_idx.base, same.node_idx.head);
            prop_assert_eq!(
                (change.verdict.base, change.verdict.head),
                (same.verdict.head, same.verdict.base)
            );
            let turned = |it: &ChangeKind| match it {
                ChangeKind::BecameFloat => ChangeKind::BecameQuantized,
                ChangeKind::BecameQuantized => ChangeKind::BecameFloat,
                other => *other,
            };
            let kinds: Vec<ChangeKind> = same.kinds.iter().map(turned).collect();
            prop_assert_eq!(&change.kinds, &kinds);
            prop_assert_eq!(change.fields.len(), same.fields.len());
        }
    }

    /// Better and worse stand only where a figure is shown to change, and not by the sources.
    #[test]
    fn a_figure_is_judged_only_if_it_changes((base, head) in two_chains()) {
        let unjudged: Vec<&str> = Verdict::ALL.into_iter().map(Verdict::label).collect();
        for it in Diff::of(&base, &head).figures() {
            let is_changed = it.values.base != it.values.head && it.values.head != "unknown";
            prop_assert!(it.is_better.is_none() || (is_changed && !it.delta.is_empty()));
            prop_assert!(!(it.delta.is_empty() && it.is_better.is_some()));
            prop_assert!(it.delta.is_empty() || it.delta.contains(|c| matches!(c, '1'..='9')));
            if unjudged.contains(&it.name.as_str()) {
                prop_assert_eq!(it.is_better, None);
            }
            if base.has_graph() != head.has_graph() && it.name != "without an annotation" {
                prop_assert_eq!(it.delta, "");
            }
        }
    }

    #[test]
    fn the_lists_applied_to_the_base_give_the_head((base, head) in two_chains()) {
        let diff = Diff::of(&base, &head);
        let mut rest = records(&base);
        let heads = records(&head);
        for it in &diff.removed {
            prop_assert!(rest.remove(&it.name).is_some(), "{} was not there", it.name);
        }
        // All at once: one may take the name that another gives up.
        let renamed: Vec<(String, NodeRecord)> = diff
            .renamed
            .iter()
            .map(|it| (it.head.clone(), rest.remove(&it.base).expect("it was there")))
            .collect();
        rest.extend(renamed);
        for it in &diff.added {
            prop_assert!(rest.insert(it.name.clone(), heads[&it.name].clone()).is_none());
            prop_assert_eq!(it.verdict, heads[&it.name].verdict);
        }
        let names = |it: &BTreeMap<String, NodeRecord>| it.keys().cloned().collect::<Vec<_>>();
        prop_assert_eq!(names(&rest), names(&heads));
        for (name, was) in &rest {
            let is = &heads[name];
            let change = diff.changed.iter().find(|it| it.name.head == *name);
            prop_assert_eq!(change.map_or(was.verdict, |it| it.verdict.head), is.verdict);
            let reason = change.and_then(|it| it.reason.as_ref());
            prop_assert_eq!(reason.map_or(&was.rejection_reason, |it| &it.head), &is.rejection_reason);
            let owner = change.and_then(|it| it.owner.as_ref()).map(|it| it.head.as_ref());
            let label = owner.map_or(was.qconfig_label.clone(), |it| it.map(|it| it.qconfig_label.clone()));
            prop_assert_eq!(label, is.qconfig_label.clone());
            let fields = change.map(|it| it.fields.as_slice()).unwrap_or_default();
            if fields.iter().all(|it| it.input.is_some()) {
                prop_assert_eq!(&was.resolved_output, &is.resolved_output, "{}", name);
            }
            if fields.iter().all(|it| it.input.is_none()) {
                let inputs = |it: &NodeRecord| -> Vec<Option<String>> {
                    it.inputs.iter().map(|it| it.resolved.clone()).collect()
                };
                prop_assert_eq!(inputs(was), inputs(is), "{}", name);
            }
        }
    }
}
