//! Puts the viewer into the command: the file that `QSPECT_VIEWER` names, or else `dist/qspect.html`.
//! An empty name is none.
//!
//! The file is UTF-16, and goes into the command as UTF-8, in which Rust can put reports into it.
//! `cargo xtask build` sets it. Without either the command works too, but for `html` and `open`.

use std::path::{Path, PathBuf};
use std::{env, fs};

/// Where `cargo xtask build` and `cargo xtask package` leave the viewer.
const BUILT: &str = "../dist/qspect.html";

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-env-changed=QSPECT_VIEWER");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    // Said of a file that is not there, too: when it is built, the command takes it up.
    println!("cargo:rerun-if-changed={BUILT}");
    let named = env::var("QSPECT_VIEWER").ok();
    let built = || Path::new(BUILT).is_file().then(|| BUILT.to_owned());
    let mut licences = "None".to_owned();
    let viewer = match named.or_else(built) {
        Some(path) if !path.is_empty() => {
            println!("cargo:rerun-if-changed={path}");
            // The viewer's build leaves them beside it.
            let notices = Path::new(&path).with_file_name("THIRD-PARTY-command.txt");
            println!("cargo:rerun-if-changed={}", notices.display());
            if notices.is_file() {
                let copy = out.join("licences.txt");
                fs::copy(&notices, &copy).expect("the notices can be copied");
                licences = format!("Some(include_str!({copy:?}))");
            }
            let bytes = fs::read(&path).expect("the viewer can be read");
            let units: Vec<u16> =
                bytes.chunks_exact(2).map(|it| u16::from_le_bytes([it[0], it[1]])).collect();
            let text = String::from_utf16(&units).expect("the viewer is UTF-16");
            let text = text.strip_prefix('\u{FEFF}').expect("the viewer is marked as UTF-16");
            let copy = out.join("viewer.html");
            fs::write(&copy, text).expect("OUT_DIR can be written");
            format!("Some(include_str!({copy:?}))")
        }
        _ => "None".to_owned(),
    };
    for (name, code) in [("viewer.rs", viewer), ("licences.rs", licences)] {
        fs::write(out.join(name), code).expect("OUT_DIR can be written");
    }
}
