//! The JSON Schema: it matches the types, and accepts or refuses documents.

use crate::common::{read, real_reports};
use jsonschema::Validator;
use qspect_core::{Report, parse, write};
use serde_json::{Value, json};

/// The checked-in JSON Schema is the one of the types. `UPDATE_EXPECT=1 cargo test` renews it.
#[cfg(feature = "schema")]
#[test]
fn schema_is_up_to_date() {
    let schema =
        serde_json::to_string_pretty(&qspect_core::report::schema::schema()).expect("JSON");
    expect_test::expect_file!["../../report.schema.json"].assert_eq(&(schema + "\n"));
}

fn validator() -> Validator {
    let schema: Value =
        serde_json::from_str(include_str!("../../report.schema.json")).expect("JSON");
    jsonschema::validator_for(&schema).expect("a schema")
}

/// A report with every field of version 1, as that version writes it.
const VERSION_1: &str = include_str!("../reports/format/version-1.json");

fn to_value(report: &Report) -> Value {
    serde_json::from_str(&write::json(report).expect("JSON")).expect("JSON")
}

#[track_caller]
fn assert_valid(validator: &Validator, document: &Value, name: &str) {
    let errors: Vec<_> =
        validator.iter_errors(document).map(|it| format!("{}: {it}", it.instance_path())).collect();
    assert!(errors.is_empty(), "{name}: {errors:#?}");
}

#[test]
fn real_reports_are_valid() {
    let validator = validator();
    let mut all = Vec::new();
    for real in real_reports() {
        all.push(to_value(&real.read()));
        assert_valid(&validator, &all[all.len() - 1], &real.name);
    }
    assert_valid(&validator, &Value::from(all), "an array of all");
}

/// Whatever comes later: this file is read for ever, and without loss.
#[test]
fn version_1_is_valid_and_read() {
    let document: Value = serde_json::from_str(VERSION_1).expect("JSON");
    assert_valid(&validator(), &document, "version-1.json");
    let report = read("version-1.json", VERSION_1.as_bytes());
    assert_eq!(to_value(&report), document);
    assert!(!format!("{report:?}").contains("Some({"), "a field is unknown: {report:#?}");
}

/// The document with another value at `pointer`; with `null` for a value, the field is left out.
#[track_caller]
fn changed(pointer: &str, value: Value) -> Value {
    let mut document: Value = serde_json::from_str(VERSION_1).expect("JSON");
    let (parent, field) = pointer.rsplit_once('/').expect("a pointer");
    match document.pointer_mut(parent).expect("a place in the document") {
        Value::Object(fields) if value.is_null() => drop(fields.remove(field).expect("a field")),
        Value::Object(fields) => drop(fields.insert(field.to_owned(), value)),
        Value::Array(items) => items[field.parse::<usize>().expect("an index")] = value,
        other => panic!("no field in {other}"),
    }
    document
}

/// A wrong document is neither valid nor read.
#[track_caller]
fn check_invalid(document: &Value) {
    assert!(!validator().is_valid(document), "valid: {document:#}");
    assert!(parse("run.json", document.to_string().as_bytes()).is_err(), "read: {document:#}");
}

#[test]
fn wrong_documents_are_invalid() {
    for document in [json!({}), json!([]), json!([{}]), json!(null), json!("text"), json!([[]])] {
        check_invalid(&document);
    }
    let node = "/quantizers/0/accepted_patterns/0/nodes/0";
    let qspec =
        |input_idx: usize, field: &str| format!("{node}/input_qspec_map/{input_idx}/qspec/{field}");
    for (pointer, value) in [
        ("/format", json!(null)),
        ("/format", json!("sarif")),
        ("/version", json!(null)),
        ("/version", json!(0)),
        ("/version", json!(2)),
        ("/version", json!("1")),
        ("/report_title", json!(null)),
        ("/report_title", json!(3)),
        ("/quantizers", json!(null)),
        ("/quantizers", json!({})),
        ("/producer/name", json!(null)),
        ("/producer/packages/torch", json!(2.15)),
        ("/quantizers/0/quantizer_info", json!(null)),
        ("/quantizers/0/quantizer_info/name", json!(["Q"])),
        ("/quantizers/0/counts", json!({ "accepted": 1 })),
        ("/quantizers/0/rejected_patterns/0/node_names", json!("sin")),
        ("/non_annotated_nodes", json!(-1)),
        ("/non_annotated_nodes", json!([1])),
        (&format!("{node}/name"), json!(null)),
        (&format!("{node}/output_qspec"), json!("INT8")),
        (&format!("{node}/output_qspec"), json!({ "dtype": "torch.int8" })),
        (&format!("{node}/input_qspec_map/0/node"), json!(null)),
        (&qspec(0, "type"), json!(null)),
        (&qspec(0, "dtype"), json!(null)),
        (&qspec(0, "dtype"), json!(8)),
        (&qspec(0, "quant_min"), json!(0.5)),
        (&qspec(0, "is_dynamic"), json!("False")),
        (&qspec(2, "derived_from"), json!(null)),
        (&qspec(2, "derived_from"), json!([1])),
        (&qspec(2, "derived_from"), json!({ "tuple": [] })),
        ("/graph/nodes/0/op", json!(null)),
        ("/graph/nodes/0/shape", json!([1.5])),
        ("/graph/nodes/1/module_stack/0/type", json!(null)),
        ("/graph/nodes/1/metrics/sqnr", json!("31.2")),
    ] {
        check_invalid(&changed(pointer, value));
    }
}

/// What a newer version adds is neither an error nor lost.
#[test]
fn unknown_fields_are_valid_and_kept() {
    let node = "/quantizers/0/accepted_patterns/0/nodes/0";
    for parent in [
        "",
        "/producer",
        "/quantizers/0",
        "/quantizers/0/quantizer_info",
        "/quantizers/0/accepted_patterns/0",
        "/quantizers/0/rejected_patterns/0",
        node,
        &format!("{node}/input_qspec_map/0"),
        &format!("{node}/input_qspec_map/0/qspec"),
        &format!("{node}/input_qspec_map/2/qspec"),
        "/graph",
        "/graph/nodes/0",
        "/graph/nodes/1/annotation",
        "/graph/nodes/1/module_stack/0",
    ] {
        let document = changed(&format!("{parent}/new"), json!({ "a": [1, null] }));
        assert_valid(&validator(), &document, parent);
        let report = read("run.json", document.to_string().as_bytes());
        assert_eq!(to_value(&report), document, "{parent}");
    }
}
