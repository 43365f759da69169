//! The viewer: `web/` compiled to WebAssembly and bound by wasm-bindgen, then bundled for users.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

use crate::{bundle, cargo, path_remap, setup, sizes, workspace};

/// How the viewer is compiled.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    /// The workspace's profile `web`: small, for users.
    Web,
    /// Cargo's profile `dev`: compiles quickly, for development.
    Dev,
}

impl Profile {
    /// The profile with or without `--debug` on the command line.
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

/// The program, and the script with which JavaScript calls it.
pub struct Program {
    /// WebAssembly.
    pub wasm: Vec<u8>,
    /// Defines `wasm_bindgen`.
    pub glue: String,
}

/// Builds everything in `dist`, prints the sizes, and returns the path of the page of one file.
pub fn build(profile: Profile) -> Result<PathBuf> {
    let program = program(profile)?;
    let bundle = bundle::make(&bundle::Sources::read()?, &program)?;
    let (hosted, page) = (workspace::hosted(), workspace::viewer());
    fs::create_dir_all(&hosted)
        .with_context(|| format!("cannot make the folder {}", hosted.display()))?;
    write(&page, &bundle.one_file)?;
    write(&hosted.join("index.html"), &bundle.hosted_page)?;
    write(&workspace::element(), &bundle.module)?;
    write(&hosted.join("qspect_bg.wasm"), &program.wasm)?;
    let root = workspace::root();
    copy(&workspace::licences_of_viewer(), &hosted.join("THIRD-PARTY.txt"))?;
    // The format's schema is published beside the viewer.
    let schema = "report.schema.json";
    copy(&root.join("core").join(schema), &workspace::dist().join(schema))?;
    sizes::print(&bundle)?;
    Ok(page)
}

/// Compiles `web` and binds it. This does the work of the command `wasm-bindgen` as a library, so
/// that no matching version must be installed.
fn program(profile: Profile) -> Result<Program> {
    setup::wasm_target()?;
    let mut compile = cargo::cargo(["build", "--package", "qspect-web", "--target", setup::WASM]);
    compile.args(["--profile", profile.name(), "--config", &path_remap::rustflags()?]);
    let compiled = cargo::build_file(&mut compile, "qspect_web.wasm")?;
    let mut output = Bindgen::new()
        .input_path(&compiled)
        // The script has a function scope of its own in the one module: its names do not clash with
        // those of web/js, and it exports nothing that a page could see.
        .no_modules(true)?
        .typescript(false)
        .remove_name_section(profile == Profile::Web)
        .remove_producers_section(true)
        .generate_output()
        .with_context(|| format!("wasm-bindgen cannot read {}", compiled.display()))?;
    let glue = output.js().to_owned();
    let wasm = output.wasm_mut().emit_wasm();
    path_remap::check_none_in(&wasm)?;
    Ok(Program { wasm, glue })
}

fn write(path: &Path, content: impl AsRef<[u8]>) -> Result<()> {
    fs::write(path, content).with_context(|| format!("cannot write {}", path.display()))
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::copy(from, to).with_context(|| format!("cannot copy {}", from.display()))?;
    Ok(())
}
