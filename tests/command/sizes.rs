//! The built viewer stays small on the wire.

use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Map, Value};

use crate::{Folder, exported, qspect, stderr};

/// The hosted page as servers send it, the page of one file, and that page with a large report inside.
const SIZES: [&str; 4] =
    ["hosted, gzip", "hosted, brotli", "qspect.html", "qspect.html with swin_t.mixed"];

/// Each size is at most a tenth above the one in web/sizes.json. A change that makes the viewer larger on
/// purpose updates that file.
#[test]
fn the_viewer_is_small_on_the_wire() -> Result<()> {
    let record = Path::new(env!("CARGO_MANIFEST_DIR")).join("../web/sizes.json");
    let record: Map<String, Value> = serde_json::from_str(&fs::read_to_string(record)?)?;
    let measured = measure()?;
    let measured_json = serde_json::to_string_pretty(&measured)?;
    for what in SIZES {
        let n_bytes = measured[what].as_u64().context("no size")?;
        let recorded = record.get(what).and_then(Value::as_u64).context("no record")?;
        ensure!(
            n_bytes <= recorded + recorded / 10,
            "{what}: {n_bytes} bytes, where web/sizes.json has {recorded}. All: {measured_json}"
        );
    }
    Ok(())
}

fn measure() -> Result<Map<String, Value>> {
    let (mut gzip_size, mut brotli_size) = (0, 0);
    // The other file there, of notices, is fetched when the reader asks for it.
    for name in ["index.html", "qspect.js", "qspect_bg.wasm"] {
        let bytes = fs::read(qspect_tests::hosted()?.join(name))?;
        gzip_size += gzip(&bytes)?;
        brotli_size += brotli(&bytes)?;
    }
    let folder = Folder::new()?;
    let report = folder.file("swin_t.mixed.qspect.json", exported("swin_t.mixed")?)?;
    let output = qspect(&["html", &report, "-o", "-"])?;
    ensure!(output.status.success(), "{}", stderr(&output));
    let sizes = [
        gzip_size,
        brotli_size,
        fs::metadata(qspect_tests::viewer()?)?.len(),
        output.stdout.len() as u64,
    ];
    Ok(SIZES.iter().zip(sizes).map(|(it, size)| ((*it).to_owned(), size.into())).collect())
}

fn gzip(bytes: &[u8]) -> Result<u64> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?.len() as u64)
}

fn brotli(bytes: &[u8]) -> Result<u64> {
    let mut packed = Vec::new();
    brotli::BrotliCompress(
        &mut &bytes[..],
        &mut packed,
        &brotli::enc::BrotliEncoderParams::default(),
    )?;
    Ok(packed.len() as u64)
}
