//! The command `qspect`, as cargo builds it for its tests: most of it needs no viewer.

mod check;
mod check_unknown;
mod diff;
mod diff_pairs;
mod exports;
mod filter;
mod fleet;
mod nodes_unknown;

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use anyhow::{Context, Result};
use flate2::Compression;
use flate2::write::GzEncoder;

/// The command.
const QSPECT: &str = env!("CARGO_BIN_EXE_qspect");

/// The folder of real reports, logs and archives.
fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests")
}

/// Real reports that ExecuTorch printed, of two versions.
fn reports() -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for folder in ["reports/executorch-1.5.1", "reports/executorch-1.2.0"] {
        for entry in std::fs::read_dir(data().join(folder))? {
            files.push(entry?.path());
        }
    }
    files.sort();
    Ok(files)
}

fn qspect(arguments: &[&str]) -> Result<Output> {
    Command::new(QSPECT).args(arguments).output().context("qspect does not start")
}

fn path(it: &Path) -> &str {
    it.to_str().expect("a path in UTF-8")
}

fn stdout(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).expect("UTF-8")
}

fn stderr(output: &Output) -> &str {
    std::str::from_utf8(&output.stderr).expect("UTF-8")
}

/// With input on standard input.
fn qspect_with(arguments: &[&str], input: &[u8]) -> Result<Output> {
    let mut child = Command::new(QSPECT)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    child.stdin.take().context("no standard input")?.write_all(input)?;
    Ok(child.wait_with_output()?)
}

/// All who have code in it, and in the viewer that it carries.
#[test]
fn licences_are_those_of_all_parts() -> Result<()> {
    let printed = qspect(&["licences"])?;
    let text = stdout(&printed);
    let line =
        |start: &str| text.lines().find(|it| it.starts_with(start)).context(start.to_owned());
    assert!(line("- leptos ")?.ends_with(", by Greg Johnston"));
    for start in [
        "- miniz_oxide ",
        "Copyright (c) 2017 Frommi",
        "- clap ",
        "- serde ",
        "- parquet ",
        "=== Rust's standard library",
    ] {
        line(start)?;
    }
    assert!(text.contains("Permission is hereby granted, free of charge"));
    assert_eq!(stdout(&qspect(&["licenses"])?), text);
    assert_eq!((printed.status.code(), stderr(&printed)), (Some(0), ""));
    Ok(())
}

/// Each real report, byte for byte after its leading empty line, and again through JSON.
#[test]
fn text_is_executorchs() -> Result<()> {
    for report in reports()? {
        let is_info = path(&report).contains(".info.");
        let text = if is_info { vec!["text", "--summary"] } else { vec!["text"] };
        let expected = std::fs::read_to_string(&report)?;
        let expected = format!("{}\n", expected.trim_start_matches('\n'));
        let printed = qspect(&[&text[..], &[path(&report)]].concat())?;
        assert_eq!(stdout(&printed), expected, "{}", report.display());
        assert_eq!(stderr(&printed), "");
        let json = qspect(&["json", path(&report)])?;
        let again = qspect_with(&[&text[..], &["-"]].concat(), &json.stdout)?;
        assert_eq!(stdout(&again), expected, "{}", report.display());
    }
    Ok(())
}

#[test]
fn several_reports_are_an_array() -> Result<()> {
    let log = data().join("logs/ds_cnn+resnet18.info.log");
    let json: serde_json::Value = serde_json::from_str(stdout(&qspect(&["json", path(&log)])?))?;
    assert_eq!(json.as_array().map(Vec::len), Some(2));
    assert_eq!(json[0]["format"], "qspect-report");
    Ok(())
}

#[test]
fn bad_input_is_status_2_and_takes_nothing_with_it() -> Result<()> {
    let good = &reports()?[0];
    let output = qspect(&["text", "no-such-file.txt", path(good)])?;
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).starts_with("error: no-such-file.txt: "), "{}", stderr(&output));
    assert!(stdout(&output).contains("QUANTIZATION REPORT"));

    let output = qspect_with(&["json", "-"], b"{}")?;
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).starts_with("error: <stdin>"), "{}", stderr(&output));
    assert_eq!(stdout(&output), "");
    Ok(())
}

fn gzip(content: &[u8]) -> Result<Vec<u8>> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
    gzip.write_all(content)?;
    Ok(gzip.finish()?)
}

/// A zip archive of files with a line in each, made by Python's `zipfile`: `runs/b.json`, deflated,
/// `runs/a.json`, stored, and `runs/bad.json`, which is not a report.
const ZIP: &[u8] = include_bytes!("../archives/runs.zip");

/// The first words of each line: the file's name.
fn names(output: &Output) -> Vec<&str> {
    let lines = stdout(output).lines();
    lines.filter_map(|it| it.split_once(": nothing-quantized: ").map(|it| it.0)).collect()
}

fn report(title: &str) -> String {
    format!(
        r#"{{"format":"qspect-report","version":1,"report_title":"{title}","quantizers":[],"graph":{{"nodes":[{{"name":"relu","op":"call_function","target":"aten.relu.default","inputs":[]}}]}}}}"#
    )
}

/// Packed files and archives, named or on standard input.
#[test]
fn packed_files_are_unpacked() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let packed = folder.path().join("run.json.gz");
    std::fs::write(&packed, gzip(report("gz").as_bytes())?)?;
    let output = qspect(&["lint", path(&packed)])?;
    let expected = path(&packed).strip_suffix(".gz").context("an ending")?;
    assert_eq!((names(&output), stderr(&output)), (vec![expected], ""));

    let output = qspect_with(&["lint", "-"], ZIP)?;
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(names(&output), ["<stdin>/runs/b.json", "<stdin>/runs/a.json"]);
    let error = stderr(&output);
    assert!(error.starts_with("error: <stdin>/runs/bad.json:1:1: "), "{error}");
    assert_eq!(error.matches("error: ").count(), 1, "{error}");

    let second = qspect_with(&["nodes", "-", "--report", "2"], ZIP)?;
    assert!(stdout(&second).contains("relu"), "{}", stderr(&second));
    let cut = qspect_with(&["lint", "-"], &ZIP[..ZIP.len() - 1])?;
    assert_eq!(cut.status.code(), Some(2));
    assert!(stderr(&cut).starts_with("error: <stdin>: the zip archive ends before"));
    Ok(())
}

/// In order of names, with subfolders, and without files whose names are not those of reports.
#[test]
fn folders_are_read() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let root = folder.path();
    std::fs::create_dir_all(root.join("b/c"))?;
    for (name, content) in [
        ("z.JSON", report("z").into_bytes()),
        ("a.jsonl", report("a").into_bytes()),
        ("b/c/packed.ndjson.gz", gzip(report("packed").as_bytes())?),
        ("b/bad.json", b"{}".to_vec()),
        ("b/runs.zip", ZIP.to_vec()),
        ("model.pt", b"\0".to_vec()),
        ("._a.json", b"\0".to_vec()),
        ("notes.md", b"no report".to_vec()),
    ] {
        std::fs::write(root.join(name), content)?;
    }
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(root, root.join("b/up"))?;
        std::os::unix::fs::symlink(root.join("nowhere"), root.join("lost"))?;
        std::os::unix::fs::symlink(root.join("a.jsonl"), root.join("y.json"))?;
        std::os::unix::fs::symlink(root.join("nowhere"), root.join("lost.json"))?;
    }
    let output = qspect(&["lint", path(root)])?;
    assert_eq!(output.status.code(), Some(2));
    let in_root = |it: &str| path(&root.join(it)).to_owned();
    let mut expected =
        vec!["a.jsonl", "b/c/packed.ndjson", "b/runs.zip/runs/b.json", "b/runs.zip/runs/a.json"];
    let mut n_errors = 2;
    if cfg!(unix) {
        expected.push("y.json");
        n_errors = 3;
    }
    expected.push("z.JSON");
    assert_eq!(names(&output), expected.into_iter().map(in_root).collect::<Vec<_>>());
    let error = stderr(&output);
    assert_eq!(error.matches("error: ").count(), n_errors, "{error}");
    assert!(error.contains(&format!("error: {}:1:", in_root("b/bad.json"))), "{error}");

    let empty = tempfile::tempdir()?;
    let output = qspect(&["lint", path(empty.path())])?;
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains(": no report in this folder\nhint: "), "{}", stderr(&output));
    Ok(())
}

#[test]
fn a_reader_that_leaves_is_not_an_error() -> Result<()> {
    let large = reports()?.into_iter().find(|it| it.ends_with("swin_t.mixed.debug.txt"));
    let mut child = Command::new(QSPECT)
        .arg("text")
        .arg(large.context("swin_t")?)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    drop(child.stdout.take());
    let output = child.wait_with_output()?;
    assert_eq!((output.status.code(), stderr(&output)), (Some(0), ""));
    Ok(())
}

fn exporter(name: &str) -> PathBuf {
    data().join("reports/executorch-1.5.1-exporter").join(name)
}

/// The JSON of one of the exporter's reports, `swin_t.mixed`, or of those with one change.
fn exported(name: &str) -> Result<Vec<u8>> {
    let plain = format!("{name}.qspect.json");
    for folder in [exporter(""), exporter("../changes")] {
        if let Ok(json) = std::fs::read(folder.join(&plain)) {
            return Ok(json);
        }
        if let Ok(file) = std::fs::File::open(folder.join(format!("{plain}.gz"))) {
            let mut json = Vec::new();
            flate2::read::GzDecoder::new(file).read_to_end(&mut json)?;
            return Ok(json);
        }
    }
    anyhow::bail!("no report {name}")
}

/// A folder for files of one test.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Result<Self> {
        Ok(Self(tempfile::tempdir()?))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    /// A file with these bytes; its path.
    fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> Result<String> {
        let file = self.path().join(name);
        std::fs::create_dir_all(file.parent().context("a folder")?)?;
        std::fs::write(&file, bytes)?;
        Ok(path(&file).to_owned())
    }

    /// One of the exporter's reports; its path.
    fn report(&self, name: &str) -> Result<String> {
        self.file(&format!("{name}.qspect.json"), exported(name)?)
    }

    /// What ExecuTorch prints of one of the exporter's reports; its path.
    fn log(&self, name: &str, arguments: &[&str]) -> Result<String> {
        let text = qspect_with(&[&["text"], arguments, &["-"]].concat(), &exported(name)?)?;
        self.file(&format!("{name}.log"), text.stdout)
    }
}

fn real(name: &str) -> Result<PathBuf> {
    reports()?.into_iter().find(|it| it.ends_with(name)).context("a real report")
}

/// The JSON of the summary has what README describes, and its sums are the nodes.
#[test]
fn summary_lists_what_stays_float() -> Result<()> {
    let swin_t = real("executorch-1.5.1/swin_t.mixed.debug.txt")?;
    let mlp = exporter("mlp_mixed.mixed.qspect.json");
    let output = qspect(&["summary", "--format", "json", path(&swin_t), path(&mlp)])?;
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let json: serde_json::Value = serde_json::from_str(stdout(&output))?;
    let [swin_t_summary, mlp_summary] = [&json["reports"][0], &json["reports"][1]];
    let by_verdict = swin_t_summary["nodes_by_verdict"].as_object().context("verdicts")?;
    let counts: Vec<u64> = by_verdict.values().filter_map(serde_json::Value::as_u64).collect();
    assert_eq!((counts.len(), counts.iter().sum::<u64>()), (8, 1350));
    assert_eq!(by_verdict["float_by_config"], 99);
    assert_eq!(swin_t_summary["rejection_reasons"][0]["nodes"], 44);
    assert_eq!(swin_t_summary["islands"], serde_json::Value::Null);
    assert_eq!(mlp_summary["model"], "mlp_mixed");
    assert_eq!(
        mlp_summary["coverage"],
        serde_json::json!({ "nodes": 1.0, "macs": 1.0, "params": 1.0 })
    );
    assert_eq!(mlp_summary["ops"][0]["op"], "aten.linear");
    assert_eq!(mlp_summary["findings"][0]["lint"], "edge-mismatch");

    let text = qspect(&["summary", path(&swin_t)])?;
    assert!(stdout(&text).contains("163 of 1,350 nodes stay float, 99 of them on purpose"));
    let markdown = qspect(&["summary", "--format", "markdown", path(&swin_t)])?;
    assert!(stdout(&markdown).contains("| 99 | add | float, by config |"));
    Ok(())
}

/// One row per distinct node, the same in all forms.
#[test]
fn nodes_are_rows() -> Result<()> {
    const COLUMNS: &str = "name,op,target,module,verdict,quantizer,qconfig_label,rejection_reason,\
                           inputs,output,resolved_output";
    let file = exporter("mlp_mixed.mixed.qspect.json");
    let csv = qspect(&["nodes", path(&file), "--format", "csv"])?;
    let lines: Vec<&str> = stdout(&csv).lines().collect();
    assert_eq!((lines[0], lines.len()), (COLUMNS, 9));
    assert!(lines[1].starts_with("x,placeholder,x,,quantized,PatternQuantizer,"), "{}", lines[1]);
    let json = qspect(&["nodes", path(&file), "--format", "json"])?;
    let json: serde_json::Value = serde_json::from_str(stdout(&json))?;
    assert_eq!(json.as_array().map(Vec::len), Some(8));
    assert_eq!(json[1]["name"], "linear");
    assert_eq!(json[1]["inputs"][0]["node"], "x");
    assert!(
        json[1]["output"].as_str().is_some_and(|it| it.starts_with("QuantizationSpec(dtype=INT16"))
    );
    let table = qspect(&["nodes", path(&file)])?;
    assert_eq!(stdout(&table).lines().count(), 9);
    // Of several reports one is chosen, and none is guessed.
    let log = data().join("logs/ds_cnn+mlp.debug.log");
    let output = qspect(&["nodes", path(&log)])?;
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("2 reports in it\nhint: choose one by `--report 1`"));
    let second = qspect(&["nodes", path(&log), "--report", "2"])?;
    assert_eq!(stdout(&second).lines().count(), 9);
    Ok(())
}

/// A report with counts alone lists no nodes. It is not an error; a hint explains how to get them.
#[test]
fn a_report_without_nodes_gets_a_hint() -> Result<()> {
    let info = real("executorch-1.5.1/swin_t.mixed.info.txt")?;
    for (format, expected) in [("table", 0), ("csv", 1), ("json", 1)] {
        let output = qspect(&["nodes", path(&info), "--format", format])?;
        assert_eq!((output.status.code(), stdout(&output).lines().count()), (Some(0), expected));
        assert!(stderr(&output).contains("counts alone"), "{}", stderr(&output));
        assert!(stderr(&output).contains("\nhint: log at DEBUG level"), "{}", stderr(&output));
    }
    Ok(())
}

/// Long cells are cut short in the table and nowhere else; names are whole.
#[test]
fn a_table_of_nodes_is_no_wider_than_its_cells_need() -> Result<()> {
    let swin_t = real("executorch-1.5.1/swin_t.mixed.debug.txt")?;
    let table = qspect(&["nodes", path(&swin_t)])?;
    let reason = "All inputs and outputs to these nodes are non-quantized.";
    assert!(stdout(&table).contains("  All inputs and outputs to these…\n"));
    assert!(!stdout(&table).contains(reason));
    let widest = stdout(&table).lines().map(|it| it.chars().count()).max();
    assert!(widest.is_some_and(|it| it < 260), "{widest:?}");
    for format in ["csv", "json"] {
        let whole = qspect(&["nodes", path(&swin_t), "--format", format])?;
        assert!(stdout(&whole).contains(reason) && !stdout(&whole).contains('…'), "{format}");
    }
    let name = "n".repeat(100);
    let pattern = serde_json::json!({ "node_names": [name], "rejection_reason": "r" });
    let info = serde_json::json!({
        "name": "Q", "targeted_nodes_description": "all", "qconfig_label": "C",
    });
    let report = serde_json::json!({
        "format": "qspect-report", "version": 1, "report_title": "T", "quantizers": [{
            "quantizer_info": info, "accepted_patterns": [], "rejected_patterns": [pattern],
        }],
    });
    let table = qspect_with(&["nodes", "-"], report.to_string().as_bytes())?;
    assert!(stdout(&table).contains(&name), "{}", stderr(&table));
    Ok(())
}

#[test]
fn explain_gives_the_reason_and_what_to_try() -> Result<()> {
    let swin_t = real("executorch-1.5.1/swin_t.mixed.debug.txt")?;
    let output = qspect(&["explain", path(&swin_t), "reshape_9"])?;
    let text = stdout(&output);
    for part in [
        "reshape_9: rejected\n",
        "it takes the qspec of a neighbour, and no neighbour has one",
        "  is read by add_7: float by config\n",
        "  quantizer.set_node_name(\"add_7\", get_symmetric_quantization_config())\n",
        "    rejected: All inputs and outputs to these nodes are non-quantized.\n",
    ] {
        assert!(text.contains(part), "{part:?} is not in {text}");
    }
    let output = qspect(&["explain", path(&swin_t), "roll"])?;
    let advice =
        "\nTo try\n  no other qconfig changes that: it takes a quantizer with a pattern for its op";
    assert!(stdout(&output).contains(advice), "{}", stdout(&output));
    let output = qspect(&["explain", path(&swin_t), "no_such_node"])?;
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("no node no_such_node"), "{}", stderr(&output));
    Ok(())
}

/// Findings are status 1 only where they are denied.
#[test]
fn lint_denies_what_the_option_names() -> Result<()> {
    let partial = exporter("mlp_mixed.partial.qspect.json");
    let fine = exporter("resnet18.a16w8.qspect.json");
    let status = |arguments: &[&str], file: &Path| -> Result<Option<i32>> {
        Ok(qspect(&[&["lint"], arguments, &[path(file)]].concat())?.status.code())
    };
    assert_eq!(status(&[], &partial)?, Some(0));
    assert_eq!(status(&["--deny"], &partial)?, Some(1));
    assert_eq!(status(&["--deny=nothing-quantized"], &partial)?, Some(1));
    assert_eq!(status(&["--deny=edge-mismatch"], &partial)?, Some(0));
    assert_eq!(status(&["--deny"], &fine)?, Some(0));
    assert_eq!(status(&["--deny=no-such-lint"], &fine)?, Some(2));
    // A log has no graph, so it cannot answer this lint.
    let log = real("executorch-1.5.1/swin_t.mixed.debug.txt")?;
    let output = qspect(&["lint", "--deny=overwritten-annotation", path(&log)])?;
    assert_eq!(output.status.code(), Some(1));
    assert!(stdout(&output).contains(": overwritten-annotation is unknown: "));
    let output = qspect(&["lint", path(&partial)])?;
    assert!(stdout(&output).contains(": nothing-quantized: not one compute node is quantized\n"));
    Ok(())
}
