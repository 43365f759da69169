//! Gzip, and zip archives byte by byte, for those that no packer makes.

use std::io::Write;

use flate2::write::{DeflateEncoder, GzEncoder};
use flate2::{Compression, Crc};
use qspect_core::{Unpacked, unpack};

/// A member of gzip.
pub fn gzip(content: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(content).expect("memory");
    encoder.finish().expect("memory")
}

/// The single file in a file.
#[track_caller]
pub fn only<'b>(name: &str, bytes: &'b [u8]) -> Unpacked<'b> {
    let mut files: Vec<_> = unpack(name, bytes).collect();
    assert_eq!(files.len(), 1, "{files:?}");
    files.remove(0)
}

/// An entry as the headers describe it, which need not be true.
#[derive(Clone)]
pub struct Entry {
    pub name: Vec<u8>,
    pub method: u16,
    pub flags: u16,
    pub time: u16,
    pub date: u16,
    pub crc: u32,
    pub size: u64,
    pub packed: Vec<u8>,
}

/// A true entry without a date, not compressed.
pub fn stored(name: &str, content: &[u8]) -> Entry {
    let mut crc = Crc::new();
    crc.update(content);
    Entry {
        name: name.into(),
        method: 0,
        flags: 0,
        time: 0,
        date: 0,
        crc: crc.sum(),
        size: content.len() as u64,
        packed: content.to_vec(),
    }
}

/// A true entry without a date.
pub fn deflated(name: &str, content: &[u8]) -> Entry {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content).expect("memory");
    let packed = encoder.finish().expect("memory");
    Entry { method: 8, packed, ..stored(name, content) }
}

/// What 1 MiB is deflated to at the beginning of zeros, among them, and at their end.
fn megabyte_of_zeros() -> [Vec<u8>; 3] {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    let parts = [(); 2].map(|()| {
        encoder.write_all(&[0; 1 << 20]).expect("memory");
        encoder.flush().expect("memory");
        std::mem::take(encoder.get_mut())
    });
    let [first, other] = parts;
    [first, other, encoder.finish().expect("memory")]
}

/// An entry of that many megabytes of zeros, made without deflating them all.
pub fn zeros(name: &str, n_megabytes: usize) -> Entry {
    let [first, other, end] = megabyte_of_zeros();
    let packed = [first, other.repeat(n_megabytes - 1), end].concat();
    let mut megabyte = Crc::new();
    megabyte.update(&[0; 1 << 20]);
    let mut crc = Crc::new();
    for _ in 0..n_megabytes {
        crc.combine(&megabyte);
    }
    let size = (n_megabytes as u64) << 20;
    Entry { method: 8, crc: crc.sum(), size, packed, ..stored(name, b"") }
}

/// An archive under way.
#[derive(Default)]
pub struct Archive {
    pub bytes: Vec<u8>,
    list: Vec<u8>,
    n_listed: u64,
}

impl Archive {
    /// The archive of these entries.
    pub fn of(entries: &[Entry]) -> Vec<u8> {
        let mut archive = Self::default();
        for entry in entries {
            let offset = archive.add(entry);
            archive.list(entry, offset);
        }
        archive.end()
    }

    /// Adds the entry's own header and its content, and returns where.
    pub fn add(&mut self, entry: &Entry) -> u64 {
        let offset = self.bytes.len() as u64;
        self.bytes.extend(b"PK\x03\x04\x14\0");
        self.bytes.extend(fields(entry, false));
        self.bytes.extend(le16(entry.name.len()));
        self.bytes.extend(le16(0));
        self.bytes.extend(&entry.name);
        self.bytes.extend(&entry.packed);
        offset
    }

    /// Lists an entry that is at `offset`.
    pub fn list(&mut self, entry: &Entry, offset: u64) {
        self.list_as(entry, le32(offset), &[], false);
    }

    /// The same, with sizes and offset where zip64 has them.
    pub fn list_zip64(&mut self, entry: &Entry, offset: u64) {
        let places = [entry.size, entry.packed.len() as u64, offset];
        let mut extra = vec![1, 0, 24, 0];
        extra.extend(places.iter().flat_map(|it| it.to_le_bytes()));
        self.list_as(entry, [0xFF; 4], &extra, true);
    }

    fn list_as(&mut self, entry: &Entry, offset: [u8; 4], extra: &[u8], is_zip64: bool) {
        self.list.extend(b"PK\x01\x02\x14\0\x14\0");
        self.list.extend(fields(entry, is_zip64));
        self.list.extend(le16(entry.name.len()));
        self.list.extend(le16(extra.len()));
        self.list.extend([0; 10]);
        self.list.extend(offset);
        self.list.extend(&entry.name);
        self.list.extend(extra);
        self.n_listed += 1;
    }

    /// The whole archive.
    pub fn end(mut self) -> Vec<u8> {
        let (n_listed, size, offset) = (self.n_listed, self.list.len(), self.bytes.len());
        self.bytes.append(&mut self.list);
        self.bytes.extend(b"PK\x05\x06\0\0\0\0");
        self.bytes.extend([le16(n_listed as usize), le16(n_listed as usize)].concat());
        self.bytes.extend([le32(size as u64), le32(offset as u64)].concat());
        self.bytes.extend([0, 0]);
        self.bytes
    }

    /// The whole archive, with its numbers where zip64 has them.
    pub fn end_zip64(mut self) -> Vec<u8> {
        let (n_listed, size, offset) = (self.n_listed, self.list.len(), self.bytes.len());
        self.bytes.append(&mut self.list);
        let end = self.bytes.len() as u64;
        self.bytes.extend(b"PK\x06\x06\x2C\0\0\0\0\0\0\0\x2D\0\x2D\0\0\0\0\0\0\0\0\0");
        for it in [n_listed, n_listed, size as u64, offset as u64] {
            self.bytes.extend(it.to_le_bytes());
        }
        self.bytes.extend(b"PK\x06\x07\0\0\0\0");
        self.bytes.extend(end.to_le_bytes());
        self.bytes.extend(b"\x01\0\0\0PK\x05\x06\0\0\0\0");
        self.bytes.extend([0xFF; 12]);
        self.bytes.extend([0, 0]);
        self.bytes
    }
}

/// From the flags to the sizes.
fn fields(it: &Entry, is_zip64: bool) -> Vec<u8> {
    let words = [it.flags, it.method, it.time, it.date].map(u16::to_le_bytes).concat();
    let sizes = match is_zip64 {
        true => [[0xFF; 4]; 2],
        false => [le32(it.packed.len() as u64), le32(it.size)],
    };
    [words, it.crc.to_le_bytes().to_vec(), sizes.concat()].concat()
}

fn le16(it: usize) -> [u8; 2] {
    (it as u16).to_le_bytes()
}

fn le32(it: u64) -> [u8; 4] {
    (it as u32).to_le_bytes()
}
