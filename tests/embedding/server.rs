//! A built site over HTTP, for this machine and this test.

use std::fs;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::thread;

use anyhow::{Context, Result, anyhow};
use tiny_http::{Header, Request, Response, Server};

/// Serves a folder until it is dropped.
pub(crate) struct Site {
    server: Arc<Server>,
}

impl Site {
    /// Serves what the generator built.
    pub(crate) fn serve(name: &str) -> Result<Self> {
        let sites = std::env::var_os("QSPECT_SITES")
            .context("QSPECT_SITES is not set: run these tests by `cargo xtask test sites`")?;
        let folder = PathBuf::from(sites).join(name).join("built");
        anyhow::ensure!(folder.is_dir(), "no site in {}", folder.display());
        // Port 0: the system picks one that is free.
        let server = Server::http("127.0.0.1:0")
            .map_err(|error| anyhow!(error))
            .context("cannot listen on 127.0.0.1")?;
        let server = Arc::new(server);
        let listener = Arc::clone(&server);
        thread::spawn(move || {
            for request in listener.incoming_requests() {
                // A browser that goes away takes no answer: nothing to tell.
                let _ = answer(request, &folder);
            }
        });
        Ok(Self { server })
    }

    /// The URL of a path that begins with `/`.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.server.server_addr())
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.server.unblock();
    }
}

fn answer(request: Request, folder: &Path) -> Result<()> {
    let path = request.url().split(['?', '#']).next().unwrap_or_default();
    if path == "/favicon.ico" {
        return Ok(request.respond(Response::empty(204))?);
    }
    let path = Path::new(path.trim_start_matches('/')).to_owned();
    let is_inside = path.components().all(|it| matches!(it, Component::Normal(_)));
    let mut file = folder.join(&path);
    if file.is_dir() {
        file.push("index.html");
    }
    match fs::read(&file) {
        Ok(bytes) if is_inside => {
            let header = Header::from_bytes("Content-Type", content_type(&file))
                .map_err(|()| anyhow!("a header that is none"))?;
            Ok(request.respond(Response::from_data(bytes).with_header(header))?)
        }
        _ => Ok(request.respond(Response::empty(404))?),
    }
}

fn content_type(file: &Path) -> &'static str {
    match file.extension().and_then(|it| it.to_str()).unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" => "application/json",
        "xml" => "application/xml",
        "svg" => "image/svg+xml",
        _ => "application/octet-stream",
    }
}
