//! `qspect check`.

use anyhow::Result;
use serde_json::{Value, json};

use crate::{Folder, exported, qspect, stderr, stdout};

/// Its exit status, the lines that it printed, and its standard error.
fn check(arguments: &[&str]) -> Result<(Option<i32>, Vec<String>, String)> {
    let output = qspect(&[&["check"], arguments].concat())?;
    let lines = stdout(&output).lines().map(str::to_owned).collect();
    Ok((output.status.code(), lines, stderr(&output).to_owned()))
}

/// Status 0 without a word, or 1 with these lines.
#[track_caller]
fn assert_failures(arguments: &[&str], expected: &[String]) {
    let (status, lines, errors) = check(arguments).expect("qspect runs");
    assert_eq!(lines, expected, "{arguments:?}");
    assert_eq!(status, Some(i32::from(!expected.is_empty())), "{arguments:?}");
    assert_eq!(errors, "", "{arguments:?}");
}

#[test]
fn coverage_must_reach_its_least() -> Result<()> {
    let folder = Folder::new()?;
    let full = folder.report("resnet18.qat")?;
    let some = folder.report("ds_cnn.cortex_m_int16")?;
    let none = folder.report("mlp_mixed.partial")?;
    let line = |file: &str, is: &str, least: &str| -> String {
        format!("{file}: coverage {is} nodes) is below {least} %")
    };
    assert_failures(&[&full, &some, &none, "--min-coverage", "0"], &[]);
    assert_failures(&[&full, "--min-coverage", "100"], &[]);
    // 18 of 22 are 81.8181… %.
    let shown = "81.8 % (18 of 22";
    assert_failures(&[&some, "--min-coverage", "81.818"], &[]);
    assert_failures(&[&some, "--min-coverage", "81.819%"], &[line(&some, shown, "81.819")]);
    assert_failures(
        &[&none, &full, &some, "--min-coverage=90"],
        &[line(&none, "0 % (0 of 6", "90"), line(&some, shown, "90")],
    );
    for bad in ["-1", "100.1", "NaN", "many", "", "0.95"] {
        let (status, lines, errors) = check(&[&full, &format!("--min-coverage={bad}")])?;
        assert_eq!((status, lines.len()), (Some(2), 0), "{bad}");
        assert!(errors.contains("--min-coverage <PCT>"), "{errors}");
    }
    Ok(())
}

/// A report with a graph of so many nodes, the first of them quantized.
fn report(n_quantized: usize, n_nodes: usize) -> Value {
    let nodes: Vec<Value> = (0..n_nodes)
        .map(|it| {
            let mut node = json!({
                "name": format!("relu_{it}"), "op": "call_function", "target": "aten.relu.default",
                "inputs": [],
            });
            if it < n_quantized {
                let int8 = json!({ "type": "QuantizationSpec", "dtype": "torch.int8" });
                node["annotation"] = json!({ "input_qspec_map": [], "output_qspec": int8 });
            }
            node
        })
        .collect();
    json!({
        "format": "qspect-report", "version": 1, "report_title": "T", "model": "m",
        "quantizers": [], "graph": { "nodes": nodes },
    })
}

/// 29 of 100 are 0.28999… of 1 in binary, and 29 % all the same.
#[test]
fn a_coverage_that_is_just_reached_is_not_a_failure() -> Result<()> {
    let folder = Folder::new()?;
    for n_quantized in 0..=100 {
        let file = folder.file("run.json", report(n_quantized, 100).to_string())?;
        assert_failures(&[&file, "--min-coverage", &n_quantized.to_string()], &[]);
        let more = match n_quantized {
            0 => "1".to_owned(),
            n => format!("{n}.001"),
        };
        if n_quantized < 100 {
            let (status, lines, _) = check(&[&file, "--min-coverage", &more])?;
            assert_eq!((status, lines.len()), (Some(1), 1), "{lines:?}");
        }
    }
    Ok(())
}

/// A check fails if the report does not record what it needs.
#[test]
fn what_is_unknown_fails() -> Result<()> {
    let folder = Folder::new()?;
    let base = folder.report("resnet18.qat")?;
    let info = folder.log("resnet18.qat", &["--summary"])?;
    let why = "a report at INFO level lists no nodes; log at DEBUG level, or use `qspect.capture`";
    assert_failures(
        &[&info, "--min-coverage", "0"],
        &[format!("{info}: coverage is unknown: {why}")],
    );
    let float = "whether a node is float now is unknown";
    assert_failures(&[&info, "--baseline", &base], &[format!("{info}: {float}: {why}")]);
    assert_failures(&[&base, "--baseline", &info], &[format!("{base}: {float}: {why}")]);
    // The log of a run that was killed.
    let whole = std::fs::read_to_string(folder.log("resnet18.qat", &[])?)?;
    let lines: Vec<&str> = whole.lines().take(40).collect();
    let cut = folder.file("cut.log", lines.join("\n"))?;
    for arguments in [["--min-coverage", "0"], ["--baseline", &base], ["--deny", "all"]] {
        let (status, lines, _) = check(&[&[&*cut], &arguments[..]].concat())?;
        assert_eq!((status, lines.len()), (Some(1), 1), "{lines:?}");
        assert!(lines[0].starts_with(&format!("{cut}: incomplete report: ")), "{lines:?}");
        assert!(lines[0].ends_with("; get the whole log, or use `qspect.capture`"), "{lines:?}");
    }
    let (status, lines, _) = check(&[&base, "--baseline", &cut])?;
    assert_eq!((status, lines.len()), (Some(1), 1), "{lines:?}");
    let start = format!("{base}: what is new is unknown: the baseline is an incomplete report: ");
    assert!(lines[0].starts_with(&start), "{lines:?}");
    Ok(())
}

#[test]
fn nodes_that_became_float_fail_against_the_baseline() -> Result<()> {
    let folder = Folder::new()?;
    let base = folder.report("mobilenet_v2.ethosu")?;
    let head = folder.report("mobilenet_v2.without_a_module")?;
    let line = |node: &str, was: &str| {
        format!(
            "{head}: became float: {node} ({was} → float by config; by PatternQuantizer with \
             NO_QCONFIG)"
        )
    };
    let expected = [
        line("conv2d_18", "fused"),
        line("hardtanh__12", "quantized"),
        line("conv2d_19", "fused"),
        line("hardtanh__13", "quantized"),
        line("conv2d_20", "quantized"),
    ];
    assert_failures(&[&head, "--baseline", &base, "--no-new-float"], &expected);
    // That is what a baseline is for, whatever else is asked.
    assert_failures(&[&head, "--baseline", &base], &expected);
    assert_failures(&[&head, "--baseline", &base, "--min-coverage", "90"], &expected);
    // Coverage first, then what is new.
    let all = [&head, "--baseline", &base, "--min-coverage", "96", "--no-new-float"];
    let (status, lines, _) = check(&all)?;
    assert_eq!((status, lines.len(), &lines[1..]), (Some(1), 6, &expected[..]));
    assert!(lines[0].ends_with(": coverage 95.1 % (98 of 103 nodes) is below 96 %"), "{lines:?}");
    // The other way round they became quantized, and a layer that is quantized may be added.
    assert_failures(&[&base, "--baseline", &head], &[]);
    let longer = folder.report("mobilenet_v2.with_a_layer")?;
    assert_failures(&[&longer, "--baseline", &base], &[]);
    // A log of the same run has the same failures, though it records neither model nor graph: it
    // does not show that some of the nodes which the qconfig of None accepted are parameters.
    let log = folder.log("mobilenet_v2.without_a_module", &[])?;
    let (status, lines, errors) = check(&[&log, "--baseline", &base])?;
    assert_eq!((status, lines.len(), &*errors), (Some(1), 5, ""), "{lines:?}");
    let (status, _, errors) = check(&[&head, "--no-new-float"])?;
    assert_eq!(status, Some(2));
    assert!(errors.contains("--baseline <PATH>"), "{errors}");
    Ok(())
}

/// An exception is an index or a mask: those are not meant to be quantized.
#[test]
fn a_new_node_must_not_be_float() -> Result<()> {
    let folder = Folder::new()?;
    let base = folder.file("base.json", report(2, 2).to_string())?;
    let mut larger = report(2, 4);
    for (at, (name, dtype)) in [(2, ("add", "torch.float32")), (3, ("arange", "torch.int64"))] {
        let node = &mut larger["graph"]["nodes"][at];
        node["name"] = json!(name);
        node["target"] = json!(format!("aten.{name}.default"));
        node["dtype"] = json!(dtype);
    }
    let head = folder.file("head.json", larger.to_string())?;
    let expected = [format!("{head}: new and float: add (not matched)")];
    assert_failures(&[&head, "--baseline", &base], &expected);
    Ok(())
}

/// The lines distinguish several reports of one file, and each failure is one line.
#[test]
fn every_failure_is_one_line() -> Result<()> {
    let folder = Folder::new()?;
    let with_reason = |model: &str| {
        let mut report = report(0, 1);
        report["model"] = json!(model);
        let info = json!({
            "name": "Q", "targeted_nodes_description": "all", "qconfig_label": "C",
        });
        report["quantizers"] = json!([{
            "quantizer_info": info, "accepted_patterns": [],
            "rejected_patterns":
                [{ "node_names": ["relu_0"], "rejection_reason": "too wide\r\nand too long\n" }],
        }]);
        report
    };
    let base = json!([report(1, 1), report(1, 1)]).to_string();
    let base = folder.file("base.json", base.replacen("\"m\"", "\"first\"", 1))?;
    let head = json!([with_reason("m"), with_reason("first")]).to_string();
    let head = folder.file("head.json", head)?;
    let line = |n: usize| {
        let why = "quantized → rejected; too wide  and too long ; by Q with C";
        format!("{head}, report {n}: became float: relu_0 ({why})")
    };
    let (_, lines, _) = check(&[&head, "--baseline", &base])?;
    let without_owner = |it: &String| it.replace("; by Q with C", "");
    let lines: Vec<String> = lines.iter().map(without_owner).collect();
    assert_eq!(lines, [1, 2].map(|n| without_owner(&line(n))));
    Ok(())
}

#[test]
fn a_model_that_is_not_in_the_baseline_is_reported() -> Result<()> {
    let folder = Folder::new()?;
    let base = folder.report("mobilenet_v2.ethosu")?;
    let known = folder.report("mobilenet_v2.without_a_module")?;
    let new = folder.report("mlp_mixed.partial")?;
    let unknown = format!("{new}: not in the baseline, so what is new in it is unknown");
    assert_failures(&[&new, "--baseline", &base], std::slice::from_ref(&unknown));
    let (status, lines, errors) = check(&[&new, &known, "--baseline", &base])?;
    assert_eq!((status, lines.len(), &*errors), (Some(1), 6, ""));
    assert_eq!(lines[0], unknown);
    assert!(lines[1..].iter().all(|it| it.starts_with(&known)), "{lines:?}");
    Ok(())
}

#[test]
fn lints_are_denied_by_name() -> Result<()> {
    let folder = Folder::new()?;
    let file = folder.report("mlp_mixed.partial")?;
    let findings = qspect(&["lint", &file])?;
    let findings: Vec<String> = stdout(&findings).lines().map(str::to_owned).collect();
    assert_eq!(findings.len(), 2);
    assert_failures(&[&file, "--deny", "all"], &findings);
    let of = |lint: &str| -> Vec<String> {
        let start = format!("{file}: {lint}: ");
        findings.iter().filter(|it| it.starts_with(&start)).cloned().collect()
    };
    let (idle, nothing) = (of("idle-quantizer"), of("nothing-quantized"));
    assert_eq!((idle.len(), nothing.len()), (1, 1));
    assert_failures(&[&file, "--deny", "idle-quantizer"], &idle);
    assert_failures(&[&file, "--deny", "nothing-quantized"], &nothing);
    assert_failures(&[&file, "--deny", "nothing-quantized", "--deny", "idle-quantizer"], &findings);
    assert_failures(&[&file, "--deny", "edge-mismatch"], &[]);
    let (status, _, errors) = check(&[&file, "--deny", "no-such-lint"])?;
    assert_eq!(status, Some(2));
    assert!(errors.contains("edge-mismatch"), "{errors}");
    Ok(())
}

#[test]
fn bad_input_is_status_2() -> Result<()> {
    let folder = Folder::new()?;
    let good = folder.report("mlp_mixed.partial")?;
    let (status, lines, errors) = check(&[&good])?;
    assert_eq!((status, lines.len()), (Some(2), 0));
    assert!(errors.starts_with("error: nothing to check\nhint: give --min-coverage"), "{errors}");
    // The readable report is checked, and the status shows that the other was not.
    let (status, lines, errors) = check(&[&good, "no-such.json", "--min-coverage", "1"])?;
    assert_eq!((status, lines.len()), (Some(2), 1));
    assert!(errors.starts_with("error: no-such.json: "), "{errors}");
    let (status, lines, _) = check(&["no-such.json", "--min-coverage", "1"])?;
    assert_eq!((status, lines.len()), (Some(2), 0));
    for baseline in
        ["no-such.json", &*folder.file("empty.json", exported("mlp_mixed.mixed")?.split_at(99).0)?]
    {
        let (status, lines, errors) = check(&[&good, "--baseline", baseline])?;
        assert_eq!((status, lines.len()), (Some(2), 0));
        assert!(errors.contains(&format!("error: {baseline}")), "{errors}");
    }
    Ok(())
}
