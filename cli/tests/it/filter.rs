//! `--where`: nodes and limits by a filter; and the advice of `qspect advise`.

use anyhow::{Context, Result};

use crate::{data, exporter, path, qspect, real, stderr, stdout};

/// `--where` lists matching nodes, and restricts every limit of `check` to them.
#[test]
fn a_filter_restricts_nodes_and_limits() -> Result<()> {
    let swin_t = exporter("swin_t.mixed.qspect.json.gz");
    let nodes = |filter: &str| -> Result<usize> {
        let output = qspect(&["nodes", path(&swin_t), "--format", "json", "--where", filter])?;
        let nodes: Vec<serde_json::Value> = serde_json::from_str(stdout(&output))?;
        Ok(nodes.len())
    };
    assert_eq!(nodes("op:linear")?, 52);
    assert_eq!(nodes("-op:linear op:line")?, 0);
    assert_eq!(nodes("op:linear by:a16w8")?, 28);
    let check = |arguments: &[&str]| -> Result<(Option<i32>, String)> {
        let output = qspect(&[&["check", path(&swin_t)], arguments].concat())?;
        Ok((output.status.code(), stdout(&output).to_owned() + stderr(&output)))
    };
    assert_eq!(check(&["--min-coverage", "95"])?.0, Some(1));
    assert_eq!(check(&["--min-coverage", "95", "--where", "op:linear"])?.0, Some(0));
    let (status, text) = check(&["--min-coverage", "95", "--where", "op:add"])?;
    assert_eq!(status, Some(1));
    assert!(text.contains("coverage 0 % (0 of 99 nodes)"), "{text}");
    let (status, text) = check(&["--min-coverage", "1", "--where", "op:no_such"])?;
    assert_eq!(status, Some(1));
    assert!(text.contains("no compute node matches op:no_such"), "{text}");
    let (status, text) = check(&["--min-coverage", "1", "--where", "ope:add"])?;
    assert_eq!(status, Some(2));
    assert!(text.contains("--where: no field ope; the fields are name, op"), "{text}");
    for (filter, expected) in [
        ("op:", "op: has no value"),
        ("op: add", "op: has no value"),
        ("verdict:floaty", "no verdict floaty; the verdicts are quantized, fused"),
        ("bits!=8", "there is no !=: write -bits:8"),
        ("", "the filter is empty"),
    ] {
        let (status, text) = check(&["--min-coverage", "1", "--where", filter])?;
        assert!(status == Some(2) && text.contains(expected), "{filter}: {text}");
    }
    // A log has no ops: that is neither an empty answer nor a pass.
    let log = real("executorch-1.5.1/mobilenet_v2.ethosu.debug.txt")?;
    let output = qspect(&["nodes", path(&log), "--where", "op:conv2d"])?;
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("a log has no graph"), "{}", stderr(&output));
    let output = qspect(&["check", path(&log), "--min-coverage", "90", "--where", "op:conv2d"])?;
    assert_eq!(output.status.code(), Some(1));
    assert!(stdout(&output).contains("which nodes match op:conv2d is unknown"));
    assert_eq!(check(&["--deny", "all"])?.0, Some(1));
    assert_eq!(check(&["--deny", "all", "--where", "op:roll"])?.0, Some(0));

    let base = exporter("mobilenet_v2.ethosu.qspect.json.gz");
    let head = base.with_file_name("mobilenet_v2.without_a_module.qspect.json.gz");
    let head = data().join("reports/changes").join(head.file_name().context("a name")?);
    let gate = |filter: &[&str]| -> Result<Option<i32>> {
        let against = ["check", path(&head), "--baseline", path(&base)];
        Ok(qspect(&[&against, filter].concat())?.status.code())
    };
    assert_eq!(gate(&[])?, Some(1));
    assert_eq!(gate(&["--where", "module:features.7"])?, Some(1));
    assert_eq!(gate(&["--where", "module:features.8"])?, Some(0));
    Ok(())
}

#[test]
fn advise_gives_causes_lines_and_gains() -> Result<()> {
    let printed = |arguments: &[&str]| -> Result<String> {
        let output = qspect(arguments)?;
        Ok(stdout(&output).to_string())
    };
    let swin_t = exporter("swin_t.mixed.qspect.json.gz");
    let log = real("executorch-1.5.1/swin_t.mixed.debug.txt")?;
    let text = printed(&["advise", path(&swin_t)])?;
    for part in [
        "1. NO_QCONFIG excludes aten.add.Tensor (quantizer 1): 99 nodes\n",
        "   Quantizes 99 nodes and 44 that follow, coverage 88.2 → 98.9 %, 176 fewer crossings",
        "       quantizer.set_node_target(torch.ops.aten.add.Tensor, get_symmetric_quantization_config())\n",
    ] {
        assert!(text.contains(part), "{part:?} is not in {text}");
    }
    let text = printed(&["advise", path(&log)])?;
    assert!(text.contains("   The effect is unknown without a graph"), "{text}");
    let markdown = printed(&["advise", path(&swin_t), "--format", "markdown"])?;
    assert!(markdown.starts_with("### What to change: swin\\_t\n"), "{markdown}");
    let both = printed(&["advise", path(&swin_t), path(&log), "--format", "json"])?;
    let both: serde_json::Value = serde_json::from_str(&both)?;
    assert_eq!(both["reports"][0]["advice"][0]["is_exact"], true);
    assert_eq!(both["reports"][1]["advice"][0]["is_exact"], false);
    let redacted = printed(&["advise", path(&swin_t), "--redact", "--format", "json"])?;
    assert!(!redacted.contains("\"swin_t\""), "{redacted}");
    Ok(())
}
