//! The viewer inside the command.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use anyhow::{Context, Result, bail};
use qspect_core::render;

use crate::input::File;

/// `dist/qspect.html`, if the command was built with it.
const VIEWER: Option<&str> = include!(concat!(env!("OUT_DIR"), "/viewer.rs"));

/// `dist/THIRD-PARTY-command.txt`, likewise.
const LICENCES: Option<&str> = include!(concat!(env!("OUT_DIR"), "/licences.rs"));

/// Where in the viewer the reports go.
const REPORTS: &str = "<!--qspect:reports-->";

/// The licences of all who have code in this command or in its viewer.
pub(crate) fn licences() -> Result<&'static str> {
    LICENCES.context(
        "this command was built without the notices of third parties\n\
         hint: build it with `cargo xtask build`, which gathers them",
    )
}

/// The viewer, in two halves around the place of the reports.
pub(crate) fn viewer() -> Result<(&'static str, &'static str)> {
    let Some(viewer) = VIEWER else {
        bail!(
            "this command was built without a viewer\n\
             hint: build it with `cargo xtask build`, which leaves one with the viewer in \
             target/release/qspect"
        );
    };
    viewer.split_once(REPORTS).context("the viewer in this command has no place for reports")
}

/// Writes the viewer with the files' reports inside.
pub(crate) fn write(viewer: (&str, &str), files: &[File], path: &Path) -> Result<()> {
    let page = page(viewer, files)?;
    if path == Path::new("-") {
        io::stdout().lock().write_all(&page)?;
        return Ok(());
    }
    fs::write(path, page).with_context(|| format!("cannot write {}", path.display()))
}

/// Opens the viewer with the files' reports in the browser. The file stays: the browser may read
/// it again.
pub(crate) fn open(viewer: (&str, &str), files: &[File]) -> Result<()> {
    let page = page(viewer, files)?;
    let mut file = tempfile::Builder::new()
        .prefix("qspect-")
        .suffix(".html")
        .tempfile()
        .context("cannot make a temporary file")?;
    file.write_all(&page).context("cannot write the temporary file")?;
    let (_, path) = file.keep().context("cannot keep the temporary file")?;
    opener::open(&path).with_context(|| {
        format!("cannot start a browser\nhint: open {} in one yourself", path.display())
    })?;
    eprintln!("opened {}", path.display());
    Ok(())
}

/// The page as a file has it: UTF-16, little-endian, and marked so.
fn page((before, after): (&str, &str), files: &[File]) -> Result<Vec<u8>> {
    let mut page = before.to_owned();
    for File { name, reports, .. } in files {
        let json = render::json_lines(reports).with_context(|| format!("cannot write {name}"))?;
        page.push_str(r#"<script type="application/json" class="qspect-report" data-name=""#);
        page.push_str(&attribute(name));
        page.push_str("\">");
        // Only `<` can end a script element early, and in JSON it stands only in strings.
        page.push_str(&json.replace('<', r"\u003c"));
        page.push_str("</script>");
    }
    page.push_str(after);
    let units = ['\u{FEFF}' as u16].into_iter().chain(page.encode_utf16());
    Ok(units.flat_map(u16::to_le_bytes).collect())
}

fn attribute(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;")
}
