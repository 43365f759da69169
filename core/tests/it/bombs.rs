//! Files that unpack to far more than they are: what is refused, and that the rest is read.

use crate::common::archive::{Archive, Entry, deflated, stored, zeros};
use flate2::Compression;
use flate2::write::GzEncoder;
use qspect_core::read::unpack::{MAX_ARCHIVE, MAX_ENTRIES, MAX_FILE};
use qspect_core::unpack;

/// Each file's name with its size, or its error.
fn outcomes(bytes: &[u8]) -> Vec<String> {
    unpack("a.zip", bytes)
        .map(|it| match it.content {
            Ok(content) => format!("{}: {} bytes", it.name, content.len()),
            Err(error) => error.message,
        })
        .collect()
}

const MEGABYTES: usize = (MAX_FILE >> 20) as usize;

/// One after the other: each takes a gigabyte.
#[test]
fn large_files() {
    // The headers' word is not taken for it, whatever it is.
    let bomb = Entry { size: 10, ..zeros("bomb.json", 2 * MEGABYTES) };
    let good = deflated("good.json", b"good");
    let bytes = Archive::of(&[bomb, good.clone()]);
    assert!(bytes.len() < 5_000_000, "{}", bytes.len());
    let message = "the file unpacks to more than 1 GiB";
    assert_eq!(outcomes(&bytes), [message, "a.zip/good.json: 4 bytes"]);

    let gzip = [&b"\x1f\x8b\x08\0\0\0\0\0\0\x03"[..], &zeros("", MEGABYTES + 1).packed].concat();
    assert_eq!(outcomes(&gzip), ["the gzip unpacks to more than 1 GiB"]);

    // Each is as large as may be, and all together are not.
    let largest = zeros("largest.json", MEGABYTES);
    let n_fine = (MAX_ARCHIVE / MAX_FILE) as usize;
    let mut entries = vec![largest; n_fine];
    entries.extend([good.clone(), good.clone(), good]);
    let expected = "its files unpack to more than 4 GiB: 3 are left out, from a.zip/good.json on";
    let found = outcomes(&Archive::of(&entries));
    let (last, fine) = found.split_last().expect("outcomes");
    assert_eq!(fine, vec![format!("a.zip/largest.json: {MAX_FILE} bytes"); n_fine]);
    assert_eq!(last, expected);
}

/// What unpacks before the damage took its time, and counts.
#[test]
fn large_files_that_are_cut_off() {
    let mut cut = zeros("cut.json", MEGABYTES);
    cut.packed.truncate(cut.packed.len() - 10);
    let n_refused = (MAX_ARCHIVE / MAX_FILE) as usize;
    let mut entries = vec![cut; n_refused];
    entries.extend([zeros("last.json", 1), deflated("good.json", b"good")]);
    let found = outcomes(&Archive::of(&entries));
    let (last, refused) = found.split_last().expect("outcomes");
    assert_eq!(refused, vec!["the file ends before it is complete"; n_refused]);
    let expected = "its files unpack to more than 4 GiB: 2 are left out, from a.zip/last.json on";
    assert_eq!(last, expected);
}

/// One content under many names: ten megabytes can be the same gigabyte a thousand times.
#[test]
fn overlapping_entries() {
    let mut archive = Archive::default();
    let kernel = deflated("kernel.json", &vec![b' '; 10 << 20]);
    let offset = archive.add(&kernel);
    for entry_no in 0..1000 {
        let entry = Entry { name: format!("{entry_no}.json").into(), ..kernel.clone() };
        archive.list(&entry, offset);
    }
    let bytes = archive.end();
    let found = outcomes(&bytes);
    let n_read = found.iter().filter(|it| it.ends_with(" bytes")).count();
    let n_refused = found.iter().filter(|it| it.starts_with("it overlaps ")).count();
    // The list's own bytes belong to no entry, so some entries there pass.
    assert!((1..20).contains(&n_read), "{n_read}");
    assert_eq!(n_read + n_refused, 1000);
}

/// Headers inside the content of the entry before: each entry is all that follows its header.
#[test]
fn nested_entries() {
    let mut archive = Archive::default();
    let mut offsets = Vec::new();
    let name = |it: usize| format!("{it:03}.json");
    for entry_no in 0..200 {
        offsets.push(archive.add(&stored(&name(entry_no), b"")));
    }
    archive.bytes.extend([b' '; 1000]);
    for (entry_no, offset) in offsets.into_iter().enumerate() {
        let content = archive.bytes[offset as usize + 30 + 8..].to_vec();
        archive.list(&stored(&name(entry_no), &content), offset);
    }
    let found = outcomes(&archive.end());
    // The first ones are read, and found to be archives.
    let n_refused = found.iter().filter(|it| it.starts_with("it overlaps ")).count();
    assert!((190..200).contains(&n_refused), "{n_refused}");
    assert_eq!(found.len(), 200);
}

#[test]
fn many_entries() {
    let mut archive = Archive::default();
    let [first, other, last] = ["first.json", "other.pt", "last.json"].map(|it| stored(it, b""));
    let offset = archive.add(&first);
    archive.list(&first, offset);
    for _ in 1..MAX_ENTRIES {
        archive.list(&other, offset);
    }
    archive.list(&last, offset);
    assert_eq!(
        outcomes(&archive.end_zip64()),
        ["a.zip/first.json: 0 bytes", "more than 100,000 files are in it: the rest is left out"]
    );
}

/// More than 16 bits can count, with and without zip64.
#[test]
fn more_entries_than_fit_in_16_bits() {
    for is_zip64 in [false, true] {
        let mut archive = Archive::default();
        let [other, last] = ["other.pt", "last.json"].map(|it| stored(it, b""));
        let offset = archive.add(&other);
        for _ in 0..70_000 {
            archive.list(&other, offset);
        }
        archive.list(&last, offset);
        let bytes = if is_zip64 { archive.end_zip64() } else { archive.end() };
        assert_eq!(outcomes(&bytes), ["a.zip/last.json: 0 bytes"]);
    }
}

/// Members that are empty cost no bytes, but time.
#[test]
fn many_empty_members() {
    let gzip = GzEncoder::new(Vec::new(), Compression::default()).finish().expect("memory");
    assert_eq!(outcomes(&gzip.repeat(100_000)), ["a.zip: 0 bytes"]);
    assert_eq!(outcomes(&gzip.repeat(300_000)), ["the gzip unpacks to more than 1 GiB"]);
}
