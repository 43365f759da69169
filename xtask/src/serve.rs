//! `cargo xtask serve`: serves the folder dist/hosted over HTTP, for this machine only.

use std::fs;
use std::path::{Component, Path, PathBuf};
use std::process::Command;
use std::thread;

use anyhow::{Context, Result, anyhow};
use tiny_http::{Header, Method, Request, Response, Server};

use crate::gzip::gzip;
use crate::viewer::{self, Profile};
use crate::{process, workspace};

/// Builds the viewer and serves it until the process ends.
pub fn run(profile: Profile, open: bool) -> Result<()> {
    let file = viewer::build(profile)?;
    let (server, address) = listen()?;
    println!("{address}");
    println!("The same page as a file: {}", file.display());
    println!("Ctrl-C ends.");
    if open && let Err(error) = open_in_browser(&address) {
        eprintln!("xtask: {error:#}; open {address} yourself");
    }
    serve(&server, &workspace::hosted());
    Ok(())
}

/// Serves a folder while this process runs, and returns its address.
pub fn start(folder: &Path) -> Result<String> {
    let (server, address) = listen()?;
    let folder = folder.to_owned();
    thread::spawn(move || serve(&server, &folder));
    Ok(address)
}

fn listen() -> Result<(Server, String)> {
    // Port 0: the system picks a free one.
    let server = Server::http("127.0.0.1:0")
        .map_err(|error| anyhow!(error))
        .context("cannot listen on 127.0.0.1")?;
    let address = format!("http://{}/", server.server_addr());
    Ok((server, address))
}

fn serve(server: &Server, folder: &Path) {
    for request in server.incoming_requests() {
        let url = request.url().to_owned();
        if let Err(error) = answer(request, folder) {
            // Most likely the browser disconnected. The next request is still served.
            eprintln!("xtask: {url}: {error:#}");
        }
    }
}

fn answer(request: Request, folder: &Path) -> Result<()> {
    if !matches!(request.method(), Method::Get | Method::Head) {
        let refusal = Response::from_string("Only GET and HEAD.\n").with_status_code(405);
        return Ok(request.respond(refusal.with_header(header("Allow", "GET, HEAD")?))?);
    }
    let content = file_for(request.url()).and_then(|file| {
        let bytes = fs::read(folder.join(&file)).ok()?;
        Some((content_type(&file), bytes))
    });
    let Some((content_type, bytes)) = content else {
        let refusal = Response::from_string("There is no such file.\n").with_status_code(404);
        return Ok(request.respond(refusal)?);
    };
    // As web servers do: this sends the program in a third of its bytes.
    let accepts = request.headers().iter().filter(|it| it.field.equiv("Accept-Encoding"));
    let is_packed = accepts.into_iter().any(|it| it.value.as_str().contains("gzip"))
        && content_type != "application/octet-stream";
    let bytes = if is_packed { gzip(&bytes)? } else { bytes };
    let response = Response::from_data(bytes)
        .with_header(header("Content-Type", content_type)?)
        .with_header(header("X-Content-Type-Options", "nosniff")?)
        // Each build replaces the file at the same address.
        .with_header(header("Cache-Control", "no-store")?);
    let response = if is_packed {
        response.with_header(header("Content-Encoding", "gzip")?)
    } else {
        response
    };
    Ok(request.respond(response)?)
}

/// The file below dist that the URL's path names, or `None` if it might lead out of dist.
///
/// Nothing is percent-decoded: no file in dist has a name that needs it.
fn file_for(url: &str) -> Option<PathBuf> {
    let path = url.split(['?', '#']).next()?.strip_prefix('/')?;
    let path = Path::new(if path.is_empty() { "index.html" } else { path });
    path.components().all(|it| matches!(it, Component::Normal(_))).then(|| path.to_owned())
}

fn content_type(file: &Path) -> &'static str {
    match file.extension().and_then(|it| it.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json") => "application/json",
        Some("wasm") => "application/wasm",
        Some("svg") => "image/svg+xml",
        Some("txt" | "log" | "md") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

fn header(name: &str, value: &str) -> Result<Header> {
    Header::from_bytes(name, value).map_err(|()| anyhow!("{name}: {value} is no HTTP header"))
}

fn open_in_browser(address: &str) -> Result<()> {
    let mut command = if cfg!(target_os = "windows") {
        let mut start = Command::new("cmd");
        start.args(["/c", "start"]);
        start
    } else {
        Command::new(if cfg!(target_os = "macos") { "open" } else { "xdg-open" })
    };
    process::run(command.arg(address))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(url: &str, expected: Option<&str>) {
        assert_eq!(file_for(url).as_deref(), expected.map(Path::new), "{url}");
    }

    #[test]
    fn the_root_is_the_hosted_viewer() {
        check("/", Some("index.html"));
        check("/?a=b", Some("index.html"));
    }

    #[test]
    fn other_files_go_by_their_name() {
        check("/schema/report.json?v=1", Some("schema/report.json"));
    }

    #[test]
    fn nothing_leads_out_of_dist() {
        check("/../Cargo.toml", None);
        check("/schema/../../Cargo.toml", None);
        check("//etc/passwd", None);
        check("no-slash", None);
        // Not decoded: a file of exactly this name, which does not exist.
        check("/%2e%2e/Cargo.toml", Some("%2e%2e/Cargo.toml"));
    }
}
