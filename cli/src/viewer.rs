//! The viewer inside the command.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use anyhow::{Context, Result, bail};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::GzEncoder;
use qspect_core::write;

use crate::input::File;

/// `dist/qspect.html`, if the command was built with it.
const VIEWER: Option<&str> = include!(concat!(env!("OUT_DIR"), "/viewer.rs"));

/// `licences/command.txt`, if the repository has it.
const LICENCES: Option<&str> = include!(concat!(env!("OUT_DIR"), "/licences.rs"));

/// The mark in the viewer where the reports are inserted.
const REPORTS: &str = "<!--qspect:reports-->";

/// The licences of all code in this command or in its viewer.
pub(crate) fn licences() -> Result<&'static str> {
    LICENCES.context(
        "this command was built without the notices of third parties\n\
         hint: build it from Qspect's repository, which has them in licences/command.txt",
    )
}

/// The viewer, split in two at the place for the reports.
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
        io::stdout().lock().write_all(page.as_bytes())?;
        return Ok(());
    }
    fs::write(path, page).with_context(|| format!("cannot write {}", path.display()))
}

/// Opens the viewer with the files' reports in the browser. The file is kept: the browser may read
/// it again.
pub(crate) fn open(viewer: (&str, &str), files: &[File]) -> Result<()> {
    let page = page(viewer, files)?;
    let mut file = tempfile::Builder::new()
        .prefix("qspect-")
        .suffix(".html")
        .tempfile()
        .context("cannot make a temporary file")?;
    file.write_all(page.as_bytes()).context("cannot write the temporary file")?;
    let (_, path) = file.keep().context("cannot keep the temporary file")?;
    opener::open(&path).with_context(|| {
        format!("cannot start a browser\nhint: open {} in one yourself", path.display())
    })?;
    eprintln!("opened {}", path.display());
    Ok(())
}

/// The page with the reports as base64 of gzip: web/js/page.js reads them.
fn page((before, after): (&str, &str), files: &[File]) -> Result<String> {
    let mut page = before.to_owned();
    for File { name, reports, .. } in files {
        let context = || format!("cannot write {name}");
        let json = write::json_lines(reports).with_context(context)?;
        let mut packed = GzEncoder::new(Vec::new(), Compression::best());
        packed.write_all(json.as_bytes()).with_context(context)?;
        let packed = STANDARD.encode(packed.finish().with_context(context)?);
        let name = attribute(name);
        page.push_str(&format!(
            "<script type=\"application/gzip\" class=\"qspect-report\" data-name=\"{name}\">\
             {packed}</script>\n"
        ));
    }
    page.push_str(after);
    Ok(page)
}

fn attribute(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;")
}
