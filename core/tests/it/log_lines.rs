//! Lines of other programs around and among the lines of a report.

use crate::common::damages::each_line;
use crate::common::logs::{RULE, check, debug, info};
use crate::common::read;
use expect_test::expect;
use qspect_core::parse;

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
    // The rest of another report is not a log.
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
    // A single line as wide as a terminal is not a sign of a cut.
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
                lines_lost: line 1: the title of the report cannot be distinguished from other lines
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
        // Replaced: the first section except its counts, the title, or nothing.
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
