//! `qspect diff` of files, folders and archives: which reports are compared, and the exit status.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};

/// A report of this model whose relus have these output dtypes; no model for `-`.
fn report(model: &str, dtypes: &[&str]) -> Value {
    let nodes = dtypes.iter().enumerate().map(|(at, dtype)| {
        json!({
            "name": format!("relu_{at}"), "op": "call_function", "target": "aten.relu.default",
            "inputs": [], "annotation": {
                "input_qspec_map": [],
                "output_qspec": { "type": "QuantizationSpec", "dtype": format!("torch.{dtype}") },
            },
        })
    });
    let mut report = json!({
        "format": "qspect-report", "version": 1, "report_title": "T", "quantizers": [],
        "graph": { "nodes": nodes.collect::<Vec<_>>() },
    });
    if model != "-" {
        report["model"] = json!(model);
    }
    report
}

/// Writes each report into a file of its own.
fn write(folder: &Path, reports: &[(&str, Value)]) {
    std::fs::create_dir_all(folder).expect("a folder");
    for (name, report) in reports {
        std::fs::write(folder.join(name), report.to_string()).expect("a file");
    }
}

fn diff(folder: &Path, base: &str, head: &str, format: &str) -> Output {
    let arguments = ["diff", base, head, "--exit-code", "--format", format];
    let mut command = Command::new(env!("CARGO_BIN_EXE_qspect"));
    command.current_dir(folder).args(arguments).output().expect("the command")
}

fn stdout(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).expect("UTF-8")
}

/// The comparison as JSON, and the status.
fn compared(folder: &Path, base: &str, head: &str) -> (Value, Option<i32>) {
    let output = diff(folder, base, head, "json");
    (serde_json::from_str(stdout(&output)).expect("JSON"), output.status.code())
}

fn files(reports: &Value) -> Vec<&str> {
    let reports = reports.as_array().expect("a list").iter();
    reports.map(|it| it["file"].as_str().expect("a file")).collect()
}

#[test]
fn different_models_in_folders_are_not_paired() {
    let folder = tempfile::tempdir().expect("a folder");
    let [m1, m2, m3] = ["m1", "m2", "m3"].map(|it| report(it, &["int8"]));
    write(&folder.path().join("old"), &[("a.json", m1.clone()), ("b.json", m2.clone())]);
    write(&folder.path().join("new"), &[("a.json", m1), ("c.json", m3.clone())]);
    let (json, status) = compared(folder.path(), "old", "new");
    assert_eq!(status, Some(1));
    assert_eq!(json["diffs"].as_array().map(Vec::len), Some(1));
    assert_eq!(json["diffs"][0]["reports"]["base"]["file"], "old/a.json");
    assert_eq!(json["diffs"][0]["reports"]["head"]["file"], "new/a.json");
    assert_eq!(files(&json["removed_reports"]), ["old/b.json"]);
    assert_eq!(files(&json["added_reports"]), ["new/c.json"]);
    let output = diff(folder.path(), "old", "new", "text");
    let text = stdout(&output);
    assert!(text.starts_with("The report in both did not regress; 1 report removed, 1 added\n"));
    assert!(text.contains("\nRemoved reports (1)\n  old/b.json: m2: T\n"), "{text}");
    assert!(text.contains("\nAdded reports (1)\n  new/c.json: m3: T\n"), "{text}");
    let output = diff(folder.path(), "old", "new", "markdown");
    let markdown = stdout(&output);
    assert!(markdown.contains("### Removed reports (1)\n\n- old/b.json: m2: T\n"), "{markdown}");
    assert!(markdown.contains("### Added reports (1)\n\n- new/c.json: m3: T\n"), "{markdown}");
    assert!(markdown.contains("## m1: T: old/a.json → new/a.json\n"), "{markdown}");
    // One report on each side, but the user named folders.
    write(&folder.path().join("one"), &[("b.json", m2)]);
    write(&folder.path().join("other"), &[("b.json", m3)]);
    for (base, head) in [("one", "other"), ("one/b.json", "other"), ("one", "other/b.json")] {
        let (json, status) = compared(folder.path(), base, head);
        assert_eq!((status, json["diffs"].as_array().map(Vec::len)), (Some(1), Some(0)));
        assert_eq!(files(&json["removed_reports"]), ["one/b.json"]);
        assert_eq!(files(&json["added_reports"]), ["other/b.json"]);
    }
}

#[test]
fn two_files_that_are_named_are_compared_whatever_they_are() {
    let folder = tempfile::tempdir().expect("a folder");
    write(
        folder.path(),
        &[
            ("a.json", report("m1", &["int8"])),
            ("b.json", report("m3", &["int8"])),
            ("c.json", report("-", &["int8"])),
        ],
    );
    let (json, status) = compared(folder.path(), "a.json", "b.json");
    assert_eq!((status, &json["diffs"][0]["has_different_models"]), (Some(1), &json!(true)));
    let output = diff(folder.path(), "./a.json", "b.json", "text");
    assert!(stdout(&output).contains("\nComparing different models: m1 and m3\n"));
    let (json, status) = compared(folder.path(), "a.json", "c.json");
    assert_eq!((status, &json["diffs"][0]["has_different_models"]), (Some(0), &json!(false)));
    // Several reports in a file are distinguished by their models.
    let list = |models: [&str; 2]| Value::from(models.map(|it| report(it, &["int8"])).to_vec());
    write(folder.path(), &[("d.json", list(["m1", "m2"])), ("e.json", list(["m3", "m1"]))]);
    let (json, status) = compared(folder.path(), "d.json", "e.json");
    assert_eq!((status, json["diffs"].as_array().map(Vec::len)), (Some(1), Some(1)));
    assert_eq!(json["diffs"][0]["reports"]["head"]["model"], "m1");
    assert_eq!(json["removed_reports"][0]["model"], "m2");
    assert_eq!(json["added_reports"][0]["model"], "m3");
}

#[test]
fn several_comparisons_are_summed_up_in_one_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let reports = |dtype: &str| {
        [("a.json", report("m1", &["int8"])), ("b.json", report("m2", &["int8", dtype]))]
    };
    write(&folder.path().join("old"), &reports("int8"));
    write(&folder.path().join("new"), &reports("int16"));
    for (base, head, status, headline) in [
        ("old", "new", 1, "None of 2 reports regressed; 1 changed"),
        ("old", "old", 0, "None of 2 reports regressed"),
    ] {
        let output = diff(folder.path(), base, head, "text");
        assert_eq!(output.status.code(), Some(status));
        // Pairs without a change are left out.
        let text = stdout(&output);
        let (first, rest) = text.split_once('\n').expect("a line");
        assert_eq!(first, headline);
        assert_eq!(
            rest.starts_with(&format!("\nbase: {base}/b.json: m2: T\n")),
            status == 1,
            "{text}"
        );
        assert!(!text.contains("a.json"), "{text}");
        let output = diff(folder.path(), base, head, "markdown");
        let markdown = stdout(&output);
        assert!(markdown.starts_with(&format!("**{headline}**\n\n")), "{markdown}");
        assert_eq!(markdown.matches("## ").count() > 0, status == 1, "{markdown}");
    }
}

/// A reason can neither mention a user nor link to anything.
#[test]
fn markdown_for_a_comment_mentions_no_user() {
    let folder = tempfile::tempdir().expect("a folder");
    let rejected = |reason: &str| {
        json!({
            "format": "qspect-report", "version": 1, "report_title": "T",
            "quantizers": [{
                "quantizer_info": {
                    "name": "Q", "targeted_nodes_description": "all", "qconfig_label": "C",
                },
                "accepted_patterns": [],
                "rejected_patterns": [{ "node_names": ["relu"], "rejection_reason": reason }],
            }],
            "non_annotated_nodes": ["relu"],
        })
    };
    let reason = "ask @octocat, see https://example.org or www.example.org, #12, GH-3, deadbeef";
    write(folder.path(), &[("a.json", rejected("none")), ("b.json", rejected(reason))]);
    let output = diff(folder.path(), "a.json", "b.json", "markdown");
    let markdown = stdout(&output);
    for part in ["@octocat", "://", "www.", "#12", "GH-3", "deadbeef"] {
        assert!(!markdown.contains(part), "{part} in {markdown}");
    }
    assert!(markdown.contains("@<i></i>octocat"), "{markdown}");
}

/// Gzip of less than 64 kB, without compression (RFC 1952, RFC 1951 section 3.2.4).
fn gzip(content: &[u8]) -> Vec<u8> {
    let mut crc = u32::MAX;
    for byte in content {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { crc >> 1 ^ 0xEDB8_8320 } else { crc >> 1 };
        }
    }
    let n_bytes = u16::try_from(content.len()).expect("a short content");
    let mut out = vec![0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255, 1];
    out.extend(n_bytes.to_le_bytes());
    out.extend((!n_bytes).to_le_bytes());
    out.extend(content);
    out.extend((!crc).to_le_bytes());
    out.extend(u32::from(n_bytes).to_le_bytes());
    out
}

/// A file in gzip is that one file, and no archive: `check` of it asks for no other report of the
/// baseline, and `diff` compares two such files whatever models they are of.
#[test]
fn a_file_in_gzip_is_not_an_archive() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path();
    let reports = [("a.json", report("m1", &["int8"])), ("b.json", report("m2", &["int8"]))];
    write(&path.join("base"), &reports);
    write(path, &reports);
    for (name, report) in &reports {
        let packed = gzip(report.to_string().as_bytes());
        std::fs::write(path.join(format!("{name}.gz")), packed).expect("a file");
    }
    for (file, baseline, status) in [
        ("a.json", "base", 0),
        ("a.json.gz", "base", 0),
        ("a.json", "base/a.json", 0),
        ("a.json.gz", "base/a.json", 0),
        ("a.json", "a.json.gz", 0),
        // A folder has to have what the baseline has.
        ("base", "base", 0),
        ("head", "base", 1),
    ] {
        write(&path.join("head"), &reports[..1]);
        let mut command = Command::new(env!("CARGO_BIN_EXE_qspect"));
        let arguments = ["check", file, "--baseline", baseline];
        let output = command.current_dir(path).args(arguments).output().expect("the command");
        let lines = stdout(&output);
        assert_eq!(output.status.code(), Some(status), "{arguments:?}: {lines}");
    }
    for (base, head) in [("a.json", "b.json"), ("a.json.gz", "b.json"), ("a.json.gz", "b.json.gz")]
    {
        let (json, _) = compared(path, base, head);
        assert_eq!(json["diffs"].as_array().map(Vec::len), Some(1), "{base} {head}");
    }
}
