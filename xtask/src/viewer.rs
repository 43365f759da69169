//! The viewer: `web/` compiled to WebAssembly, as a page in one HTML file and as an element in one module.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use oxc_span::SourceType;
use sha2::{Digest, Sha256};

use crate::glue::Bound;
use crate::page::{self, Parts, Program};
use crate::{build, cargo, glue, minify, pack, paths, setup, workspace};

/// What the element says of itself.
const BANNER: &str = concat!(
    "/*! Qspect ",
    env!("CARGO_PKG_VERSION"),
    ", Apache-2.0 OR MIT. Code of others is in it: see THIRD-PARTY.txt. */"
);

/// How the viewer is compiled.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// The workspace's profile `web`: small, for users.
    Web,
    /// Cargo's profile `dev`: soon done, for trying things out.
    Dev,
}

impl Profile {
    /// `--debug` on the command line or not.
    pub fn from_debug_flag(debug: bool) -> Self {
        if debug { Self::Dev } else { Self::Web }
    }

    /// Its name in Cargo.toml.
    pub fn name(self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::Dev => "dev",
        }
    }
}

/// Builds the viewer in its two forms, a page and an element, and returns the page's path.
pub fn build(profile: Profile) -> Result<PathBuf> {
    setup::wasm_target()?;
    let sources = Sources::read()?;
    let loader = fs::read(compile("qspect-loader", "qspect_loader.wasm", profile, Form::Page)?)
        .context("cannot read the compiled loader")?;
    let loader = pack::gzip(&loader)?;
    fs::create_dir_all(workspace::dist()).context("cannot make the folder dist")?;
    let licences = read(&workspace::root().join("licences/viewer.txt"))?;
    write(&workspace::third_party(), &licences)?;
    write(
        &workspace::third_party_of_command(),
        read(&workspace::root().join("licences/command.txt"))?,
    )?;
    let page = pages(&sources, &licences, &loader, &program(profile, Form::Page)?)?;
    element(&sources, &loader, &program(profile, Form::Element)?)?;
    // The format's schema is published beside the viewer.
    let schema = "report.schema.json";
    fs::copy(workspace::root().join("core").join(schema), workspace::dist().join(schema))
        .with_context(|| format!("cannot copy {schema}"))?;
    Ok(page)
}

/// What the viewer is built as.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A page of its own.
    Page,
    /// An element for other pages.
    Element,
}

/// What is no Rust.
struct Sources {
    /// The shell's own style, needed at once.
    first_style: String,
    /// All else, needed when the program is there.
    style: String,
    program: String,
    sessions: String,
    worker: String,
    network: String,
    share: String,
    boot: String,
    held: String,
    fetched: String,
    element: String,
    template: String,
}

impl Sources {
    fn read() -> Result<Self> {
        let root = workspace::root();
        let web = |name: &str| read(&root.join("web").join(name));
        let styles = styles(&root.join("web/style"))?;
        let (first_style, rest) = styles.split_first().context("web/style has no style sheet")?;
        Ok(Self {
            first_style: minify::style(first_style),
            style: minify::style(&rest.concat()),
            program: web("program.js")?,
            sessions: web("sessions.js")?,
            worker: web("worker.js")?,
            network: web("network.js")?,
            share: web("share.js")?,
            boot: web("boot.js")?,
            held: web("held.js")?,
            fetched: web("fetched.js")?,
            element: web("element.js")?,
            template: read(&root.join("index.html"))?,
        })
    }
}

/// Compiles the program and binds it.
fn program(profile: Profile, form: Form) -> Result<Bound> {
    let bound = glue::bind(&compile("qspect-web", "qspect_web.wasm", profile, form)?)?;
    paths::check_none_in(&bound.wasm)?;
    Ok(bound)
}

/// Writes the page, all in one file, and the hosted one beside it.
fn pages(sources: &Sources, licences: &str, loader: &[u8], bound: &Bound) -> Result<PathBuf> {
    let Sources { sessions, worker, network, share, .. } = sources;
    let packed_script =
        [&bound.glue, sessions, worker, network, share].map(String::as_str).join("\n");
    let packed_script = minify::script(&packed_script, SourceType::script())?;
    let packed = pack::lzma(&pack::payload(&[
        sources.style.as_bytes(),
        packed_script.as_bytes(),
        licences.as_bytes(),
        &bound.wasm,
    ])?)?;
    let page = |page: Page| -> Result<Vec<u8>> {
        // In a scope of its own, so that nothing else in the page can call it.
        let script = [&sources.program, page.holder, &sources.boot].map(String::as_str).join("\n");
        let script =
            minify::script(&format!("(()=>{{\"use strict\";{script}}})()"), SourceType::script())?;
        let parts = Parts {
            style: &sources.first_style,
            program: page.program,
            script: &script,
            packed_script: &packed_script,
            connect: page.connect,
        };
        Ok(pack::utf16(&page::assemble(&sources.template, &parts)?))
    };
    let (loader, digits) = (pack::digits(loader)?, pack::digits(&packed)?);
    let program = Program::Held { loader: &loader, packed: &digits };
    let html = page(Page { program, holder: &sources.held, connect: "'none'" })?;
    let path = workspace::viewer();
    write(&path, &html)?;
    tell(&path, html.len(), bound, packed.len());

    // The hosted one takes the program from that, and fetches what a link names.
    let address = fetched_address(&path, &html)?;
    let holder = sources.fetched.replace("qspect:page", &address);
    ensure!(holder.contains(&address), "web/fetched.js has no place for the page's address");
    let program = Program::Fetched { address: &address };
    let html = page(Page { program, holder: &holder, connect: "http: https:" })?;
    write(&workspace::hosted(), html)?;
    Ok(path)
}

/// What a page has of its own.
struct Page<'a> {
    program: Program<'a>,
    /// The script that gets it.
    holder: &'a String,
    connect: &'a str,
}

/// Where a page beside it finds a page: each build at another address, as only the pages of one build go
/// together, and browsers keep them.
fn fetched_address(path: &Path, html: &[u8]) -> Result<String> {
    let name = path.file_name().context("the page has no name")?.to_string_lossy();
    let hash: String = Sha256::digest(html).iter().take(4).map(|it| format!("{it:02x}")).collect();
    Ok(format!("{name}?{hash}"))
}

/// Writes the element, all in one module.
fn element(sources: &Sources, loader: &[u8], bound: &Bound) -> Result<()> {
    let style = [sources.first_style.as_str(), &sources.style].concat();
    let packed = pack::lzma(&pack::payload(&[style.as_bytes(), &bound.wasm])?)?;
    let Sources { program, sessions, worker, network, element, .. } = sources;
    let script = minify::script(
        &[&bound.glue, program, sessions, worker, network, element].map(String::as_str).join("\n"),
        SourceType::mjs(),
    )?;
    // The first line is for who finds the file on a site; a minifier keeps such a comment.
    let mut module = format!("{BANNER}\n{script}");
    for (place, bytes) in [("qspect:loader", loader), ("qspect:program", &packed)] {
        // In whatever quotes the shortened script has it.
        let quoted = ['"', '`', '\''].map(|quote| format!("{quote}{place}{quote}"));
        let quoted = quoted.iter().find(|it| module.contains(it.as_str()));
        let quoted = quoted.with_context(|| format!("web/element.js has no {place}"))?;
        module = module.replacen(quoted, &pack::characters(bytes), 1);
    }
    let path = workspace::element();
    write(&path, &module)?;
    tell(&path, pack::gzip(module.as_bytes())?.len(), bound, packed.len());
    Ok(())
}

/// One line: a file's size as it is sent, and what is in it.
fn tell(path: &Path, n_bytes: usize, bound: &Bound, n_packed: usize) {
    eprintln!(
        "xtask: {} {}: WASM {}, packed {}",
        workspace::relative(path).display(),
        build::kilobytes(n_bytes as u64),
        build::kilobytes(bound.wasm.len() as u64),
        build::kilobytes(n_packed as u64),
    );
}

/// Compiles one of the programs and returns its path.
fn compile(package: &str, file: &str, profile: Profile, _form: Form) -> Result<PathBuf> {
    let mut compile = cargo::cargo(["build", "--package", package, "--target", setup::WASM]);
    // Panics name source files; let them not name this machine's folders.
    let flags = paths::page_rustflags()?;
    compile.env("CARGO_ENCODED_RUSTFLAGS", flags);
    compile.args(["--profile", profile.name()]);
    cargo::build_file(&mut compile, file)
}

/// All style sheets of the folder, in the order of their names.
fn styles(folder: &Path) -> Result<Vec<String>> {
    let entries =
        fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))?;
    let mut paths = entries
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<Vec<_>>>()
        .with_context(|| format!("cannot list {}", folder.display()))?;
    paths.retain(|path| path.extension().is_some_and(|it| it == "css"));
    paths.sort();
    paths.iter().map(|path| read(path)).collect()
}

fn write(path: &Path, content: impl AsRef<[u8]>) -> Result<()> {
    fs::write(path, content).with_context(|| format!("cannot write {}", path.display()))
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}
