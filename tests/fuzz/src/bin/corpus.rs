//! `corpus unpack|pack <target> <folder>`: the kept inputs of a target as files, and back.
//!
//! `cargo xtask fuzz` calls it, because libFuzzer reads and writes folders.

use std::io;
use std::path::Path;

use qspect_fuzz::{corpus, target};

fn main() -> io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [task, name, folder] = &arguments[..] else {
        return Err(io::Error::other("usage: corpus unpack|pack <target> <folder>"));
    };
    let folder = Path::new(folder);
    if target(name).is_none() {
        return Err(io::Error::other(format!("there is no target {name}")));
    }
    match &**task {
        "unpack" => corpus::unpack_into(name, folder),
        "pack" => {
            let (n_inputs, n_bytes) = corpus::pack_from(name, folder)?;
            println!("{name}: {n_inputs} inputs of {n_bytes} bytes kept");
            Ok(())
        }
        _ => Err(io::Error::other(format!("there is no task {task}"))),
    }
}
