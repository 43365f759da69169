//! An X display in memory, for a browser without a headless mode.

use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::time::timeout;

/// How long the server may take to start.
const START: Duration = Duration::from_secs(30);

/// An Xvfb of one test's own. Dropped, it ends.
///
/// On a shared one only a single window has the focus, and pages without it get no focus events.
pub(crate) struct Display {
    _process: Child,
    name: String,
}

impl Display {
    /// Starts the program that `XVFB` names, on a display that it chooses itself.
    pub(crate) async fn start() -> Result<Self> {
        let program = crate::path_from("XVFB")?;
        let mut process = Command::new(&program)
            .args(["-displayfd", "1", "-screen", "0", "1600x1200x24", "-nolisten", "tcp"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("cannot start {}", program.display()))?;
        let stdout = process.stdout.take().context("Xvfb has no output")?;
        let mut lines = BufReader::new(stdout).lines();
        let line = timeout(START, lines.next_line()).await;
        let number = line.with_context(|| format!("Xvfb names no display within {START:?}"))??;
        let number = number.context("Xvfb ended without naming a display")?;
        Ok(Self { _process: process, name: format!(":{}", number.trim()) })
    }

    /// What `DISPLAY` is set to: `:7`.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }
}
