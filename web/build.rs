//! Unpacks the example report, which is one of the fixtures.

use std::fs::File;
use std::io;
use std::path::Path;

const EXAMPLE: &str =
    "../tests/reports/executorch-1.5.1-exporter/tiny_transformer.mixed.qspect.json.gz";

fn main() -> io::Result<()> {
    println!("cargo:rerun-if-changed={EXAMPLE}");
    let out = std::env::var_os("OUT_DIR").ok_or(io::Error::other("cargo sets OUT_DIR"))?;
    let mut report = flate2::read::GzDecoder::new(File::open(EXAMPLE)?);
    let mut unpacked = File::create(Path::new(&out).join("example.qspect.json"))?;
    io::copy(&mut report, &mut unpacked)?;
    Ok(())
}
