//! The program between the tests and the browser.

use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result};
use tokio::io::{AsyncBufRead, AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, Command};
use tokio::time::timeout;

use crate::kind::{self, Kind};

/// How long the driver may take to listen.
const START: Duration = Duration::from_secs(30);

const ATTEMPTS: usize = 3;

/// A running driver of this test's own. Dropped, it ends, and the browser with it.
pub(crate) struct Driver {
    process: Child,
    kind: Kind,
    url: String,
    /// What Firefox prints of its console, of errors alone.
    errors: Arc<Mutex<Vec<String>>>,
}

impl Driver {
    /// Starts it on a port that it chooses itself: tests run side by side. ChromeDriver looks for one
    /// that is free and then takes it, so another may be quicker.
    pub(crate) async fn start(kind: Kind) -> Result<Self> {
        for _ in 1..ATTEMPTS {
            if let Ok(driver) = Self::try_start(kind).await {
                return Ok(driver);
            }
        }
        Self::try_start(kind).await
    }

    async fn try_start(kind: Kind) -> Result<Self> {
        let program = crate::path_from(kind.driver())?;
        let mut command = Command::new(&program);
        command.arg("--port=0").stdin(Stdio::null()).stdout(Stdio::piped()).kill_on_drop(true);
        if kind == Kind::Firefox {
            // There, what pages throw.
            command.stderr(Stdio::piped());
            #[cfg(unix)]
            command.process_group(0);
        }
        let mut process =
            command.spawn().with_context(|| format!("cannot start {}", program.display()))?;
        let stdout = process.stdout.take().context("the driver has no output")?;
        let mut lines = BufReader::new(stdout).lines();
        let port = timeout(START, async {
            while let Some(line) = lines.next_line().await? {
                if let Some(port) = kind.port_in(&line) {
                    return Ok(port);
                }
            }
            anyhow::bail!("the driver ended without naming its port")
        })
        .await
        .with_context(|| format!("the driver names no port within {START:?}"))??;
        let errors = Arc::<Mutex<Vec<String>>>::default();
        // Somebody must go on reading, or the driver blocks once a pipe is full.
        hear(lines, errors.clone());
        if let Some(stderr) = process.stderr.take() {
            hear(BufReader::new(stderr).lines(), errors.clone());
        }
        Ok(Self { process, kind, url: format!("http://127.0.0.1:{port}"), errors })
    }

    /// Where it listens.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// What Firefox printed as errors since the last time.
    pub(crate) fn take_errors(&self) -> Vec<String> {
        std::mem::take(&mut *self.errors.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for Driver {
    /// Unlike Chromium, Firefox does not notice that its driver is gone.
    fn drop(&mut self) {
        if let Some(group) = self.process.id().filter(|_| self.kind == Kind::Firefox) {
            // Where it has ended as it should there is nothing to end.
            let mut kill = std::process::Command::new("kill");
            let _ = kill.args(["-TERM", "--"]).arg(format!("-{group}")).status();
        }
    }
}

/// Keeps what Firefox prints of pages' errors.
fn hear(
    mut lines: Lines<impl AsyncBufRead + Unpin + Send + 'static>,
    errors: Arc<Mutex<Vec<String>>>,
) {
    tokio::spawn(async move {
        while let Ok(Some(line)) = lines.next_line().await {
            if kind::is_error_of_a_page(&line) {
                errors.lock().unwrap_or_else(PoisonError::into_inner).push(line);
            }
        }
    });
}
