//! What a reader of a site sees and does there.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use qspect_tests::{Browser, Server};
use serde_json::{Value, json};
use tokio::time::{sleep, timeout};

/// How long a page may take to become what a test waits for. Only a failing test waits that long.
const PATIENCE: Duration = Duration::from_secs(20);

/// How long a test may take in all, some seconds where all is well: a driver or a browser that hangs ends
/// by itself only after minutes.
const TEST: Duration = Duration::from_secs(60);

/// Runs a test to its end, but not for ever.
pub(crate) async fn within_limit(test: impl Future<Output = Result<()>>) -> Result<()> {
    timeout(TEST, test).await.with_context(|| format!("the test did not end within {TEST:?}"))?
}

/// A browser on a site.
pub(crate) struct Reader {
    pub(crate) browser: Browser,
    site: Server,
}

/// What of a host's styles does not follow from the size of the element in it.
const STYLES: &str = r#"
    const properties = ["color", "background-color", "font-family", "font-size", "font-weight",
      "letter-spacing", "line-height", "text-align", "box-sizing", "display", "cursor", "margin-top",
      "margin-bottom", "padding", "border", "outline", "color-scheme"];
    return [...document.querySelectorAll("body, body *")]
      .filter((it) => !it.closest("qspect-report, script, style"))
      .map((it) => [it.tagName, it.id, ...properties.map((name) => getComputedStyle(it)[name])].join("|"));
"#;

impl Reader {
    /// Opens a page of the site.
    pub(crate) async fn open(site: &str, path: &str) -> Result<Self> {
        let reader = Self { browser: Browser::start().await?, site: serve(site)? };
        reader.go(path).await?;
        Ok(reader)
    }

    pub(crate) async fn go(&self, path: &str) -> Result<()> {
        let url = self.site.url(path);
        self.browser.client().goto(&url).await.with_context(|| format!("cannot open {url}"))
    }

    pub(crate) async fn script(&self, script: &str) -> Result<Value> {
        Ok(self.browser.client().execute(script, vec![]).await?)
    }

    /// Waits until a script returns true.
    pub(crate) async fn wait_until(&self, script: &str) -> Result<()> {
        let start = Instant::now();
        loop {
            // While a page is replaced there may be no place to run it.
            if self.script(script).await.is_ok_and(|it| it == json!(true)) {
                return Ok(());
            }
            ensure!(start.elapsed() < PATIENCE, "not within {PATIENCE:?}: {script}");
            sleep(Duration::from_millis(50)).await;
        }
    }

    /// Waits until the viewer in the page's element shows this text.
    pub(crate) async fn wait_for_report(&self, text: &str) -> Result<()> {
        let shown = r#"document.querySelector("qspect-report")?.shadowRoot
            ?.querySelector(".qs-root:not([hidden])")?.innerText ?? """#;
        let waited = self.wait_until(&format!("return ({shown}).includes({})", json!(text))).await;
        if waited.is_err() {
            let found = self.script(&format!("return {shown}")).await;
            let errors = self.browser.console_errors().await;
            waited.with_context(|| format!("the page shows {found:?}; its console: {errors:?}"))?;
        }
        Ok(())
    }

    /// Clicks by a script: a site's own bars may lie over what is clicked.
    pub(crate) async fn click(&self, css: &str) -> Result<()> {
        let script = format!(
            "const it = document.querySelector({}); it?.click(); return it !== null",
            json!(css)
        );
        self.wait_until(&script).await
    }

    /// What the viewer makes of the host's theme.
    pub(crate) async fn wait_for_theme(&self, theme: &str) -> Result<()> {
        let shown = r#"document.querySelector("qspect-report").shadowRoot.querySelector(".qs-root").dataset.theme"#;
        self.wait_until(&format!("return {shown} === {}", json!(theme))).await
    }

    /// The computed styles of all that is the host's.
    pub(crate) async fn host_styles(&self) -> Result<Vec<String>> {
        Ok(serde_json::from_value(self.script(STYLES).await?)?)
    }

    /// Ends it; nothing may stand in the console as an error.
    pub(crate) async fn close(self) -> Result<()> {
        let errors = self.browser.console_errors().await?;
        ensure!(errors.is_empty(), "the console has {errors:?}");
        self.browser.close().await
    }
}

/// Serves what a site's generator built.
fn serve(name: &str) -> Result<Server> {
    let sites = std::env::var_os("QSPECT_SITES")
        .context("QSPECT_SITES is not set: run these tests by `cargo xtask test sites`")?;
    let folder = Path::new(&sites).join(name).join("built");
    ensure!(folder.is_dir(), "no site in {}", folder.display());
    Server::of_folder(folder)
}
