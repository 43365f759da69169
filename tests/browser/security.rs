//! SECURITY.md states the numbers that the tests count.

use std::path::Path;

use anyhow::{Context, Result, ensure};

/// Checks that the row of SECURITY.md's table that begins with `what` has `n_inputs` as its number, and
/// nothing left: a test that comes here has found nothing.
pub fn holds(what: &str, n_inputs: usize) -> Result<()> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../SECURITY.md");
    let text = std::fs::read_to_string(&path)?;
    let row = text.lines().find(|it| it.starts_with(&format!("| {what} |")));
    let row = row.with_context(|| format!("SECURITY.md has no row {what:?}"))?;
    let cell = |at| row.split('|').nth(at).unwrap_or_default().trim().replace(',', "");
    ensure!(cell(4) == "0", "SECURITY.md has something left, and the test has not: {row}");
    let stated = cell(2);
    ensure!(
        stated == n_inputs.to_string(),
        "SECURITY.md says {stated} where {n_inputs} were tried: {row}"
    );
    Ok(())
}
