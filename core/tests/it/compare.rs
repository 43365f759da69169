//! What a comparison shows of reports whose sources know different things, case by case.

use crate::common;
use crate::common::build;
use crate::common::build::{changed, exporter};
use qspect_core::diff::{ChangeKind, DiffList, FigureChange, Pair};
use qspect_core::write::diff_text;
use qspect_core::{Analysis, Diff, Level, Report, parse, write};
use serde_json::{Value, json};

/// ExecuTorch's text at INFO level: name, label, accepted, annotated before and rejected nodes of each
/// quantizer.
fn info(quantizers: &[(&str, &str, [usize; 3])], n_non_annotated: usize) -> String {
    let rule = "-".repeat(100);
    let mut text = format!("{rule}\n{:^100}\n{rule}\n", "FINAL QUANTIZATION REPORT");
    for (name, label, [accepted, before, rejected]) in quantizers {
        text += &format!(
            "{name} using all nodes\nAnnotating with {label}\n\
             Supported operators and patterns defined by None\n   Accepted nodes: {accepted}\n   \
             Rejected due to previous annotation: {before}\n   Rejected nodes: {rejected}\n\n{rule}\n"
        );
    }
    text + &format!("Non annotated nodes: {n_non_annotated}\n{rule}\n")
}

#[track_caller]
fn first(text: &str) -> Analysis {
    Analysis::of(parse("run.log", text.as_bytes()).expect("a report").reports.remove(0))
}

fn figure(diff: &Diff, name: &str) -> FigureChange {
    let figure = diff.figures().into_iter().find(|it| it.name == name);
    figure.unwrap_or_else(|| panic!("{name} is not in\n{}", diff_text(diff)))
}

fn values(figure: &FigureChange) -> (&str, &str, &str) {
    (&figure.values.base, &figure.values.head, &figure.delta)
}

#[test]
fn info_reports_compare_by_their_counts() {
    let base = info(&[("Q", "C", [100, 0, 0]), ("P", "NO_QCONFIG", [0, 0, 0])], 0);
    let q = ("Q", "C", [100, 0, 0]);
    let p = ("P", "NO_QCONFIG", [0, 0, 0]);
    for (head, expected) in [
        (info(&[q, p], 0), "No count changed"),
        // The order of quantizers that are found again does not matter.
        (info(&[p, q], 0), "No count changed"),
        (
            info(&[("Q", "C", [0, 0, 50]), ("P", "NO_QCONFIG", [1_000, 0, 0])], 0),
            "Accepted nodes 100 → 0 (quantizer 1), rejected nodes 0 → 50 (quantizer 1), \
             accepted nodes 0 → 1,000 (quantizer 2)",
        ),
        (info(&[("Q", "C", [100, 7, 0]), p], 0), "Nodes annotated before 0 → 7 (quantizer 1)"),
        (info(&[q, p], 3), "Nodes without an annotation 0 → 3"),
        (info(&[("Q", "D", [100, 0, 0]), p], 0), "Quantizer 1 changed its config"),
        (info(&[("R", "E", [100, 0, 0]), p], 0), "Quantizer 1 changed its config"),
        (info(&[q], 0), "Quantizer 2 of the base removed"),
        (info(&[("N", "C", [1, 0, 0]), q, p], 0), "Quantizer 1 added"),
    ] {
        let diff = Diff::of(&first(&base), &first(&head));
        let end = "; INFO reports list no nodes, so only counts are compared";
        assert_eq!(diff.headline(), format!("{expected}{end}"));
        assert_eq!(diff.is_empty(), expected == "No count changed", "{expected}");
        let is_shown = diff.figures().iter().any(|it| !it.delta.is_empty());
        assert_eq!(is_shown, !diff.is_empty(), "{}", diff_text(&diff));
        let back = Diff::of(&first(&head), &first(&base));
        assert_eq!(back.is_empty(), diff.is_empty(), "{}", diff_text(&back));
        // Counts over patterns are neither good nor bad.
        assert!(diff.figures().iter().all(|it| it.is_better.is_none()));
    }
}

/// Both have ExecuTorch's counts; one of them has no nodes.
#[test]
fn an_info_and_a_debug_report_compare_by_their_counts() {
    let accepted = build::accepted(&["relu", "relu_1"], build::int8());
    let rejected = build::rejected(&["add"], "too wide");
    let quantizers = json!([build::quantizer(json!([accepted]), json!([rejected]))]);
    let debug = json!({ "non_annotated_nodes": ["add"] });
    let debug = Analysis::of(build::report(quantizers, debug));
    let info =
        |counts| first(&info(&[("Q", "C", counts)], 1).replace("using all nodes", "using all"));
    for (counts, is_empty) in [([2, 0, 1], true), ([2, 0, 0], false), ([3, 0, 1], false)] {
        for diff in [Diff::of(&info(counts), &debug), Diff::of(&debug, &info(counts))] {
            assert!(!diff.is_by_node && diff.is_empty() == is_empty, "{}", diff_text(&diff));
        }
    }
    let diff = Diff::of(&info([3, 0, 1]), &debug);
    assert_eq!(values(&figure(&diff, "quantizer 1: accepted nodes")), ("3", "2", "−1"));
}

/// A quantizer that was lost was not removed.
#[test]
fn an_incomplete_info_report_has_no_figures() {
    let whole = info(&[("Q", "C", [100, 0, 0]), ("P", "D", [5, 0, 0])], 0);
    let cut = &whole[..whole.find("P using").expect("it")];
    let diff = Diff::of(&first(&whole), &first(cut));
    assert!(!diff.is_by_node && !diff.is_empty());
    assert!(diff.headline().starts_with("Incomplete report (head): "), "{}", diff.headline());
    assert!(!diff.headline().contains("removed"), "{}", diff.headline());
    for it in diff.figures() {
        assert_eq!((it.values.head.as_str(), it.delta.as_str()), ("unknown", ""), "{}", it.name);
    }
}

/// Where a report comes from: JSON without a graph or with one, or ExecuTorch's text.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Source {
    Json,
    Graph,
    Log,
}

/// One node with this output qspec.
fn with_qspec(qspec: &Value, source: Source) -> Analysis {
    let mut quantizer =
        build::quantizer(json!([build::accepted(&["relu"], qspec.clone())]), json!([]));
    match source {
        Source::Json => {
            Analysis::of(build::report(json!([quantizer]), json!({ "non_annotated_nodes": [] })))
        }
        Source::Graph => build::with_graph(
            vec![build::annotated(build::graph_node("relu", &[]), json!([]), qspec.clone())],
            json!([quantizer]),
        ),
        Source::Log => {
            quantizer["counts"] =
                json!({ "accepted": 1, "rejected_previous_annotation": 0, "rejected": 0 });
            Analysis::of(build::report(json!([quantizer]), json!({ "non_annotated_nodes": [] })))
        }
    }
}

#[test]
fn fields_of_unknown_classes_and_unknown_fields_are_compared() {
    let grouped = |dtype: &str, size: Value| json!({ "type": "GroupedSpec", "dtype": dtype, "group_size": size });
    let int8 = |name: &str, value: Value| {
        let mut qspec = build::int8();
        qspec[name] = value;
        qspec
    };
    let derived = |size: u32| {
        json!({
            "type": "DerivedQuantizationSpec", "dtype": "torch.int32", "derived_from": [["x", "y"]],
            "group": size,
        })
    };
    let fixed = |size: u32| json!({ "type": "FixedQParamsQuantizationSpec", "dtype": "torch.int8", "group": size });
    // Two qspecs, and what differs between them as a field with both values.
    let cases = [
        (grouped("torch.int8", json!(32)), grouped("torch.int16", json!(32)), "dtype int8 int16"),
        (grouped("torch.int8", json!(32)), grouped("torch.int8", json!(64)), "group_size 32 64"),
        (grouped("torch.int8", json!(32)), grouped("torch.int8", json!(32)), ""),
        (
            grouped("torch.int8", json!(true)),
            grouped("torch.int8", Value::Null),
            "group_size True None",
        ),
        (
            int8("block_size", json!([1, 32])),
            int8("block_size", json!([1, 64])),
            "block_size [1,32] [1,64]",
        ),
        (
            int8("block_size", json!("row")),
            int8("block_size", json!("column")),
            "block_size row column",
        ),
        (int8("eps", json!({ "a": 1, "b": 2 })), int8("eps", json!({ "b": 2, "a": 1 })), ""),
        (derived(1), derived(2), "group 1 2"),
        (fixed(1), fixed(2), "group 1 2"),
    ];
    for (base, head, expected) in cases {
        for sources in [
            (Source::Json, Source::Json),
            (Source::Graph, Source::Graph),
            (Source::Json, Source::Graph),
            (Source::Graph, Source::Log),
            (Source::Log, Source::Log),
        ] {
            let diff = Diff::of(&with_qspec(&base, sources.0), &with_qspec(&head, sources.1));
            let fields = diff.changed.iter().flat_map(|it| &it.fields).map(|it| {
                let value = |it: &Option<String>| it.clone().unwrap_or_default();
                format!("{} {} {}", it.field, value(&it.values.base), value(&it.values.head))
            });
            let fields = fields.collect::<Vec<_>>().join(", ");
            assert_eq!(fields, expected, "{sources:?}");
            assert_eq!(diff.is_empty(), expected.is_empty(), "{sources:?}");
        }
    }
}

/// A field that one side has not got is a change, unless that side is a log.
#[test]
fn an_unknown_field_that_one_side_has_not_got() {
    let mut blocks = build::int8();
    blocks["block_size"] = json!([1, 32]);
    let plain = build::int8();
    let known = [Source::Json, Source::Graph];
    for base in [Source::Json, Source::Graph, Source::Log] {
        for head in [Source::Json, Source::Graph, Source::Log] {
            let diff = Diff::of(&with_qspec(&blocks, base), &with_qspec(&plain, head));
            let back = Diff::of(&with_qspec(&plain, head), &with_qspec(&blocks, base));
            let is_changed = known.contains(&base) && known.contains(&head);
            assert_eq!((diff.is_empty(), back.is_empty()), (!is_changed, !is_changed));
            if is_changed {
                let field = &diff.changed[0].fields[0];
                assert_eq!(field.field, "block_size");
                let expected = Pair { base: Some("[1,32]".to_owned()), head: None };
                assert_eq!(field.values, expected, "{base:?} {head:?}");
            }
        }
    }
    // Python's None does not count as a field that the other side lacks.
    let mut none = build::int8();
    none["block_size"] = Value::Null;
    let pair = [&none, &plain].map(|it| with_qspec(it, Source::Graph));
    assert!(Diff::of(&pair[0], &pair[1]).is_empty());
    // A known field that is missing is not a change: reports of older exporters have fewer.
    let mut per_tensor = build::int8();
    per_tensor["qscheme"] = json!("torch.per_tensor_affine");
    let pair = [&per_tensor, &plain].map(|it| with_qspec(it, Source::Json));
    assert!(Diff::of(&pair[0], &pair[1]).is_empty());
}

/// Relus, of which the first `n` are quantized.
fn relus(n: usize, n_nodes: usize) -> Analysis {
    let node = |at: usize| {
        let node = build::graph_node(&format!("relu_{at}"), &[]);
        if at < n { build::annotated(node, json!([]), build::int8()) } else { node }
    };
    build::with_graph((0..n_nodes).map(node).collect(), json!([]))
}

/// Counts of nodes are exact, and a percentage has the digits that show a change.
#[test]
fn a_change_of_coverage_is_shown() {
    for (base, head, expected) in [
        (
            (1_500, 3_000),
            (1_501, 3_000),
            ("50.00 % (1,500 of 3,000)", "50.03 % (1,501 of 3,000)", "+0.03 points"),
        ),
        (
            (2_999, 3_000),
            (3_000, 3_000),
            ("99.97 % (2,999 of 3,000)", "100 % (3,000 of 3,000)", "+0.03 points"),
        ),
        ((1, 2), (2, 4), ("50 % (1 of 2)", "50 % (2 of 4)", "")),
        ((1, 3), (0, 3), ("33.3 % (1 of 3)", "0 % (0 of 3)", "−33.3 points")),
    ] {
        let diff = Diff::of(&relus(base.0, base.1), &relus(head.0, head.1));
        let coverage = figure(&diff, "coverage, nodes");
        assert_eq!(values(&coverage), expected);
        let is_better = (!expected.2.is_empty()).then_some(expected.2.starts_with('+'));
        assert_eq!(coverage.is_better, is_better);
    }
}

/// Quantized against fused is neither good nor bad; what gets wider is shown.
#[test]
fn activations_that_go_from_8_to_16_bits_are_a_figure() {
    let diff = Diff::of(&exporter("mobilenet_v2.ethosu"), &changed("mobilenet_v2.a16w8"));
    let of = |name: &str| figure(&diff, name);
    assert_eq!(values(&of("8-bit activations")), ("103", "0", "−103"));
    assert_eq!(values(&of("16-bit activations")), ("0", "103", "+103"));
    assert_eq!(values(&of("quantized or fused")), ("103", "103", ""));
    assert!(diff.figures().iter().all(|it| it.is_better.is_none()), "{}", diff_text(&diff));
    let json = serde_json::to_value(&diff).expect("JSON");
    assert_eq!(
        json["activation_bits"],
        json!([
            {
                "bits": 8,
                "n_nodes": { "base": 103, "head": 0 },
                "n_macs": { "base": 300_774_272, "head": 0 },
            },
            {
                "bits": 16,
                "n_nodes": { "base": 0, "head": 103 },
                "n_macs": { "base": 0, "head": 300_774_272 },
            },
        ])
    );
    assert_eq!(values(&of("16-bit MACs")), ("0", "301 M", "+301 M"));
}

/// Equal changes of one op are one row: 35 `conv2d` whose output got a qspec, 17 others.
#[test]
fn equal_changes_are_one_group() {
    let diff = Diff::of(&exporter("mobilenet_v2.ethosu"), &changed("mobilenet_v2.a16w8"));
    let groups = diff.groups(None);
    let convolutions =
        groups.iter().filter(|it| it.row.target.as_deref() == Some("aten.conv2d.default"));
    let sizes: Vec<usize> = convolutions.map(|it| it.names.len()).collect();
    assert_eq!(sizes, [35, 17]);
    // A qconfig shows only what differs, and a range is one change.
    let changes = &groups[0].row.changes;
    let range = changes.iter().find(|it| it.what == "output range").expect("a range");
    assert_eq!(
        (range.values.base.as_str(), range.values.head.as_str()),
        ("[-128, 127]", "[-32767, 32767]")
    );
    let qconfig = changes.iter().find(|it| it.what == "qconfig").expect("a qconfig");
    assert_eq!(qconfig.values.base, "get_symmetric_quantization_config(act_range=[-128, 127])");
    assert_eq!(
        qconfig.values.head,
        "get_symmetric_a16w8_quantization_config(act_range=[-32767, 32767])"
    );
    // No row is lost, and of each list all rows are in its groups.
    for list in DiffList::ALL.into_iter().map(Some).chain([None]) {
        let rows = diff.rows(list, 0, usize::MAX);
        let n_rows: usize = diff.groups(list).iter().map(|it| it.names.len()).sum();
        assert_eq!(n_rows, rows.len(), "{list:?}");
    }
}

/// A tensor is quantized twice where a node reads it with other bits than it was written with.
#[test]
fn a_boundary_of_bits_is_a_requantized_tensor() {
    let diff = Diff::of(&exporter("mobilenet_v2.ethosu"), &exporter("mobilenet_v2.mixed"));
    let totals = diff.totals;
    assert_eq!((totals.base.n_requantized, totals.head.n_requantized), (Some(0), Some(2)));
    assert_eq!(exporter("swin_t.mixed").n_requantized(), Some(29));
}

fn with_model(report: &Analysis, model: &str) -> Analysis {
    Analysis::of(Report { model: Some(model.to_owned()), ..report.report().clone() })
}

#[test]
fn different_models_are_named_first() {
    let (base, head) = (relus(1, 3), relus(2, 3));
    let (base, head) = (with_model(&base, "m1"), with_model(&head, "m3"));
    let diff = Diff::of(&base, &head);
    assert_eq!(diff.headline(), "Comparing different models: m1 and m3; 1 node became quantized");
    assert!(diff.has_different_models && diff.figures().iter().all(|it| it.is_better.is_none()));
    let diff = Diff::of(&base, &with_model(&base, "m3"));
    assert_eq!(diff.headline(), "Comparing different models: m1 and m3");
    assert!(!diff.is_empty());
    // A log does not name its model.
    let unnamed = Analysis::of(Report { model: None, ..base.report().clone() });
    assert!(Diff::of(&base, &unnamed).is_empty());
}

/// What only a graph records is not a change against a log: dtypes of tensors, nodes of submodules,
/// and annotations outside of all patterns.
#[test]
fn a_log_against_a_graph() {
    let mut mask = build::graph_node("gt", &["x"]);
    mask["dtype"] = json!("torch.bool");
    let mut inner = build::graph_node("relu_7", &[]);
    inner["subgraph"] = json!("cond/true_graph_0");
    let nodes = vec![
        build::annotated(build::other_node("x", "placeholder"), json!([]), build::int8()),
        mask,
        build::annotated(build::graph_node("relu", &["x"]), json!([]), build::int8()),
        inner,
    ];
    let quantizer = build::quantizer(json!([build::accepted(&["relu"], build::int8())]), json!([]));
    let listed = json!(["gt"]);
    let graph = build::report(
        json!([quantizer]),
        json!({ "non_annotated_nodes": listed, "graph": { "nodes": nodes } }),
    );
    let log = build::report(json!([quantizer]), json!({ "non_annotated_nodes": listed }));
    let (graph, log) = (Analysis::of(graph), Analysis::of(log));
    for diff in [Diff::of(&graph, &log), Diff::of(&log, &graph)] {
        assert_eq!(diff.headline(), "Nothing changed", "{}", diff_text(&diff));
        assert!(diff.is_empty());
        for it in diff.figures() {
            assert_eq!((it.delta.as_str(), it.is_better), ("", None), "{}", it.name);
        }
    }
    // What the log lists and the graph has not got is a change.
    let log = build::report(json!([quantizer]), json!({ "non_annotated_nodes": ["gt", "add"] }));
    let diff = Diff::of(&graph, &Analysis::of(log));
    assert_eq!(diff.headline(), "1 node added");
}

/// The reports of vendors' quantizers, whose graphs have annotations outside of all patterns, against
/// ExecuTorch's text of the same report.
#[test]
fn texts_of_the_vendors_reports_do_not_differ() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/reports/quantizers");
    let mut n_reports = 0;
    for entry in std::fs::read_dir(folder).expect("the folder of reports") {
        let path = entry.expect("an entry").path();
        let name = path.display().to_string();
        if !name.ends_with(".json") {
            continue;
        }
        let json = common::read(&name, &std::fs::read(&path).expect("a file"));
        // The parts of a composable quantizer may be equal. In a text, a section that comes twice is
        // a sign of damage.
        if json.quantizers.windows(2).any(|it| it[0].quantizer_info == it[1].quantizer_info) {
            continue;
        }
        for level in [Level::Debug, Level::Info] {
            let text = write::text(&json, level).expect("a short title");
            let (json, log) = (Analysis::of(json.clone()), first(&text));
            for diff in [Diff::of(&json, &log), Diff::of(&log, &json)] {
                assert!(diff.is_empty(), "{name}\n{}", diff_text(&diff));
            }
        }
        n_reports += 1;
    }
    assert!(n_reports >= 10, "{n_reports}");
}

/// Only what both list is compared, and lost rows do not count as removed nodes.
#[test]
fn an_incomplete_report_adds_and_removes_no_node() {
    let report = |dtype: &str, n: usize| {
        let qspec = json!({ "type": "QuantizationSpec", "dtype": dtype });
        let names: Vec<String> = (0..n).map(|it| format!("relu_{it}")).collect();
        let patterns = names.iter().map(|it| build::accepted(&[it], qspec.clone()));
        let mut quantizer = build::quantizer(json!(patterns.collect::<Vec<_>>()), json!([]));
        quantizer["counts"] =
            json!({ "accepted": 5, "rejected_previous_annotation": 0, "rejected": 0 });
        build::report(json!([quantizer]), json!({ "non_annotated_nodes": [] }))
    };
    let (whole, lost) = (report("torch.int8", 5), report("torch.int16", 3));
    assert!(whole.completeness.is_whole() && !lost.completeness.is_whole());
    let (whole, lost) = (Analysis::of(whole), Analysis::of(lost));
    for (diff, side) in [(Diff::of(&lost, &whole), "base"), (Diff::of(&whole, &lost), "head")] {
        let expected = format!(
            "Incomplete report ({side}): quantizer 1 counts 5 accepted nodes and lists 3; \
             lists below may be wrong; 3 nodes changed qspec"
        );
        assert_eq!(diff.headline(), expected);
        assert_eq!((diff.added.len(), diff.removed.len(), diff.renamed.len()), (0, 0, 0));
        assert_eq!(diff.n_changed(ChangeKind::QspecChanged), 3);
        let json = serde_json::to_value(&diff).expect("JSON");
        assert_eq!(json["completeness"][side]["whole"], false);
        assert_eq!(json["completeness"][side]["problems"][0]["kind"], "counts_differ");
    }
    let both = Diff::of(&lost, &lost).headline();
    assert!(both.contains("(base): quantizer 1 counts") && both.contains("(head): quantizer 1"));
}

/// Versions that differ come first, since they may be the cause of all other changes.
#[test]
fn other_versions_come_first() {
    let with = |version: &str| {
        let packages = json!({ "executorch": version, "torch": "2.15.0" });
        let producer = json!({ "name": "qspect", "packages": packages });
        Analysis::of(build::report(json!([]), json!({ "producer": producer })))
    };
    let diff = Diff::of(&with("1.2.0"), &with("1.5.1"));
    let first = &diff.figures()[0];
    assert_eq!(first.name, "executorch");
    assert_eq!((&*first.values.base, &*first.values.head), ("1.2.0", "1.5.1"));
    assert!(diff.versions.len() == 1 && diff.is_empty());
    assert!(Diff::of(&with("1.2.0"), &with("1.2.0")).versions.is_empty());
}
