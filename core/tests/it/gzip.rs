//! Files out of gzip, and what the user reads of those that are cut off or damaged.

use std::io::Write;

use crate::common::archive::{gzip, only};
use flate2::{Compression, Crc, GzBuilder};
use qspect_core::unpack;

const REPORT: &str = include_str!("../reports/quantizers/ArmInductorQuantizer.qspect.json");

#[test]
fn gzip_of_all_kinds() {
    let text = REPORT.repeat(1000);
    let header = GzBuilder::new().filename("a").comment("b").extra("cd").mtime(7);
    let mut with_header = header.write(Vec::new(), Compression::fast());
    with_header.write_all(text.as_bytes()).expect("memory");
    let with_header = with_header.finish().expect("memory");
    let with_crc = with_header_crc(gzip(text.as_bytes()));
    let (start, end) = text.as_bytes().split_at(70_000);
    let many = text.as_bytes().chunks(100).flat_map(gzip).collect();
    let padded = [gzip(text.as_bytes()), vec![0; 511]].concat();
    let members = [gzip(start), gzip(b""), gzip(end)].concat();
    for packed in [gzip(text.as_bytes()), with_header, with_crc, members, many, padded] {
        let mut files = unpack("run.json.GZ", &packed);
        assert_eq!((files.done(), files.total()), (0, packed.len()));
        let file = files.next().expect("a file");
        assert_eq!((files.done(), files.next()), (packed.len(), None));
        assert_eq!(file.name, "run.json");
        assert!(file.content.expect("content") == text.as_bytes());
    }
    assert_eq!(only("run", &gzip(b"")).name, "run");
}

/// The same with a checksum of the header.
fn with_header_crc(mut packed: Vec<u8>) -> Vec<u8> {
    packed[3] |= 2;
    let mut crc = Crc::new();
    crc.update(&packed[..10]);
    packed.splice(10..10, (crc.sum() as u16).to_le_bytes());
    packed
}

#[test]
fn gzip_with_a_damaged_header() {
    let packed = with_header_crc(gzip(b"good"));
    assert!(only("run.json.gz", &packed).content.is_ok());
    // Time, extra flags and system, which mean nothing here, and the checksum itself.
    for at in 4..12 {
        let mut damaged = packed.clone();
        damaged[at] ^= 1;
        let error = only("run.json.gz", &damaged).content.expect_err("an error").to_string();
        assert_eq!(
            error,
            "run.json.gz: the gzip is damaged: it does not unpack to what was packed\n\
             hint: copy or download it again",
            "at {at}"
        );
    }
}

#[test]
fn gzip_cut_off_at_every_byte() {
    let packed = gzip(REPORT.as_bytes());
    for n_bytes in 2..packed.len() {
        let file = only("run.json.gz", &packed[..n_bytes]);
        let error = file.content.expect_err("an error").to_string();
        assert_eq!(
            error,
            "run.json.gz: the gzip ends before it is complete\n\
             hint: copy or download it again",
            "at {n_bytes}"
        );
    }
    // The first of two members alone is a whole file; only the rest of the other shows the cut.
    for n_bytes in 1..packed.len() {
        let two = [&packed[..], &packed[..n_bytes]].concat();
        assert!(only("run.json.gz", &two).content.is_err(), "at {n_bytes}");
    }
}

#[test]
fn gzip_damaged_at_every_bit() {
    let packed = gzip(REPORT.as_bytes());
    let mut n_fine = 0;
    // Behind the magic.
    for bit in 16..packed.len() * 8 {
        let mut damaged = packed.clone();
        damaged[bit / 8] ^= 1 << (bit % 8);
        match only("run.json.gz", &damaged).content {
            Ok(content) => {
                assert!(content == REPORT.as_bytes(), "at {bit}");
                n_fine += 1;
            }
            Err(error) => assert!(error.hint.is_some(), "{error} at {bit}"),
        }
    }
    // The flag of a text, time, extra flags and system; and in deflate what fills its last byte, and
    // lengths of codes that are not used.
    assert!((49..70).contains(&n_fine), "{n_fine}");
}
