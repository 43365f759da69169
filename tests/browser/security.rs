//! SECURITY.md says what the tests count.

use std::path::Path;

use anyhow::{Context, Result, ensure};

/// Checks that the row of SECURITY.md's table that begins with `what` has `n_inputs` as its number.
pub fn holds(what: &str, n_inputs: usize) -> Result<()> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../SECURITY.md");
    let text = std::fs::read_to_string(&path)?;
    let row = text.lines().find(|it| it.starts_with(&format!("| {what} |")));
    let row = row.with_context(|| format!("SECURITY.md has no row {what:?}"))?;
    let told = row.split('|').nth(2).unwrap_or_default().trim().replace(',', "");
    ensure!(
        told == n_inputs.to_string(),
        "SECURITY.md says {told} where {n_inputs} were tried: {row}"
    );
    Ok(())
}
