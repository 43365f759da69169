//! Reports in logs: whatever a logger, a terminal or an issue does to the text, the reports in it
//! read the same.

use crate::common::{read, real_reports};
use expect_test::{Expect, expect};
use qspect_core::{Level, parse, write};
use serde_json::json;

fn log(name: &str) -> String {
    let path = format!("{}/tests/logs/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).expect("a file")
}

/// The log's reports, in order, each of which is printed again as it stands in the log.
#[track_caller]
fn check_log(name: &str, expected: Expect) {
    let log = log(name);
    let parsed = parse(name, log.as_bytes()).expect("reports");
    assert_eq!(parsed.warnings, []);
    let mut rest = log.as_str();
    let mut found = String::new();
    for report in &parsed.reports {
        let text = format!("\n{}\n", write::text(report, report.level()).expect("a title"));
        let start = rest.find(&text).unwrap_or_else(|| panic!("not in the log: {text}"));
        rest = &rest[start + text.len()..];
        let quantizers: Vec<_> =
            report.quantizers.iter().map(|it| it.quantizer_info.name.as_str()).collect();
        found += &format!(
            "{} at {:?} level by {quantizers:?}, pre-transform {:?}\n",
            report.report_title,
            report.level(),
            report.pre_transform_nodes,
        );
    }
    assert!(!rest.contains("Annotating with "), "a report is left in the log:\n{rest}");
    expected.assert_eq(&found);
}

#[test]
fn log_with_two_models_at_info_level() {
    check_log(
        "ds_cnn+resnet18.info.log",
        expect![[r#"
        FINAL QUANTIZATION REPORT at Info level by ["PatternQuantizer", "SharedQspecQuantizer"], pre-transform []
        QUANTIZATION REPORT at Info level by ["PatternQuantizer", "PatternQuantizer", "SharedQspecQuantizer"], pre-transform []
    "#]],
    );
}

#[test]
fn log_with_two_models_and_a_pre_transform_list() {
    check_log(
        "ds_cnn+mlp.debug.log",
        expect![[r#"
        FINAL QUANTIZATION REPORT at Debug level by ["PatternQuantizer", "SharedQspecQuantizer"], pre-transform []
        FINAL QUANTIZATION REPORT at Debug level by ["PatternQuantizer", "SharedQspecQuantizer"], pre-transform ["x", "linear", "gelu", "linear_1", "sigmoid", "linear_2", "sin", "output"]
    "#]],
    );
}

/// Every real report reads the same after `rewrite`.
#[track_caller]
fn check_rewritten(rewrite: impl Fn(&str) -> Vec<u8>) {
    for real in real_reports() {
        let rewritten = rewrite(&real.text);
        assert_ne!(rewritten, real.text.as_bytes(), "{} is not rewritten", real.name);
        let report = read(&real.name, &rewritten);
        assert!(report == real.read(), "{} reads differently: {report:#?}", real.name);
    }
}

/// Every line after `rewrite`, which knows the line's number.
fn each_line(text: &str, rewrite: impl Fn(usize, &str) -> String) -> Vec<u8> {
    let lines: Vec<_> =
        text.lines().enumerate().map(|(line_idx, line)| rewrite(line_idx, line)).collect();
    lines.join("\n").into_bytes()
}

#[test]
fn windows_line_ends() {
    check_rewritten(|text| text.replace('\n', "\r\n").into_bytes());
    // Written as text twice, and colours around them.
    check_rewritten(|text| text.replace('\n', "\r\r\n").into_bytes());
    check_rewritten(|text| text.replace('\n', "\r\x1b[0m\r\n").into_bytes());
}

/// A file that is cut off within the last line's end.
#[test]
fn half_a_line_end() {
    let rule = "-".repeat(100);
    let whole = format!("{rule}\r\nT\r\n{rule}\r\nQ using all\r\nAnnotating with C\r\n");
    let cut = &whole[..whole.len() - 1];
    assert_eq!(parse("run.log", cut.as_bytes()), parse("run.log", whole.as_bytes()));
}

#[test]
fn logger_prefix_on_every_line() {
    for prefix in ["INFO:root:", "DEBUG - qspect - ", "[rank0]: ", "| ", "模型: "] {
        check_rewritten(|text| each_line(text, |_, line| format!("{prefix}{line}")));
    }
}

#[test]
fn time_stamp_on_every_line() {
    // Numbers grow: first without padding, then padded to a width as in a kernel's log.
    check_rewritten(|text| {
        each_line(text, |line_idx, line| {
            let (minutes, seconds) = (line_idx / 60, line_idx % 60);
            format!("2026-05-11T9:{minutes}:{seconds:02}.{}Z ", line_idx * 997) + line
        })
    });
    check_rewritten(|text| {
        each_line(text, |line_idx, line| format!("[{:>7}.{line_idx:03}] {line}", line_idx * 7))
    });
}

#[test]
fn colours() {
    check_rewritten(|text| each_line(text, |_, line| format!("\x1b[1;32m{line}\x1b[0m")));
    // Bold and back, as `tput` writes it.
    check_rewritten(|text| each_line(text, |_, line| format!("\x1b[1m{line}\x1b(B\x1b[m")));
    check_rewritten(|text| {
        each_line(text, |line_idx, line| {
            let mut coloured: Vec<char> = line.chars().collect();
            let at = (line_idx * 13) % (coloured.len() + 1);
            coloured.splice(at..at, "\x1b[36m".chars());
            coloured.into_iter().collect::<String>() + "\x1b[m"
        })
    });
    check_rewritten(|text| {
        // A terminal's hyperlink.
        text.replace(" using ", "\x1b]8;;https://pytorch.org\x1b\\ using \x1b]8;;\x1b\\")
            .into_bytes()
    });
}

#[test]
fn indented_or_quoted() {
    for prefix in ["    ", "\t", "> ", "> > "] {
        check_rewritten(|text| each_line(text, |_, line| format!("{prefix}{line}")));
        check_rewritten(|text| {
            each_line(text, |_, line| format!("{prefix}{line}").trim_end().to_owned())
        });
    }
}

#[test]
fn no_white_space_at_line_ends() {
    check_rewritten(|text| each_line(text, |_, line| line.trim_end().to_owned()));
}

#[test]
fn byte_order_marks() {
    check_rewritten(|text| format!("\u{feff}{text}").into_bytes());
    let utf16 = |text: &str| format!("\u{feff}{text}").encode_utf16().collect::<Vec<u16>>();
    check_rewritten(|text| utf16(text).into_iter().flat_map(u16::to_le_bytes).collect());
    check_rewritten(|text| utf16(text).into_iter().flat_map(u16::to_be_bytes).collect());
}

#[test]
fn glued_to_other_text() {
    check_rewritten(|text| format!("loss: 0.25 {}", text.trim()).into_bytes());
    check_rewritten(|text| format!("{}loss: 0.25", text.trim()).into_bytes());
}

/// The rules of two reports then make one of 200 dashes.
#[test]
fn reports_without_a_newline_between() {
    let real = real_reports();
    let text: String = real.iter().map(|it| it.text.trim()).collect();
    let parsed = parse("all.log", text.as_bytes()).expect("reports");
    assert_eq!(parsed.warnings, []);
    assert_eq!(parsed.reports.len(), real.len());
    for (report, real) in parsed.reports.iter().zip(&real) {
        assert!(*report == real.read(), "{} reads differently", real.name);
    }
}

/// The line below a table's header may have as many dashes as a rule.
#[track_caller]
fn check_table(name: &str, entry: &str, output: &str) {
    let report = json!({
        "format": "qspect-report", "version": 1, "report_title": "WIDE", "non_annotated_nodes": [],
        "quantizers": [{
            "quantizer_info": {
                "name": "Q", "targeted_nodes_description": "all", "qconfig_label": "C",
            },
            "accepted_patterns": [{ "nodes": [
                { "name": name, "input_qspec_map": [{ "node": "x", "qspec": { "type": entry } }],
                  "output_qspec": { "type": output } },
            ] }],
            "rejected_patterns": [{ "node_names": ["a", "b"], "rejection_reason": "R" }],
        }],
    });
    let report = read("wide.json", report.to_string().as_bytes());
    let text = write::text(&report, Level::Debug).expect("a title");
    let read_again = read("wide.txt", text.as_bytes());
    assert_eq!(read_again.quantizers[0].accepted_patterns, report.quantizers[0].accepted_patterns);
    assert_eq!(write::text(&read_again, Level::Debug), Ok(text));
}

#[test]
fn columns_as_wide_as_a_rule() {
    for n_chars in [97, 98, 99, 100, 101, 199, 200, 201] {
        let wide = "W".repeat(n_chars);
        check_table(&wide, "E", "O");
        check_table("n", &wide, "O");
        check_table("n", &wide["x: ".len()..], "O");
        check_table("n", "E", &wide);
    }
}

/// ExecuTorch's main branch from 2026-03-18 to 04-22: the layout of 1.2.0 with other names.
/// Written by hand after its source, since no release printed this.
const NAMED_QSPECS: &str = "
----------------------------------------------------------------------------------------------------
                                     FINAL QUANTIZATION REPORT                                      
----------------------------------------------------------------------------------------------------
PatternQuantizer using GlobalNodeFinder targeting all nodes
Annotating with UNREGISTERED_QCONFIG
Supported operators and patterns defined by executorch.backends.cortex_m.quantizer.quantizer_support.CORTEX_M_QUANTIZER_SUPPORT_DICT
   Accepted nodes: 4
   Rejected due to previous annotation: 0
   Rejected nodes: 2

       NODE NAME       INPUT QSPEC MAP                            OUTPUT QSPEC MAP
   --  --------------  -----------------------------------------  ---------------------
   ╒   conv2d          x: INT8_PER_TENSOR_QSPEC                   NO_QSPEC
   |                   weight: UNREGISTERED_QSPEC
   |                   bias: DERIVED_QSPEC
   ╘   relu                                                       INT8_PER_TENSOR_QSPEC
       view            relu: SHARED_QSPEC                         SHARED_QSPEC
       sin             view: NO_QSPEC                             NO_QSPEC
       (linear, gelu)  Rejected: Tensor x is not a float tensor.
----------------------------------------------------------------------------------------------------
Non annotated nodes:
    linear
    gelu
----------------------------------------------------------------------------------------------------
";

#[test]
fn named_qspecs_of_the_main_branch() {
    let report = read("main.txt", NAMED_QSPECS.as_bytes());
    let printed = write::text(&report, Level::Debug).expect("a title");
    assert_eq!(printed, NAMED_QSPECS.trim());
    let quantizer = &report.quantizers[0];
    let mut found = format!("{}\n", quantizer.quantizer_info.qconfig_label);
    for pattern in &quantizer.accepted_patterns {
        found += &format!("pattern, has_qspec: {}\n", pattern.has_qspec());
        for node in &pattern.nodes {
            let inputs: Vec<_> = node
                .input_qspec_map
                .iter()
                .map(|it| format!("{}: {}", it.node, it.qspec.as_ref().expect("a qspec")))
                .collect();
            let output = node.output_qspec.as_ref().expect("a qspec");
            found += &format!("    {} {inputs:?} -> {output}\n", node.name);
        }
    }
    for pattern in &quantizer.rejected_patterns {
        found += &format!("{:?}: {}\n", pattern.node_names, pattern.rejection_reason);
    }
    expect![[r#"
        UNREGISTERED_QCONFIG
        pattern, has_qspec: true
            conv2d ["x: INT8_PER_TENSOR_QSPEC", "weight: UNREGISTERED_QSPEC", "bias: DERIVED_QSPEC"] -> NO_QSPEC
            relu [] -> INT8_PER_TENSOR_QSPEC
        pattern, has_qspec: true
            view ["relu: SHARED_QSPEC"] -> SHARED_QSPEC
        pattern, has_qspec: false
            sin ["view: NO_QSPEC"] -> NO_QSPEC
        ["linear", "gelu"]: Tensor x is not a float tensor.
    "#]].assert_eq(&found);
}
