//! ChromeDriver, the program between the tests and the browser.

use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::time::timeout;

/// How long the driver may take to listen.
const START: Duration = Duration::from_secs(30);

/// A running ChromeDriver of this test's own. Dropped, it ends, and the browser with it.
pub(crate) struct Driver {
    _process: Child,
    url: String,
}

impl Driver {
    /// Starts it on a port that it chooses itself: tests run side by side.
    pub(crate) async fn start() -> Result<Self> {
        let program = crate::path_from("CHROMEDRIVER")?;
        let mut process = Command::new(&program)
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("cannot start {}", program.display()))?;
        let stdout = process.stdout.take().context("ChromeDriver has no output")?;
        let mut lines = BufReader::new(stdout).lines();
        let port = timeout(START, async {
            while let Some(line) = lines.next_line().await? {
                if let Some(port) = port_in(&line) {
                    return Ok(port);
                }
            }
            anyhow::bail!("ChromeDriver ended without naming its port")
        })
        .await
        .with_context(|| format!("ChromeDriver names no port within {START:?}"))??;
        // Somebody must go on reading, or the driver blocks once the pipe is full.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Ok(Self { _process: process, url: format!("http://127.0.0.1:{port}") })
    }

    /// Where it listens.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }
}

/// The port in "ChromeDriver was started successfully on port 32895."
fn port_in(line: &str) -> Option<u16> {
    let (_, port) = line.split_once("started successfully on port ")?;
    port.trim_end().trim_end_matches('.').parse().ok()
}
