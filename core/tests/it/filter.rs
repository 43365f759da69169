//! The filter language: examples, errors, and a plain evaluator that it must agree with.

use std::collections::HashSet;

use crate::common::build::{exporter, exporter_names, report};
use crate::common::real_reports;
use expect_test::{Expect, expect};
use proptest::prelude::*;
use qspect_core::analysis::Node;
use qspect_core::view::filter::{FIELDS, Filter, Match};
use qspect_core::view::{NodeQuery, NodeRecord, NodeTable};
use qspect_core::{Analysis, QSpec};
use serde_json::json;

fn found(analysis: &Analysis, filter: &str) -> Vec<String> {
    let filter = Filter::parse(filter, &analysis.metrics()).unwrap_or_else(|it| panic!("{it}"));
    let matcher = filter.matcher(analysis);
    let nodes = analysis.nodes().iter().enumerate();
    nodes.filter(|it| matcher.matches(it.0).is_some()).map(|it| it.1.name.to_string()).collect()
}

/// How many nodes a filter finds, and the first ones.
fn check(name: &str, filters: &[&str], expected: Expect) {
    let analysis = exporter(name);
    let lines = filters.iter().map(|filter| {
        let names = found(&analysis, filter);
        format!("{filter}: {} {}\n", names.len(), names[..names.len().min(4)].join(" "))
    });
    expected.assert_eq(&lines.collect::<String>());
}

#[test]
fn filters_of_a_real_report() {
    check(
        "swin_t.mixed",
        &[
            "conv",
            "add -op:add",
            "module:features.1",
            "module:features.1 -module:features.1.0 op:linear",
            "class:linear",
            "weight:per_channel dtype:int16",
            "bias:int32",
            "by:1",
            "by:a16w8",
            "by:none",
            "verdict:float -op:add",
            "verdict:not_float",
            "verdict:input_output",
            "macs>100M",
            "macs>=1k macs<10M",
            "params>1M",
            "bits:16",
            "observer:Histogram op:conv",
            "reason:\"non-quantized\"",
            "reason:matched",
            "shape:1x56x56x96 -shape:384",
            "in:conv2d",
            "axis:0",
            "scheme:affine input:int16",
        ],
        expect![[r#"
            conv: 2 conv2d permute
            add -op:add: 217 rsqrt sum_4 sub_2 sum_5
            module:features.1: 202 sum_5 mul_7 sub_3 mul_8
            module:features.1 -module:features.1.0 op:linear: 4 linear_4 linear_5 linear_6 linear_7
            class:linear: 28 linear_2 linear_3 linear_6 linear_7
            weight:per_channel dtype:int16: 28 linear_2 linear_3 linear_6 linear_7
            bias:int32: 50 conv2d linear linear_1 linear_2
            by:1: 99 add add_1 add_2 add_3
            by:a16w8: 28 linear_2 linear_3 linear_6 linear_7
            by:none: 20 roll new_zeros logical_not roll_1
            verdict:float -op:add: 59 reshape_1 reshape_3 reshape_9 reshape_11
            verdict:not_float: 15 eq logical_not eq_1 eq_2
            verdict:input_output: 2 x output
            macs>100M: 24 linear_2 linear_3 linear_6 linear_7
            macs>=1k macs<10M: 21 bmm_4 bmm_5 bmm_6 bmm_7
            params>1M: 7 linear_42 linear_43 linear_45 linear_46
            bits:16: 40 linear_2 linear_3 dropout_3 linear_6
            observer:Histogram op:conv: 1 conv2d
            reason:"non-quantized": 44 reshape_1 reshape_3 reshape_9 reshape_11
            reason:matched: 15 roll new_zeros roll_1 roll_2
            shape:1x56x56x96 -shape:384: 48 permute sub sub_1 mul_2
            in:conv2d: 1 permute
            axis:0: 53 conv2d linear linear_1 linear_2
            scheme:affine input:int16: 0 
        "#]],
    );
}

#[test]
fn a_log_has_no_ops_and_no_modules() {
    let log = report(json!([]), json!({ "non_annotated_nodes": ["conv2d", "relu"] }));
    let analysis = Analysis::of(log);
    assert_eq!(found(&analysis, "conv"), ["conv2d"]);
    // Unknown is neither a match nor the opposite.
    for filter in ["op:conv", "-op:conv", "module:a", "-module:a", "macs>1", "-macs>1", "-in:x"] {
        assert!(found(&analysis, filter).is_empty(), "{filter}");
    }
}

#[test]
fn filters_that_cannot_be_read() {
    let error = |filter: &str| {
        let error = Filter::parse(filter, &["sqnr"]).expect_err("an error");
        format!("{} [{}]\n", error, &filter[error.range.clone()])
    };
    let filters = [
        "conv ope:add",
        "macs>many x",
        "op>add",
        "macs:inf",
        "-macs>1e400",
        "bits=1x",
        "verdict:floaty",
        "bits!=8",
        "op: add",
    ];
    expect![[r#"
        no field ope; the fields are name, op, module, class, verdict, by, in, dtype, bits, scheme, axis, weight, bias, input, output, observer, reason, shape, macs, params, sqnr [ope:add]
        many is not a number: write for example bits=8, macs>1.5M or params<10k [macs>many]
        op is not a number: write op:text [op>add]
        inf is not a number: write for example bits=8, macs>1.5M or params<10k [macs:inf]
        1e400 is not a number: write for example bits=8, macs>1.5M or params<10k [-macs>1e400]
        1x is not a number: write for example bits=8, macs>1.5M or params<10k [bits=1x]
        no verdict floaty; the verdicts are quantized, fused, float_by_config, annotated_empty, rejected, unmatched, not_float, unknown, float, input_output, parameter, not_in_graph [verdict:floaty]
        there is no !=: write -bits:8 [bits!=8]
        op: has no value; there is no space behind : or > [op:]
    "#]].assert_eq(&filters.map(error).concat());
    // While it is typed, a term without a value is none. Names of ops are words.
    for filter in ["op:", "-", "macs>", "-op:\"\"", "sqnr<20", "aten::add", "\"op:add", "  "] {
        assert!(Filter::parse_typed(filter, &["sqnr"]).is_ok(), "{filter}");
    }
    assert!(Filter::parse_typed(" op:", &[]).is_ok_and(|it| it.is_empty()));
}

/// What a log's text leaves out is unknown: it never contradicts the graph of the same run.
#[test]
fn a_log_never_contradicts_the_graph() {
    let texts = ["per_channel", "per_tensor", "histogram", "int8", "ch_axis", "conv", "none"];
    let fields = ["scheme", "observer", "weight", "bias", "input", "output", "in", "dtype", "name"];
    for real in
        real_reports().iter().filter(|it| it.name.contains("1.5.1") && it.name.contains("debug"))
    {
        let name = real.name.rsplit('/').next().expect("a file").replace(".debug.txt", "");
        let (log, graph) = (Analysis::of(real.read()), exporter(&name));
        for (field, text) in fields.iter().flat_map(|it| texts.iter().map(move |text| (it, text))) {
            for sign in ["", "-"] {
                let filter = format!("{sign}{field}:{text}");
                let in_graph: HashSet<String> = found(&graph, &filter).into_iter().collect();
                for node in found(&log, &filter) {
                    assert!(
                        in_graph.contains(&node) || graph.find(&node).is_none(),
                        "{name}: {filter}: {node}"
                    );
                }
            }
        }
    }
}

/// Each example of the help can be read, and finds something in a real report.
#[test]
fn examples_run() {
    let reports: Vec<Analysis> = exporter_names().iter().map(|it| exporter(it)).collect();
    for field in FIELDS {
        let n_found: usize = reports.iter().map(|it| found(it, field.example).len()).sum();
        assert!(n_found > 0, "{}", field.example);
        assert!(field.example.starts_with(field.name), "{}", field.example);
    }
}

/// The parts of names that words match are marked, without overlaps.
#[test]
fn matches_are_marked() {
    let marks = |filter: &str, name: &str| {
        let filter = Filter::parse(filter, &[]).expect("a filter");
        let marks = filter.marks(name).into_iter().map(|it| name[it].to_owned());
        marks.collect::<Vec<_>>().join("|")
    };
    assert_eq!(marks("CONV", "conv2d_conv"), "conv|conv");
    assert_eq!(marks("conv nv2 2d", "conv2d"), "conv2d");
    assert_eq!(marks("name:d op:c -v in:o", "conv2d"), "c|d");
    assert_eq!(marks("é", "née"), "");
    assert_eq!(marks("", "conv2d"), "");
}

/// Matches by themselves come before matches by the names of inputs.
#[test]
fn own_names_come_first() {
    let analysis = exporter("mobilenet_v2.ethosu");
    let table = NodeTable::of(&analysis);
    let query = NodeQuery { text: "conv2d".to_owned(), ..NodeQuery::default() };
    let rows = table.find(&analysis, &query, None).expect("a filter").rows;
    let filter = Filter::parse("conv2d", &[]).expect("a filter");
    let matches: Vec<Option<Match>> =
        rows.iter().map(|it| filter.matcher(&analysis).matches(*it)).collect();
    assert!(matches.is_sorted(), "{matches:?}");
    assert_eq!(matches.iter().filter(|it| **it == Some(Match::Own)).count(), 52);
    assert!(matches.contains(&Some(Match::ByInputs)));
}

/// A filter's term as a plain evaluator reads it.
#[derive(Clone, Debug)]
struct Term {
    is_negated: bool,
    field: &'static str,
    operator: &'static str,
    value: String,
}

impl Term {
    fn text(&self) -> String {
        let negation = if self.is_negated { "-" } else { "" };
        let value = match self.value.contains(' ') {
            true => format!("\"{}\"", self.value),
            false => self.value.clone(),
        };
        format!("{negation}{}{}{value}", self.field, self.operator)
    }

    /// Whether the term holds, by the exported record; `None` if that is unknown.
    fn holds(&self, analysis: &Analysis, node_idx: usize, record: &NodeRecord) -> Option<bool> {
        let node = analysis.nodes().get(node_idx)?;
        let value = self.value.to_lowercase();
        let has = |text: &str| text.to_lowercase().contains(&value);
        let graph_node = analysis.graph_node(node);
        Some(match self.field {
            "name" => has(&record.name),
            "op" => has(record.target.as_ref()?),
            "module" => graph_node?.module_stack.iter().any(|it| {
                let path = it.path.to_lowercase();
                path == value || path.starts_with(&format!("{value}."))
            }),
            "class" => graph_node?.module_stack.iter().any(|it| has(&it.class)),
            "verdict" => {
                record.verdict.as_str() == value
                    || record.verdict.tensor().replace(' ', "_") == value
            }
            "output" => record.resolved_output.as_deref().is_some_and(has),
            "macs" => self.compares(number(analysis.macs(node)?))?,
            "params" => self.compares(number(analysis.params(node)?))?,
            _ => self.word(analysis, node, record, &has),
        })
    }

    fn word(
        &self,
        analysis: &Analysis,
        node: &Node,
        record: &NodeRecord,
        has: &dyn Fn(&str) -> bool,
    ) -> bool {
        let table = NodeTable::of(analysis);
        let row = analysis.find(&node.name).and_then(|it| table.row(it)).expect("a row");
        has(&record.name)
            || record.target.as_deref().is_some_and(has)
            || record.module.as_deref().is_some_and(has)
            || has(&row.output)
            || record.inputs.iter().any(|it| has(&it.node))
    }

    fn compares(&self, own: f64) -> Option<bool> {
        let limit: f64 = self.value.parse().ok()?;
        Some(match self.operator {
            "<" => own < limit,
            "<=" => own <= limit,
            ">" => own > limit,
            ">=" => own >= limit,
            _ => own == limit,
        })
    }
}

fn number(n: u64) -> f64 {
    n as f64
}

fn term() -> impl Strategy<Value = Term> {
    let words = prop::sample::select(vec![
        "add", "gelu", "encoder", "layers.1", "0", "INT8", "linear", "e", "norm", "_1", "no such",
    ]);
    let verdicts =
        prop::sample::select(vec!["quantized", "fused", "float", "rejected", "unmatched"]);
    let fields = prop::sample::select(vec!["", "name", "op", "class", "output"]);
    let paths = prop::sample::select(vec!["encoder", "encoder.layers.1", "encoder.layers", "e"]);
    let sizes = (prop::sample::select(vec!["macs", "params"]), 0_u32..40_000);
    let operators = prop::sample::select(vec!["<", "<=", ">", ">=", ":", "="]);
    let plain = prop_oneof![
        (fields, words).prop_map(|(field, value)| (field, value.to_owned())),
        verdicts.prop_map(|it| ("verdict", it.to_owned())),
        paths.prop_map(|it| ("module", it.to_owned())),
    ];
    let plain =
        plain.prop_map(|(field, value)| (field, if field.is_empty() { "" } else { ":" }, value));
    let sized = (sizes, operators).prop_map(|((field, n), it)| (field, it, n.to_string()));
    (any::<bool>(), prop_oneof![3 => plain, 1 => sized]).prop_map(
        |(is_negated, (field, operator, value))| Term { is_negated, field, operator, value },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 64, ..ProptestConfig::default() })]

    /// The filter finds what a plain evaluator finds.
    #[test]
    fn it_agrees_with_a_plain_evaluator(terms in prop::collection::vec(term(), 0..4)) {
        let analysis = exporter("tiny_transformer.mixed");
        let text = terms.iter().map(Term::text).collect::<Vec<_>>().join(" ");
        let records = analysis.records(QSpec::full).enumerate();
        let expected = records.filter(|(node_idx, record)| {
            terms.iter().all(|it| it.holds(&analysis, *node_idx, record) == Some(!it.is_negated))
        });
        let expected: Vec<String> = expected.map(|it| it.1.name).collect();
        prop_assert_eq!(found(&analysis, &text), expected, "{}", text);
    }

    /// Any text is read, or is an error that points into it.
    #[test]
    fn any_filter(text in "[-a-z:<>=\"0-9.é ]{0,24}|\\PC{0,16}") {
        match Filter::parse(&text, &["sqnr"]) {
            Ok(filter) => {
                let analysis = exporter("mlp_mixed.mixed");
                let matcher = filter.matcher(&analysis);
                let n_found = (0..20).filter(|it| matcher.matches(*it).is_some()).count();
                prop_assert!(n_found <= analysis.nodes().len());
            }
            Err(error) => prop_assert!(text.get(error.range).is_some_and(|it| !it.is_empty())),
        }
    }
}
