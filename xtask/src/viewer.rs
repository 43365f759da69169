//! The viewer: `web/` compiled to WebAssembly, and all of it in one HTML file.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use wasm_bindgen_cli_support::Bindgen;

use crate::page::{self, Parts};
use crate::{build, cargo, pack, paths, setup, shrink, workspace};

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

/// Builds the viewer and returns its path.
pub fn build(profile: Profile) -> Result<PathBuf> {
    setup::wasm_target()?;
    let compiled = compile("qspect-web", "qspect_web.wasm", profile)?;
    let loader = fs::read(compile("qspect-loader", "qspect_loader.wasm", profile)?)
        .context("cannot read the compiled loader")?;
    let loader = shrink::without_names(&loader)?;

    let bound = bind(&compiled)?;
    paths::check_none_in(&bound.wasm)?;
    let root = workspace::root();
    let script = format!("{}\n{}", bound.glue, read(&root.join("web/boot.js"))?);
    let styles = styles(&root.join("web/style"))?;
    // The shell's own style is needed at once, all else when the program is there.
    let (first, rest) = styles.split_first().context("web/style has no style sheet")?;
    let payload = pack::payload(&shrink::style(&rest.concat()), &bound.wasm)?;
    let packed = pack::lzma(&payload)?;
    let html = page::assemble(
        &read(&root.join("index.html"))?,
        &Parts {
            style: &shrink::style(first),
            loader: &pack::gzip(&loader)?,
            program: &pack::base91(&packed),
            script: &shrink::script(&script)?,
        },
    )?;

    let path = workspace::viewer();
    fs::create_dir_all(workspace::dist()).context("cannot make the folder dist")?;
    fs::write(&path, &html).with_context(|| format!("cannot write {}", path.display()))?;
    eprintln!(
        "xtask: viewer {}: WASM {}, packed {}",
        build::kilobytes(html.len() as u64),
        build::kilobytes(bound.wasm.len() as u64),
        build::kilobytes(packed.len() as u64),
    );
    Ok(path)
}

/// Compiles one of the page's two programs and returns its path.
fn compile(package: &str, file: &str, profile: Profile) -> Result<PathBuf> {
    let mut compile = cargo::cargo(["build", "--package", package, "--target", setup::WASM]);
    compile.args(["--profile", profile.name()]);
    // Panics name source files; let them not name this machine's folders.
    compile.env("CARGO_ENCODED_RUSTFLAGS", paths::page_rustflags()?);
    cargo::build_file(&mut compile, file)
}

/// The WASM, and the script through which a browser can call it.
struct Bound {
    wasm: Vec<u8>,
    glue: String,
}

/// What the command `wasm-bindgen` does, as a library: nobody has to install the right version.
///
/// The glue is a classic script: no module can stand inline in a file *and* be a worker's source.
fn bind(compiled: &Path) -> Result<Bound> {
    let mut output = Bindgen::new()
        .input_path(compiled)
        .no_modules(true)?
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate_output()
        .with_context(|| format!("wasm-bindgen cannot read {}", compiled.display()))?;
    let mut snippets = output.snippets().iter();
    let snippet = snippets.find(|(_, scripts)| !scripts.is_empty());
    let imported = snippet.map(|(name, _)| name).or(output.local_modules().keys().next());
    if let Some(name) = imported {
        bail!(
            "`{name}` brings JavaScript of its own, which cannot go into the one script: \
             do without it, or move that JavaScript to web/boot.js"
        );
    }
    let glue = shrink::classes(&without_script_url(output.js())?)?;
    let module = output.wasm_mut();
    shrink::module(module);
    let glue = shrink::locals(&shrink::names(module, &glue));
    Ok(Bound { glue, wasm: module.emit_wasm() })
}

/// Cuts out the glue's reckoning of its own URL. It needs none, since the page hands it the compiled
/// module; and in a page without a proper URL (`srcdoc`, `blob:`) the reckoning throws.
fn without_script_url(glue: &str) -> Result<String> {
    let start = "if (typeof document !== 'undefined' && document.currentScript !== null) {";
    let (before, rest) = glue
        .split_once(start)
        .context("wasm-bindgen's glue no longer reckons its own URL: drop `without_script_url`")?;
    let (body, after) = rest.split_once('}').context("wasm-bindgen's glue ends early")?;
    ensure!(
        body.trim_start().starts_with("script_src = "),
        "wasm-bindgen's glue does something new where it reckoned its own URL: {body}"
    );
    Ok(format!("{before}{after}"))
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

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}
