//! What the command writes for others to read: pictures, node data, and reports without names.

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::{Folder, exported, exporter, path, qspect, qspect_with, real, stderr, stdout};

/// A report whose nodes were measured.
fn measured() -> Value {
    let node = |name: &str, sqnr: Value| {
        json!({ "name": name, "op": "call_function", "target": "aten.add.Tensor", "inputs": [],
                "metrics": { "sqnr": sqnr, "mse": 0.5 } })
    };
    json!({
        "format": "qspect-report", "version": 1, "report_title": "T", "quantizers": [],
        "graph": { "nodes": [node("a", json!(31.25)), node("b", json!(null)), node("c", json!(12))] },
    })
}

#[test]
fn nodes_are_coloured_for_model_explorer() -> Result<()> {
    let nodes = |arguments: &[&str], report: &[u8]| {
        qspect_with(&[&["nodes", "-", "--format", "model-explorer"], arguments].concat(), report)
    };
    let swin_t = exported("swin_t.mixed")?;
    for (arguments, name) in [(&[][..], "verdict"), (&["--by", "dtype"], "dtype")] {
        let output = nodes(arguments, &swin_t)?;
        assert_eq!((output.status.code(), stderr(&output)), (Some(0), ""));
        let data: Value = serde_json::from_str(stdout(&output))?;
        assert_eq!(data["name"], name);
        assert_eq!(data["results"].as_object().map(serde_json::Map::len), Some(1_351));
    }
    let report = measured().to_string();
    let data = nodes(&["--by", "sqnr"], report.as_bytes())?;
    let data: Value = serde_json::from_str(stdout(&data))?;
    assert_eq!(data["results"], json!({ "a": { "value": 31.25 }, "c": { "value": 12.0 } }));
    let output = nodes(&["--by", "psnr"], report.as_bytes())?;
    assert_eq!(output.status.code(), Some(2));
    let error = "no metric psnr\nhint: take `verdict`, `dtype`, or one of mse, sqnr";
    assert!(stderr(&output).contains(error), "{}", stderr(&output));
    assert!(stderr(&nodes(&["--by", "psnr"], &swin_t)?).contains("this report has none"));
    // Redacted names are none of the graph's.
    assert_eq!(nodes(&["--redact"], &swin_t)?.status.code(), Some(2));
    let output =
        qspect(&["nodes", path(&exporter("ds_cnn.uint8io.qspect.json")), "--by", "dtype"])?;
    assert_eq!((output.status.code(), stdout(&output)), (Some(2), ""));
    Ok(())
}

#[test]
fn pictures_are_drawn() -> Result<()> {
    let mlp = exporter("mlp_mixed.mixed.qspect.json");
    for picture in ["strip", "icicle"] {
        let output = qspect(&["svg", picture, path(&mlp)])?;
        assert_eq!((output.status.code(), stderr(&output)), (Some(0), ""));
        let svg = stdout(&output);
        assert!(svg.starts_with("<svg xmlns=") && svg.ends_with("</svg>\n"), "{svg}");
        assert!(
            svg.contains("<title>mlp_mixed: All 6 compute nodes are quantized</title>"),
            "{svg}"
        );
        let redacted = qspect(&["svg", picture, "--redact", path(&mlp)])?;
        let expected = "<title>model1: All 6 compute nodes are quantized</title>";
        assert!(stdout(&redacted).contains(expected), "{}", stdout(&redacted));
    }
    let info = qspect(&["svg", "strip", path(&real("executorch-1.5.1/swin_t.mixed.info.txt")?)])?;
    assert_eq!(info.status.code(), Some(0));
    assert!(stderr(&info).contains("counts alone") && stdout(&info).contains("names no node"));
    Ok(())
}

/// What a redacted output must not contain: text that identifies the model.
const SECRETS: [&str; 9] = [
    "mobilenet",
    "MobileNetV2",
    "features",
    "classifier",
    "conv2d",
    "hardtanh",
    "Conv2dNorm",
    "secret",
    "Dropout",
];

/// Words of a text that are secrets, ops apart: they have a namespace.
fn secrets(text: &str) -> Vec<&str> {
    let runs = text.split(|it: char| !it.is_alphanumeric() && !"_.:".contains(it));
    let runs = runs.filter(|it| !it.starts_with("aten.") && !it.starts_with("aten::"));
    runs.filter(|run| SECRETS.iter().any(|it| run.contains(it))).collect()
}

#[test]
fn names_are_replaced_everywhere() -> Result<()> {
    let folder = Folder::new()?;
    let mut report: Value = serde_json::from_slice(&exported("mobilenet_v2.mixed")?)?;
    // Where no name of torch's is expected, but one of the model's.
    for node in report["graph"]["nodes"].as_array_mut().context("nodes")? {
        node.as_object_mut().context("a node")?.remove("torch_fn");
    }
    let file = folder.file("secret/mobilenet_v2.json", report.to_string())?;
    for arguments in [
        &["json"][..],
        &["text"],
        &["text", "--summary"],
        &["nodes"],
        &["nodes", "--format", "csv"],
        &["nodes", "--format", "json"],
        &["summary"],
        &["summary", "--format", "markdown"],
        &["summary", "--format", "json"],
        &["summary", "--format", "csv"],
        &["summary", "--format", "ndjson"],
        &["svg", "strip"],
        &["svg", "icicle"],
    ] {
        let plain = qspect(&[arguments, &[&file]].concat())?;
        let redacted = qspect(&[arguments, &["--redact", &file]].concat())?;
        assert_eq!((redacted.status.code(), stderr(&redacted)), (Some(0), ""), "{arguments:?}");
        assert_eq!(secrets(stdout(&redacted)), [] as [&str; 0], "{arguments:?}");
        if !arguments.contains(&"--summary") {
            assert_ne!(secrets(stdout(&plain)), [] as [&str; 0], "{arguments:?}");
        }
        assert_eq!(stdout(&redacted).lines().count(), stdout(&plain).lines().count());
    }
    Ok(())
}

/// Redacted together, reports compare as before.
#[test]
fn redacted_reports_compare_as_before() -> Result<()> {
    let folder = Folder::new()?;
    let [base, head] = [
        folder.report("mobilenet_v2.ethosu")?,
        folder.file("head.json", exported("mobilenet_v2.with_a_layer")?)?,
    ];
    let redacted = qspect(&["json", "--redact", &base, &head])?;
    let reports: Vec<Value> = serde_json::from_str(stdout(&redacted))?;
    let [new_base, new_head] = [&reports[0], &reports[1]];
    let new_base = folder.file("new_base.json", new_base.to_string())?;
    let new_head = folder.file("new_head.json", new_head.to_string())?;
    let diff = |base: &str, head: &str| -> Result<Value> {
        let output = qspect(&["diff", base, head, "--format", "json"])?;
        let diffs: Value = serde_json::from_str(stdout(&output))?;
        let diff = &diffs["diffs"][0];
        let n = |list: &str| diff[list].as_array().map(Vec::len);
        let lists = ["changed", "added", "removed", "renamed"].map(n);
        Ok(json!([diff["totals"], diff["counts"], lists]))
    };
    let before = diff(&base, &head)?;
    assert_eq!(diff(&new_base, &new_head)?, before);
    assert!(before[2][1].as_u64().is_some_and(|n_added| n_added > 0), "{before}");
    Ok(())
}
