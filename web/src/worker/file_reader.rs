//! The bytes of a file, piece by piece.

use js_sys::{Array, ArrayBuffer, Function, Promise, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, MessageChannel, MessageEvent, MessagePort};

use crate::browser;

#[wasm_bindgen]
extern "C" {
    /// Defined in web/js/pieces.js: a function that promises the next piece, and null after the
    /// last.
    #[wasm_bindgen(js_name = piecesOf, catch)]
    fn pieces_of(blob: &Blob) -> Result<Function, JsValue>;
}

/// Bytes between two calls that report the progress: few enough for a smooth bar. The page reads
/// pieces of the same size.
const STEP: usize = 8 << 20;

/// Why the bytes cannot be read.
pub(super) enum ReadError {
    /// The bytes are not needed any more.
    Cancelled,
    /// A message: the browser's reason, or that the file was truncated or is too large.
    Failed(String),
}

/// How a worker reads bytes: the page that helps it, and its callbacks.
pub(super) struct Reading<'a> {
    /// Reads the blobs that the worker cannot: in WebKitGTK a worker of a page that was opened from
    /// disk can read none of the page's blobs.
    pub(super) page: &'a MessagePort,
    /// Called with the share that has been read; 1 is everything.
    pub(super) on_progress: &'a dyn Fn(f64),
    /// Called between two pieces.
    pub(super) is_cancelled: &'a dyn Fn() -> bool,
}

impl Reading<'_> {
    /// All bytes of a blob.
    pub(super) async fn bytes_of(&self, blob: &JsValue) -> Result<Vec<u8>, ReadError> {
        if (self.is_cancelled)() {
            return Err(ReadError::Cancelled);
        }
        let failed = |it: &str| ReadError::Failed(it.to_owned());
        let blob: &Blob = blob.dyn_ref().ok_or_else(|| failed("no file came with the request"))?;
        // Sizes are whole numbers. A size beyond the 4 GiB that a program can have saturates, and
        // is refused.
        let size = blob.size();
        let mut bytes = Vec::new();
        bytes
            .try_reserve_exact(size as usize)
            .map_err(|_| failed(&format!("it has {size} bytes, more than this page can hold")))?;
        // `None` once the page has to read.
        let mut own_pieces = pieces_of(blob).ok();
        let mut reported = 0;
        loop {
            let piece = match &own_pieces {
                None => self.piece_by_page(blob, bytes.len() as f64).await?,
                Some(next) => match next_piece(next).await {
                    Ok(piece) => piece,
                    Err(error) if self.can_read_blobs().await => {
                        // The file is at fault. The page would read a changed file in its current
                        // state, but the reader chose an earlier one.
                        return Err(failed(&browser::describe(&error)));
                    }
                    Err(_) => {
                        own_pieces = None;
                        continue;
                    }
                },
            };
            if (self.is_cancelled)() {
                return Err(ReadError::Cancelled);
            }
            let Some(piece) = piece else { break };
            let start = bytes.len();
            bytes.resize(start + piece.length() as usize, 0);
            piece.copy_to(&mut bytes[start..]);
            if bytes.len() - reported >= STEP {
                reported = bytes.len();
                (self.on_progress)(reported as f64 / size);
            }
        }
        if (bytes.len() as f64) < size {
            return Err(failed("the file was truncated while it was being read"));
        }
        (self.on_progress)(1.0);
        Ok(bytes)
    }

    /// Whether this thread can read a blob that the page has just made.
    async fn can_read_blobs(&self) -> bool {
        let Ok(answer) = ask_page(self.page, &JsValue::NULL, 0.0, 0.0).await else { return true };
        let Some(blob) = answer.dyn_ref::<Blob>() else { return true };
        match pieces_of(blob) {
            Ok(next) => next_piece(&next).await.is_ok(),
            Err(_) => false,
        }
    }

    /// The piece that begins at `start`, as the page reads it; `None` at the end.
    async fn piece_by_page(
        &self,
        blob: &Blob,
        start: f64,
    ) -> Result<Option<Uint8Array>, ReadError> {
        let end = (start + STEP as f64).min(blob.size());
        if start >= end {
            return Ok(None);
        }
        let answer = ask_page(self.page, blob, start, end).await;
        let answer = answer.map_err(|it| ReadError::Failed(browser::describe(&it)))?;
        match answer.dyn_ref::<ArrayBuffer>() {
            Some(buffer) => Ok(Some(Uint8Array::new(buffer)).filter(|it| it.length() > 0)),
            None => Err(ReadError::Failed(answer.as_string().unwrap_or_default())),
        }
    }
}

async fn next_piece(next: &Function) -> Result<Option<Uint8Array>, JsValue> {
    let piece = next.call0(&JsValue::NULL)?;
    let piece = JsFuture::from(Promise::resolve(&piece)).await?;
    Ok(piece.dyn_into().ok())
}

/// Asks the page for a piece of a blob. The module `protocol` describes the message;
/// `read_for_worker` answers it.
async fn ask_page(
    page: &MessagePort,
    blob: &JsValue,
    start: f64,
    end: f64,
) -> Result<JsValue, JsValue> {
    let channel = MessageChannel::new()?;
    let request = Array::of4(&JsValue::NULL, blob, &start.into(), &end.into());
    page.post_message_with_transferable(&request, &Array::of1(&channel.port2()))?;
    let answer = next_message(&channel.port1()).await?;
    channel.port1().close();
    Ok(answer.unchecked_into::<MessageEvent>().data())
}

/// Waits for the event of the next message.
async fn next_message(port: &MessagePort) -> Result<JsValue, JsValue> {
    let event = Promise::new(&mut |resolve, _| port.set_onmessage(Some(&resolve)));
    JsFuture::from(event).await
}

/// Lets the event loop handle waiting messages and timers. Sends a message of its own for this,
/// because browsers delay timers of pages in the background.
pub(super) async fn yield_to_event_loop() -> Result<(), JsValue> {
    let channel = MessageChannel::new()?;
    channel.port2().post_message(&JsValue::NULL)?;
    next_message(&channel.port1()).await?;
    channel.port1().close();
    Ok(())
}

/// Reads a piece of a blob in the page, for a worker that cannot, and answers its message.
pub(super) async fn read_for_worker(event: &MessageEvent, message: &Array) {
    let Ok(port) = event.ports().get(0).dyn_into::<MessagePort>() else { return };
    if message.get(1).is_null() {
        return send(&port, browser::bytes_blob(b"?").map(JsValue::from), &Array::new());
    }
    let piece = piece_of(message).await;
    let transferred = piece.iter().collect();
    send(&port, piece, &transferred);
}

fn send(port: &MessagePort, answer: Result<JsValue, JsValue>, transferred: &Array) {
    let sent = match answer {
        Ok(answer) => port.post_message_with_transferable(&answer, transferred),
        Err(error) => port.post_message(&browser::describe(&error).into()),
    };
    if let Err(error) = sent {
        browser::log_error(&format!("the page cannot answer: {}", browser::describe(&error)));
    }
}

async fn piece_of(message: &Array) -> Result<JsValue, JsValue> {
    let blob: Blob = message.get(1).dyn_into()?;
    let number = |at: u32| message.get(at).as_f64().unwrap_or_default();
    let piece = blob.slice_with_f64_and_f64(number(2), number(3))?;
    JsFuture::from(piece.array_buffer()).await
}
