//! Comparisons of random chains of nodes: what must hold for any two reports.

use crate::common::build;
use std::collections::BTreeMap;

use proptest::prelude::*;
use qspect_core::diff::ChangeKind;
use qspect_core::view::NodeRecord;
use qspect_core::{Analysis, Diff, QSpec, Report, Verdict};
use serde_json::{Value, json};

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
