//! The program between the tests and the browser.

use std::net::TcpListener;
use std::path::Path;
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use tokio::io::{AsyncBufRead, AsyncBufReadExt, BufReader, Lines};
use tokio::net::TcpStream;
use tokio::process::{Child, ChildStdout, Command};
use tokio::time::{sleep, timeout};

use crate::display::Display;
use crate::kind::{self, Kind};
use crate::webkit;

/// How long the driver may take to listen.
const START: Duration = Duration::from_secs(30);

/// How often a driver is asked whether it listens.
const PERIOD: Duration = Duration::from_millis(20);

const ATTEMPTS: usize = 3;

/// A running driver of this test's own. Dropped, it ends, and the browser with it.
pub(crate) struct Driver {
    process: Child,
    kind: Kind,
    url: String,
    /// Pages' errors that Firefox prints.
    errors: Arc<Mutex<Vec<String>>>,
    /// The browser's display, if it needs one. It goes last.
    _display: Option<Display>,
}

impl Driver {
    /// Starts it on a free port, as tests run side by side. ChromeDriver and this function look for a
    /// port that is free before it is taken, so another program may be quicker.
    pub(crate) async fn start(kind: Kind, profile: &Path) -> Result<Self> {
        for _ in 1..ATTEMPTS {
            if let Ok(driver) = Self::try_start(kind, profile).await {
                return Ok(driver);
            }
        }
        Self::try_start(kind, profile).await
    }

    async fn try_start(kind: Kind, profile: &Path) -> Result<Self> {
        let program = crate::path_from(kind.driver())?;
        let port = if kind.chooses_port() { 0 } else { free_port()? };
        let mut command = Command::new(&program);
        command.arg(format!("--port={port}"));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).kill_on_drop(true);
        let mut display = None;
        match kind {
            Kind::Chromium => {}
            // Errors that pages throw.
            Kind::Firefox => drop(command.stderr(Stdio::piped())),
            // Only complaints about the display.
            Kind::WebKit => {
                let own = Display::start().await?;
                command.stderr(Stdio::null()).envs(webkit::environment(profile, &own)?);
                display = Some(own);
            }
        }
        #[cfg(unix)]
        if !kind.ends_with_driver() {
            command.process_group(0);
        }
        let process =
            command.spawn().with_context(|| format!("cannot start {}", program.display()))?;
        let mut driver =
            Self { process, kind, url: String::new(), errors: Arc::default(), _display: display };
        let stdout = driver.process.stdout.take().context("the driver has no output")?;
        let mut lines = BufReader::new(stdout).lines();
        let port = if kind.chooses_port() {
            timeout(START, printed_port(kind, &mut lines)).await
        } else {
            timeout(START, driver.listens(port)).await
        };
        let port =
            port.with_context(|| format!("the driver does not listen within {START:?}"))??;
        driver.url = format!("http://127.0.0.1:{port}");
        // The pipes are read to their end: the driver blocks once one is full.
        hear(lines, driver.errors.clone());
        if let Some(stderr) = driver.process.stderr.take() {
            hear(BufReader::new(stderr).lines(), driver.errors.clone());
        }
        Ok(driver)
    }

    /// Waits until the driver answers on this port, and returns the port.
    async fn listens(&mut self, port: u16) -> Result<u16> {
        while TcpStream::connect(("127.0.0.1", port)).await.is_err() {
            let status = self.process.try_wait().context("cannot wait for the driver")?;
            ensure!(status.is_none(), "the driver ended before it listened");
            sleep(PERIOD).await;
        }
        Ok(port)
    }

    /// Where it listens.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Pages' errors that Firefox printed since the last call.
    pub(crate) fn take_errors(&self) -> Vec<String> {
        std::mem::take(&mut *self.errors.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for Driver {
    /// Unlike Chromium, Firefox and MiniBrowser do not notice that their driver is gone.
    fn drop(&mut self) {
        if let Some(group) = self.process.id().filter(|_| !self.kind.ends_with_driver()) {
            // A group that has ended already makes `kill` fail, which is fine.
            let mut kill = std::process::Command::new("kill");
            let _ = kill.args(["-TERM", "--"]).arg(format!("-{group}")).status();
        }
    }
}

/// The port in the driver's output.
async fn printed_port(kind: Kind, lines: &mut Lines<BufReader<ChildStdout>>) -> Result<u16> {
    while let Some(line) = lines.next_line().await? {
        if let Some(port) = kind.port_in(&line) {
            return Ok(port);
        }
    }
    bail!("the driver ended without naming its port")
}

/// A port that no program listens on.
fn free_port() -> Result<u16> {
    let listener = TcpListener::bind("127.0.0.1:0").context("cannot listen on 127.0.0.1")?;
    Ok(listener.local_addr().context("a listener without an address")?.port())
}

/// Reads to the end, and keeps pages' errors.
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
