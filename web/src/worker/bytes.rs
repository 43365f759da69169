//! The bytes of a file, piece by piece.

use js_sys::{Function, Promise, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::Blob;

use crate::browser;

#[wasm_bindgen]
extern "C" {
    /// Defined in web/js/pieces.js: a function that promises the next piece, and null after the last.
    #[wasm_bindgen(js_name = piecesOf, catch)]
    fn pieces_of(blob: &Blob) -> Result<Function, JsValue>;
}

/// Bytes that are read from one word of how far it is to the next: few enough for a moving progress bar.
const STEP: usize = 8 << 20;

/// All bytes of a blob. `hear` is told how much of it is there, up to 1 when all is.
///
/// # Errors
/// What the browser says went wrong, or that the file became shorter, or has more than memory can hold.
pub(super) async fn read(blob: &JsValue, hear: &dyn Fn(f64)) -> Result<Vec<u8>, String> {
    let blob: &Blob = blob.dyn_ref().ok_or("no file came with the request")?;
    // Sizes are whole numbers. One beyond the 4 GiB that a program can have saturates, and is refused.
    let size = blob.size();
    let mut bytes = Vec::new();
    bytes
        .try_reserve_exact(size as usize)
        .map_err(|_| format!("it has {size} bytes, more than this page can hold"))?;
    let describe = |it: JsValue| browser::describe(&it);
    let next = pieces_of(blob).map_err(describe)?;
    let mut told = 0;
    loop {
        let piece = next.call0(&JsValue::NULL).map_err(describe)?;
        let piece = JsFuture::from(Promise::resolve(&piece)).await.map_err(describe)?;
        let Some(piece) = piece.dyn_ref::<Uint8Array>() else { break };
        let start = bytes.len();
        bytes.resize(start + piece.length() as usize, 0);
        piece.copy_to(&mut bytes[start..]);
        if bytes.len() - told >= STEP {
            told = bytes.len();
            hear(told as f64 / size);
        }
    }
    if (bytes.len() as f64) < size {
        return Err("it became shorter while it was read".to_owned());
    }
    hear(1.0);
    Ok(bytes)
}
