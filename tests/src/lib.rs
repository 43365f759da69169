//! What the whole-product tests share: the built page in a real browser, and the built command.
//!
//! `cargo xtask test` builds both, finds the browser and passes all locations to the tests.

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
use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::read::GzDecoder;

pub use crate::browser::Browser;
pub use crate::server::Server;

/// The built viewer, one HTML file.
pub fn viewer() -> Result<PathBuf> {
    path_from("QSPECT_HTML")
}

/// The built module that defines the element; `qspect_bg.wasm` is beside it.
pub fn element() -> Result<PathBuf> {
    Ok(hosted()?.join("qspect.js"))
}

/// The folder of the built viewer for web servers: `index.html`, `qspect.js`, `qspect_bg.wasm`.
pub fn hosted() -> Result<PathBuf> {
    folder_from("QSPECT_HOSTED")
}

/// axe-core, the script that looks for what bars readers from a page.
pub fn axe() -> Result<PathBuf> {
    path_from("QSPECT_AXE")
}

/// The reports inside a page, each with its name as it stands in the HTML, and its JSON.
pub fn reports_in_page(page: &str) -> Result<Vec<(String, String)>> {
    let scripts = page.split(r#"class="qspect-report" data-name=""#).skip(1);
    scripts
        .map(|script| {
            let (name, rest) = script.split_once("\">").context("a script without a name")?;
            let (base64, _) = rest.split_once("</script>").context("a script without an end")?;
            let mut json = String::new();
            GzDecoder::new(STANDARD.decode(base64)?.as_slice()).read_to_string(&mut json)?;
            Ok((name.to_owned(), json))
        })
        .collect()
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
    let path = named_by(variable)?;
    ensure!(path.is_file(), "{variable} names {}, {NO_FILE}", path.display());
    Ok(path)
}

/// The folder that an environment variable names.
fn folder_from(variable: &str) -> Result<PathBuf> {
    let path = named_by(variable)?;
    ensure!(path.is_dir(), "{variable} names {}, {NO_FILE}", path.display());
    Ok(path)
}

const NO_FILE: &str = "which does not exist: run these tests by `cargo xtask test`";

fn named_by(variable: &str) -> Result<PathBuf> {
    let path = std::env::var_os(variable).map(PathBuf::from);
    path.with_context(|| format!("{variable} is not set: run these tests by `cargo xtask test`"))
}
