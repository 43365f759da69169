//! A built site over HTTP, for this machine and this test.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use anyhow::{Context, Result};

/// Serves a folder until it is dropped.
///
/// Each connection has a thread of its own, and one request: a page of a real site opens as many as its
/// browser allows, and where connections wait for each other's threads some are never answered.
pub(crate) struct Site {
    address: SocketAddr,
    is_over: Arc<AtomicBool>,
}

impl Site {
    /// Serves what the generator built.
    pub(crate) fn serve(name: &str) -> Result<Self> {
        let sites = std::env::var_os("QSPECT_SITES")
            .context("QSPECT_SITES is not set: run these tests by `cargo xtask test sites`")?;
        let folder = PathBuf::from(sites).join(name).join("built");
        anyhow::ensure!(folder.is_dir(), "no site in {}", folder.display());
        // Port 0: the system picks one that is free.
        let listener = TcpListener::bind("127.0.0.1:0").context("cannot listen on 127.0.0.1")?;
        let address = listener.local_addr().context("a listener without an address")?;
        let is_over = Arc::new(AtomicBool::new(false));
        let ends = Arc::clone(&is_over);
        thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                if ends.load(Ordering::Relaxed) {
                    return;
                }
                let folder = folder.clone();
                // A browser that goes away takes no answer: nothing to tell.
                thread::spawn(move || answer(connection, &folder).ok());
            }
        });
        Ok(Self { address, is_over })
    }

    /// The URL of a path that begins with `/`.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
        // For the listener to look.
        let _ = TcpStream::connect(self.address);
    }
}

fn answer(mut connection: TcpStream, folder: &Path) -> Result<()> {
    let mut head = BufReader::new(&connection).lines();
    let request = head.next().context("a connection without a request")??;
    // Up to the empty line: what is not read when a connection is closed may take the answer with it.
    while head.next().transpose()?.is_some_and(|line| !line.is_empty()) {}
    let url = request.split(' ').nth(1).unwrap_or_default();
    let path = url.split(['?', '#']).next().unwrap_or_default();
    let (status, kind, bytes) = match read(path, folder) {
        // The generators cannot know the port. Material loads pages that it finds here by their address.
        Some((kind, bytes)) if path == "/sitemap.xml" => {
            let here = format!("http://{}/", connection.local_addr()?);
            let text = String::from_utf8_lossy(&bytes).replace("http://127.0.0.1/", &here);
            ("200 OK", kind, text.into_bytes())
        }
        // Browsers ask for it unasked, and complain.
        _ if path == "/favicon.ico" => ("204 No Content", "image/x-icon", Vec::new()),
        Some((kind, bytes)) => ("200 OK", kind, bytes),
        None => ("404 Not Found", "text/plain", Vec::new()),
    };
    write!(
        connection,
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        bytes.len(),
    )?;
    connection.write_all(&bytes)?;
    Ok(())
}

/// What is at a path, and its type.
fn read(path: &str, folder: &Path) -> Option<(&'static str, Vec<u8>)> {
    let path = Path::new(path.trim_start_matches('/'));
    let is_inside = path.components().all(|it| matches!(it, Component::Normal(_)));
    let mut file = folder.join(path);
    if file.is_dir() {
        file.push("index.html");
    }
    let bytes = fs::read(&file).ok().filter(|_| is_inside)?;
    Some((content_type(&file), bytes))
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
