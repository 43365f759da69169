//! ExecuTorch's own reporter beside ours, on the same report.

use std::process::Command;

use anyhow::{Context, Result, ensure};
use qspect_core::{Level, write};
use qspect_tests::generate;

use super::native::{one, timed};
use super::table::{Table, median, ms, whole};

/// At a million nodes one run of Python's takes minutes.
const SIZES: [usize; 3] = [1_000, 10_000, 100_000];
const N_RUNS: usize = 5;

/// What both take for the text, and proof that it is the same. `QSPECT_PYTHON` has ExecuTorch.
pub fn measure() -> Result<Table> {
    let python = std::env::var_os("QSPECT_PYTHON").context("QSPECT_PYTHON is not set")?;
    let head = SIZES.map(|it| format!("{} nodes", whole(it)));
    let mut table = Table::new(["text of a report".to_owned()].into_iter().chain(head));
    let mut rows: [Vec<String>; 4] = Default::default();
    for n_nodes in SIZES {
        eprintln!("ExecuTorch's reporter: {n_nodes} nodes");
        let folder = tempfile::tempdir()?;
        let (json, out) = (folder.path().join("report.json"), folder.path().join("report.txt"));
        std::fs::write(&json, generate::json(n_nodes)?)?;
        let mut reporter = Command::new(&python);
        reporter.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/bench/reporter.py"));
        let output = reporter.arg(&json).arg(&out).arg(N_RUNS.to_string()).output()?;
        let problem = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "ExecuTorch's reporter failed: {problem}");
        let [accept, theirs]: [f64; 2] = serde_json::from_slice(&output.stdout)
            .context("ExecuTorch's reporter tells no times")?;

        let report = one(&generate::json(n_nodes)?)?;
        let text = write::text(&report, Level::Debug)?;
        ensure!(std::fs::read_to_string(&out)? == text, "ExecuTorch prints another text");
        let runs = (0..N_RUNS * 10).map(|_| timed(|| write::text(&report, Level::Debug)).1);
        let ours = median(runs);
        rows[0].push(ms(theirs));
        rows[1].push(ms(accept + theirs));
        rows[2].push(ms(ours));
        rows[3].push(format!("{:.0}", theirs / ours));
    }
    let what = [
        "ExecuTorch's `get_quantization_report`",
        "with `report_accept`, which puts qspecs in words",
        "Qspect, both, same bytes",
        "times faster than `get_quantization_report` alone",
    ];
    what.into_iter().zip(rows).for_each(|(what, row)| table.row(what, row));
    Ok(table)
}
