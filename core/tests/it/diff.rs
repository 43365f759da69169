//! Comparisons of real reports, whose lists are snapshots.

use crate::common::build;
use crate::common::build::{changed, exporter, exporter_names};
use crate::common::read;
use expect_test::expect_file;
use qspect_core::diff::ChangeKind;
use qspect_core::write::{MAX_COMMENT, diff_json, diff_markdown, diff_text};
use qspect_core::{Analysis, Comparison, Diff, Level, write};
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

/// A log records no graph, qscheme or observer. That is not a difference.
#[test]
fn a_log_and_a_json_of_one_run_compare_on_what_both_know() {
    for name in exporter_names() {
        let json = exporter(&name);
        let text = write::text(json.report(), Level::Debug).expect("a short title");
        let log = Analysis::of(read(&name, text.as_bytes()));
        for (base, head) in [(&json, &log), (&log, &json)] {
            let diff = Diff::of(base, head);
            assert!(diff.is_empty(), "{name}\n{}", diff_text(&diff));
            let changed = diff.figures().into_iter().filter(|it| !it.delta.is_empty());
            assert_eq!(changed.map(|it| it.name).collect::<Vec<_>>(), [""; 0], "{name}");
        }
        let info = write::text(json.report(), Level::Info).expect("a short title");
        let info = Analysis::of(read(&name, info.as_bytes()));
        for diff in [Diff::of(&json, &info), Diff::of(&info, &json)] {
            assert!(!diff.is_by_node && diff.is_empty(), "{name}\n{}", diff_text(&diff));
        }
    }
}

/// Other names of the operators in the same set.
#[test]
fn the_order_of_a_set_is_not_a_change() {
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
fn a_cut_off_report_is_marked_incomplete() {
    let whole = exporter("mlp_mixed.mixed");
    let text = write::text(whole.report(), Level::Debug).expect("a short title");
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

/// A log lists inputs in the order of their annotations, without placeholders: an input stays the
/// same in whichever place, and on whichever side the graph is.
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
    let owned = |inputs: [(&str, &str); 3]| inputs.map(|it| (it.0.to_owned(), it.1.to_owned()));
    assert_eq!(
        changed(&base, &head),
        owned([("x/x", "type"), ("x/x", "leads to"), ("/w", "qspec")])
    );
    assert_eq!(
        changed(&head, &base),
        owned([("w/", "qspec"), ("x/x", "type"), ("x/x", "leads to")])
    );
}

/// One input that JSON annotates twice is listed once, whichever side is the base.
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
