//! The built command, where it needs the viewer that it carries or a very large report. All else that it
//! does is tested in `cli/tests`.

mod colours;
mod readme;
mod sizes;

use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use anyhow::{Context, Result};
use flate2::read::GzDecoder;
use qspect_tests::{command, reports_in_page};

fn stdout(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).expect("UTF-8")
}

fn stderr(output: &Output) -> &str {
    std::str::from_utf8(&output.stderr).expect("UTF-8")
}

fn qspect(arguments: &[&str]) -> Result<Output> {
    Command::new(command()?).args(arguments).output().context("qspect does not start")
}

/// With input on standard input.
fn qspect_with(arguments: &[&str], input: &[u8]) -> Result<Output> {
    let mut child = Command::new(command()?)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    child.stdin.take().context("no standard input")?.write_all(input)?;
    Ok(child.wait_with_output()?)
}

/// The JSON of one of the exporter's reports, or of one of those with a change.
fn exported(name: &str) -> Result<String> {
    let reports = Path::new(env!("CARGO_MANIFEST_DIR")).join("reports");
    for folder in ["executorch-1.5.1-exporter", "changes"] {
        let plain = reports.join(folder).join(format!("{name}.qspect.json"));
        if let Ok(json) = std::fs::read_to_string(&plain) {
            return Ok(json);
        }
        if let Ok(packed) = std::fs::File::open(plain.with_added_extension("gz")) {
            let mut json = String::new();
            GzDecoder::new(packed).read_to_string(&mut json)?;
            return Ok(json);
        }
    }
    anyhow::bail!("no report {name}")
}

/// A folder for the files of one test.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Result<Self> {
        Ok(Self(tempfile::tempdir()?))
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    /// Writes a file; returns its path.
    fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> Result<String> {
        let file = self.path().join(name);
        std::fs::write(&file, bytes)?;
        Ok(file.to_str().context("a path in UTF-8")?.to_owned())
    }
}

#[test]
fn the_page_has_the_reports_and_can_go_to_standard_output() -> Result<()> {
    let text = "-".repeat(100);
    let title = format!("{:^100}", "</script><!--");
    let log = format!("{text}\n{title}\n{text}\nNon annotated nodes: 1\n{text}\n");
    let output = qspect_with(&["html", "-", "-o", "-"], log.as_bytes())?;
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let page = String::from_utf8(output.stdout)?;
    let reports = reports_in_page(&page)?;
    let [(name, json)] = &reports[..] else { anyhow::bail!("{} reports", reports.len()) };
    assert_eq!(name, "&lt;stdin>");
    let report: serde_json::Value = serde_json::from_str(json)?;
    assert_eq!(report["report_title"], title.trim());
    Ok(())
}

/// Not the model's name, nor that of its file.
#[test]
fn a_redacted_page_has_no_names() -> Result<()> {
    let json = exported("mobilenet_v2.mixed")?;
    let secrets = ["mobilenet", "MobileNetV2", "features", "classifier", "Conv2dNorm"];
    assert!(secrets.iter().all(|it| json.contains(it)));
    let folder = Folder::new()?;
    let file = folder.file("mobilenet_v2.json", json)?;
    let output = qspect(&["html", "--redact", &file, "-o", "-"])?;
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let reports = reports_in_page(&String::from_utf8(output.stdout)?)?;
    let [(name, json)] = &reports[..] else { anyhow::bail!("{} reports", reports.len()) };
    assert_eq!(name, "file1");
    assert!(!secrets.iter().any(|it| json.contains(it)), "{json}");
    Ok(())
}

/// What GitHub takes as a comment, however much changed.
#[test]
fn markdown_stays_below_the_limit_of_a_comment() -> Result<()> {
    let folder = Folder::new()?;
    let large = qspect_tests::generate::json(30_000)?;
    // Each node changed in a way of its own, so that the diff cannot group them.
    let mut n_nodes = 0;
    let changed: Vec<String> = large
        .split("\"quant_max\":127")
        .map(|part| {
            n_nodes += 1;
            format!("{part}\"quant_max\":{n_nodes}")
        })
        .collect();
    let changed = changed.concat();
    let changed = changed.rsplit_once("\"quant_max\":").context("a range")?.0;
    let base = folder.file("base.json", &large)?;
    let head = folder.file("head.json", changed)?;
    let output = qspect(&["diff", &base, &head, "--format", "markdown"])?;
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let text = String::from_utf8(output.stdout)?;
    let n_chars = text.chars().count();
    assert!((60_000..65_536).contains(&n_chars), "{n_chars}");
    let last = text.trim_end().lines().last().unwrap_or_default();
    assert!(last.ends_with(" nodes left out; `qspect diff` lists them all."), "{last}");
    Ok(())
}
