//! Puts the viewer into the command: the file that `QSPECT_VIEWER` names, if it names one.
//!
//! The file is UTF-16, and goes into the command as UTF-8, in which Rust can put reports into it.
//! `cargo xtask build` sets it. Without it the command works too, but for `html` and `open`.

use std::path::PathBuf;
use std::{env, fs};

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-env-changed=QSPECT_VIEWER");
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    let viewer = match env::var("QSPECT_VIEWER") {
        Ok(path) if !path.is_empty() => {
            println!("cargo:rerun-if-changed={path}");
            let bytes = fs::read(&path).expect("QSPECT_VIEWER names a file");
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
    fs::write(out.join("viewer.rs"), viewer).expect("OUT_DIR can be written");
}
