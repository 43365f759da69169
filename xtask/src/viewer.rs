//! The viewer: `web/` compiled to WebAssembly, and all of it in one HTML file.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::page::{self, Parts};
use crate::{build, cargo, glue, minify, pack, paths, setup, workspace};

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

    let bound = glue::bind(&compiled)?;
    paths::check_none_in(&bound.wasm)?;
    let root = workspace::root();
    let styles = styles(&root.join("web/style"))?;
    // The shell's own style is needed at once, all else when the program is there.
    let (first_style, styles) = styles.split_first().context("web/style has no style sheet")?;
    let packed_style = minify::style(&styles.concat());
    let worker_boot = read(&root.join("web/worker.js"))?;
    let packed_script = minify::script(&format!("{}\n{worker_boot}", bound.glue))?;
    let packed = pack::lzma(&pack::payload([
        packed_style.as_bytes(),
        packed_script.as_bytes(),
        &bound.wasm,
    ])?)?;
    let html = page::assemble(
        &read(&root.join("index.html"))?,
        &Parts {
            style: &minify::style(first_style),
            loader: &pack::digits(&pack::gzip(&loader)?)?,
            program: &pack::digits(&packed)?,
            script: &minify::script(&read(&root.join("web/boot.js"))?)?,
            packed_script: &packed_script,
        },
    )?;

    let path = workspace::viewer();
    fs::create_dir_all(workspace::dist()).context("cannot make the folder dist")?;
    let html = pack::utf16(&html);
    fs::write(&path, &html).with_context(|| format!("cannot write {}", path.display()))?;
    // The format's schema is published beside the viewer.
    let schema = "report.schema.json";
    fs::copy(root.join("core").join(schema), workspace::dist().join(schema))
        .with_context(|| format!("cannot copy {schema}"))?;
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
