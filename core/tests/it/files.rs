//! What the user reads when a file is not a report, or only a part of it can be read.

use crate::common::outcome::{REPORT, check, line};
use cpu_time::ThreadTime;
use expect_test::expect;
use qspect_core::{Level, parse, write};

#[test]
fn empty_files() {
    check(
        ["", " \n\t\n", "\u{feff}"],
        expect![[r#"
        run.json: the file is empty
        hint: was it written before the run ended? A report is written when the run ends
        run.json: the file is empty
        hint: was it written before the run ended? A report is written when the run ends
        run.json: the file is empty
        hint: was it written before the run ended? A report is written when the run ends
    "#]],
    );
}

#[test]
fn not_text() {
    let contents: [&[u8]; 6] = [
        b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0\x3e\0",
        b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
        b"\x1f\x8b\x08\0\0\0\0\0\0\x03",
        b"PK\x03\x04\x14\0\0\0\x08\0",
        b"\xff\xfe{\0",
        b"\xff\xfe\0\xd8{",
    ];
    check(
        contents,
        expect![[r#"
        run.json: not text: byte 0x00 at offset 7
        hint: a report is JSON or a log's text; is this the right file?
        run.json: not text: byte 0x89 at offset 0
        hint: a report is JSON or a log's text; is this the right file?
        run.json: not text: byte 0x8B at offset 1
        hint: this is gzip: unpack it first (`gunzip`)
        run.json: not text: byte 0x00 at offset 5
        hint: this is a zip archive: unpack it first (`unzip`)
        run.json:1:1: the JSON ends before it is complete
        hint: the file is cut off: was it still being written, or not copied to its end?
        run.json: no quantization report in this text
        hint: ExecuTorch's reports stand between rules of 100 dashes; was the logger at INFO or DEBUG level?
    "#]],
    );
}

#[test]
fn text_without_a_report() {
    check(
        ["INFO:root:done\n".into(), "x".repeat(100_000), "-".repeat(100), "-".repeat(100_000)],
        expect![[r#"
            run.json: no quantization report in this text
            hint: ExecuTorch's reports stand between rules of 100 dashes; was the logger at INFO or DEBUG level?
            run.json: no quantization report in this text
            hint: ExecuTorch's reports stand between rules of 100 dashes; was the logger at INFO or DEBUG level?
            run.json: no quantization report in this text
            hint: ExecuTorch's reports stand between rules of 100 dashes; was the logger at INFO or DEBUG level?
            run.json: no quantization report in this text
            hint: ExecuTorch's reports stand between rules of 100 dashes; was the logger at INFO or DEBUG level?
        "#]],
    );
}

#[test]
fn one_bad_report_per_line() {
    let (a, b) = (line("a"), line("b"));
    let bad = line("bad").replace("[]", "[{}]");
    check(
        [
            format!("{a}\n\n{b}\n"),
            format!("{a}\n\n{bad}\n{b}\n"),
            format!("{a}\nDone.\n"),
            format!("{bad}\n{a}\n"),
            format!("{bad}\n{bad}\n"),
            format!("{a}\n{}", &bad[..50]),
        ],
        expect![[r#"
            reports: ["a", "b"]
                incomplete: the nodes without an annotation are not listed
                incomplete: the nodes without an annotation are not listed
            reports: ["a", "b"]
                incomplete: the nodes without an annotation are not listed
                incomplete: the nodes without an annotation are not listed
                line 3: left out: missing field `quantizer_info` (at `quantizers[0]`)
            reports: ["a"]
                incomplete: the nodes without an annotation are not listed
                line 2: left out: not JSON: expected value
            reports: ["a"]
                incomplete: the nodes without an annotation are not listed
                line 1: left out: missing field `quantizer_info` (at `quantizers[0]`)
            run.json:1:75: missing field `quantizer_info` (at `quantizers[0]`)
            hint: was this file written by the qspect exporter?
            reports: ["a"]
                incomplete: the nodes without an annotation are not listed
                line 2: left out: the JSON ends before it is complete (at `version`)
        "#]],
    );
}

#[test]
fn one_bad_report_in_an_array() {
    let (a, b) = (line("a"), line("b"));
    let bad = line("bad").replace("[]", "[{}]");
    check(
        [
            format!("[\n{a},\n  {bad},\n{b}]"),
            format!(" [{a} , {bad}]"),
            format!("[\n{bad},\n{bad}]"),
            format!("[{a}, {{}}, 3 , \"]\", {b}]"),
            format!("[{a},]"),
            format!("[\n{a},\n{}", &b[..50]),
            format!("[\n{bad},\n{}", &b[..50]),
            format!("[\n{}", &b[..50]),
        ],
        expect![[r#"
            reports: ["a", "b"]
                incomplete: the nodes without an annotation are not listed
                incomplete: the nodes without an annotation are not listed
                line 3: left out: missing field `quantizer_info` (at `[1].quantizers[0]`)
            reports: ["a"]
                incomplete: the nodes without an annotation are not listed
                line 1: left out: missing field `quantizer_info` (at `[1].quantizers[0]`)
            run.json:2:75: missing field `quantizer_info` (at `[0].quantizers[0]`)
            hint: was this file written by the qspect exporter?
            reports: ["a", "b"]
                incomplete: the nodes without an annotation are not listed
                incomplete: the nodes without an annotation are not listed
                line 1: left out: no `format`, expected "qspect-report" (at `[1]`)
                line 1: left out: invalid type: integer `3`, expected a report object (at `[2]`)
                line 1: left out: invalid type: string "]", expected a report object (at `[3]`)
            reports: ["a"]
                incomplete: the nodes without an annotation are not listed
                line 1: left out: not JSON: expected value
            reports: ["a"]
                incomplete: the nodes without an annotation are not listed
                line 3: left out: the JSON ends before it is complete (at `[1].version`)
            run.json:2:75: missing field `quantizer_info` (at `[0].quantizers[0]`)
            hint: was this file written by the qspect exporter?
            run.json:2:50: the JSON ends before it is complete (at `[0].version`)
            hint: the file is cut off: was it still being written, or not copied to its end?
        "#]],
    );
}

#[test]
fn deep_nesting() {
    let arrays = |n: usize| "[".repeat(n) + &"]".repeat(n);
    let objects = |n: usize| "{\"a\":".repeat(n) + "1" + &"}".repeat(n);
    let unknown = |value: String| line("deep").replace("[]", &format!("[],\"new\":{value}"));
    let shared = |nodes: String| {
        let shared = "{\"type\": \"SharedQuantizationSpec\", \"edge_or_node\": NODES}";
        REPORT.replace("null", &shared.replace("NODES", &nodes))
    };
    check(
        [
            unknown(arrays(100)),
            unknown(arrays(200)),
            unknown(objects(100)),
            unknown(objects(200)),
            shared(arrays(100)),
            shared(arrays(200)),
            arrays(100),
            arrays(100_000),
            objects(100),
            objects(100_000),
        ],
        expect![[r#"
            reports: ["deep"]
                incomplete: the nodes without an annotation are not listed
            run.json:1:209: nested more than 127 levels deep
            hint: no report is nested like that; was this file written by the qspect exporter?
            reports: ["deep"]
                incomplete: the nodes without an annotation are not listed
            run.json:1:713: nested more than 127 levels deep
            hint: no report is nested like that; was this file written by the qspect exporter?
            reports: ["T"]
            run.json:7:193: nested more than 127 levels deep
            hint: no report is nested like that; was this file written by the qspect exporter?
            run.json:1:2: invalid type: sequence, expected a report object (at `[0]`)
            hint: was this file written by the qspect exporter?
            run.json:1:2: invalid type: sequence, expected a report object (at `[0]`)
            hint: was this file written by the qspect exporter?
            run.json:1:1: no `format`, expected "qspect-report"
            hint: is this a quantization report? Write one with the qspect exporter
            run.json:1:1: no `format`, expected "qspect-report"
            hint: is this a quantization report? Write one with the qspect exporter
        "#]],
    );
}

#[test]
fn long_titles() {
    let titled = |n_chars: usize| {
        let json = line(&"é".repeat(n_chars));
        parse("run.json", json.as_bytes()).expect("a report").reports.remove(0)
    };
    assert!(write::text(&titled(99), Level::Debug).is_ok());
    let error = write::text(&titled(100), Level::Debug).expect_err("a title too long");
    expect!["the report's title has 100 characters; ExecuTorch prints titles of at most 99 (hint: shorten `report_title`)"].assert_eq(&error.to_string());
    assert!(write::json(&titled(100)).is_ok());
}

#[test]
fn damaged_logs() {
    let rule = "-".repeat(100);
    let head = format!("{rule}\n{:^100}\n{rule}\n", "T");
    let section = "Q using all\nAnnotating with C\nSupported operators … defined by None\n"
        .replace('…', "and patterns");
    let counts = |n_accepted: usize| {
        format!(
            "   Accepted nodes: {n_accepted}\n   Rejected due to previous annotation: 0\n   \
             Rejected nodes: 0\n\n"
        )
    };
    let (one, two) = (counts(1), counts(2));
    let table = "   NODE NAME    INPUT QSPEC MAP    OUTPUT QSPEC MAP
   -----------  -----------------  ------------------
   a                               None\n";
    let end = format!("{rule}\nNon annotated nodes:\n    x\n{rule}\n");
    check(
        [
            // A stray byte of another tool.
            [b"start\nd\xe9but\n", format!("{head}Non annotated nodes: 3\n{rule}").as_bytes()]
                .concat(),
            // Zeros where a log was rotated, and a progress bar beside a stray byte.
            [b"start\n\0\0\n", format!("{head}Non annotated nodes: 3\n{rule}").as_bytes()].concat(),
            [
                "█".repeat(200).as_bytes(),
                b"\xff\n",
                format!("{head}Non annotated nodes: 3\n{rule}").as_bytes(),
            ]
            .concat(),
        ],
        expect![[r#"
            reports: ["T"]
                line 2: 1 byte is not UTF-8 and reads as �; the first one is here
            reports: ["T"]
                line 2: 2 NUL bytes in this text; the first one is here
            reports: ["T"]
                line 1: 1 byte is not UTF-8 and reads as �; the first one is here
        "#]],
    );
    check(
        [
            // The log ends in the middle.
            format!("{head}{section}"),
            format!("{head}{section}{one}{table}{rule}\nNon annotated nodes:\n    x\n"),
            // Lines are lost, or others come between.
            format!("{head}{section}{two}{table}{end}"),
            format!("{head}{section}{table}{end}"),
            format!("{head}Annotating with C\n{one}{table}{end}"),
            format!("{head}{section}{one}{table}oops\n{end}"),
            format!("{head}Non annotated nodes: 3oops\n{rule}\n"),
            // The beginning is lost, or the title.
            format!("{section}{one}{table}{end}"),
            format!("{rule}\nsome\nlog\n{rule}\n{section}{one}{table}{end}"),
        ],
        expect![[r#"
            reports: ["T"]
                incomplete: line 1: the nodes without an annotation are not listed
                incomplete: line 4: quantizer 1 lacks lines of its counts
            reports: ["T"]
                incomplete: line 16: the report ends without its last rule
            reports: ["T"]
                incomplete: quantizer 1 counts 2 accepted nodes and lists 1
            reports: ["T"]
                incomplete: line 4: quantizer 1 lacks lines of its counts
            reports: ["T"]
                incomplete: line 4: quantizer 1 lacks the line `… using …`
                incomplete: line 4: quantizer 1 lacks the line `Supported operators and patterns …`
            reports: ["T"]
                incomplete: line 14: quantizer 1: a row of the table cannot be read
            reports: ["T"]
                incomplete: line 1: the report ends below its title
                incomplete: the nodes without an annotation are not listed
            reports: [""]
                incomplete: line 11: the beginning of the report is lost, and with it its title
            reports: [""]
                incomplete: line 1: the title of the report cannot be distinguished from other lines
        "#]],
    );
}

/// A log whose first line could be JSON is a log all the same.
#[test]
fn logs_that_begin_like_json() {
    let rule = "-".repeat(100);
    let report = format!("{rule}\n{:^100}\n{rule}\nNon annotated nodes: 3\n{rule}\n", "T");
    check(
        ["{'batch_size': 8}", "{\"lr\": 0.1}", "[{\"a\": 1}]", "[]", "[", "{"]
            .map(|first| format!("{first}\n{report}")),
        expect![[r#"
            reports: ["T"]
            reports: ["T"]
            reports: ["T"]
            reports: ["T"]
            reports: ["T"]
            reports: ["T"]
        "#]],
    );
}

/// Four times the text takes four times as long, not sixteen times, whatever stands around a rule.
#[test]
fn hostile_logs_are_read_in_linear_time() {
    let rule = "-".repeat(100);
    let texts: [fn(&str, usize) -> String; 3] = [
        |rule, n| format!("{}{rule}\n{}", " ".repeat(n), "\n".repeat(n)),
        |rule, n| format!("{rule}\n{}", "\n".repeat(10 * n)),
        |rule, n| format!("{rule}\n{}", "INFO: step\n".repeat(n)),
    ];
    for (text_idx, text) in texts.iter().enumerate() {
        let ms = |n: usize| {
            let text = text(&rule, n);
            let start = ThreadTime::now();
            assert!(qspect_core::parse("run.log", text.as_bytes()).is_err());
            start.elapsed().as_millis()
        };
        let (short, long) = (ms(20_000), ms(80_000));
        // Slow machines get time; a square would take minutes here.
        assert!(long < 12 * short.max(50), "text {text_idx}: {short} ms, then {long} ms");
    }
}
