//! Files in the formats that reports are shared in.

use web_sys::Blob;

use super::Shown;
use crate::browser;
use crate::state::AppState;
use crate::worker::Export;

/// Saves the report that is shown.
///
/// # Errors
/// A message for the reader.
pub(super) async fn save(
    state: AppState,
    shown: &Shown,
    export: Export,
    is_redacted: bool,
) -> Result<String, String> {
    let (ending, media_type) = ending(&export);
    let text = shown.export(state, export, is_redacted).await?;
    let blob = browser::text_blob(&text, media_type).map_err(|it| browser::describe(&it))?;
    keep(&format!("{}.{ending}", shown.stem), &blob)
}

/// Has the browser save a file, and returns a sentence that names it.
pub(super) fn keep(name: &str, blob: &Blob) -> Result<String, String> {
    browser::save(name, blob).map_err(|it| browser::describe(&it))?;
    Ok(format!("Saved as {name}."))
}

/// The end of the file's name, and its media type.
fn ending(export: &Export) -> (&'static str, &'static str) {
    match export {
        Export::Json | Export::Lines => ("qspect.json", "application/json"),
        Export::Text => ("txt", "text/plain"),
        Export::Markdown => ("md", "text/markdown"),
        Export::Comparison => ("diff.md", "text/markdown"),
        Export::Fleet { is_csv: true, .. } => ("reports.csv", "text/csv"),
        Export::Fleet { is_csv: false, .. } => ("reports.md", "text/markdown"),
        Export::Csv => ("nodes.csv", "text/csv"),
        Export::Strip => ("strip.svg", "image/svg+xml"),
        Export::Icicle => ("modules.svg", "image/svg+xml"),
        Export::NodeData(_) => ("model-explorer.json", "application/json"),
    }
}
