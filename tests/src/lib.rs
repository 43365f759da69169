//! What the whole-product tests share: the built page in a real browser, and the built command.
//!
//! `cargo xtask test` builds both, finds the browser and tells the tests where everything is.

mod browser;
mod driver;
mod logs;
mod profile;
mod vendor;

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};

pub use crate::browser::Browser;

/// The built viewer, one HTML file.
pub fn viewer() -> Result<PathBuf> {
    path_from("QSPECT_HTML")
}

/// The built command.
pub fn command() -> Result<PathBuf> {
    path_from("QSPECT_BIN")
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
