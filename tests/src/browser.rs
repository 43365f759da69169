//! A browser of a test's own, and what a person does with a page.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use fantoccini::elements::Element;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tokio::time::sleep;
use url::Url;

use crate::driver::Driver;
use crate::kind::{self, Kind};
use crate::logs;
use crate::profile::Profile;
use crate::vendor;
use crate::webkit;

/// How long something may take to appear on the page. Only a failing test waits that long.
const PATIENCE: Duration = Duration::from_secs(20);

/// How often it is looked for.
const PERIOD: Duration = Duration::from_millis(20);

/// A browser with one window and a fresh profile.
///
/// End a test by `close`; where a test fails before that, dropping it ends the browser as well.
pub struct Browser {
    client: Client,
    kind: Kind,
    // Fields are dropped in this order: the profile goes once nothing uses it any more.
    driver: Driver,
    profile: Profile,
}

impl Browser {
    /// Starts a driver and the browser that `QSPECT_BROWSER` names: Chromium, Firefox or WebKit.
    pub async fn start() -> Result<Self> {
        Self::start_with(&[]).await
    }

    /// The same with more of the browser's own flags.
    pub async fn start_with(flags: &[&str]) -> Result<Self> {
        let kind = Kind::wanted()?;
        let profile = Profile::new()?;
        let driver = Driver::start(kind, profile.path()).await?;
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(kind.capabilities(profile.path(), flags)?)
            .connect(driver.url())
            .await
            .context("the driver cannot start the browser")?;
        Ok(Self { client, kind, driver, profile })
    }

    /// The folder of its profile, which its processes name.
    pub fn profile(&self) -> &Path {
        self.profile.path()
    }

    /// The WebDriver client, for everything without a method here.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Opens a file, as a double click on it does.
    pub async fn open(&self, path: &Path) -> Result<()> {
        let path = fs::canonicalize(path).with_context(|| format!("no file {}", path.display()))?;
        let url = Url::from_file_path(&path)
            .ok()
            .with_context(|| format!("{} makes no URL", path.display()))?;
        self.goto(url.as_str()).await
    }

    /// Opens an address.
    pub async fn goto(&self, url: &str) -> Result<()> {
        self.client.goto(url).await.with_context(|| format!("cannot open {url}"))?;
        if self.kind == Kind::WebKit {
            webkit::listen(&self.client).await?;
        }
        Ok(())
    }

    /// The errors in the console since the last call.
    ///
    /// WebKit's driver gives no log: there a script keeps the errors of a page that [`Self::open`] or
    /// [`Self::goto`] has opened, from the end of its loading on.
    pub async fn console_errors(&self) -> Result<Vec<String>> {
        match self.kind {
            Kind::Chromium => logs::take_errors(&self.client).await,
            Kind::Firefox => Ok(self.driver.take_errors()),
            Kind::WebKit => webkit::take_errors(&self.client).await,
        }
    }

    /// The URLs that the page asked for since the last call, other than its own.
    ///
    /// ChromeDriver logs none of a worker's. What a page's policy forbids, to its workers too, is
    /// among the `console_errors`.
    pub async fn requests(&self) -> Result<Vec<String>> {
        logs::take_requests(&self.client).await
    }

    /// Waits until an element matches, and returns it.
    pub async fn wait_for(&self, css: &str) -> Result<Element> {
        self.client
            .wait()
            .at_most(PATIENCE)
            .every(PERIOD)
            .for_element(Locator::Css(css))
            .await
            .with_context(|| format!("nothing matches `{css}` within {PATIENCE:?}"))
    }

    /// Waits until the first element that matches shows `text` among its text.
    ///
    /// By a script: an element that the page replaces in between must not fail the test.
    pub async fn wait_for_text(&self, css: &str, text: &str) -> Result<()> {
        let script = "return document.querySelector(arguments[0])?.innerText ?? null";
        let start = Instant::now();
        loop {
            let found = self.client.execute(script, vec![json!(css)]).await?;
            if found.as_str().is_some_and(|it| it.contains(text)) {
                return Ok(());
            }
            ensure!(
                start.elapsed() < PATIENCE,
                "`{css}` does not show {text:?} within {PATIENCE:?}, but {found}"
            );
            sleep(PERIOD).await;
        }
    }

    /// Gives the page this size, in CSS pixels and without the window's frame.
    ///
    /// Not by resizing the window: Chromium's are no narrower than 500 pixels, and phones are.
    pub async fn set_window(&self, width: u32, height: u32) -> Result<()> {
        if self.kind != Kind::Chromium {
            // The frame comes on top.
            let frame = "return [outerWidth - innerWidth, outerHeight - innerHeight]";
            let frame = self.client.execute(frame, vec![]).await?;
            let [across, down] = serde_json::from_value::<[u32; 2]>(frame)?;
            return Ok(self.client.set_window_size(width + across, height + down).await?);
        }
        self.set_screen(width, height, 1).await
    }

    /// The same where each CSS pixel is so many of the screen's, as zoom makes it.
    pub async fn set_screen(&self, width: u32, height: u32, ratio: u32) -> Result<()> {
        let size = json!({
            "width": width, "height": height, "deviceScaleFactor": ratio, "mobile": false,
        });
        self.devtools("Emulation.setDeviceMetricsOverride", size).await?;
        Ok(())
    }

    /// Sets what the page's media queries see, as features with their values; other features keep
    /// their real values.
    pub async fn set_media(&self, features: &[(&str, &str)]) -> Result<()> {
        let features: Vec<_> =
            features.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect();
        self.devtools("Emulation.setEmulatedMedia", json!({ "features": features })).await?;
        Ok(())
    }

    /// Calls a method of the DevTools protocol: for what WebDriver cannot do, such as a dark theme.
    pub async fn devtools(&self, method: &str, params: Value) -> Result<Value> {
        vendor::devtools(&self.client, method, params).await
    }

    /// Writes what the window shows as a PNG.
    pub async fn screenshot(&self, path: &Path) -> Result<()> {
        let png = self.client.screenshot().await?;
        fs::write(path, png).with_context(|| format!("cannot write {}", path.display()))
    }

    /// Drops files, each a name and its bytes, on the element that matches.
    ///
    /// WebDriver cannot drag files in from outside the browser: the page gets the same events with
    /// the same files in them from a script.
    pub async fn drop_files(&self, css: &str, files: &[(&str, &[u8])]) -> Result<()> {
        let target = self.wait_for(css).await?;
        let files: Vec<_> =
            files.iter().map(|(name, bytes)| json!([name, STANDARD.encode(bytes)])).collect();
        let target = serde_json::to_value(target)?;
        self.client
            .execute(include_str!("drop_files.js"), vec![target, json!(files)])
            .await
            .with_context(|| format!("cannot drop files on `{css}`"))?;
        Ok(())
    }

    /// Chooses files in the file input that matches, hidden or not.
    pub async fn set_files(&self, css: &str, paths: &[&Path]) -> Result<()> {
        let mut lines = Vec::new();
        for path in paths {
            let path =
                fs::canonicalize(path).with_context(|| format!("no file {}", path.display()))?;
            lines.push(path.display().to_string());
        }
        self.wait_for(css)
            .await?
            .send_keys(&lines.join("\n"))
            .await
            .with_context(|| format!("cannot choose files in `{css}`"))
    }

    /// The folder that files are saved in, without a question from now on.
    pub async fn downloads(&self) -> Result<PathBuf> {
        let folder = kind::downloads(self.profile.path());
        if self.kind == Kind::Chromium {
            let behavior = json!({ "behavior": "allow", "downloadPath": folder });
            self.devtools("Browser.setDownloadBehavior", behavior).await?;
        }
        Ok(folder)
    }

    /// Ends the browser and the driver.
    pub async fn close(self) -> Result<()> {
        self.client.clone().close().await.context("the browser does not close")
    }
}
