//! What the user reads when a report in JSON is not what it should be.

use crate::common::outcome::{REPORT, check, line};
use expect_test::{Expect, expect};
use qspect_core::{ParseErrorKind, parse, unpack};

/// [`REPORT`] with the first of a pair replaced by the second.
#[track_caller]
fn check_changed<const N: usize>(changes: [(&str, &str); N], expected: Expect) {
    let changed = changes.map(|(from, to)| {
        assert!(REPORT.contains(from), "{from} is not in the report");
        REPORT.replacen(from, to, 1)
    });
    check(changed, expected);
}

#[test]
fn whole_report() {
    check(
        [REPORT, &line("U")],
        expect![[r#"
            reports: ["T"]
            reports: ["U"]
                incomplete: the nodes without an annotation are not listed
        "#]],
    );
}

#[test]
fn truncated_json() {
    let ends = ["{", "\"version\": ", "\"T", "\"QuantizationSpec\"", "\"s0\"", "] }\n"];
    let cut_off = ends.map(|end| {
        let at = REPORT.rfind(end).expect("in the report") + end.len();
        &REPORT[..at]
    });
    check(
        cut_off,
        expect![[r#"
            run.json:11:53: the JSON ends before it is complete (at `graph.nodes[0].metrics`)
            hint: the file is cut off: was it still being written, or not copied to its end?
            run.json:2:40: the JSON ends before it is complete (at `version`)
            hint: the file is cut off: was it still being written, or not copied to its end?
            run.json:2:61: the JSON ends before it is complete (at `report_title`)
            hint: the file is cut off: was it still being written, or not copied to its end?
            run.json:6:58: the JSON ends before it is complete (at `quantizers[0].accepted_patterns[0].nodes[0].input_qspec_map[0].qspec.type`)
            hint: the file is cut off: was it still being written, or not copied to its end?
            run.json:11:38: the JSON ends before it is complete (at `graph.nodes[0].shape[1]`)
            hint: the file is cut off: was it still being written, or not copied to its end?
            run.json:12:1: the JSON ends before it is complete (at `graph`)
            hint: the file is cut off: was it still being written, or not copied to its end?
        "#]],
    );
    check(
        [format!("[{REPORT}, ")],
        expect![[r#"
            reports: ["T"]
                line 12: left out: the JSON ends before it is complete (at `[1]`)
        "#]],
    );
}

#[test]
fn not_json() {
    check_changed(
        [
            ("\"format\"", "format"),
            ("\"C\" },", "\"C\" }"),
            ("31.2", "NaN"),
            ("31.2", "31.2e999"),
            ("\"inputs\"", "'inputs'"),
            ("] }\n}", "] }\n} trailing"),
        ],
        expect![[r#"
            run.json:2:3: not JSON: key must be a string
            hint: this looks like JSON but does not parse; write reports with the qspect exporter
            run.json:5:5: not JSON: expected `,` or `}` (at `quantizers[0].quantizer_info`)
            hint: this looks like JSON but does not parse; write reports with the qspect exporter
            run.json:11:63: not JSON: expected value (at `graph.nodes[0].metrics.sqnr`)
            hint: JSON has no NaN and no Infinity, though Python's json writes them: write null
            run.json:11:70: not JSON: number out of range (at `graph.nodes[0].metrics.sqnr`)
            hint: this looks like JSON but does not parse; write reports with the qspect exporter
            run.json:11:5: not JSON: key must be a string (at `graph.nodes[0].target`)
            hint: this looks like JSON but does not parse; write reports with the qspect exporter
            reports: ["T"]
                line 12: left out: not JSON: expected value
        "#]],
    );
}

#[test]
fn wrong_types() {
    check_changed(
        [
            ("\"Q\"", "3"),
            ("\"T\"", "null"),
            ("[\"relu\"]", "\"relu\""),
            ("[\"relu\"]", "[{}]"),
            ("\"output_qspec\": null", "\"output_qspec\": \"INT8\""),
            ("\"torch.int8\"", "8"),
            ("\"torch.int8\"", "\"torch.int8\", \"quant_min\": \"-128\""),
            ("\"torch.int8\"", "\"torch.int8\", \"quant_min\": 1e30"),
            ("\"quantizers\": [", "\"non_annotated_nodes\": -1, \"quantizers\": ["),
            ("\"s0\"", "1.5"),
            ("31.2", "\"31.2\""),
            ("\"graph\": {", "\"graph\": ["),
        ],
        expect![[r#"
            run.json:4:33: invalid type: integer `3`, expected a string (at `quantizers[0].quantizer_info.name`)
            hint: was this file written by the qspect exporter?
            run.json:2:63: invalid type: null, expected a string (at `report_title`)
            hint: was this file written by the qspect exporter?
            run.json:8:48: invalid type: string "relu", expected a sequence (at `quantizers[0].rejected_patterns[0].node_names`)
            hint: was this file written by the qspect exporter?
            run.json:8:43: invalid type: map, expected a string (at `quantizers[0].rejected_patterns[0].node_names[0]`)
            hint: was this file written by the qspect exporter?
            run.json:7:28: invalid type: string "INT8", expected a qspec object with `type`, or null (at `quantizers[0].accepted_patterns[0].nodes[0].output_qspec`)
            hint: was this file written by the qspect exporter?
            run.json:6:70: invalid type: integer `8`, expected a string (at `quantizers[0].accepted_patterns[0].nodes[0].input_qspec_map[0].qspec.dtype`)
            hint: was this file written by the qspect exporter?
            run.json:6:102: invalid type: string "-128", expected i64 (at `quantizers[0].accepted_patterns[0].nodes[0].input_qspec_map[0].qspec.quant_min`)
            hint: was this file written by the qspect exporter?
            run.json:6:100: invalid type: floating point `1e+30`, expected i64 (at `quantizers[0].accepted_patterns[0].nodes[0].input_qspec_map[0].qspec.quant_min`)
            hint: was this file written by the qspect exporter?
            run.json:3:27: invalid type: integer `-1`, expected a list of node names, or the number of nodes where the source has no more (at `non_annotated_nodes`)
            hint: was this file written by the qspect exporter?
            run.json:11:37: invalid type: floating point `1.5`, expected a size or the name of a symbolic one (at `graph.nodes[0].shape[1]`)
            hint: was this file written by the qspect exporter?
            run.json:11:68: invalid type: string "31.2", expected f64 (at `graph.nodes[0].metrics.sqnr`)
            hint: was this file written by the qspect exporter?
            run.json:10:11: invalid type: sequence, expected a graph object (at `graph`)
            hint: was this file written by the qspect exporter?
        "#]],
    );
}

#[test]
fn missing_fields() {
    check_changed(
        [
            ("\"report_title\": \"T\",", ""),
            ("\"name\": \"Q\", ", ""),
            ("\"node\": \"x\", ", ""),
            (", \"qspec\": { \"type\": \"QuantizationSpec\", \"dtype\": \"torch.int8\" }", ""),
            ("\"type\": \"QuantizationSpec\", ", ""),
            ("\"op\": \"call_function\", ", ""),
        ],
        expect![[r#"
            run.json:12:1: missing field `report_title`
            hint: was this file written by the qspect exporter?
            run.json:4:83: missing field `name` (at `quantizers[0].quantizer_info`)
            hint: was this file written by the qspect exporter?
            run.json:6:72: missing field `node` (at `quantizers[0].accepted_patterns[0].nodes[0].input_qspec_map[0]`)
            hint: was this file written by the qspect exporter?
            run.json:6:21: missing field `qspec` (at `quantizers[0].accepted_patterns[0].nodes[0].input_qspec_map[0]`)
            hint: was this file written by the qspect exporter?
            run.json:6:55: missing field `type` (at `quantizers[0].accepted_patterns[0].nodes[0].input_qspec_map[0].qspec`)
            hint: was this file written by the qspect exporter?
            run.json:11:70: missing field `op` (at `graph.nodes[0]`)
            hint: was this file written by the qspect exporter?
        "#]],
    );
}

#[test]
fn other_formats() {
    check(
        ["{}", "[]", "[1]", "[{}]", "[[]]", "null", "\"T\""],
        expect![[r#"
        run.json:1:1: no `format`, expected "qspect-report"
        hint: is this a quantization report? Write one with the qspect exporter
        run.json: an array without a report
        hint: was the run over before a quantizer reported?
        run.json: no quantization report in this text
        hint: ExecuTorch's reports stand between rules of 100 dashes; was the logger at INFO or DEBUG level?
        run.json:1:2: no `format`, expected "qspect-report" (at `[0]`)
        hint: is this a quantization report? Write one with the qspect exporter
        run.json:1:2: invalid type: sequence, expected a report object (at `[0]`)
        hint: was this file written by the qspect exporter?
        run.json: no quantization report in this text
        hint: ExecuTorch's reports stand between rules of 100 dashes; was the logger at INFO or DEBUG level?
        run.json: no quantization report in this text
        hint: ExecuTorch's reports stand between rules of 100 dashes; was the logger at INFO or DEBUG level?
    "#]],
    );
    check_changed(
        [
            ("qspect-report", "sarif"),
            ("\"qspect-report\"", "3"),
            ("\"format\": \"qspect-report\",", ""),
        ],
        expect![[r#"
            run.json:1:1: `format` is "sarif", expected "qspect-report"
            hint: this is another tool's JSON; write reports with the qspect exporter
            run.json:1:1: `format` is 3, expected "qspect-report"
            hint: this is another tool's JSON; write reports with the qspect exporter
            run.json:1:1: no `format`, expected "qspect-report"
            hint: is this a quantization report? Write one with the qspect exporter
        "#]],
    );
}

#[test]
fn other_versions() {
    let version = "\"version\": 1";
    check_changed(
        [
            ("\"version\": 1,", ""),
            (version, "\"version\": 0"),
            (version, "\"version\": 2"),
            (version, "\"version\": -1"),
            (version, "\"version\": 1.0"),
            (version, "\"version\": \"1\""),
            (version, "\"version\": null"),
            // A newer version may have changed any field; its number is what matters.
            ("\"version\": 1, \"report_title\": \"T\"", "\"version\": 2, \"title\": {}"),
        ],
        expect![[r#"
            run.json:1:1: no `version`, expected 1
            hint: was this file written by the qspect exporter?
            run.json:1:1: `version` is 0, expected 1
            hint: was this file written by the qspect exporter?
            run.json:1:1: version 2 of the format, but this Qspect reads up to version 1
            hint: open it with a newer Qspect
            run.json:1:1: `version` is -1, expected 1
            hint: was this file written by the qspect exporter?
            run.json:1:1: `version` is 1.0, expected 1
            hint: was this file written by the qspect exporter?
            run.json:1:1: `version` is "1", expected 1
            hint: was this file written by the qspect exporter?
            run.json:1:1: `version` is None, expected 1
            hint: was this file written by the qspect exporter?
            run.json:1:1: version 2 of the format, but this Qspect reads up to version 1
            hint: open it with a newer Qspect
        "#]],
    );
    let first = line("first");
    let two = line("second").replace("\"version\":1", "\"version\":2").replace("[]", "{}");
    check(
        [format!("[{first}, {two}]"), format!("{first}\n{two}\n")],
        expect![[r#"
            reports: ["first"]
                incomplete: the nodes without an annotation are not listed
                line 1: left out: version 2 of the format, but this Qspect reads up to version 1 (at `[1]`)
            reports: ["first"]
                incomplete: the nodes without an annotation are not listed
                line 2: left out: version 2 of the format, but this Qspect reads up to version 1
        "#]],
    );
}

/// As Python's `json` reads them: the last one counts.
#[test]
fn duplicate_keys() {
    check_changed(
        [("\"T\"", "\"T\", \"report_title\": \"U\"")],
        expect![[r#"
        reports: ["U"]
    "#]],
    );
}

#[test]
fn each_error_has_a_kind() {
    let newer = REPORT.replacen("\"version\": 1", "\"version\": 2", 1);
    for (bytes, expected) in [
        (&b""[..], ParseErrorKind::NoReport),
        (b"no report", ParseErrorKind::NoReport),
        (b"\x00\x01\x02", ParseErrorKind::NotText),
        (br#"{"format": "qspect-report",}"#, ParseErrorKind::NotJson),
        (b"{", ParseErrorKind::Truncated),
        (b"{}", ParseErrorKind::NoReport),
        (br#"{"format": "qspect-report"}"#, ParseErrorKind::InvalidReport),
        (newer.as_bytes(), ParseErrorKind::NewerVersion),
    ] {
        let error = parse("run.json", bytes).expect_err("an error");
        assert_eq!(error.kind, expected, "{error}");
    }
    let cut_off = unpack("a.zip", b"PK\x03\x04").next().expect("an error").content;
    assert_eq!(cut_off.expect_err("an error").kind, ParseErrorKind::Archive);
}
