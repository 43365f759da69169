//! `qspect check`: what it must not pass.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

/// A folder of real reports.
fn reports(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reports").join(folder)
}

/// The text of a real report.
fn log(name: &str) -> String {
    let path = reports("executorch-1.5.1").join(name);
    std::fs::read_to_string(path).expect("a real report")
}

/// A report of these quantizers and other fields.
fn report(fields: Value) -> String {
    let mut report = json!({
        "format": "qspect-report", "version": 1, "report_title": "T", "quantizers": [],
    });
    for (name, value) in fields.as_object().expect("an object") {
        report[name] = value.clone();
    }
    report.to_string()
}

/// A report without a graph in which each of these nodes has this output dtype.
fn annotated(names: &[&str], dtype: &str) -> String {
    let qspec = json!({ "type": "QuantizationSpec", "dtype": dtype });
    let node = |name: &&str| json!({ "nodes": [{ "name": name, "output_qspec": qspec }] });
    report(json!({
        "non_annotated_nodes": [],
        "quantizers": [{
            "quantizer_info": {
                "name": "Q", "targeted_nodes_description": "all", "qconfig_label": "C",
            },
            "accepted_patterns": names.iter().map(node).collect::<Vec<_>>(),
            "rejected_patterns": [],
        }],
    }))
}

/// A compute node of a graph with this output dtype of its tensor and its qspec.
fn node(name: &str, tensor: Option<&str>, qspec: Option<&str>) -> Value {
    let mut node = json!({
        "name": name, "op": "call_function", "target": "aten.relu.default", "inputs": [],
    });
    if let Some(dtype) = tensor {
        node["dtype"] = json!(dtype);
    }
    if let Some(dtype) = qspec {
        let qspec = json!({ "type": "QuantizationSpec", "dtype": dtype });
        node["annotation"] = json!({ "input_qspec_map": [], "output_qspec": qspec });
    }
    node
}

fn graph(nodes: &[Value]) -> String {
    report(json!({ "graph": { "nodes": nodes } }))
}

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    fn write(&self, name: &str, content: &str) -> String {
        let path = self.0.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(&path, content).expect("a file");
        path.to_str().expect("UTF-8").to_owned()
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).to_str().expect("UTF-8").to_owned()
    }
}

/// The status, the lines of the failures, and standard error.
fn check(arguments: &[&str]) -> (Option<i32>, Vec<String>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_qspect")).arg("check").args(arguments).output();
    let output = output.expect("the command");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    let lines = text(output.stdout).lines().map(str::to_owned).collect();
    (output.status.code(), lines, text(output.stderr))
}

/// Status 1, and one line that has this text.
#[track_caller]
fn assert_fails(arguments: &[&str], expected: &str) {
    let (status, lines, errors) = check(arguments);
    assert_eq!((status, lines.len()), (Some(1), 1), "{arguments:?}: {lines:?} {errors}");
    assert!(lines[0].contains(expected), "{expected:?} is not in {lines:?}");
}

#[track_caller]
fn assert_passes(arguments: &[&str]) {
    let (status, lines, errors) = check(arguments);
    assert_eq!((status, lines.len()), (Some(0), 0), "{arguments:?}: {lines:?} {errors}");
}

/// Each line of a log without its leading and trailing spaces.
fn stripped(text: &str) -> String {
    text.lines().map(str::trim).collect::<Vec<_>>().join("\n")
}

/// A whole report passes; the same report fails every kind of check once it is damaged.
#[test]
fn a_damaged_log_fails_every_check() {
    let folder = Folder::new();
    let swin_t = log("swin_t.mixed.debug.txt");
    let mobilenet = log("mobilenet_v2.mixed.debug.txt");
    let whole = folder.write("whole.log", &swin_t);
    assert_passes(&[&whole, "--min-coverage", "87"]);
    assert_passes(&[&whole, "--baseline", &whole]);

    let cut = &swin_t[..swin_t.len() - 700];
    // The table of the first quantizer, from its titles to the next rule.
    let table = mobilenet.find("   NODE NAME").expect("a table");
    let end = table + mobilenet[table..].find("\n-----").expect("a rule");
    let lost = [&mobilenet[..table], &mobilenet[end..]].concat();
    let raised = report(json!({
        "non_annotated_nodes": [],
        "completeness": {
            "whole": true,
            "problems": [{ "kind": "raised", "message": "Q.annotate raised ValueError" }],
        },
    }));
    for (name, content) in [
        ("cut.log", cut.to_owned()),
        ("lost.log", lost),
        ("stripped.log", stripped(&swin_t)),
        ("raised.json", raised),
    ] {
        let file = folder.write(name, &content);
        for arguments in [
            &["--min-coverage", "0"][..],
            &["--baseline", &whole],
            &["--deny", "all"],
            &["--deny", "edge-mismatch"],
        ] {
            let arguments = [&[&*file], arguments].concat();
            assert_fails(&arguments, ": incomplete report: ");
        }
        // JSON that is made of it does not hide the damage.
        let output = Command::new(env!("CARGO_BIN_EXE_qspect")).args(["json", &file]).output();
        let json = String::from_utf8(output.expect("the command").stdout).expect("UTF-8");
        let json = folder.write(&format!("{name}.json"), &json);
        assert_fails(&[&json, "--min-coverage", "0"], ": incomplete report: ");
        // Nor does an incomplete baseline pass a whole report.
        let expected = "the baseline is an incomplete report";
        assert_fails(&[&whole, "--baseline", &file], expected);
    }
}

#[test]
fn a_report_without_a_compute_node_fails() {
    let folder = Folder::new();
    let empty = folder.write("empty.json", &report(json!({ "non_annotated_nodes": [] })));
    let expected = ": no compute node in this report";
    assert_fails(&[&empty, "--min-coverage", "100"], expected);
    assert_fails(&[&empty, "--deny", "all"], expected);
    let output = json!({ "name": "output", "op": "output", "target": "output", "inputs": [] });
    let only_output = folder.write("output.json", &graph(&[output]));
    assert_fails(&[&only_output, "--min-coverage", "0"], expected);
    let integers = graph(&[node("argmax", Some("torch.int64"), None)]);
    let integers = folder.write("integers.json", &integers);
    let expected = ": coverage is unknown: no node makes a float tensor";
    assert_fails(&[&integers, "--min-coverage", "0"], expected);
}

/// A named lint fails if the report cannot answer it; `all` names it and goes on.
#[test]
fn a_lint_without_an_answer_fails_by_name() {
    let folder = Folder::new();
    let debug = folder.write("debug.log", &log("resnet18.qat.debug.txt"));
    let info = folder.write("info.log", &log("resnet18.qat.info.txt"));
    for (file, lint, why) in [
        (&debug, "per-tensor-weight", "a log has no qscheme"),
        (&debug, "overwritten-annotation", "a log does not have all final annotations"),
        (&debug, "hidden-subgraph", "a log has no control-flow submodules"),
        (&debug, "late-anchor", "a log does not have the order of the graph"),
        (&info, "edge-mismatch", "a report at INFO level lists no nodes"),
    ] {
        assert_fails(&[file, "--deny", lint], &format!(": {lint} is unknown: {why}"));
        let (status, lines, errors) = check(&[file, "--deny", "all"]);
        assert_eq!((status, lines.len()), (Some(0), 0), "{lines:?}");
        assert!(errors.contains(&format!(": {lint} is not checked: {why}")), "{errors}");
    }
    for lint in ["edge-mismatch", "nothing-quantized", "mixed-width"] {
        assert_passes(&[&debug, "--deny", lint]);
    }
}

/// A qspec of a float dtype keeps a node float.
#[test]
fn a_float_qspec_is_not_quantized() {
    let folder = Folder::new();
    let int8 = folder.write("int8.json", &annotated(&["a"], "torch.int8"));
    assert_passes(&[&int8, "--min-coverage", "100"]);
    for dtype in ["torch.float32", "torch.float16", "torch.bfloat16"] {
        let float = folder.write("float.json", &annotated(&["a"], dtype));
        assert_fails(&[&float, "--baseline", &int8, "--no-new-float"], ": became float: a (");
        assert_fails(&[&float, "--min-coverage", "1"], ": coverage 0 % (0 of 1 nodes)");
    }
}

/// Unknown nodes may be quantized or not: the gate reports that unless both cases pass.
#[test]
fn unknown_nodes_are_between_two_figures() {
    let folder = Folder::new();
    let mut nodes: Vec<Value> =
        (0..8).map(|it| node(&format!("n{it}"), None, Some("torch.int8"))).collect();
    let shared = json!({ "type": "SharedQuantizationSpec", "edge_or_node": "gone" });
    let mut unknown = node("unknown", None, None);
    unknown["annotation"] = json!({ "input_qspec_map": [], "output_qspec": shared });
    nodes.extend([unknown, node("float", None, None)]);
    let file = folder.write("run.json", &graph(&nodes));
    assert_passes(&[&file, "--min-coverage", "80"]);
    let expected = ": coverage is unknown: between 80 % and 90 %, as 1 node is unknown";
    assert_fails(&[&file, "--min-coverage", "85"], expected);
    let expected = ": coverage 80 % (8 of 10 nodes) is below 91 %";
    assert_fails(&[&file, "--min-coverage", "91"], expected);
}

/// The log and the JSON of one run have the same verdict at each limit, or the line
/// explains the difference.
#[test]
fn a_log_and_its_json_agree_or_give_the_reason() {
    let folder = Folder::new();
    let mut n_unlike = 0;
    for name in ["tiny_transformer.mixed", "swin_t.mixed", "ds_cnn.cortex_m_int16"] {
        let log = folder.write("run.log", &log(&format!("{name}.debug.txt")));
        let exporter = reports("executorch-1.5.1-exporter");
        let plain = exporter.join(format!("{name}.qspect.json"));
        let json = if plain.is_file() { plain } else { plain.with_extension("json.gz") };
        let json = json.to_str().expect("UTF-8");
        for tenths in (801..=1000).step_by(4) {
            let limit = format!("{}.{}", tenths / 10, tenths % 10);
            let (of_log, lines, _) = check(&[&log, "--min-coverage", &limit]);
            let (of_json, ..) = check(&[json, "--min-coverage", &limit]);
            if of_log != of_json {
                n_unlike += 1;
                assert_eq!((of_log, of_json), (Some(1), Some(0)), "{name} {limit}");
                assert!(lines[0].contains("a log does not show"), "{lines:?}");
            }
        }
    }
    assert!(n_unlike > 0, "the logs count no other nodes");
}

/// With a folder on both sides a report that is gone fails, and so does a new one.
#[test]
fn a_report_that_is_gone_fails() {
    let folder = Folder::new();
    let of_model = |model: &str| {
        let graph = json!({ "nodes": [node("a", None, Some("torch.int8"))] });
        report(json!({ "model": model, "graph": graph }))
    };
    for (file, model) in [("old/a.json", "m1"), ("old/b.json", "m2")] {
        folder.write(file, &of_model(model));
    }
    let same = folder.write("new/a.json", &of_model("m1"));
    let (old, new) = (folder.path("old"), folder.path("new"));
    let gone = "old/b.json: in the baseline, but its report is gone";
    assert_fails(&[&new, "--baseline", &old], gone);
    // One file of many was asked for by its name.
    assert_passes(&[&same, "--baseline", &old]);
    // Several files are a set, as a shell makes of `new/*.json`.
    let second = folder.write("second/b.json", &of_model("m2"));
    assert_passes(&[&same, &second, "--baseline", &old]);
    folder.write("old/c.json", &of_model("m4"));
    let third_gone = "old/c.json: in the baseline, but its report is gone";
    assert_fails(&[&same, &second, "--baseline", &old], third_gone);
    std::fs::remove_file(folder.path("old/c.json")).expect("the file is there");
    folder.write("new/c.json", &of_model("m3"));
    let (status, lines, _) = check(&[&new, "--baseline", &old]);
    assert_eq!((status, lines.len()), (Some(1), 2), "{lines:?}");
    assert!(lines[0].contains("new/c.json: not in the baseline"), "{lines:?}");
    assert!(lines[1].contains(gone), "{lines:?}");
}

/// Two files are compared as a whole, whatever else is asked for.
#[test]
fn a_baseline_is_never_ignored() {
    let folder = Folder::new();
    let of_model = |model: &str, dtype: &str| {
        let graph = json!({ "nodes": [node("a", None, Some(dtype))] });
        report(json!({ "model": model, "graph": graph }))
    };
    let [int8, other] = ["m1", "m2"].map(|it| of_model(it, "torch.int8"));
    let float = of_model("m1", "torch.float32");
    let base = folder.write("base.json", &int8);
    let both = folder.write("both.json", &format!("{int8}\n{other}"));
    let head = folder.write("head.json", &float);
    for also in [&[][..], &["--min-coverage", "0"], &["--deny", "idle-quantizer"]] {
        assert_fails(&[&[&*head, "--baseline", &base], also].concat(), ": became float: a (");
        let gone = "both.json, report 2: in the baseline, but its report is gone";
        assert_fails(&[&[&*base, "--baseline", &both], also].concat(), gone);
    }
}

/// A report that cannot be read does not pass.
#[test]
fn a_report_that_cannot_be_read_is_bad_input() {
    let folder = Folder::new();
    let whole = graph(&[node("a", None, Some("torch.int8"))]);
    let cut = &whole[..whole.len() - 20];
    let log = log("ds_cnn.cortex_m.debug.txt");
    for (name, content) in [
        ("an array that ends in its second report", format!("[{whole},{cut}")),
        ("an array with another object", format!("[{whole},{{}}]")),
        ("lines of which the second is cut", format!("{whole}\n{cut}\n")),
        ("JSON above a log", format!("{whole}\n{log}")),
        ("JSON below a log", format!("{log}\n{whole}\n")),
    ] {
        let file = folder.write("head.json", &content);
        let (status, lines, errors) = check(&[&file, "--min-coverage", "0"]);
        assert_eq!((status, lines.len()), (Some(2), 0), "{name}: {lines:?}");
        assert!(
            errors.contains("error: ") && errors.contains(": 1 report cannot be read"),
            "{name}: {errors}"
        );
        let base = folder.write("base.json", &whole);
        let (status, _, _) = check(&[&base, "--baseline", &file]);
        assert_eq!(status, Some(2), "{name} as the baseline");
    }
    // Other lines around reports are not reports.
    let file = folder.write("head.json", &format!("{whole}\nDone.\n"));
    assert_passes(&[&file, "--min-coverage", "100"]);
}

/// What accepted nodes get is not known from their number.
#[test]
fn counts_do_not_show_that_something_is_quantized() {
    let folder = Folder::new();
    let info = folder.write("info.log", &log("resnet18.qat.info.txt"));
    let unknown = ": nothing-quantized is unknown: a report at INFO level counts accepted nodes";
    assert_fails(&[&info, "--deny", "nothing-quantized"], unknown);
    let idle = log("mlp_mixed.partial.info.txt");
    assert!(!idle.contains("Accepted nodes: 1"));
    let idle = folder.write("idle.log", &idle);
    assert_fails(&[&idle, "--deny", "nothing-quantized"], "not one compute node is quantized");
}

/// A constant of ExecuTorch 1.2 quantizes if its name has an integer dtype. `CUSTOM_QSPEC` stands for
/// any other qspec.
#[test]
fn a_constant_without_a_dtype_is_unknown() {
    let folder = Folder::new();
    for (class, is_quantized) in [
        ("INT8_WEIGHT_PER_CHANNEL_QSPEC", true),
        ("UINT8_PER_TENSOR_QSPEC", true),
        ("SOFTMAX_OUTPUT_FIXED_QSPEC", true),
        ("CUSTOM_QSPEC", false),
        ("UNREGISTERED_QSPEC", false),
        ("FLOAT_QSPEC", false),
    ] {
        let mut a = node("a", None, Some("torch.int8"));
        a["annotation"]["output_qspec"] = json!({ "type": class });
        let file = folder.write("a.json", &graph(&[a]));
        if is_quantized {
            assert_passes(&[&file, "--min-coverage", "100"]);
        } else {
            let unknown = ": coverage is unknown: between 0 % and 100 %";
            assert_fails(&[&file, "--min-coverage", "100"], unknown);
        }
    }
}

/// A model whose `forward` runs under `torch.no_grad()` quantizes nothing.
#[test]
fn a_hidden_model_fails() {
    let file = reports("runs").join("no_grad.qspect.json");
    let file = file.to_str().expect("UTF-8");
    for (lint, message) in [
        ("nothing-quantized", "not one compute node is quantized"),
        ("hidden-subgraph", "export under `torch.no_grad()` instead of calling it in `forward`"),
    ] {
        assert_fails(&[file, "--deny", lint], message);
    }
    assert_fails(&[file, "--min-coverage", "1"], ": coverage 0 % (0 of 8 nodes) is below 1 %");
}
