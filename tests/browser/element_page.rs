//! A page with elements in it, on a server of its own.

use std::fs;

use anyhow::Result;
use qspect_tests::{Browser, Server};

use crate::page::exporter;

/// A server with the element, reports, and what a test's page runs first.
pub fn server() -> Result<Server> {
    let server = Server::start()?;
    server.put_element()?;
    server.put("/prelude.js", include_str!("element_prelude.js"))?;
    for (path, name) in [
        ("/ds_cnn.json", "ds_cnn.cortex_m.qspect.json"),
        ("/mlp.json", "mlp_mixed.mixed.qspect.json"),
        ("/swin.json.gz", "swin_t.mixed.qspect.json.gz"),
        ("/mobilenet.json.gz", "mobilenet_v2.mixed.qspect.json.gz"),
    ] {
        server.put(path, fs::read(exporter(name))?)?;
    }
    server.put("/bad.json", r#"{"quantizers": [{"name": 3}]}"#)?;
    Ok(server)
}

/// A page whose `import` is where the element comes from; empty for a page that has none yet.
pub fn html(import: &str, body: &str) -> String {
    let import = match import {
        "" => String::new(),
        url => format!(r#"<script type="module" src="{url}"></script>"#),
    };
    format!(
        r#"<!doctype html><html lang="en"><meta charset="utf-8"><title>Host</title>
        <link rel="icon" href="data:,"><script src="/prelude.js"></script>{import}<body>{body}"#
    )
}

/// A page with this body, opened, which imports the element or will.
pub async fn open(import: &str, body: &str) -> Result<(Browser, Server)> {
    let server = server()?;
    server.put("/page.html", html(import, body))?;
    let browser = Browser::start().await?;
    browser.set_window(1280, 900).await?;
    browser.goto(&server.url("/page.html")).await?;
    Ok((browser, server))
}

/// A page with this body and the element.
pub async fn host(body: &str) -> Result<(Browser, Server)> {
    open("/qspect.js", body).await
}
