//! The browsers that the tests know, and what each and its driver want.

use std::path::{Path, PathBuf};

use anyhow::Result;
use fantoccini::wd::Capabilities;
use serde_json::{Value, json};

use crate::logs::Log;

/// Chromium's flags.
const FLAGS: [&str; 10] = [
    "--headless",
    "--no-sandbox", // as root, in containers, there is none
    "--disable-gpu",
    // Nothing of the browser's own on the network, so that what is left is the page's.
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

/// A browser and its driver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Chromium and ChromeDriver.
    Chromium,
    /// Firefox and geckodriver.
    Firefox,
}

impl Kind {
    /// Firefox where the environment names one.
    pub(crate) fn wanted() -> Self {
        if std::env::var_os("FIREFOX").is_some() { Self::Firefox } else { Self::Chromium }
    }

    /// The variable that names the driver.
    pub(crate) fn driver(self) -> &'static str {
        match self {
            Self::Chromium => "CHROMEDRIVER",
            Self::Firefox => "GECKODRIVER",
        }
    }

    /// The port that the driver listens on, if this line of its output names it.
    pub(crate) fn port_in(self, line: &str) -> Option<u16> {
        let (_, port) = line.split_once(match self {
            Self::Chromium => "started successfully on port ",
            Self::Firefox => "Listening on 127.0.0.1:",
        })?;
        port.trim_end().trim_end_matches('.').parse().ok()
    }

    /// What the driver is asked for, with more of the browser's own flags.
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
        };
        Ok(wanted.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }
}

fn firefox(profile: &Path, flags: &[&str]) -> Result<Value> {
    let profile_name = profile.to_string_lossy();
    let args: Vec<&str> =
        ["-headless", "-profile", &profile_name].iter().chain(flags).copied().collect();
    Ok(json!({
        "binary": crate::path_from("FIREFOX")?,
        "args": args,
        "prefs": {
            "browser.download.folderList": 2, // the one that is named
            "browser.download.dir": downloads(profile),
            // What pages write to the console goes to the driver's output, where the tests read it.
            "devtools.console.stdout.content": true,
            // Nothing of the browser's own on the network, nor its complaints that there is none.
            "services.settings.server": "data:,",
            "app.normandy.enabled": false,
            "network.captive-portal-service.enabled": false,
            "network.connectivity-service.enabled": false,
        },
    }))
}

/// Where files are saved that a page gives.
pub(crate) fn downloads(profile: &Path) -> PathBuf {
    profile.join("downloads")
}

/// Whether Firefox prints an error of a page by this line, and not one of its own parts.
pub(crate) fn is_error_of_a_page(line: &str) -> bool {
    let is_error = ["console.error: ", "JavaScript error: "].iter().any(|it| line.starts_with(it));
    let own = ["resource://", "chrome://", "console.error: RSLoader"];
    is_error && !own.iter().any(|it| line.contains(it))
}
