//! The sizes of the viewer that users download, compared with those of the last commit.

use std::fs;

use anyhow::{Context, Result};
use serde_json::{Map, Value};

use crate::build::kilobytes;
use crate::bundle::Bundle;
use crate::gzip::gzip;
use crate::workspace;

/// The sizes of the last commit, which `tests/command/sizes.rs` compares with the build.
const RECORD: &str = "web/sizes.json";

/// Prints the sizes of a build, and the difference from the last commit.
pub fn print(bundle: &Bundle) -> Result<()> {
    let recorded = record()?;
    for (what, n_bytes) in measure(bundle)? {
        let difference = match recorded.get(what).and_then(Value::as_u64) {
            Some(before) if before > n_bytes => format!(" (-{})", kilobytes(before - n_bytes)),
            Some(before) => format!(" (+{})", kilobytes(n_bytes - before)),
            None => String::new(),
        };
        eprintln!("xtask: {what}: {}{difference}", kilobytes(n_bytes));
    }
    Ok(())
}

/// Bytes of the page of one file, and of the hosted page as a server sends it.
fn measure(bundle: &Bundle) -> Result<[(&'static str, u64); 2]> {
    let texts = gzip(bundle.hosted_page.as_bytes())?.len() + gzip(bundle.module.as_bytes())?.len();
    let hosted = (texts + bundle.packed_program.len()) as u64;
    Ok([("qspect.html", bundle.one_file.len() as u64), ("hosted, gzip", hosted)])
}

fn record() -> Result<Map<String, Value>> {
    let path = workspace::root().join(RECORD);
    let text = fs::read(&path).with_context(|| format!("cannot read {RECORD}"))?;
    serde_json::from_slice(&text).with_context(|| format!("{RECORD} is not a JSON object"))
}
