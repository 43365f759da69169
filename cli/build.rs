//! Puts the viewer into the command: the file that `QSPECT_VIEWER` names, or else a built one. An empty
//! name means none.
//!
//! `cargo xtask build` sets the variable. Without a viewer the command works too, except for `html` and
//! `open`.

use std::path::{Path, PathBuf};
use std::{env, fs};

/// Where `cargo xtask build` leaves the viewer, and where the published package has it.
const BUILT: [&str; 2] = ["../dist/qspect.html", "viewer/qspect.html"];

/// The notices of third parties whose code is in the command or in its viewer, in the same two places.
const LICENCES: [&str; 2] = ["../licences/command.txt", "viewer/THIRD-PARTY.txt"];

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-env-changed=QSPECT_VIEWER");
    // Also for a file that does not exist yet: the command takes it up once it is built.
    for file in BUILT.iter().chain(&LICENCES) {
        println!("cargo:rerun-if-changed={file}");
    }
    let viewer = match env::var("QSPECT_VIEWER") {
        Ok(path) if path.is_empty() => None,
        Ok(path) => Some(PathBuf::from(path)),
        Err(_) => first_file(&BUILT),
    };
    if let Some(viewer) = &viewer {
        println!("cargo:rerun-if-changed={}", viewer.display());
    }
    embed("viewer", viewer.as_deref());
    embed("licences", first_file(&LICENCES).as_deref());
}

fn first_file(paths: &[&str]) -> Option<PathBuf> {
    paths.iter().map(PathBuf::from).find(|it| it.is_file())
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
