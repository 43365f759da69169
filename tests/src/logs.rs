//! The browser's logs: what stood in its console, and what it asked the network for.

use anyhow::{Context, Result};
use fantoccini::Client;
use serde_json::{Value, json};

use crate::vendor;

/// A log that ChromeDriver keeps.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Log {
    /// The console, with the browser's own complaints.
    Browser,
    /// Events of the DevTools protocol, those of the network among them.
    Performance,
}

impl Log {
    /// The capability that makes ChromeDriver keep both in full.
    pub(crate) fn preferences() -> Value {
        json!({ Self::Browser.name(): "ALL", Self::Performance.name(): "ALL" })
    }

    fn name(self) -> &'static str {
        match self {
            Self::Browser => "browser",
            Self::Performance => "performance",
        }
    }
}

/// What stood in the console as an error since the last time.
pub(crate) async fn take_errors(client: &Client) -> Result<Vec<String>> {
    let entries = vendor::take_log(client, Log::Browser.name()).await?;
    Ok(entries
        .iter()
        .filter(|entry| entry["level"] == "SEVERE")
        .map(|entry| entry["message"].as_str().unwrap_or_default().to_owned())
        .collect())
}

/// The URLs requested since the last call, except for documents: what a page fetches on its own.
///
/// `data:` and `blob:` URLs are not in it: their content is in the page already.
pub(crate) async fn take_requests(client: &Client) -> Result<Vec<String>> {
    let mut urls = Vec::new();
    for entry in vendor::take_log(client, Log::Performance.name()).await? {
        let text = entry["message"].as_str().unwrap_or_default();
        let event: Value = serde_json::from_str(text)
            .with_context(|| format!("the performance log has an entry that is no JSON: {text}"))?;
        let (method, params) = (&event["message"]["method"], &event["message"]["params"]);
        let document = params["documentURL"].as_str().unwrap_or_default();
        if method != "Network.requestWillBeSent"
            || params["type"] == "Document"
            || document.starts_with("chrome:")
        {
            continue; // the browser's own start page loads a lot
        }
        let url = params["request"]["url"].as_str().unwrap_or_default();
        if !["data:", "blob:"].iter().any(|scheme| url.starts_with(scheme)) {
            urls.push(url.to_owned());
        }
    }
    Ok(urls)
}
