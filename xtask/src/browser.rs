//! The browser and the driver that the tests use.

use std::env;
use std::path::PathBuf;

use anyhow::{Result, bail, ensure};

use crate::setup;

/// Chromium, or a relative of it, and the ChromeDriver that steers it.
pub struct Browser {
    /// The browser.
    pub chrome: PathBuf,
    /// The driver.
    pub chromedriver: PathBuf,
}

const CHROMES: [&str; 5] =
    ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];

/// Finds the two, and installs them where this machine lacks them and lets us.
pub fn find_or_install() -> Result<Browser> {
    if let Some(browser) = find()? {
        return Ok(browser);
    }
    if setup::install(&["chromium", "chromium-driver"])?
        && let Some(browser) = find()?
    {
        return Ok(browser);
    }
    bail!(
        "install Chromium and ChromeDriver (Debian: `apt-get install chromium chromium-driver`), \
         or set CHROME and CHROMEDRIVER to their paths"
    )
}

fn find() -> Result<Option<Browser>> {
    let chrome = locate("CHROME", &CHROMES)?;
    let chromedriver = locate("CHROMEDRIVER", &["chromedriver"])?;
    Ok(chrome.zip(chromedriver).map(|(chrome, chromedriver)| Browser { chrome, chromedriver }))
}

/// The program that the environment variable names, else the first of `names` on the PATH.
pub fn locate(variable: &str, names: &[&str]) -> Result<Option<PathBuf>> {
    if let Some(path) = env::var_os(variable).map(PathBuf::from) {
        ensure!(
            path.is_file(),
            "{variable} names {}, which is no file: correct or unset it",
            path.display()
        );
        return Ok(Some(path));
    }
    let folders: Vec<_> = env::split_paths(&env::var_os("PATH").unwrap_or_default()).collect();
    Ok(names
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)))
        .map(|path| path.with_extension(env::consts::EXE_EXTENSION))
        .find(|path| path.is_file()))
}
