//! The sizes of the viewer as users pay for them, beside those of the last commit.

use std::fs;
use std::io::Write;

use anyhow::{Context, Result};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Map, Value};

use crate::build::kilobytes;
use crate::bundle::Bundle;
use crate::workspace;

/// The sizes of the last commit, which `tests/command/sizes.rs` compares with the build.
const RECORD: &str = "web/sizes.json";

/// Prints the sizes of a build, with the difference to the last commit.
pub fn print(bundle: &Bundle, wasm: &[u8]) -> Result<()> {
    let recorded = record()?;
    for (what, n_bytes) in measure(bundle, wasm)? {
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
fn measure(bundle: &Bundle, wasm: &[u8]) -> Result<[(&'static str, u64); 2]> {
    let hosted = [bundle.hosted_page.as_bytes(), bundle.module.as_bytes(), wasm];
    let mut hosted_gzip = 0;
    for file in hosted {
        hosted_gzip += gzip(file)?.len() as u64;
    }
    Ok([("qspect.html", bundle.one_file.len() as u64), ("hosted, gzip", hosted_gzip)])
}

fn record() -> Result<Map<String, Value>> {
    let path = workspace::root().join(RECORD);
    let text = fs::read(&path).with_context(|| format!("cannot read {RECORD}"))?;
    serde_json::from_slice(&text).with_context(|| format!("{RECORD} is not a JSON object"))
}

/// Bytes packed as the page has them, and as web servers send them.
pub fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    encoder.finish().context("cannot gzip")
}
