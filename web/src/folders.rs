//! Folders that are dropped on the page.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::Array;
use qspect_core::unpack;
use wasm_bindgen::prelude::*;
use web_sys::{
    DataTransfer, File, FileSystemDirectoryEntry, FileSystemDirectoryReader, FileSystemEntry,
    FileSystemFileEntry,
};

use crate::files::Source;
use crate::js;

/// Hears of all files once they are found.
type OnDone = Box<dyn FnOnce(Vec<Source>)>;

/// A walk through folders, which answer one by one.
struct Walk {
    found: RefCell<Vec<Source>>,
    /// Entries that have not answered yet.
    n_open: Cell<usize>,
    /// Whether there is a folder, which has no order of its own.
    has_folder: Cell<bool>,
    on_done: RefCell<Option<OnDone>>,
}

/// The files of a drop, and those in its folders that may be reports, each with its path as its name;
/// with a folder in the order of their names.
pub(crate) fn dropped(data: Option<DataTransfer>, on_done: impl FnOnce(Vec<Source>) + 'static) {
    let Some(data) = data else { return };
    let walk = Rc::new(Walk {
        found: RefCell::default(),
        n_open: Cell::new(1),
        has_folder: Cell::new(false),
        on_done: RefCell::new(Some(Box::new(on_done))),
    });
    let items = data.items();
    let mut n_entries = 0;
    for at in 0..items.length() {
        let entry = items.get(at).and_then(|it| it.webkit_get_as_entry().ok().flatten());
        if let Some(entry) = entry {
            n_entries += 1;
            walk.visit(&entry, true);
        }
    }
    // What a program makes of a drop has files and no entries.
    if n_entries == 0
        && let Some(files) = data.files()
    {
        for file in (0..files.length()).filter_map(|it| files.get(it)) {
            walk.add(file.name(), file);
        }
    }
    walk.close();
}

impl Walk {
    fn visit(self: &Rc<Self>, entry: &FileSystemEntry, is_named: bool) {
        let path = entry.full_path().trim_start_matches('/').to_owned();
        if entry.is_directory() {
            self.has_folder.set(true);
            self.open();
            self.read(&entry.unchecked_ref::<FileSystemDirectoryEntry>().create_reader());
        } else if is_named || unpack::may_be_report(&path) {
            self.open();
            let walk = Rc::clone(self);
            let on_file = Closure::once_into_js(move |file: File| {
                walk.add(path, file);
                walk.close();
            });
            let failed = self.failed();
            let entry: &FileSystemFileEntry = entry.unchecked_ref();
            entry.file_with_callback_and_callback(on_file.unchecked_ref(), failed.unchecked_ref());
        }
    }

    /// A folder gives some of its entries at a time, and none at its end.
    fn read(self: &Rc<Self>, reader: &FileSystemDirectoryReader) {
        let (walk, again) = (Rc::clone(self), reader.clone());
        let on_entries = Closure::once_into_js(move |entries: Array| {
            for entry in entries.iter() {
                walk.visit(entry.unchecked_ref(), false);
            }
            match entries.length() {
                0 => walk.close(),
                _ => walk.read(&again),
            }
        });
        let failed = self.failed();
        let asked = reader.read_entries_with_callback_and_callback(
            on_entries.unchecked_ref(),
            failed.unchecked_ref(),
        );
        if asked.is_err() {
            self.close();
        }
    }

    fn failed(self: &Rc<Self>) -> JsValue {
        let walk = Rc::clone(self);
        Closure::once_into_js(move |error: JsValue| {
            js::log_error(&format!("a file or folder cannot be read: {}", js::describe(&error)));
            walk.close();
        })
    }

    fn add(&self, name: String, file: File) {
        let mut found = self.found.borrow_mut();
        let at = match self.has_folder.get() {
            true => found.partition_point(|it| it.name <= name),
            false => found.len(),
        };
        found.insert(at, Source { name, blob: file.into() });
    }

    fn open(&self) {
        self.n_open.set(self.n_open.get() + 1);
    }

    fn close(&self) {
        self.n_open.set(self.n_open.get() - 1);
        if self.n_open.get() > 0 {
            return;
        }
        let found = self.found.take();
        if let Some(on_done) = self.on_done.take() {
            on_done(found);
        }
    }
}
