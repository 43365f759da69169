//! Puts the viewer into the command: the file that `QSPECT_VIEWER` names, if it names one.
//!
//! `cargo xtask build` sets it. Without it the command works too, but for `html` and `open`.

use std::path::Path;
use std::{env, fs};

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-env-changed=QSPECT_VIEWER");
    let viewer = match env::var("QSPECT_VIEWER") {
        Ok(path) if !path.is_empty() => {
            println!("cargo:rerun-if-changed={path}");
            format!("Some(include_str!({path:?}))")
        }
        _ => "None".to_owned(),
    };
    let out = env::var_os("OUT_DIR").expect("cargo sets OUT_DIR");
    fs::write(Path::new(&out).join("viewer.rs"), viewer).expect("OUT_DIR can be written");
}
