//! The browsers that the tests know, and what each and its driver need.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use fantoccini::wd::Capabilities;
use serde_json::{Value, json};

use crate::logs::Log;
use crate::webkit;

/// Chromium's flags.
const FLAGS: [&str; 10] = [
    "--headless",
    "--no-sandbox", // root in a container has none
    "--disable-gpu",
    // The browser itself asks the network for nothing, so that every request is the page's.
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    // Through a pipe the browser notices when its driver is gone, and ends too: a test that panics
    // leaves no browser behind.
    "--remote-debugging-pipe",
    "--window-size=1280,900",
];

/// Firefox's own windows have at least 450 pixels.
const FIREFOX_STYLE: &str = ":root { min-width: 0 !important; }";

/// A browser and its driver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Chromium and ChromeDriver.
    Chromium,
    /// Firefox and geckodriver.
    Firefox,
    /// WebKitGTK's MiniBrowser and WebKitWebDriver.
    WebKit,
}

impl Kind {
    /// The one that `QSPECT_BROWSER` names; without the variable, Chromium.
    ///
    /// # Errors
    /// If it names another browser.
    pub(crate) fn wanted() -> Result<Self> {
        let name = std::env::var_os("QSPECT_BROWSER");
        Ok(match name.as_ref().map(|it| it.to_string_lossy()).as_deref() {
            None | Some("chromium") => Self::Chromium,
            Some("firefox") => Self::Firefox,
            Some("webkit") => Self::WebKit,
            Some(other) => {
                bail!("QSPECT_BROWSER is {other:?}: set it to chromium, firefox or webkit")
            }
        })
    }

    /// The variable that names the driver's program.
    pub(crate) fn driver(self) -> &'static str {
        match self {
            Self::Chromium => "CHROMEDRIVER",
            Self::Firefox => "GECKODRIVER",
            Self::WebKit => "WEBKITDRIVER",
        }
    }

    /// Whether the driver chooses its port itself and prints it.
    pub(crate) fn chooses_port(self) -> bool {
        self != Self::WebKit
    }

    /// The port that the driver listens on, if this line of its output names it.
    pub(crate) fn port_in(self, line: &str) -> Option<u16> {
        let (_, port) = line.split_once(match self {
            Self::Chromium => "started successfully on port ",
            Self::Firefox => "Listening on 127.0.0.1:",
            Self::WebKit => return None,
        })?;
        port.trim_end().trim_end_matches('.').parse().ok()
    }

    /// Whether the browser ends when its driver does, however that ends.
    pub(crate) fn ends_with_driver(self) -> bool {
        self == Self::Chromium
    }

    /// The capabilities of a new session, with more of the browser's own flags.
    pub(crate) fn capabilities(self, profile: &Path, flags: &[&str]) -> Result<Capabilities> {
        let wanted = match self {
            Self::Chromium => {
                let mut args: Vec<_> =
                    FLAGS.iter().chain(flags).map(|it| (*it).to_owned()).collect();
                args.push(format!("--user-data-dir={}", profile.display()));
                vec![
                    ("browserName", json!("chrome")),
                    ("goog:loggingPrefs", Log::preferences()),
                    (
                        "goog:chromeOptions",
                        json!({ "binary": crate::path_from("CHROME")?, "args": args }),
                    ),
                ]
            }
            Self::Firefox => {
                vec![
                    ("browserName", json!("firefox")),
                    ("moz:firefoxOptions", firefox(profile, flags)?),
                ]
            }
            Self::WebKit => {
                vec![
                    ("browserName", json!("MiniBrowser")),
                    ("webkitgtk:browserOptions", webkit::options(flags)?),
                ]
            }
        };
        Ok(wanted.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }
}

fn firefox(profile: &Path, flags: &[&str]) -> Result<Value> {
    let chrome = profile.join("chrome");
    fs::create_dir_all(&chrome).context("cannot make a folder for the window's style")?;
    fs::write(chrome.join("userChrome.css"), FIREFOX_STYLE).context("cannot write a style")?;
    let profile_name = profile.to_string_lossy();
    let args: Vec<&str> =
        ["-headless", "-profile", &profile_name].iter().chain(flags).copied().collect();
    Ok(json!({
        "binary": crate::path_from("FIREFOX")?,
        "args": args,
        "prefs": {
            "browser.download.folderList": 2, // the folder that the next line names
            "browser.download.dir": downloads(profile),
            // Reads `FIREFOX_STYLE`.
            "toolkit.legacyUserProfileCustomizations.stylesheets": true,
            // Pages' console messages go to the driver's output, where the tests read them.
            "devtools.console.stdout.content": true,
            // Firefox itself asks the network for nothing, and logs no failure to reach it.
            "services.settings.server": "data:,",
            "app.normandy.enabled": false,
            "network.captive-portal-service.enabled": false,
            "network.connectivity-service.enabled": false,
        },
    }))
}

/// The folder for files that a page saves.
pub(crate) fn downloads(profile: &Path) -> PathBuf {
    profile.join("downloads")
}

/// Whether Firefox prints an error of a page by this line, and not one of its own parts.
pub(crate) fn is_error_of_a_page(line: &str) -> bool {
    let is_error = ["console.error: ", "JavaScript error: "].iter().any(|it| line.starts_with(it));
    let own = ["resource://", "chrome://", "console.error: RSLoader"];
    is_error && !own.iter().any(|it| line.contains(it))
}
