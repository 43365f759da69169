//! Lost parts of logs, one by one: what the reader makes of each.

use crate::common::logs::{RULE, check, debug, info};
use crate::common::{RealReport, read, real_reports};
use expect_test::expect;
use qspect_core::{Level, NonAnnotatedNodes, Report, parse, write};

#[test]
fn whole_reports() {
    check(
        [info("A"), debug()],
        expect![[r#"
        "A" at Info: [[]], whole
        "T" at Debug: [["sin", "conv2d+relu"]], ["sigmoid", "softmax"], whole
    "#]],
    );
}

#[test]
fn rows_lost() {
    let without = |line: &str| {
        let lines = debug();
        let lines: Vec<&str> = lines.lines().filter(|it| !it.contains(line)).collect();
        lines.join("\n")
    };
    check(
        [
            without("╒"),
            without("╘"),
            without("cat  "),
            without("NODE NAME"),
            debug().replace(['╒', '╘'], "?"),
            debug().replace('╒', "â•’").replace('╘', "â•˜"),
            debug().replace(" to annotate", ""),
            debug().replace(
                "conv2d       x: QuantizationSpec(dtype=INT8) ",
                "conv2d       x: QuantizationSpec(dtype=INT8",
            ),
        ],
        expect![[r#"
            "T" at Debug: [["sin", "relu"]], ["sigmoid", "softmax"]
                rows_lost: line 14: quantizer 1: a pattern of the table lacks rows (2 times in lines 14 to 15)
                counts_differ: quantizer 1 counts 3 accepted nodes and lists 2
            "T" at Debug: [["sin", "conv2d"]], ["sigmoid", "softmax"]
                rows_lost: line 15: quantizer 1: a pattern of the table lacks rows
                counts_differ: quantizer 1 counts 3 accepted nodes and lists 2
            "T" at Debug: [["sin", "conv2d+relu"]], ["sigmoid", "softmax"]
                rows_lost: line 15: quantizer 1: a column of the table is wider than its cells: rows are lost or cut
                counts_differ: quantizer 1 counts 1 rejected node and lists 0
            "T" at Debug: [[]], ["sigmoid", "softmax"]
                rows_lost: line 11: quantizer 1: a line that may be of a table cannot be read (5 times in lines 11 to 15)
                counts_differ: quantizer 1 counts 3 accepted nodes and lists 0
                counts_differ: quantizer 1 counts 1 rejected node and lists 0
            "T" at Debug: [["sin"]], ["sigmoid", "softmax"]
                rows_lost: line 14: quantizer 1: a row of the table cannot be read (2 times in lines 14 to 15)
                rows_lost: line 16: quantizer 1: a pattern of the table lacks rows
                counts_differ: quantizer 1 counts 3 accepted nodes and lists 1
            "T" at Debug: [["sin"]], ["sigmoid", "softmax"]
                rows_lost: line 14: quantizer 1: a row of the table cannot be read (2 times in lines 14 to 15)
                rows_lost: line 16: quantizer 1: a pattern of the table lacks rows
                counts_differ: quantizer 1 counts 3 accepted nodes and lists 1
            "T" at Debug: [["sin", "conv2d+relu"]], ["sigmoid", "softmax"]
                rows_lost: line 16: quantizer 1: the reason of a rejection is cut
                rows_lost: line 16: quantizer 1: a column of the table is wider than its cells: rows are lost or cut
            "T" at Debug: [["sin", "relu"]], ["sigmoid", "softmax"]
                rows_lost: line 14: quantizer 1: a row of the table cannot be read
                rows_lost: line 15: quantizer 1: a pattern of the table lacks rows (2 times in lines 15 to 16)
                counts_differ: quantizer 1 counts 3 accepted nodes and lists 2
        "#]],
    );
}

#[test]
fn cut_off() {
    let at = |text: &str, end: &str| {
        let n_bytes = text.find(end).expect("in the report") + end.len();
        text[..n_bytes].to_owned()
    };
    check(
        [
            // In the middle of a name, which may be a part of one.
            at(&debug(), "    softm"),
            at(&debug(), "    softmax\n"),
            at(&debug(), "sin          x: QuantizationSpec(dtype=INT"),
            at(&info("A"), "Rejected nodes: 0\n"),
            at(&info("A"), "Accepted nodes: 1\n"),
        ],
        expect![[r#"
            "T" at Debug: [["sin", "conv2d+relu"]], ["sigmoid"]
                cut_off: line 20: the report ends without its last rule
            "T" at Debug: [["sin", "conv2d+relu"]], ["sigmoid", "softmax"]
                cut_off: line 20: the report ends without its last rule
            "T" at Info: [[]]
                cut_off: line 1: the nodes without an annotation are not listed
                rows_lost: line 13: quantizer 1: a row of the table cannot be read
                rows_lost: line 13: quantizer 1: a column of the table is wider than its cells: rows are lost or cut
                rows_lost: line 13: quantizer 1: a pattern of the table lacks rows
            "A" at Info: [[]]
                cut_off: line 1: the nodes without an annotation are not listed
            "A" at Debug: [[]]
                cut_off: line 1: the nodes without an annotation are not listed
                lines_lost: line 4: quantizer 1 lacks lines of its counts
        "#]],
    );
}

/// The text ends in the first lines of its second report.
#[test]
fn second_report_cut_near_its_start() {
    let with_second = |end: &str| {
        let second = info("BB");
        let n_bytes = second.find(end).expect("in the report") + end.len();
        format!("{}{}", info("A"), &second[..n_bytes])
    };
    check(
        [
            with_second(&" ".repeat(49)),
            with_second("B"),
            with_second("BB"),
            with_second(&format!("BB{}\n---", " ".repeat(49))),
            with_second(&format!("BB{}\n{RULE}\n", " ".repeat(49))),
            with_second("Q using"),
            with_second("Annotating"),
            with_second("Annotating with C"),
            // A banner of the log is not a title.
            format!("{}{RULE}\nEVALUATION\n{RULE}\nloss 0.1\n", info("A")),
        ],
        expect![[r#"
            "A" at Info: [[]], whole
            "" at Debug: []
                cut_off: line 14: the report ends below its title
                lines_lost: line 14: the title of the report is lost
                cut_off: the nodes without an annotation are not listed
            "A" at Info: [[]], whole
            "B" at Debug: []
                cut_off: line 14: the report ends below its title
                cut_off: the nodes without an annotation are not listed
            "A" at Info: [[]], whole
            "BB" at Debug: []
                cut_off: line 14: the report ends below its title
                cut_off: the nodes without an annotation are not listed
            "A" at Info: [[]], whole
            "BB" at Debug: []
                cut_off: line 14: the report ends below its title
                lines_lost: line 14: lines of a section stand beside the title of the report
                cut_off: the nodes without an annotation are not listed
            "A" at Info: [[]], whole
            "BB" at Debug: []
                cut_off: line 14: the report ends below its title
                cut_off: the nodes without an annotation are not listed
            "A" at Info: [[]], whole
            "BB" at Debug: []
                cut_off: line 14: the report ends below its title
                cut_off: the nodes without an annotation are not listed
            "A" at Info: [[]], whole
            "BB" at Debug: []
                cut_off: line 14: the report ends below its title
                cut_off: the nodes without an annotation are not listed
            "A" at Info: [[]], whole
            "BB" at Debug: [[]]
                cut_off: line 14: the nodes without an annotation are not listed
                lines_lost: line 17: quantizer 1 lacks the line `Supported operators and patterns …`
                lines_lost: line 17: quantizer 1 lacks lines of its counts
            "A" at Info: [[]], whole
        "#]],
    );
}

/// ExecuTorch lists a node that it rejected and left without an annotation.
#[test]
fn rejected_nodes_in_no_list() {
    let with = |reason: &str, listed: &[&str]| {
        let mut report = parse("run.log", debug().as_bytes()).expect("a report").reports.remove(0);
        report.quantizers[0].rejected_patterns[0].rejection_reason = reason.to_owned();
        let names = listed.iter().map(|it| (*it).into()).collect();
        report.non_annotated_nodes = Some(NonAnnotatedNodes::Names(names));
        report
    };
    let text = |report: &Report| write::text(report, Level::Debug).expect("a text");
    let json = |report: &Report| write::json(report).expect("a text");
    const CONFIG: &str = "Tried annotating unsupported quantization config";
    const NO_FLOAT: &str = "No float inputs nor outputs to annotate";
    check(
        [
            text(&with(CONFIG, &["sigmoid"])),
            json(&with(CONFIG, &["sigmoid"])),
            text(&with(CONFIG, &["cat"])),
            json(&with(CONFIG, &["cat"])),
            // Another quantizer has annotated it.
            text(&with(CONFIG, &["sigmoid"])).replace("sin  ", "cat  "),
            // ExecuTorch marks such a node as annotated.
            text(&with(NO_FLOAT, &["sigmoid"])),
            text(&with("A quantizer of the user's own may annotate it", &["sigmoid"])),
        ],
        expect![[r#"
            "T" at Debug: [["sin", "conv2d+relu"]], ["sigmoid"]
                lines_lost: the nodes without an annotation lack 1 rejected node
            "T" at Debug: [["sin", "conv2d+relu"]], ["sigmoid"]
                lines_lost: the nodes without an annotation lack 1 rejected node
            "T" at Debug: [["sin", "conv2d+relu"]], ["cat"], whole
            "T" at Debug: [["sin", "conv2d+relu"]], ["cat"], whole
            "T" at Debug: [["cat", "conv2d+relu"]], ["sigmoid"], whole
            "T" at Debug: [["sin", "conv2d+relu"]], ["sigmoid"], whole
            "T" at Debug: [["sin", "conv2d+relu"]], ["sigmoid"], whole
        "#]],
    );
}

/// The beginning of a report at one level, and the end of one at the other.
#[test]
fn beginning_and_end_at_two_levels() {
    let list = |text: &str| text.find("Non annotated").expect("the last section");
    let joined = |a: &str, b: &str| format!("{}{}", &a[..list(a)], &b[list(b)..]);
    check(
        [joined(&debug(), &info("A")), joined(&info("A"), &debug())],
        expect![[r#"
        "T" at Info: [["sin", "conv2d+relu"]]
            lines_lost: the quantizers list their nodes, and the nodes without an annotation are only counted
        "A" at Debug: [[]], ["sigmoid", "softmax"]
            counts_differ: quantizer 1 counts 1 accepted node and lists 0
    "#]],
    );
}

/// Each line of the report but one.
#[test]
fn a_line_lost() {
    let text = info("A");
    let lines: Vec<&str> = text.lines().collect();
    let texts = (0..lines.len()).map(|it| [&lines[..it], &lines[it + 1..]].concat().join("\n"));
    check(
        texts,
        expect![[r#"
        "" at Info: [[]]
            lines_lost: line 2: the beginning of the report is lost, and with it its title
        "" at Info: [[]]
            lines_lost: line 1: the title of the report is lost
        "" at Info: [[]]
            lines_lost: line 1: the beginning of the report is lost, and with it its title
            lines_lost: line 2: quantizer 1 has lines that do not belong there, or only a part of a line
        "A" at Info: [[]]
            lines_lost: line 4: quantizer 1 lacks the line `… using …`
        "A" at Info: [[]]
            lines_lost: line 4: quantizer 1 lacks the line `Annotating with …`
        "A" at Info: [[]]
            lines_lost: line 4: quantizer 1 lacks the line `Supported operators and patterns …`
        "A" at Info: [[]]
            lines_lost: line 4: quantizer 1 lacks lines of its counts
            lines_lost: quantizer 1 has no counts
        "A" at Info: [[]]
            lines_lost: line 4: quantizer 1 lacks lines of its counts
            lines_lost: quantizer 1 has no counts
        "A" at Info: [[]]
            lines_lost: line 4: quantizer 1 lacks lines of its counts
            lines_lost: quantizer 1 has no counts
        "A" at Info: [[]], whole
        "A" at Info: [[]]
            lines_lost: line 11: a rule between two sections is lost or damaged
        "A" at Info: [[]]
            cut_off: line 1: the nodes without an annotation are not listed
        "A" at Info: [[]]
            cut_off: line 12: the report ends without its last rule
    "#]],
    );
}

#[test]
fn names_lost() {
    check(
        [
            debug().replace("    sigmoid\n    softmax\n", ""),
            debug().replace("    softmax", "softmax"),
            debug().replace("    softmax", "    sigmoid"),
            debug().replace("    sigmoid\n    softmax\n", "    None\n"),
            debug().replace("    sigmoid\n    softmax\n", "None\n"),
            debug().replace("    sigmoid\n", "    sigmoid"),
        ],
        expect![[r#"
            "T" at Debug: [["sin", "conv2d+relu"]], []
                lines_lost: line 17: names of nodes without an annotation are lost
            "T" at Debug: [["sin", "conv2d+relu"]], ["sigmoid"]
                lines_lost: line 20: a line among the nodes without an annotation may be a name that lost its indentation
            "T" at Debug: [["sin", "conv2d+relu"]], ["sigmoid", "sigmoid"]
                lines_lost: line 17: the list of nodes without an annotation has a name twice
            "T" at Debug: [["sin", "conv2d+relu"]], [], whole
            "T" at Debug: [["sin", "conv2d+relu"]], [], whole
            "T" at Debug: [["sin", "conv2d+relu"]], []
                lines_lost: line 19: a name stands behind other text in its line
                lines_lost: line 17: names of nodes without an annotation are lost
        "#]],
    );
}

#[test]
fn utf16_without_a_mark() {
    for text in [info("A"), debug()] {
        let units = || text.encode_utf16();
        let whole = read("run.log", text.as_bytes());
        let little: Vec<u8> = units().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = units().flat_map(u16::to_be_bytes).collect();
        assert_eq!(read("run.log", &little), whole);
        assert_eq!(read("run.log", &big), whole);
    }
}

/// The first of two reports is damaged in any place; the second is whole.
#[test]
fn damaged_report_before_a_whole_one() {
    let reports = real_reports();
    let short: Vec<&RealReport> = reports.iter().filter(|it| it.text.len() < 6_000).collect();
    for (idx, first) in short.iter().enumerate() {
        let second = short[(idx + 1) % short.len()];
        let (first_whole, second_whole) = (first.read(), second.read());
        for n_bytes in (0..first.text.len()).step_by(7) {
            for between in ["", "\nKilled\n"] {
                let text =
                    format!("{}{between}{}", &first.text.get(..n_bytes).unwrap_or(""), second.text);
                let at = format!("{} cut at byte {n_bytes}, {between:?}", first.name);
                let parsed = parse("run.log", text.as_bytes()).expect("a report");
                let (last, others) = parsed.reports.split_last().expect("a report");
                assert!(*last == second_whole, "{at}: {}", last.completeness);
                for report in others {
                    assert!(!report.completeness.is_whole() || *report == first_whole, "{at}");
                }
            }
        }
    }
}

#[test]
fn info_report_that_is_cut_off_stays_one() {
    let text = info("A");
    let at = text.find("Non annotated").expect("the last section");
    let parsed = parse("run.log", &text.as_bytes()[..at]).expect("a report");
    assert_eq!(parsed.reports[0].level(), Level::Info);
}
