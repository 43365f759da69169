//! Files out of archives, and what the user reads of those that cannot be had.

use std::borrow::Cow;
use std::io::{Cursor, Write};

use crate::common::archive::{Archive, Entry, deflated, gzip, only, stored};
use expect_test::{Expect, expect};
use proptest::prelude::*;
use qspect_core::{parse, unpack};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

const REPORT: &str = include_str!("../reports/quantizers/ArmInductorQuantizer.qspect.json");

/// Each file's name, date and content, or its error.
#[track_caller]
fn check(bytes: &[u8], expected: Expect) {
    let mut found = String::new();
    for file in unpack("a.zip", bytes) {
        let modified = file.modified.map(|it| format!(" of {it}")).unwrap_or_default();
        found += &match file.content {
            Ok(content) => {
                format!("{}{modified} = {}\n", file.name, String::from_utf8_lossy(&content))
            }
            Err(error) => {
                assert_eq!(error.file, file.name);
                assert!(error.hint.is_some(), "{error}");
                format!("{error}\n")
            }
        };
    }
    expected.assert_eq(&found);
}

#[test]
fn plain_files_are_themselves() {
    for content in [&b""[..], b"{}", b"\x1f", b"PK", b"PK\x01\x02", b"INFO:root:done\n"] {
        let file = only("run.gz", content);
        assert_eq!(file.name, "run.gz");
        assert_eq!(file.modified, None);
        assert!(matches!(file.content, Ok(Cow::Borrowed(it)) if it == content));
    }
}

#[test]
fn archives_in_archives() {
    let archive = Archive::of(&[stored("a.json", b"{}")]);
    let mut tar = vec![b' '; 1024];
    tar[257..262].copy_from_slice(b"ustar");
    let entries = [
        stored("zip.zip", &archive),
        deflated("zip.json.gz", &gzip(&archive)),
        deflated("gzip.gz", &gzip(&gzip(b"{}"))),
        deflated("tar.gz", &gzip(&tar)),
        deflated("tar.log", &tar),
        deflated("good.json.gz", &gzip(b"{}")),
    ];
    check(
        &Archive::of(&entries),
        expect![[r#"
        a.zip/zip.zip: a zip archive inside another file is not unpacked
        hint: unpack it, and open what is in it
        a.zip/zip.json.gz: a zip archive inside another file is not unpacked
        hint: unpack it, and open what is in it
        a.zip/gzip.gz: gzip inside gzip is not unpacked
        hint: unpack it, and open what is in it
        a.zip/tar.gz: a tar archive is not unpacked
        hint: unpack it, and open what is in it
        a.zip/tar.log: a tar archive is not unpacked
        hint: unpack it, and open what is in it
        a.zip/good.json = {}
    "#]],
    );
    check(
        &gzip(&archive),
        expect![[r#"
        a.zip: a zip archive inside another file is not unpacked
        hint: unpack it, and open what is in it
    "#]],
    );
    check(
        &tar,
        expect![[r#"
        a.zip: a tar archive is not unpacked
        hint: unpack it, and open what is in it
    "#]],
    );
    check(
        &[&gzip(b"{}")[..], b"{}"].concat(),
        expect![[r#"
        a.zip: the gzip goes on with something else after its end
        hint: copy or download it again
    "#]],
    );
}

fn dated(name: &str, [year, month, day, hour, minute]: [u16; 5]) -> Entry {
    let date = (year - 1980) << 9 | month << 5 | day;
    Entry { date, time: hour << 11 | minute << 5 | 29, ..stored(name, b"1") }
}

#[test]
fn dates_of_entries() {
    let entries = [
        dated("first.json", [1981, 1, 1, 0, 0]),
        dated("leap.json", [2024, 2, 29, 23, 59]),
        dated("last.json", [2107, 12, 31, 9, 5]),
        dated("no_leap.json", [2023, 2, 29, 0, 0]),
        dated("no_month.json", [2024, 0, 1, 0, 0]),
        dated("no_day.json", [2024, 1, 0, 0, 0]),
        dated("month_13.json", [2024, 13, 1, 0, 0]),
        dated("hour_24.json", [2024, 1, 1, 24, 0]),
        dated("minute_60.json", [2024, 1, 1, 0, 60]),
        dated("left_out.json", [1980, 1, 1, 0, 0]),
    ];
    check(
        &Archive::of(&entries),
        expect![[r#"
        a.zip/first.json of 1981-01-01 00:00 = 1
        a.zip/leap.json of 2024-02-29 23:59 = 1
        a.zip/last.json of 2107-12-31 09:05 = 1
        a.zip/no_leap.json = 1
        a.zip/no_month.json = 1
        a.zip/no_day.json = 1
        a.zip/month_13.json = 1
        a.zip/hour_24.json = 1
        a.zip/minute_60.json = 1
        a.zip/left_out.json = 1
    "#]],
    );
}

/// By another hand than the reader's: entries of both kinds, in the archive's order, with and without
/// zip64.
#[test]
fn zip_of_all_kinds() {
    let date = DateTime::from_date_and_time(2026, 5, 11, 7, 8, 9).expect("a date");
    for is_zip64 in [false, true] {
        let options = SimpleFileOptions::default().last_modified_time(date).large_file(is_zip64);
        let stored = options.compression_method(CompressionMethod::Stored);
        let deflated = options.compression_method(CompressionMethod::Deflated);
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        zip.add_directory("b/", options).expect("memory");
        for (name, options, content) in [
            ("b/run.json", deflated, &b"one"[..]),
            ("a.LOG", stored, b"two"),
            ("b/packed.jsonl.gz", stored, &gzip(b"three")),
            ("b/.DS_Store", stored, b"junk"),
            ("__MACOSX/b/run.json", deflated, b"junk"),
            ("b/._run.json", deflated, b"junk"),
            ("model.pt", deflated, b"junk"),
            ("b/größe.txt", deflated, b"four"),
        ] {
            zip.start_file(name, options).expect("memory");
            zip.write_all(content).expect("memory");
        }
        zip.set_comment("a comment").expect("memory");
        let bytes = zip.finish().expect("memory").into_inner();
        check(
            &bytes,
            expect![[r#"
            a.zip/b/run.json of 2026-05-11 07:08 = one
            a.zip/a.LOG of 2026-05-11 07:08 = two
            a.zip/b/packed.jsonl of 2026-05-11 07:08 = three
            a.zip/b/größe.txt of 2026-05-11 07:08 = four
        "#]],
        );

        let mut files = unpack("a.zip", &bytes);
        let mut last = 0;
        while let Some(file) = files.next() {
            assert!((last + 1..bytes.len()).contains(&files.done()), "{}", file.name);
            last = files.done();
        }
        assert_eq!((files.done(), files.total()), (bytes.len(), bytes.len()));
    }
}

/// An entry that is stored is not copied.
#[test]
fn stored_entries_are_borrowed() {
    let bytes = Archive::of(&[stored("a.json", b"one"), deflated("b.json", b"two")]);
    let files: Vec<_> = unpack("a.zip", &bytes).map(|it| it.content.expect("content")).collect();
    assert!(matches!(files[..], [Cow::Borrowed(b"one"), Cow::Owned(_)]));
}

#[test]
fn zip64_where_it_is_not_needed() {
    let mut archive = Archive::default();
    let entries = [deflated("a.json", b"one"), stored("b.json", b"two")];
    let offsets = entries.each_ref().map(|it| archive.add(it));
    for (entry, offset) in entries.iter().zip(offsets) {
        archive.list_zip64(entry, offset);
    }
    check(
        &archive.end_zip64(),
        expect![[r#"
        a.zip/a.json = one
        a.zip/b.json = two
    "#]],
    );
}

#[test]
fn names_that_lead_out() {
    let names =
        ["../a.json", "a/../../b.json", "/etc/passwd", "C:a.json", "c:/a.json", r"a\b.json"];
    let mut entries: Vec<_> = names.iter().map(|it| stored(it, b"bad")).collect();
    entries.push(stored("..a/b..json/c.json", b"good"));
    entries.push(stored("a\x1b[2Jb.json", b"good"));
    entries.push(Entry { name: b"a\xFFb.json".to_vec(), ..stored("", b"good") });
    check(
        &Archive::of(&entries),
        expect![[r#"
        a.zip/../a.json: its name leads out of the archive
        hint: pack it by a relative name, with `/` between folders
        a.zip/a/../../b.json: its name leads out of the archive
        hint: pack it by a relative name, with `/` between folders
        a.zip//etc/passwd: its name leads out of the archive
        hint: pack it by a relative name, with `/` between folders
        a.zip/C:a.json: its name leads out of the archive
        hint: pack it by a relative name, with `/` between folders
        a.zip/c:/a.json: its name leads out of the archive
        hint: pack it by a relative name, with `/` between folders
        a.zip/a\b.json: its name leads out of the archive
        hint: pack it by a relative name, with `/` between folders
        a.zip/..a/b..json/c.json = good
        a.zip/a�[2Jb.json = good
        a.zip/a�b.json = good
    "#]],
    );
}

#[test]
fn entries_that_cannot_be_read() {
    let good = deflated("good.json", b"good");
    let whole = deflated("cut.json", &b"0123456789".repeat(20));
    let cut = Entry { packed: whole.packed[..whole.packed.len() - 2].to_vec(), ..whole };
    let entries = [
        Entry { flags: 1, ..deflated("encrypted.json", b"bad") },
        Entry { method: 93, ..deflated("zstd.json", b"bad") },
        Entry { method: 99, flags: 1, ..deflated("aes.json", b"bad") },
        good.clone(),
        Entry { crc: 0, ..deflated("crc.json", b"bad") },
        Entry { crc: 0, ..stored("crc_stored.json", b"bad") },
        Entry { size: 4, ..deflated("size.json", b"bad") },
        Entry { size: 1 << 31, ..stored("size_stored.json", b"bad") },
        Entry { packed: b"\x07".to_vec(), ..deflated("no_deflate.json", b"bad") },
        cut,
        Entry { packed: gzip(b"bad")[..9].to_vec(), ..stored("cut.gz", &gzip(b"bad")[..9]) },
        good.clone(),
    ];
    check(
        &Archive::of(&entries),
        expect![[r#"
        a.zip/encrypted.json: it is encrypted
        hint: unpack it with its password, and open that
        a.zip/zstd.json: it is packed by method 93, and only deflate is read
        hint: pack it by `zip`, or unpack it
        a.zip/aes.json: it is encrypted
        hint: unpack it with its password, and open that
        a.zip/good.json = good
        a.zip/crc.json: the file is damaged: it does not unpack to what was packed
        hint: copy or download it again
        a.zip/crc_stored.json: the file is damaged: it does not unpack to what was packed
        hint: copy or download it again
        a.zip/size.json: the file is damaged: it does not unpack to what was packed
        hint: copy or download it again
        a.zip/size_stored.json: the file is damaged: it does not unpack to what was packed
        hint: copy or download it again
        a.zip/no_deflate.json: the file is damaged: it does not unpack to what was packed
        hint: copy or download it again
        a.zip/cut.json: the file ends before it is complete
        hint: copy or download it again
        a.zip/cut.gz: the gzip ends before it is complete
        hint: copy or download it again
        a.zip/good.json = good
    "#]],
    );

    let mut lost = Archive::default();
    let offset = lost.add(&good);
    lost.list(&stored("nowhere.json", b""), 1 << 30);
    lost.list(&stored("no_header.json", b""), offset + 1);
    lost.list(&Entry { packed: vec![0; 1 << 20], ..stored("too_long.json", b"") }, offset);
    lost.list(&good, offset);
    check(
        &lost.end(),
        expect![[r#"
        a.zip/nowhere.json: it is not where the archive's list says
        hint: copy or download the archive again
        a.zip/no_header.json: it is not where the archive's list says
        hint: copy or download the archive again
        a.zip/too_long.json: it is not where the archive's list says
        hint: copy or download the archive again
        a.zip/good.json = good
    "#]],
    );
}

#[test]
fn archives_without_reports() {
    check(
        b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
        expect![[r#"
        a.zip: no report among the 0 files of the archive
        hint: names of reports end in .json, .jsonl, .ndjson, .log, .txt or .gz
    "#]],
    );
    check(
        &Archive::of(&[stored("model.pt", b""), stored("__MACOSX/a.json", b"")]),
        expect![[r#"
        a.zip: no report among the 2 files of the archive
        hint: names of reports end in .json, .jsonl, .ndjson, .log, .txt or .gz
    "#]],
    );
}

#[test]
fn damaged_lists() {
    let entries = ["a.json", "b.json", "c.json"].map(|it| deflated(it, it.as_bytes()));
    let bytes = Archive::of(&entries);
    let list = bytes.windows(4).position(|it| it == b"PK\x01\x02").expect("a list");
    let mut damaged = bytes.clone();
    damaged[list + 52] = b'X'; // the second record's magic
    check(
        &damaged,
        expect![[r#"
        a.zip/a.json = a.json
        a.zip: the zip archive's list is damaged after 1 file
        hint: copy or download the archive again
    "#]],
    );
    let mut short = bytes.clone();
    let end = bytes.len() - 22;
    short[end + 10] = 4;
    check(
        &short,
        expect![[r#"
        a.zip/a.json = a.json
        a.zip/b.json = b.json
        a.zip/c.json = c.json
        a.zip: the zip archive's list is damaged after 3 files
        hint: copy or download the archive again
    "#]],
    );
}

#[test]
fn zip_cut_off_at_every_byte() {
    let entries = [deflated("a.json", REPORT.as_bytes()), stored("b.log", b"two")];
    let mut zip64 = Archive::default();
    let offset = zip64.add(&entries[0]);
    zip64.list_zip64(&entries[0], offset);
    for bytes in [Archive::of(&entries), zip64.end_zip64()] {
        for n_bytes in 4..bytes.len() {
            let file = only("a.zip", &bytes[..n_bytes]);
            assert_eq!(
                file.content.expect_err("an error").to_string(),
                "a.zip: the zip archive ends before its list of files\n\
                 hint: it is cut off: copy or download the archive again",
                "at {n_bytes}"
            );
        }
    }
}

/// What is read is what was packed, or an error; and the reports of the repository are.
#[test]
fn real_reports_in_an_archive() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/reports/executorch-1.5.1-exporter");
    let mut entries = Vec::new();
    for entry in std::fs::read_dir(folder).expect("reports") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().and_then(|it| it.to_str()).expect("a name");
        entries.push(deflated(name, &std::fs::read(&path).expect("a file")));
    }
    let bytes = Archive::of(&entries);
    let mut n_reports = 0;
    for file in unpack("runs.zip", &bytes) {
        assert!(file.name.ends_with(".qspect.json"), "{}", file.name);
        n_reports +=
            parse(&file.name, &file.content.expect("content")).expect("a report").reports.len();
    }
    assert_eq!(n_reports, 15);
}

/// Whatever comes, there is an end, and each file has a name or an error with one.
fn check_any(bytes: &[u8]) {
    let mut files = unpack("any", bytes);
    let mut n_files = 0;
    while let Some(file) = files.next() {
        n_files += 1;
        assert!(files.done() <= files.total());
        assert!(!matches!(file.content, Err(error) if error.file != file.name));
    }
    assert!(n_files > 0, "nothing is said of {bytes:?}");
}

proptest! {
    #[test]
    fn any_bytes_after_a_magic(
        magic in prop::sample::select(vec![&b"\x1f\x8b\x08"[..], b"PK\x03\x04", b"PK\x05\x06"]),
        mut bytes in prop::collection::vec(any::<u8>(), 0..400),
        is_ended in any::<bool>(),
    ) {
        if is_ended {
            // An end, so that what is before it is read as a list.
            let offset = bytes.len() as u32 / 2;
            bytes.extend(b"PK\x05\x06\0\0\0\0\x01\0\x01\0\0\0\0\0");
            bytes.extend(offset.to_le_bytes());
            bytes.extend([0, 0]);
        }
        check_any(&[magic, &bytes].concat());
    }

    #[test]
    fn any_damage(
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        is_zip64 in any::<bool>(),
    ) {
        let contents = [&b"one"[..], b"two"];
        let entries = [deflated("a.json", contents[0]), stored("b.json", contents[1])];
        let mut archive = Archive::default();
        for entry in &entries {
            let offset = archive.add(entry);
            match is_zip64 {
                true => archive.list_zip64(entry, offset),
                false => archive.list(entry, offset),
            }
        }
        let mut bytes = if is_zip64 { archive.end_zip64() } else { archive.end() };
        for (index, byte) in damage {
            let index = index.index(bytes.len() - 4) + 4;
            bytes[index] = byte;
        }
        check_any(&bytes);
        for content in unpack("a.zip", &bytes).filter_map(|it| it.content.ok()) {
            // Or empty, where the list declares it empty and its checksum is right.
            prop_assert!(contents.contains(&&*content) || content.is_empty());
        }
    }
}
