//! Gzip and zip: what others made of it, and what comes back of what was packed.

use std::io::{Cursor, Write};

use flate2::Compression;
use flate2::write::GzEncoder;
use qspect_core::{Unpacked, unpack};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::json;
use crate::limits::timed;

/// The most that deflate makes of one byte.
const MAX_RATIO: usize = 1032;

/// What a content may take before it has a byte.
const MIN_ROOM: usize = 64 << 10;

/// What is packed here, so that most of the time goes into unpacking.
const MAX_PACKED: usize = 4 << 10;

pub(crate) fn run(bytes: &[u8]) {
    // What comes out takes its time, too.
    let n_out = all(bytes).iter().filter_map(|it| Some(it.content.as_ref().ok()?.len())).sum();
    let files = timed("unpacking", bytes.len().max(n_out), || all(bytes));
    assert!(!files.is_empty());
    assert!(n_out <= MAX_RATIO * bytes.len(), "{n_out} bytes of {}", bytes.len());
    files.iter().for_each(check);
    if bytes.len() <= MAX_PACKED {
        check_members(bytes);
        check_entries(bytes);
    }
}

fn all(bytes: &[u8]) -> Vec<Unpacked<'_>> {
    let mut files = unpack("run", bytes);
    let mut done = 0;
    let found = std::iter::from_fn(|| {
        let file = files.next()?;
        assert!((done..=files.total()).contains(&files.done()));
        done = files.done();
        Some(file)
    });
    found.collect()
}

/// Memory is taken for what came out, and for no size that a header declares.
fn check(file: &Unpacked<'_>) {
    assert!(!file.name.is_empty());
    match &file.content {
        Ok(std::borrow::Cow::Owned(content)) => {
            assert!(content.capacity() <= MIN_ROOM.max(2 * content.len()));
        }
        Ok(std::borrow::Cow::Borrowed(_)) => {}
        Err(error) => json::check_error(error),
    }
}

/// The content in parts, as the first byte has it.
fn parts(bytes: &[u8]) -> Option<std::slice::Chunks<'_, u8>> {
    let (n_parts, content) = bytes.split_first()?;
    let n_parts = usize::from(n_parts % 8) + 1;
    (!content.is_empty()).then(|| content.chunks(content.len().div_ceil(n_parts)))
}

/// A member of gzip for each part.
fn check_members(bytes: &[u8]) {
    let Some(parts) = parts(bytes) else { return };
    let members = parts.flat_map(|part| {
        let mut member = GzEncoder::new(Vec::new(), Compression::fast());
        member.write_all(part).expect("memory");
        member.finish().expect("memory")
    });
    check_is(&unpack("run.gz", &members.collect::<Vec<u8>>()).collect::<Vec<_>>(), &[&bytes[1..]]);
}

/// A file of an archive for each part, deflated and stored by turns.
fn check_entries(bytes: &[u8]) {
    let Some(parts) = parts(bytes) else { return };
    let contents: Vec<&[u8]> = parts.collect();
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (idx, content) in contents.iter().enumerate() {
        let method = [CompressionMethod::Deflated, CompressionMethod::Stored][idx % 2];
        let options = SimpleFileOptions::default().compression_method(method);
        archive.start_file(format!("{idx}.json"), options).expect("memory");
        archive.write_all(content).expect("memory");
    }
    let archive = archive.finish().expect("memory").into_inner();
    check_is(&unpack("runs.zip", &archive).collect::<Vec<_>>(), &contents);
}

/// The files have these contents.
fn check_is(files: &[Unpacked<'_>], contents: &[&[u8]]) {
    assert_eq!(files.len(), contents.len());
    for (file, content) in files.iter().zip(contents) {
        match &file.content {
            // It is unpacked once more, or refused.
            _ if is_packed(content) => {}
            Ok(found) => assert_eq!(found, content),
            Err(error) => panic!("{error}"),
        }
    }
}

fn is_packed(content: &[u8]) -> bool {
    content.starts_with(b"\x1F\x8B")
        || content.starts_with(b"PK")
        || content.get(257..262) == Some(b"ustar")
}
