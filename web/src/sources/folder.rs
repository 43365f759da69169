//! Reads dropped files, and the files in dropped folders.

use js_sys::{Array, Function, Promise, Reflect};
use leptos::task::spawn_local;
use qspect_core::read::may_be_report;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, DataTransfer};

use crate::browser;
use crate::state::{AppState, Source};

/// Opens dropped files in their order, and the files of dropped folders that may be reports, in the
/// order of their names. The name of a file in a folder is its path there.
///
/// `FileSystemDirectoryHandle` reads the folders, because the older `FileSystemEntry` gives no file
/// to a page that was opened from disk.
pub(super) fn open(state: AppState, data: &DataTransfer, is_base: bool) {
    let mut files = Vec::new();
    // The handles must be requested before the event is over.
    let mut folders = Vec::new();
    let items = data.items();
    for item in (0..items.length()).filter_map(|it| items.get(it)) {
        let entry = item.webkit_get_as_entry().ok().flatten();
        match entry.filter(|it| it.is_directory()) {
            Some(folder) => folders.push((folder.name(), call(&item, "getAsFileSystemHandle"))),
            None => files.extend(item.get_as_file().ok().flatten()),
        }
    }
    let files = files.into_iter().map(|it| Source { name: it.name(), blob: it.into() });
    let mut sources: Vec<Source> = files.collect();
    if folders.is_empty() {
        return state.open_as(sources, is_base);
    }
    spawn_local(async move {
        for (name, handle) in folders {
            let mut found = Vec::new();
            match walk(handle, name.clone(), &mut found).await {
                Ok(()) if found.is_empty() => state.refuse(
                    &name,
                    "no report in this folder",
                    "names of reports end in .json, .jsonl, .ndjson, .log, .txt, .gz or .zip",
                ),
                Ok(()) => {}
                Err(error) => state.refuse(
                    &name,
                    &format!("the browser cannot read this folder: {}", browser::describe(&error)),
                    "open it by the button Folder",
                ),
            }
            sources.extend(found);
        }
        state.open_as(sources, is_base);
    });
}

/// Collects the files of the folder that a promise resolves to.
async fn walk(
    folder: Result<JsValue, JsValue>,
    path: String,
    found: &mut Vec<Source>,
) -> Result<(), JsValue> {
    let folder = settled(folder?).await?;
    let entries = call(&folder, "values")?;
    loop {
        let next = settled(call(&entries, "next")?).await?;
        if get(&next, "done")?.is_truthy() {
            return Ok(());
        }
        let entry = get(&next, "value")?;
        let name = get(&entry, "name")?.as_string().unwrap_or_default();
        let path = format!("{path}/{name}");
        if get(&entry, "kind")? == "directory" {
            Box::pin(walk(Ok(entry), path, found)).await?;
        } else if may_be_report(&path) {
            let blob: Blob = settled(call(&entry, "getFile")?).await?.dyn_into()?;
            let at = found.partition_point(|it| it.name <= path);
            found.insert(at, Source { name: path, blob });
        }
    }
}

/// The value of a promise; any other value is returned unchanged.
async fn settled(value: JsValue) -> Result<JsValue, JsValue> {
    JsFuture::from(Promise::resolve(&value)).await
}

fn get(object: &JsValue, name: &str) -> Result<JsValue, JsValue> {
    Reflect::get(object, &name.into())
}

/// Calls a method that not every browser has.
fn call(object: &JsValue, method: &str) -> Result<JsValue, JsValue> {
    let method: Function = get(object, method)?.dyn_into()?;
    Reflect::apply(&method, object, &Array::new())
}
