//! ChromeDriver's own commands, beyond what WebDriver has a standard for.

use anyhow::{Context, Result};
use fantoccini::Client;
use fantoccini::wd::WebDriverCompatibleCommand;
use http::Method;
use serde_json::{Value, json};
use url::{ParseError, Url};

/// The entries of a log since the last time: ChromeDriver gives each away once.
pub(crate) async fn take_log(client: &Client, name: &str) -> Result<Vec<Value>> {
    let command = Vendor { path: "se/log", body: json!({ "type": name }) };
    let log = client.issue_cmd(command).await;
    match log.with_context(|| format!("cannot read the {name} log"))? {
        Value::Array(entries) => Ok(entries),
        other => anyhow::bail!("the {name} log is no list but {other}"),
    }
}

/// Calls a method of the DevTools protocol.
pub(crate) async fn devtools(client: &Client, method: &str, params: Value) -> Result<Value> {
    let command =
        Vendor { path: "goog/cdp/execute", body: json!({ "cmd": method, "params": params }) };
    let result = client.issue_cmd(command).await;
    result.with_context(|| format!("DevTools refuse {method}"))
}

/// A command below the session's own path.
#[derive(Debug)]
struct Vendor {
    path: &'static str,
    body: Value,
}

impl WebDriverCompatibleCommand for Vendor {
    fn endpoint(&self, base_url: &Url, session_id: Option<&str>) -> Result<Url, ParseError> {
        let session_id = session_id.unwrap_or_default();
        base_url.join(&format!("session/{session_id}/{}", self.path))
    }

    fn method_and_body(&self, _request_url: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(self.body.to_string()))
    }
}
