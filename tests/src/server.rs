//! A web server of a test's own: files in memory, with the headers that a test wants.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use anyhow::{Result, anyhow};
use tiny_http::{Header, Response};

/// How many requests are answered side by side: browsers keep connections open.
const THREADS: usize = 4;

/// A server on a port that the system chooses. Dropped, it ends.
pub struct Server {
    http: Arc<tiny_http::Server>,
    site: Arc<Mutex<Site>>,
    url: String,
}

#[derive(Default)]
struct Site {
    files: HashMap<String, File>,
    /// What each path was asked for with.
    requests: HashMap<String, Vec<Vec<Header>>>,
}

#[derive(Clone)]
struct File {
    bytes: Vec<u8>,
    headers: Vec<Header>,
}

impl Server {
    /// Starts one without any file.
    pub fn start() -> Result<Self> {
        let http = tiny_http::Server::http("127.0.0.1:0").map_err(|it| anyhow!("{it}"))?;
        let url = format!("http://{}", http.server_addr());
        let server = Self { http: Arc::new(http), site: Arc::default(), url };
        for _ in 0..THREADS {
            let (http, site) = (server.http.clone(), server.site.clone());
            thread::spawn(move || {
                // An error is the server's end.
                while let Ok(request) = http.recv() {
                    // The files of a path are the same whatever is asked of them.
                    let path = request.url().split('?').next().unwrap_or_default().to_owned();
                    let file = {
                        let mut site = lock(&site);
                        let headers = request.headers().to_vec();
                        site.requests.entry(path.clone()).or_default().push(headers);
                        site.files.get(&path).cloned()
                    };
                    // A browser may be gone by now.
                    let _ = match file {
                        Some(File { bytes, headers }) => {
                            let mut response = Response::from_data(bytes);
                            headers.into_iter().for_each(|it| response.add_header(it));
                            request.respond(response)
                        }
                        None => request.respond(Response::empty(404)),
                    };
                }
            });
        }
        Ok(server)
    }

    /// Where a path is.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    /// Puts a file at a path, readable by pages of all origins. Its name's end tells its type.
    pub fn put(&self, path: &str, bytes: impl Into<Vec<u8>>) -> Result<()> {
        self.put_private(path, bytes)?;
        self.header(path, "Access-Control-Allow-Origin", "*")
    }

    /// The same for pages of its own origin alone.
    pub fn put_private(&self, path: &str, bytes: impl Into<Vec<u8>>) -> Result<()> {
        let kind = match path.rsplit('.').next() {
            Some("html") => "text/html; charset=utf-8",
            Some("js") => "text/javascript; charset=utf-8",
            Some("json") => "application/json",
            _ => "application/octet-stream",
        };
        let file = File { bytes: bytes.into(), headers: Vec::new() };
        lock(&self.site).files.insert(path.to_owned(), file);
        self.header(path, "Content-Type", kind)
    }

    /// Sends this header too with the file at a path.
    pub fn header(&self, path: &str, name: &str, value: &str) -> Result<()> {
        let header = Header::from_bytes(name, value).map_err(|()| anyhow!("no header: {name}"))?;
        let mut site = lock(&self.site);
        let file = site.files.get_mut(path).ok_or_else(|| anyhow!("no file {path}"))?;
        file.headers.push(header);
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
        let named = headers.filter(|it| it.field.as_str().as_str().eq_ignore_ascii_case(name));
        named.map(|it| it.value.to_string()).collect()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        for _ in 0..THREADS {
            self.http.unblock();
        }
    }
}

/// A thread that panicked has left the files whole.
fn lock(site: &Mutex<Site>) -> MutexGuard<'_, Site> {
    site.lock().unwrap_or_else(PoisonError::into_inner)
}
