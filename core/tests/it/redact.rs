//! Reports with other names.

use crate::common::build;
use std::collections::BTreeSet;

use crate::common::arbitrary::Alphabet;
use crate::common::build::{changed, exporter, exporter_names};
use crate::common::{read, real_reports};
use expect_test::expect;
use proptest::prelude::*;
use qspect_core::{Analysis, Diff, EdgeOrNode, Level, QSpec, Redaction, Report, Totals, write};
use serde_json::{Value, json};

/// All real reports that name nodes, by name.
fn all() -> Vec<(String, Report)> {
    let texts = real_reports().into_iter().filter(|it| it.level == Level::Debug);
    let texts = texts.map(|it| (it.name.clone(), it.read()));
    let exported = exporter_names().into_iter().map(|it| (it.clone(), exporter(&it)));
    let changes = ["mlp_mixed.ethosu", "mlp_mixed.with_a_layer", "mobilenet_v2.with_a_layer"];
    let changes = changes.into_iter().map(|it| (it.to_owned(), changed(it)));
    let graphs = exported.chain(changes).map(|(name, it)| (name, it.report().clone()));
    texts.chain(graphs).collect()
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|it: char| !it.is_alphanumeric() && it != '_');
    words.filter(|it| !it.bytes().all(|it| it.is_ascii_digit()))
}

/// The words of names of nodes, modules, classes, models and sizes, without numbers and torch's own.
fn words_of_names(report: &Report) -> BTreeSet<String> {
    fn edge(edge_or_node: &EdgeOrNode, add: &mut dyn FnMut(&str)) {
        match edge_or_node {
            EdgeOrNode::Node(name) => add(name),
            EdgeOrNode::Tuple(items) | EdgeOrNode::List(items) => {
                items.iter().for_each(|it| edge(it, add));
            }
        }
    }
    let mut names = BTreeSet::new();
    let mut add = |name: &str| {
        let is_torchs =
            ["_param_constant", "_tensor_constant"].iter().any(|it| name.starts_with(it));
        if name != "output" && !is_torchs {
            names.extend(words(name).map(str::to_owned));
        }
    };
    // A text of several words is not a name; see `phrase`.
    report.model.iter().filter(|it| !it.contains(' ')).for_each(|it| add(it));
    for node in report.graph.iter().flat_map(|it| &it.nodes) {
        add(&node.name);
        node.inputs.iter().for_each(|it| add(it));
        for module in &node.module_stack {
            add(&module.path);
            add(&module.class);
        }
        for dim in node.shape.iter().flatten() {
            if let qspect_core::Dim::Symbol(name) = dim {
                add(name);
            }
        }
        if node.op == "get_attr" {
            add(&node.target);
        }
    }
    for quantizer in &report.quantizers {
        for node in quantizer.accepted_patterns.iter().flat_map(|it| &it.nodes) {
            add(&node.name);
            for input in &node.input_qspec_map {
                add(&input.node);
                match &input.qspec {
                    Some(QSpec::Shared(spec)) => edge(&spec.edge_or_node, &mut add),
                    Some(QSpec::Derived(spec)) => edge(&spec.derived_from, &mut add),
                    _ => {}
                }
            }
        }
        let rejected = quantizer.rejected_patterns.iter();
        rejected.flat_map(|it| &it.node_names).for_each(|it| add(it));
    }
    report.non_annotated().into_iter().flatten().for_each(|it| add(it));
    report.pre_transform_nodes.iter().for_each(|it| add(it));
    names
}

/// The model's name, if it is several words.
fn phrase(report: &Report) -> Option<&str> {
    let is_word = |it: char| it.is_alphanumeric() || it == '_';
    report.model.as_deref().filter(|it| it.contains(' ') && it.contains(is_word))
}

/// Whether a text has a phrase in it that does not go on into other words.
fn has_phrase(text: &str, phrase: &str) -> bool {
    let is_bound = |it: Option<char>| it.is_none_or(|it| !it.is_alphanumeric() && it != '_');
    text.match_indices(phrase).any(|(at, _)| {
        is_bound(text[..at].chars().next_back())
            && is_bound(text[at + phrase.len()..].chars().next())
    })
}

/// ExecuTorch's own sentences: a redacted report keeps them, even if a node's name has their words.
const SENTENCES: [&str; 5] = [
    "All inputs and outputs to these nodes are non-quantized.",
    "No float inputs nor outputs to annotate",
    "Tried annotating already quantized node.",
    "Tried annotating unsupported configuration of operators",
    "Tried annotating unsupported quantization config",
];

/// All strings of a report's JSON, with the fields that lead to each, except those that keep
/// torch's own words: ops and what calls them, dtypes, qschemes, classes of quantizers, qspecs and
/// observers, names of fields and metrics, versions. Of texts, ops with their namespace.
fn collect_strings(value: &Value, at: &str, out: &mut Vec<(String, String)>) {
    match value {
        Value::Object(fields) => {
            let is_call = fields.get("op").is_some_and(|it| it == "call_function");
            for (field, value) in fields {
                let is_kept = match field.as_str() {
                    "op" | "dtype" | "qscheme" | "observer" | "torch_fn" | "packages" => true,
                    "derive_qparams_fn" | "patterns_from" => true,
                    "target" => is_call,
                    "type" => !at.ends_with("module_stack"),
                    "name" => at.ends_with("quantizer_info") || at.ends_with("producer"),
                    "version" => at.ends_with("producer"),
                    "format" => at.is_empty(),
                    _ => false,
                };
                if !is_kept {
                    collect_strings(value, &format!("{at}.{field}"), out);
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|it| collect_strings(it, at, out)),
        Value::String(text) if !SENTENCES.contains(&text.as_str()) => {
            let runs = text.split([' ', ',']).filter(|it| !it.starts_with("aten::"));
            out.push((at.to_owned(), runs.collect::<Vec<_>>().join(" ")));
        }
        _ => {}
    }
}

/// No word of any name is left, whatever the names; what was decided is.
fn check(report: &Report, redacted: &Report) -> Result<(), TestCaseError> {
    let names = words_of_names(report);
    let json = write::json(redacted).expect("JSON");
    let mut strings = Vec::new();
    collect_strings(&serde_json::from_str(&json).expect("JSON"), "", &mut strings);
    for (at, text) in &strings {
        let left = words(text).find(|it| names.contains(*it));
        prop_assert_eq!(left, None, "{} is {:?}", at, text);
        let has_phrase = phrase(report).is_some_and(|it| has_phrase(text, it));
        prop_assert!(!has_phrase, "{} is {:?}", at, text);
    }
    prop_assert_eq!(&read("run.json", json.as_bytes()), redacted);
    let (base, head) = (Analysis::of(report.clone()), Analysis::of(redacted.clone()));
    prop_assert_eq!(Totals::of(&head), Totals::of(&base));
    let verdicts = |it: &Analysis| -> Vec<_> {
        (0..it.nodes().len()).map(|node_idx| it.verdict(node_idx)).collect()
    };
    prop_assert_eq!(verdicts(&head), verdicts(&base));
    prop_assert_eq!(head.islands(), base.islands());
    let findings = |it: &Analysis| -> Vec<_> {
        it.findings().into_iter().map(|it| (it.lint, it.nodes)).collect()
    };
    prop_assert_eq!(findings(&head), findings(&base));
    let modules = |it: &Analysis| -> Vec<_> {
        it.modules().iter().map(|it| (it.parent, it.n_own, it.macs)).collect()
    };
    prop_assert_eq!(modules(&head), modules(&base));
    for level in [Level::Info, Level::Debug] {
        prop_assert!(write::text(redacted, level).is_ok() || write::text(report, level).is_err());
    }
    Ok(())
}

#[test]
fn no_name_is_left_and_all_that_was_decided_is() {
    let reports = all();
    assert_eq!(reports.len(), 35);
    let mut n_names = 0;
    for (name, report) in &reports {
        let redacted = Redaction::default().redact(report);
        n_names += words_of_names(report).len();
        check(report, &redacted).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
    assert_eq!(n_names, 7_802);
}

/// Without a graph the op is in the name: nodes of one op stay nodes of one op.
#[test]
fn nodes_of_one_op_have_one_stem() {
    for (name, report) in all() {
        let redacted = Analysis::of(Redaction::default().redact(&report));
        let lines = |it: &Analysis| -> Vec<_> {
            it.ops().unwrap_or_default().into_iter().map(|it| (it.how, it.nodes)).collect()
        };
        assert_eq!(lines(&redacted), lines(&Analysis::of(report)), "{name}");
    }
}

/// How much two reports differ, and in what.
fn figures(base: &Report, head: &Report) -> Vec<usize> {
    let diff = Diff::of(&Analysis::of(base.clone()), &Analysis::of(head.clone()));
    let counts = diff.counts.iter().map(|it| it.n_nodes);
    counts.chain([diff.added.len(), diff.removed.len(), diff.renamed.len()]).collect()
}

#[test]
fn what_changed_stays() {
    let report = |it: Analysis| it.report().clone();
    let mut pairs = vec![
        (report(exporter("mlp_mixed.mixed")), report(changed("mlp_mixed.ethosu"))),
        (report(exporter("mobilenet_v2.ethosu")), report(changed("mobilenet_v2.a16w8"))),
        (report(exporter("mobilenet_v2.ethosu")), report(changed("mobilenet_v2.with_a_layer"))),
        (report(exporter("mobilenet_v2.ethosu")), report(changed("mobilenet_v2.without_a_module"))),
        (report(changed("mlp_mixed.with_a_layer")), report(changed("mlp_mixed.ethosu"))),
    ];
    // A log against the JSON of the same run, and against the log of another one.
    for name in ["resnet18.qat", "mobilenet_v2.mixed", "tiny_transformer.partial"] {
        pairs.push((build::real(&format!("{name}.debug")), report(exporter(name))));
    }
    pairs.push((
        build::real("tiny_transformer.mixed.debug"),
        build::real("tiny_transformer.partial.debug"),
    ));
    pairs.push((build::real("mobilenet_v2.ethosu.debug"), build::real("mobilenet_v2.mixed.debug")));
    let mut n_changed = 0;
    for (at, (base, head)) in pairs.iter().enumerate() {
        let expected = figures(base, head);
        n_changed += expected.iter().sum::<usize>();
        let mut redaction = Redaction::default();
        redaction.learn(base);
        redaction.learn(head);
        assert_eq!(figures(&redaction.redact(base), &redaction.redact(head)), expected, "{at}");
    }
    assert_eq!(n_changed, 547);
}

/// Names within texts, in fields that the format does not know, and in a log that lists modules.
#[test]
fn names_in_texts_are_found() {
    let info = json!({
        "name": "PatternQuantizer",
        "targeted_nodes_description":
            "ModuleNameNodeFinder targeting module names: encoder.secret.0, head",
        "qconfig_label": "for encoder.secret.0.proj of my Secret Net alone",
        "support_config_path": "/home/me/secret/support.py",
        "note": "written by me",
        "other": "torch.float32 at encoder.secret.0",
        "way": "operator: my_own",
    });
    let report = build::report(
        json!([{
            "quantizer_info": info,
            "accepted_patterns": [],
            "rejected_patterns": [build::rejected(
                &["my_op_1", "my_op"],
                "Tensor my_op_1 is not (my_op, aten::my_op.out) in head/my_op.\nmy_op_12 is another.",
            )],
        }]),
        json!({
            "model": "Secret Net",
            "graph": { "nodes": [
                { "name": "n1", "op": "get_attr", "target": "encoder.secret.0.weight", "inputs": [] },
                { "name": "my_op", "op": "call_function", "target": "aten.my_op.out", "inputs": ["n1"],
                  "module_stack": [{ "path": "encoder.secret.0", "type": "Secret" }],
                  "shape": ["batch", "2*batch + Max(1, s1)", "64", 3],
                  "subgraph": "my_op", "seen": { "encoder": [1, "aten.add", "torch.int8"] } },
            ] },
        }),
    );
    let redacted = Redaction::default().redact(&report);
    let quantizer = &redacted.quantizers[0];
    let nodes = &redacted.graph.as_ref().expect("a graph").nodes;
    let shown = json!([
        redacted.model,
        quantizer.quantizer_info,
        quantizer.rejected_patterns[0],
        [&nodes[0].name, &nodes[0].target],
        nodes[1],
    ]);
    expect![[r#"
        [
          "model1",
          {
            "name": "PatternQuantizer",
            "qconfig_label": "for m1.m2.0.t2 of my model1 alone",
            "support_config_path": "t3",
            "t5": "t4",
            "t7": "t6",
            "t9": "t8",
            "targeted_nodes_description": "ModuleNameNodeFinder targeting module names: m1.m2.0, m4"
          },
          {
            "node_names": [
              "n3_1",
              "n3"
            ],
            "rejection_reason": "Tensor n3_1 is not (n3, aten::my_op.out) in m4/n3.\nmy_op_12 is another."
          },
          [
            "n2",
            "m1.m2.0.m3"
          ],
          {
            "inputs": [
              "n2"
            ],
            "module_stack": [
              {
                "path": "m1.m2.0",
                "type": "c1"
              }
            ],
            "name": "n3",
            "op": "call_function",
            "shape": [
              "d1",
              "2*d1 + Max(1, d2)",
              "64",
              3
            ],
            "subgraph": "n3",
            "t1": {
              "m1": [
                1,
                "aten.add",
                "torch.int8"
              ]
            },
            "target": "aten.my_op.out"
          }
        ]"#]]
    .assert_eq(&serde_json::to_string_pretty(&shown).expect("JSON"));
}

/// What torch, torchao and ExecuTorch have not is replaced, and its kin stay kin.
#[test]
fn words_of_other_packages_are_replaced() {
    let node = |name: &str, target: &str, dtype: &str| {
        json!({
            "name": name, "op": "call_function", "target": target, "inputs": [], "dtype": dtype,
            "metrics": { "sqnr": 1.0, "acme_loss": 2.0 },
            "annotation": { "input_qspec_map": [], "output_qspec": {
                "type": "QuantizationSpec", "dtype": dtype, "quant_min": null, "quant_max": null,
                "qscheme": "torch.per_channel_acme", "observer": "AcmeObserver",
            } },
        })
    };
    let nodes = json!([
        node("a", "acme.fused_op.default", "torch.acme8"),
        node("b", "acme.fused_op.out", "torch.int8"),
        node("c", "acme.other.default", "torch.float8_acme"),
        node("d", "aten.relu.default", "torch.uint8"),
    ]);
    let mut quantizer = build::quantizer(
        json!([]),
        json!([build::rejected(&["a"], "AcmeQuantizer does not support acme::fused_op here")]),
    );
    quantizer["quantizer_info"]["name"] = json!("AcmeQuantizer");
    let producer = json!({
        "name": "acme", "version": "1.2+acme",
        "packages": { "torch": "2.15.0.dev20260401+cu132", "acme": "3" },
    });
    let report = build::report(
        json!([quantizer]),
        json!({ "graph": { "nodes": nodes }, "producer": producer }),
    );
    let redacted = Redaction::default().redact(&report);
    let nodes = &redacted.graph.as_ref().expect("a graph").nodes;
    let mut lines: Vec<String> = nodes
        .iter()
        .map(|it| {
            let annotation = it.annotation.as_ref().expect("an annotation");
            let qspec = annotation.output_qspec.as_ref().expect("a qspec").full();
            let metrics: Vec<&str> = it.metrics.keys().map(|it| it.as_str()).collect();
            format!("{} {} {metrics:?} {qspec}", it.name, it.target)
        })
        .collect();
    let quantizer = &redacted.quantizers[0];
    lines.push(format!(
        "{}: {}",
        quantizer.quantizer_info.name, quantizer.rejected_patterns[0].rejection_reason
    ));
    lines.push(format!("{:?}", redacted.producer.expect("a producer")));
    expect![[r#"
        n1 op1.op2.default ["metric1", "sqnr"] QuantizationSpec(dtype=DTYPE1, qscheme=per_channel_qscheme1, observer=Observer1)
        n2 op1.op2.out ["metric1", "sqnr"] QuantizationSpec(dtype=INT8, qscheme=per_channel_qscheme1, observer=Observer1)
        n3 op1.op3.default ["metric1", "sqnr"] QuantizationSpec(dtype=FLOAT8_DTYPE2, qscheme=per_channel_qscheme1, observer=Observer1)
        n4 aten.relu.default ["metric1", "sqnr"] QuantizationSpec(dtype=UINT8, qscheme=per_channel_qscheme1, observer=Observer1)
        Quantizer1: Quantizer1 does not support op1::op2 t2
        Producer { name: "package1", version: Some("1.2+t1"), packages: {"package1": "3", "torch": "2.15.0.dev20260401+cu132"}, unknown: None }
    "#]].assert_eq(&(lines.join("\n") + "\n"));
}

/// What a qspec comes to does not change with its name.
#[test]
fn classes_of_qspecs_stay_what_they_are() {
    let table = [
        ("NO_QSPEC", "NO_QSPEC"),
        ("CUSTOM_QSPEC", "CUSTOM_QSPEC"),
        ("ACME_QSPEC", "qspec1_QSPEC"),
        ("AcmeSpec", "qspec1"),
        ("AcmeSpec(dtype=INT", "qspec1("),
        ("AcmeSpec(dtype=INT8)", "qspec1"),
        ("QuantizationSpec(dtype=ACME", "qspec1("),
        ("SharedQuantizationSp", "SharedQuantizationSp"),
        ("Quantiz", "Quantiz"),
        ("]", "qspec1("),
        ("[_QSPEC", "qspec1(_QSPEC"),
    ];
    for (class, expected) in table {
        for fields in
            [json!({}), json!({ "dtype": "torch.acme" }), json!({ "dtype": "torch.int4" })]
        {
            let mut qspec = fields;
            qspec["type"] = json!(class);
            let quantizers =
                json!([build::quantizer(json!([build::accepted(&["a"], qspec)]), json!([]))]);
            let report = build::report(quantizers, json!({ "non_annotated_nodes": [] }));
            let redacted = Redaction::default().redact(&report);
            let of = |report: &Report| {
                let node = &report.quantizers[0].accepted_patterns[0].nodes[0];
                node.output_qspec.clone().expect("a qspec")
            };
            let (old, new) = (of(&report), of(&redacted));
            assert_eq!(new.class(), expected);
            let facts = |it: &QSpec| (it.quantizes(), it.is_damaged(), it.is_no_qspec(), it.bits());
            assert_eq!(facts(&new), facts(&old), "{class}");
            let kinds = |it: &Report| -> Vec<_> {
                it.completeness.problems.iter().map(|it| it.kind.clone()).collect()
            };
            assert_eq!(kinds(&redacted), kinds(&report), "{class}");
            assert!(!redacted.completeness.problems.iter().any(|it| it.message.contains("ACME")));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Few names, so that texts are full of them.
    #[test]
    fn any_report_is_redacted(report in few_names().report(true)) {
        check(&report, &Redaction::default().redact(&report))?;
    }

    #[test]
    fn any_name_is_replaced(report in prop_oneof![
        Alphabet::any().report(true),
        Alphabet::printable().report(true),
    ]) {
        let redacted = Redaction::default().redact(&report);
        let json = write::json(&redacted).expect("JSON");
        prop_assert_eq!(&read("run.json", json.as_bytes()), &redacted);
        let (base, head) = (Analysis::of(report), Analysis::of(redacted));
        prop_assert_eq!(Totals::of(&head), Totals::of(&base));
    }
}

pub(super) fn few_names() -> Alphabet {
    let name = "[a-d]{1,2}(_[0-9])?".boxed();
    let words = proptest::collection::vec(
        prop_oneof![3 => name.clone(), 1 => "[A-Z][a-z]{3,5}[.:]?".boxed()],
        1..5,
    );
    let line = words.prop_map(|it| it.join(" ")).boxed();
    Alphabet { name, line: line.clone(), reason: line, may_be_empty: false }
}
