//! Reports that are redacted together: a name gets one word in all of them.

use std::collections::BTreeMap;

use proptest::prelude::*;
use qspect_core::analysis::NodeIndex;
use qspect_core::{Redaction, Report};
use serde_json::{Value, json};

use crate::common::build;
use crate::redact::few_names;

/// A name that another report has gets one word in the texts of both, wherever it stands there.
#[test]
fn a_name_of_another_report_is_known_in_texts() {
    let base = build::report(json!([]), json!({ "model": null, "report_title": "acme_7 x" }));
    let node = |fields: Value| {
        let mut node = json!({
            "name": "a", "op": "call_function", "target": "aten.relu.default", "inputs": []
        });
        node.as_object_mut().expect("fields").extend(fields.as_object().cloned().expect("fields"));
        build::report(json!([]), json!({ "graph": { "nodes": [node] } }))
    };
    let places = [
        json!({ "name": "acme_7" }),
        json!({ "target": "acme_7.default" }),
        json!({ "module_stack": [{ "path": "acme_7", "type": "Acme" }] }),
        json!({ "module_stack": [{ "path": "m", "type": "acme_7" }] }),
        json!({ "outputs": [{ "type": "acme_7" }] }),
        json!({ "outputs": [{ "shape": ["acme_7"], "dtype": "torch.int8" }] }),
    ];
    for place in places {
        let head = node(place.clone());
        let mut redaction = Redaction::default();
        redaction.learn(&base);
        redaction.learn(&head);
        let before = redaction.redact(&base).report_title;
        redaction.redact(&head);
        assert_eq!(redaction.redact(&base).report_title, before, "{place}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// One word stands for one name, in whichever report it is.
    #[test]
    fn reports_stay_comparable(base in few_names().report(true), head in few_names().report(true)) {
        let mut redaction = Redaction::default();
        redaction.learn(&base);
        redaction.learn(&head);
        let (mut word_of, mut name_of) = (BTreeMap::new(), BTreeMap::new());
        for report in [&base, &head, &base] {
            let redacted = redaction.redact(report);
            let (nodes, new) = (NodeIndex::of(report), NodeIndex::of(&redacted));
            for (node, new) in nodes.iter().zip(new.iter()) {
                let (name, word) = (node.name.clone(), new.name.clone());
                prop_assert_eq!(word_of.entry(name.clone()).or_insert(word.clone()), &word);
                prop_assert_eq!(name_of.entry(word).or_insert(name.clone()), &name);
            }
            let labels = |it: &Report| -> Vec<String> {
                it.quantizers.iter().map(|it| it.quantizer_info.qconfig_label.clone()).collect()
            };
            for (label, new) in labels(report).into_iter().zip(labels(&redacted)) {
                prop_assert_eq!(&*word_of.entry(label.into()).or_insert(new.as_str().into()), new.as_str());
            }
        }
    }
}
