//! `qspect nodes` and `qspect explain` of reports that do not show all there is.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};

fn qspect(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_qspect"));
    command.current_dir(folder).args(arguments).output().expect("the command")
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).expect("UTF-8")
}

/// A report of one node that no quantizer touched; with so many rejected nodes counted.
fn report(n_rejected: usize) -> Value {
    json!({
        "format": "qspect-report", "version": 1, "report_title": "T",
        "quantizers": [{
            "quantizer_info": {
                "name": "PatternQuantizer", "targeted_nodes_description": "all nodes",
                "qconfig_label": "C",
            },
            "counts": {
                "accepted": 0, "rejected_previous_annotation": 0, "rejected": n_rejected,
            },
            "accepted_patterns": [], "rejected_patterns": [],
        }],
        "non_annotated_nodes": ["transpose"],
    })
}

#[test]
fn an_incomplete_report_is_noted_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let problem = "quantizer 1 counts 3 rejected nodes and lists 0";
    let note = format!("note: lost.json: incomplete report: {problem}\n");
    for (file, n_rejected, expected) in [("whole.json", 0, ""), ("lost.json", 3, note.as_str())] {
        let content = report(n_rejected).to_string();
        std::fs::write(folder.path().join(file), content).expect("a file");
        for arguments in [
            &["explain", file, "transpose"][..],
            &["nodes", file],
            &["nodes", file, "--format", "csv"],
            &["nodes", file, "--format", "json"],
        ] {
            let output = qspect(folder.path(), arguments);
            assert_eq!(output.status.code(), Some(0), "{arguments:?}");
            assert_eq!(text(&output.stderr), expected, "{arguments:?}");
        }
    }
    let shown = |file: &str| {
        let output = qspect(folder.path(), &["explain", file, "transpose"]);
        text(&output.stdout).to_owned()
    };
    let (whole, lost) = (shown("whole.json"), shown("lost.json"));
    assert!(whole.starts_with("transpose: not matched\n") && whole.contains("To try"), "{whole}");
    assert!(whole.ends_with("\n    not touched\n"), "{whole}");
    let reason = format!(
        "transpose: unknown\n\nWhy\n  the report is incomplete ({problem}), so what became of it is \
         unknown\n\nWho did what, in order of precedence\n"
    );
    assert!(lost.starts_with(&reason), "{lost}");
    assert!(lost.ends_with("\n    unknown: the report is incomplete\n"), "{lost}");
    let table = qspect(folder.path(), &["nodes", "lost.json"]);
    assert_eq!(text(&table.stdout), "name       verdict\ntranspose  unknown\n");
}
