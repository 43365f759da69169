//! Qspect's page.

use js_sys::Function;
use wasm_bindgen::prelude::*;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent, Worker};

/// Runs in the page, once the module is there. `spawn_worker` returns a new `Worker`.
#[wasm_bindgen]
pub fn start_page(spawn_worker: &Function) -> Result<(), JsValue> {
    let worker: Worker = spawn_worker.call0(&JsValue::NULL)?.dyn_into()?;
    let show = Closure::<dyn Fn(MessageEvent)>::new(|event: MessageEvent| {
        let root = web_sys::window()
            .and_then(|it| it.document())
            .and_then(|it| it.get_element_by_id("qspect"));
        if let Some(root) = root {
            root.set_text_content(event.data().as_string().as_deref());
        }
    });
    worker.set_onmessage(Some(show.as_ref().unchecked_ref()));
    show.forget();
    worker.post_message(&"hello".into())
}

/// Runs in a worker, once the module is there: installs the listener for messages.
#[wasm_bindgen]
pub fn start_worker() -> Result<(), JsValue> {
    let scope: DedicatedWorkerGlobalScope = js_sys::global().dyn_into()?;
    let answer = scope.clone();
    let echo =
        Closure::<dyn Fn(MessageEvent) -> Result<(), JsValue>>::new(move |event: MessageEvent| {
            let text = event.data().as_string().unwrap_or_default();
            answer.post_message(&format!("{text} from the worker").into())
        });
    scope.set_onmessage(Some(echo.as_ref().unchecked_ref()));
    echo.forget();
    Ok(())
}
