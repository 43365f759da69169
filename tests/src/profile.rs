//! The folder in which a browser keeps what belongs to its user.

use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

use anyhow::{Context, Result};
use tempfile::TempDir;

/// A new, empty profile; dropped, it goes.
pub(crate) struct Profile(TempDir);

impl Profile {
    pub(crate) fn new() -> Result<Self> {
        tempfile::Builder::new()
            .prefix("qspect-browser-")
            .tempdir()
            .map(Self)
            .context("cannot make a folder for the browser's profile")
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for Profile {
    /// A browser that is just ending still writes to its profile, so one attempt is not enough.
    fn drop(&mut self) {
        for _ in 0..50 {
            if std::fs::remove_dir_all(self.path()).is_ok() || !self.path().exists() {
                break;
            }
            sleep(Duration::from_millis(50));
        }
    }
}
