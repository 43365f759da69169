//! Files of an element: each is what it is, since `web/element.js` has the browser unpack gzip. The
//! reader of archives is 10 kB of the program.

use std::borrow::Cow;

use qspect_core::Unpacked;

/// Stands for `qspect_core::Unpack`.
pub(super) struct Alone<'b> {
    n_bytes: usize,
    file: Option<Unpacked<'b>>,
}

pub(super) fn unpack<'b>(name: &str, bytes: &'b [u8]) -> Alone<'b> {
    let (name, content) = (name.to_owned(), Ok(Cow::Borrowed(bytes)));
    Alone { n_bytes: bytes.len(), file: Some(Unpacked { name, content, modified: None }) }
}

impl Alone<'_> {
    pub(super) fn done(&self) -> usize {
        self.n_bytes
    }

    pub(super) fn total(&self) -> usize {
        self.n_bytes
    }
}

impl<'b> Iterator for Alone<'b> {
    type Item = Unpacked<'b>;

    fn next(&mut self) -> Option<Unpacked<'b>> {
        self.file.take()
    }
}
