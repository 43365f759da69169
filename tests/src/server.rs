//! A web server of a test's own: files in memory, with the headers that a test wants, and a folder.

use std::collections::HashMap;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Component, Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use anyhow::{Context, Result};

/// A server on a port that the system chooses. Dropped, it ends.
///
/// Each connection has a thread of its own, and one request: a page opens as many as its browser allows,
/// and where connections wait for each other's threads some are never answered.
pub struct Server {
    address: SocketAddr,
    is_over: Arc<AtomicBool>,
    site: Arc<Mutex<Site>>,
}

#[derive(Default)]
struct Site {
    files: HashMap<String, File>,
    /// The folder for paths that are not among the files.
    folder: Option<PathBuf>,
    /// The headers of each request for a path, each a name and a value.
    requests: HashMap<String, Vec<Vec<Header>>>,
}

type Header = (String, String);

#[derive(Clone)]
struct File {
    bytes: Vec<u8>,
    headers: Vec<Header>,
}

impl Server {
    /// Starts one without any file.
    pub fn start() -> Result<Self> {
        // Port 0: the system picks one that is free.
        let listener = TcpListener::bind("127.0.0.1:0").context("cannot listen on 127.0.0.1")?;
        let address = listener.local_addr().context("a listener without an address")?;
        let server = Self { address, is_over: Arc::default(), site: Arc::default() };
        let (ends, site) = (server.is_over.clone(), server.site.clone());
        thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                if ends.load(Ordering::Relaxed) {
                    return;
                }
                let site = site.clone();
                // A browser that goes away does not take an answer: there is nothing to report.
                thread::spawn(move || answer(connection, &site).ok());
            }
        });
        Ok(server)
    }

    /// Starts one with all that is in a folder.
    pub fn of_folder(folder: PathBuf) -> Result<Self> {
        let server = Self::start()?;
        lock(&server.site).folder = Some(folder);
        Ok(server)
    }

    /// Where a path is.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Puts a file at a path, readable by pages of all origins. Its extension determines its type.
    pub fn put(&self, path: &str, bytes: impl Into<Vec<u8>>) -> Result<()> {
        self.put_private(path, bytes);
        self.header(path, "Access-Control-Allow-Origin", "*")
    }

    /// Puts the files of the hosted page at `/`.
    pub fn put_page(&self) -> Result<()> {
        self.put_element()?;
        self.put("/THIRD-PARTY.txt", fs::read(crate::hosted()?.join("THIRD-PARTY.txt"))?)?;
        let page = fs::read(crate::hosted()?.join("index.html"))?;
        self.put("/", page.clone())?;
        self.put("/index.html", page)
    }

    /// Puts the files of the element at `/`.
    pub fn put_element(&self) -> Result<()> {
        for name in ["qspect.js", "qspect_bg.wasm"] {
            self.put(&format!("/{name}"), fs::read(crate::hosted()?.join(name))?)?;
        }
        Ok(())
    }

    /// The same for pages of its own origin alone.
    pub fn put_private(&self, path: &str, bytes: impl Into<Vec<u8>>) {
        let file = File { bytes: bytes.into(), headers: vec![content_type(path)] };
        lock(&self.site).files.insert(path.to_owned(), file);
    }

    /// Sends this header too with the file at a path.
    pub fn header(&self, path: &str, name: &str, value: &str) -> Result<()> {
        let mut site = lock(&self.site);
        let file = site.files.get_mut(path).with_context(|| format!("no file {path}"))?;
        file.headers.push((name.to_owned(), value.to_owned()));
        Ok(())
    }

    /// How often a path was asked for.
    pub fn n_requests(&self, path: &str) -> usize {
        lock(&self.site).requests.get(path).map_or(0, Vec::len)
    }

    /// The value of a header in each request for a path that had it.
    pub fn received(&self, path: &str, name: &str) -> Vec<String> {
        let site = lock(&self.site);
        let headers = site.requests.get(path).into_iter().flatten().flatten();
        let named = headers.filter(|it| it.0.eq_ignore_ascii_case(name));
        named.map(|it| it.1.clone()).collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
        // For the listener to look.
        let _ = TcpStream::connect(self.address);
    }
}

fn answer(mut connection: TcpStream, site: &Mutex<Site>) -> Result<()> {
    let mut lines = BufReader::new(&connection).lines();
    let request = lines.next().context("a connection without a request")??;
    // Up to the empty line: what is not read when a connection is closed may take the answer with it.
    let mut headers = Vec::new();
    while let Some(line) = lines.next().transpose()?.filter(|it| !it.is_empty()) {
        let (name, value) = line.split_once(':').context("a header without a value")?;
        headers.push((name.to_owned(), value.trim().to_owned()));
    }
    // The files of a path are the same whatever is asked of them.
    let path = request.split([' ', '?']).nth(1).unwrap_or_default();
    let file = {
        let mut site = lock(site);
        site.requests.entry(path.to_owned()).or_default().push(headers);
        site.files.get(path).cloned().or_else(|| read(path, site.folder.as_deref()?))
    };
    let (status, mut file) = match file {
        Some(file) => ("200 OK", file),
        // Browsers ask for it unasked, and complain.
        None if path == "/favicon.ico" => ("204 No Content", File::empty()),
        None => ("404 Not Found", File::empty()),
    };
    if path == "/sitemap.xml" {
        // Generators cannot know the port. Material loads pages that it finds here by their address.
        let here = format!("http://{}/", connection.local_addr()?);
        let text = String::from_utf8_lossy(&file.bytes).replace("http://127.0.0.1/", &here);
        file.bytes = text.into_bytes();
    }
    write!(connection, "HTTP/1.1 {status}\r\n")?;
    let length = ("Content-Length".to_owned(), file.bytes.len().to_string());
    for (name, value) in file.headers.iter().chain([&length]) {
        write!(connection, "{name}: {value}\r\n")?;
    }
    write!(connection, "Connection: close\r\n\r\n")?;
    connection.write_all(&file.bytes)?;
    Ok(())
}

impl File {
    fn empty() -> Self {
        Self { bytes: Vec::new(), headers: Vec::new() }
    }
}

/// What a folder has at a path.
fn read(path: &str, folder: &Path) -> Option<File> {
    let path = Path::new(path.trim_start_matches('/'));
    let is_inside = path.components().all(|it| matches!(it, Component::Normal(_)));
    let mut file = folder.join(path);
    if file.is_dir() {
        file.push("index.html");
    }
    let bytes = fs::read(&file).ok().filter(|_| is_inside)?;
    Some(File { bytes, headers: vec![content_type(&file.to_string_lossy())] })
}

fn content_type(path: &str) -> Header {
    let kind = match path.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" => "application/json",
        "wasm" => "application/wasm",
        "xml" => "application/xml",
        "svg" => "image/svg+xml",
        _ => "application/octet-stream",
    };
    ("Content-Type".to_owned(), kind.to_owned())
}

/// A thread that panicked has left the files whole.
fn lock(site: &Mutex<Site>) -> MutexGuard<'_, Site> {
    site.lock().unwrap_or_else(PoisonError::into_inner)
}
