//! What the whole-product tests share: the built page in a real browser, and the built command.
//!
//! `cargo xtask test` builds both, finds the browser and tells the tests where everything is.

mod browser;
mod display;
mod driver;
pub mod generate;
pub mod hostile;
mod kind;
mod logs;
mod profile;
mod server;
mod vendor;
mod webkit;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

pub use crate::browser::Browser;
pub use crate::server::Server;

/// The built viewer, one HTML file.
pub fn viewer() -> Result<PathBuf> {
    path_from("QSPECT_HTML")
}

/// The built element, one module.
pub fn element() -> Result<PathBuf> {
    path_from("QSPECT_JS")
}

/// The built viewer in its hosted form, which fetches what a link names.
pub fn hosted() -> Result<PathBuf> {
    path_from("QSPECT_HOSTED")
}

/// axe-core, the script that looks for what bars readers from a page.
pub fn axe() -> Result<PathBuf> {
    path_from("QSPECT_AXE")
}

/// The text of a page, which is UTF-16 and marked so.
pub fn page_text(bytes: &[u8]) -> Result<String> {
    let units: Vec<u16> =
        bytes.chunks_exact(2).map(|it| u16::from_le_bytes([it[0], it[1]])).collect();
    let text = String::from_utf16(&units).context("the page is no UTF-16")?;
    let text = text.strip_prefix('\u{FEFF}').context("the page is not marked as UTF-16")?;
    Ok(text.to_owned())
}

/// A page's text as a file has it.
pub fn page_bytes(text: &str) -> Vec<u8> {
    let units = ['\u{FEFF}' as u16].into_iter().chain(text.encode_utf16());
    units.flat_map(u16::to_le_bytes).collect()
}

/// The built command.
pub fn command() -> Result<PathBuf> {
    path_from("QSPECT_BIN")
}

/// Real reports that ExecuTorch printed, with the logs of such runs: every file of these folders.
pub fn reports() -> Result<Vec<PathBuf>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for folder in ["reports/executorch-1.5.1", "reports/executorch-1.2.0"] {
        let folder = root.join(folder);
        let entries =
            fs::read_dir(&folder).with_context(|| format!("no folder {}", folder.display()))?;
        for entry in entries {
            files.push(entry?.path());
        }
    }
    files.sort();
    ensure!(files.len() >= 30, "only {} real reports are there", files.len());
    Ok(files)
}

/// The file that an environment variable names.
fn path_from(variable: &str) -> Result<PathBuf> {
    let path = std::env::var_os(variable).map(PathBuf::from);
    let path = path
        .with_context(|| format!("{variable} is not set: run these tests by `cargo xtask test`"))?;
    ensure!(
        path.is_file(),
        "{variable} names {}, which is no file: run these tests by `cargo xtask test`",
        path.display()
    );
    Ok(path)
}
