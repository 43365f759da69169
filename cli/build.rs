//! Puts the viewer into the command: the file that `QSPECT_VIEWER` names, or else `dist/qspect.html`.
//! An empty name means none.
//!
//! `cargo xtask build` sets the variable. Without a viewer the command works too, except for `html` and
//! `open`.

use std::path::{Path, PathBuf};
use std::{env, fs};

/// Where `cargo xtask build` and `cargo xtask package` leave the viewer.
const BUILT: &str = "../dist/qspect.html";

/// The notices of third parties whose code is in the command or in its viewer.
const LICENCES: &str = "../licences/command.txt";

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-env-changed=QSPECT_VIEWER");
    // Also for a file that does not exist yet: the command takes it up once it is built.
    println!("cargo:rerun-if-changed={BUILT}");
    println!("cargo:rerun-if-changed={LICENCES}");
    let viewer = match env::var("QSPECT_VIEWER") {
        Ok(path) if path.is_empty() => None,
        Ok(path) => Some(PathBuf::from(path)),
        Err(_) => Some(PathBuf::from(BUILT)).filter(|it| it.is_file()),
    };
    if let Some(viewer) = &viewer {
        println!("cargo:rerun-if-changed={}", viewer.display());
    }
    let licences = Some(Path::new(LICENCES)).filter(|it| it.is_file());
    embed("viewer", viewer.as_deref());
    embed("licences", licences);
}

/// Writes `NAME.rs`, an expression of type `Option<&str>` with the file's text.
fn embed(name: &str, file: Option<&Path>) {
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    let code = match file {
        Some(file) => {
            let copy = out.join(format!("{name}.txt"));
            fs::copy(file, &copy).expect("the file can be copied");
            format!("Some(include_str!({copy:?}))")
        }
        None => "None".to_owned(),
    };
    fs::write(out.join(format!("{name}.rs")), code).expect("OUT_DIR can be written");
}
