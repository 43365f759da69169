//! Faults in logs, one by one: what the reader makes of each.

mod common;
#[path = "common/damages.rs"]
mod damages;

use common::{RealReport, read, real_reports};
use damages::each_line;
use expect_test::{Expect, expect};
use qspect_core::{Level, NonAnnotatedNodes, Report, parse, render};

const RULE: &str = "----------------------------------------------------------------------------------------------------";

/// A report at INFO level.
fn info(title: &str) -> String {
    format!(
        "{RULE}\n{title:^100}\n{RULE}
Q using all nodes
Annotating with C
Supported operators and patterns defined by None
   Accepted nodes: 1
   Rejected due to previous annotation: 0
   Rejected nodes: 0

{RULE}
Non annotated nodes: 0
{RULE}
"
    )
}

/// A report at DEBUG level.
fn debug() -> String {
    format!(
        "{RULE}\n{:^100}\n{RULE}
Q using all nodes
Annotating with C
Supported operators and patterns defined by None
   Accepted nodes: 3
   Rejected due to previous annotation: 0
   Rejected nodes: 1

       NODE NAME    INPUT QSPEC MAP                                    OUTPUT QSPEC MAP
   --  -----------  -------------------------------------------------  ----------------------------
       sin          x: QuantizationSpec(dtype=INT8)                    QuantizationSpec(dtype=INT8)
   ╒   conv2d       x: QuantizationSpec(dtype=INT8)                    None
   ╘   relu                                                            QuantizationSpec(dtype=INT8)
       cat          Rejected: No float inputs nor outputs to annotate
{RULE}
Non annotated nodes:
    sigmoid
    softmax
{RULE}
",
        "T"
    )
}

/// Each text's reports: titles, quantizers, nodes, problems and warnings; or the error.
#[track_caller]
fn check(texts: impl IntoIterator<Item = String>, expected: Expect) {
    let mut found = String::new();
    for text in texts {
        match parse("run.log", text.as_bytes()) {
            Err(error) => found += &format!("{error}\n"),
            Ok(parsed) => {
                for report in &parsed.reports {
                    found += &described(report);
                }
                for warning in &parsed.warnings {
                    found += &format!("    {warning}\n");
                }
            }
        }
    }
    expected.assert_eq(&found);
}

fn described(report: &Report) -> String {
    let patterns = report.quantizers.iter().map(|it| {
        let of_pattern = |it: &qspect_core::AcceptedPattern| {
            it.nodes.iter().map(|it| it.name.as_str()).collect::<Vec<_>>().join("+")
        };
        it.accepted_patterns.iter().map(of_pattern).collect::<Vec<_>>()
    });
    let patterns: Vec<_> = patterns.collect();
    let mut out = format!("{:?} at {:?}: {patterns:?}", report.report_title, report.level());
    if let Some(NonAnnotatedNodes::Names(names)) = &report.non_annotated_nodes {
        out += &format!(", {names:?}");
    }
    out += if report.completeness.is_whole() { ", whole\n" } else { "\n" };
    for problem in &report.completeness.problems {
        let line = problem.line.map_or(String::new(), |it| format!("line {it}: "));
        out += &format!("    {}: {line}{}\n", problem.kind.as_str(), problem.message);
    }
    out
}

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

/// Such lines may be in any log.
#[test]
fn lines_of_a_log_are_no_report() {
    let between = |line: &str| format!("{}{line}\n{}", info("A"), info("B"));
    check(
        [
            between("calibrating\nAnnotating with care\ndone"),
            between("Non annotated nodes: seen 3 of them"),
            format!("{RULE}\nAnnotating with care\n{RULE}\n"),
            format!("{RULE}\nNon annotated nodes: seen 3 of them\n{RULE}\n"),
        ],
        expect![[r#"
            "A" at Info: [[]], whole
            "B" at Info: [[]], whole
            "A" at Info: [[]], whole
            "B" at Info: [[]], whole
            run.log: no quantization report in this text
            hint: ExecuTorch's reports stand between rules of 100 dashes; was the logger at INFO or DEBUG level?
            run.log: no quantization report in this text
            hint: ExecuTorch's reports stand between rules of 100 dashes; was the logger at INFO or DEBUG level?
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
            // A banner of the log is no title.
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
    let text = |report: &Report| render::text(report, Level::Debug).expect("a text");
    let json = |report: &Report| render::json(report).expect("a text");
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

/// A line of the log that looks like one of a report, between two reports and below the last one.
#[test]
fn lines_like_a_report_between_reports() {
    for line in [
        "Non annotated nodes:",
        "Non annotated nodes: 3",
        "Accepted nodes: 3",
        "   Accepted nodes: 3",
        "step 1\nRejected nodes: 12\nstep 2",
    ] {
        for (a, b) in [(info("A"), info("B")), (debug(), info("B")), (info("A"), debug())] {
            let text = format!("{a}{line}\n{b}{line}\n");
            let parsed = parse("run.log", text.as_bytes()).expect("a report");
            assert_eq!(parsed.reports.len(), 2, "{text}");
            assert!(parsed.reports.iter().all(|it| it.completeness.is_whole()), "{text}");
        }
    }
    // What is left of another report is no log.
    let rest = |text: &str, start: &str| text[text.find(start).expect("in it")..].to_owned();
    for rest in [
        rest(&info("B"), "Non annotated"),
        rest(&info("B"), "   Rejected nodes"),
        rest(&debug(), "Non annotated"),
        rest(&info("B"), "Annotating"),
    ] {
        for text in [format!("{}{rest}", info("A")), format!("{}{rest}{}", info("A"), info("C"))] {
            let parsed = parse("run.log", text.as_bytes()).expect("a report");
            assert!(parsed.reports.iter().any(|it| !it.completeness.is_whole()), "{text}");
        }
    }
}

/// Lines cut by `cut -c1-200` and the like, and a label cut in two.
#[test]
fn lines_cut_at_a_width() {
    let targets = "NodeTargetNodeFinder targeting node targets: aten::hardtanh_, aten::conv2d, \
                   aten::conv_transpose2d.input, aten::clamp_, aten::relu, aten::relu_, \
                   aten::hardsigmoid_, aten::clamp, aten::hardsigmoid, aten::hardtanh";
    let path = "torchao.quantization.pt2e.quantizer.arm_inductor_quantizer.ArmInductorQuantizer";
    let text = info("A").replace("all nodes", targets).replace(" by None", &format!(" by {path}"));
    let cut =
        |n_chars: usize| each_line(&text, |_, line| line.chars().take(n_chars).collect::<String>());
    let label = "a qconfig it does not report";
    for text in [
        cut(100),
        cut(120),
        info("A").replace("with C", "with a qconfig it d\noes not report"),
        info("A").replace("all nodes", "nodes whose annot\nation it changed"),
    ] {
        let parsed = parse("run.log", text.as_bytes()).expect("a report");
        assert!(!parsed.reports[0].completeness.is_whole(), "{text}");
    }
    // A single line that is as wide as a terminal is no sign.
    let wide = info("A").replace("with C", &format!("with {}", "c".repeat(104)));
    assert!(wide.lines().any(|it| it.chars().count() == 120));
    for text in [text.clone(), info("A").replace("with C", &format!("with {label}")), wide] {
        assert!(read("run.log", text.as_bytes()).completeness.is_whole(), "{text}");
    }
}

/// Another tool's rules in the list of names.
#[test]
fn rules_among_names() {
    for between in [
        format!("{RULE}\n"),
        format!("{RULE}\n{RULE}\n"),
        format!("{RULE}\n\n{RULE}\n"),
        format!("{RULE}\nstep 3 of 4\n{RULE}\n"),
        format!("{RULE}\nINFO:worker: evaluation\n{RULE}\nINFO:worker: done\n"),
        format!("{RULE}\n{RULE}\n{RULE}\n{RULE}\n"),
    ] {
        let text = debug().replace("    softmax", &format!("{between}    softmax"));
        let parsed = parse("run.log", text.as_bytes()).expect("a report");
        assert!(!parsed.reports[0].completeness.is_whole(), "{text}");
        // Below the list they are of the log.
        let text = format!("{}{between}    step 3\n", debug());
        let parsed = parse("run.log", text.as_bytes()).expect("a report");
        assert!(parsed.reports[0].completeness.is_whole(), "{text}");
    }
}

/// A line of the log in the line of a name: what is left of the list is not all of it.
#[test]
fn names_joined_with_other_lines() {
    for text in [
        "    sigmoidINFO:worker: still alive\n",
        "    sigmoid INFO:worker: still alive\n",
        "    sigmoid2026-11-27 12:00:01 step 3\n",
        "    sig 45%|####      | 45/100 [00:01<00:01, 40.1it/s]\nmoid\n",
        "    sig\r 45%|####      | 45/100 [00:01<00:01, 40.1it/s]\rmoid\n",
        "    sigmoidrun.py:3: UserWarning: deprecated\n",
        "    sigmoid    softmax\n",
    ] {
        let text = debug().replace("    sigmoid\n", text);
        let parsed = parse("run.log", text.as_bytes()).expect("a report");
        assert!(!parsed.reports[0].completeness.is_whole(), "{text}");
    }
}

/// Lines that are of the log for certain change nothing, wherever they stand, in a report without a
/// prefix and with another one.
#[test]
fn lines_of_the_log_for_certain() {
    let lines = [
        "INFO:worker: still alive",
        "INFO:worker: dtype=torch.int8",
        "[INFO] got None",
        "WARNING:root:12 annotated nodes: a, b, c",
        "2026-11-27 12:00:01,123 - train - tensor([[0.1, 0.2], [0.3, 0.4]])",
        "2026/11/27 12:00:01 torch.Size([1, 3])",
        "12:00:01 Trainer using GPU",
        "I1127 12:00:01.123456 42 run.cc:12] ---- epoch ----",
        "DEBUG | ------------------------------------------------------------",
        "ERROR Non annotated nodes: 3",
        "Traceback (most recent call last):
  File \"run.py\", line 3, in <module>
    main()
    ^^^^^^
  File \"run.py\", line 2, in main
    return model(x, y)[dtype]
           ~~~~~^^^^^^
ValueError: no such model",
        "/usr/lib/python3/run.py:12: UserWarning: None is deprecated
  warnings.warn(msg)",
        "run.py:12: FutureWarning: a, b, c
  x = torch.tensor([None])",
        "================================================================================",
        "....",
    ];
    let mut wrong = Vec::new();
    for text in [debug(), info("A")] {
        for prefix in ["", "qspect> "] {
            let text = each_line(&text, |_, line| format!("{prefix}{line}"));
            let whole = read("run.log", text.as_bytes());
            let own: Vec<&str> = text.lines().collect();
            for line in lines {
                for line_idx in 0..=own.len() {
                    let all = [&own[..line_idx], &[line], &own[line_idx..]].concat().join("\n");
                    let parsed = parse("run.log", all.as_bytes()).expect("a report");
                    if parsed.reports != [whole.clone()] {
                        let report = &parsed.reports[0];
                        wrong.push(format!("{line_idx}: {line}: {}", report.completeness));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}: {:#?}", wrong.len(), &wrong[..wrong.len().min(30)]);
}

#[test]
fn prefixes_that_end_in_a_dash() {
    for prefix in ["INFO-", "INFO -  ", "INFO --", "[a] - ", "run-1-"] {
        for text in [info("A"), debug()] {
            let prefixed = each_line(&text, |_, line| format!("{prefix}{line}"));
            let report = read("run.log", prefixed.as_bytes());
            assert_eq!(report, read("run.log", text.as_bytes()), "{prefix}");
            assert!(report.completeness.is_whole(), "{prefix}: {}", report.completeness);
        }
    }
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

#[test]
fn warnings_of_lines_that_follow_each_other() {
    let text =
        info("A").replace("   Accepted", "step 1 of 3\nstep 2 of 3\nstep 3 of 3\n   Accepted");
    check(
        [text.clone(), text.replace("Rejected nodes", "x of y\nRejected nodes")],
        expect![[r#"
        "A" at Info: [[]], whole
            lines 7-9: not a line of the report around it; passed over
        "A" at Info: [[]], whole
            lines 7-9: not a line of the report around it; passed over
            line 12: not a line of the report around it; passed over
    "#]],
    );
}

#[test]
fn title_beside_other_lines() {
    check(
        [
            info("A").replacen(&format!("{:^100}", "A"), &format!("{:>50}\nstep 3", "A"), 1),
            info("A").replacen(&format!("{:^100}", "A"), "A", 1),
            info("A").replacen(&format!("{:^100}", "A"), "A\nstep 3", 1),
            info("A").replacen(&format!("{:^100}\n{RULE}", "A"), "A", 1),
        ],
        expect![[r#"
            "A" at Info: [[]], whole
                line 3: not a line of the report around it; passed over
            "A" at Info: [[]]
                lines_lost: line 1: the title of the report is not in the middle of its line
            "" at Info: [[]]
                lines_lost: line 1: the title of the report cannot be told from other lines
            "" at Info: [[]]
                lines_lost: line 1: the beginning of the report is lost, and with it its title
                lines_lost: line 2: quantizer 1 has a line that may be a part of the line beside it
        "#]],
    );
}

/// What tools and people write where they leave out lines, and what may replace a title.
#[test]
fn lines_left_out() {
    let at = |text: &str, part: &str| text.find(part).expect("in the report");
    let mut texts = Vec::new();
    for marker in [
        "... 2000 lines omitted ...",
        "[output truncated]",
        "... [truncated 4096 bytes] ...",
        "[...]",
        "...",
        "<snip>",
        "…",
        "(12 lines skipped)",
    ] {
        let text = debug();
        // The first section but for its counts, the title, or nothing but the marker.
        texts.push(text.replacen("\nQ using", &format!("\n{marker}\nQ using"), 1));
        texts.push(text.replacen(&format!("{:^100}", "T"), marker, 1));
        let (start, end) = (at(&text, "       sin "), at(&text, "       cat "));
        texts.push(format!("{}{marker}\n{}", &text[..start], &text[end..]));
        let info = info("A");
        let start = at(&info, "Q using");
        texts.push(format!("{}{marker}\n{}", &info[..start], &info[start..]));
        let end = at(&info, "Non annotated");
        texts.push(format!("{}{marker}\n{}", &info[..end], &info[end..]));
    }
    texts.push(debug().replacen(&format!("{:^100}", "T"), "Loading weights", 1));
    texts.push(info("A").replacen(&format!("{:^100}", "A"), "Loading weights", 1));
    for text in texts {
        let parsed = parse("run.log", text.as_bytes()).expect("a report");
        assert!(parsed.reports.iter().all(|it| !it.completeness.is_whole()), "{text}");
    }
    // Words of a log that leave out nothing.
    for line in ["loading ...", "step 3 skipped", "[INFO] 3 gradients of 12", "Cut 3 of 4 done"] {
        let text = info("A").replace("\nAnnotating", &format!("\n{line}\nAnnotating"));
        let parsed = parse("run.log", text.as_bytes()).expect("a report");
        assert!(parsed.reports[0].completeness.is_whole(), "{line}");
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
