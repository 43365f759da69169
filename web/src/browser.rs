//! Calls to the browser that may fail.

use std::time::Duration;

use js_sys::{Array, Function, Object, Promise, Reflect};
use leptos::prelude::set_timeout;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, future_to_promise};
use web_sys::{
    Blob, BlobPropertyBag, Clipboard, Document, Element, HtmlAnchorElement, HtmlElement,
    HtmlInputElement, Window,
};

/// The page's window; `None` in a worker.
pub(crate) fn window() -> Option<Window> {
    web_sys::window()
}

/// The page's document; `None` in a worker.
pub(crate) fn document() -> Option<Document> {
    window()?.document()
}

/// The browser's description of an error.
pub(crate) fn describe(error: &JsValue) -> String {
    if let Some(error) = error.dyn_ref::<web_sys::DomException>() {
        return error.message();
    }
    if let Some(error) = error.dyn_ref::<js_sys::Error>() {
        return error.message().into();
    }
    error.as_string().unwrap_or_else(|| format!("{error:?}"))
}

/// Logs an error that the reader of the page cannot fix to the console.
pub(crate) fn log_error(message: &str) {
    web_sys::console::error_1(&message.into());
}

/// A text as a `Blob`.
pub(crate) fn text_blob(text: &str, media_type: &str) -> Result<Blob, JsValue> {
    let options = BlobPropertyBag::new();
    options.set_type(&format!("{media_type};charset=utf-8"));
    Blob::new_with_str_sequence_and_options(&Array::of1(&text.into()), &options)
}

/// Bytes as a `Blob`.
pub(crate) fn bytes_blob(bytes: &[u8]) -> Result<Blob, JsValue> {
    let array = js_sys::Uint8Array::from(bytes);
    Blob::new_with_u8_array_sequence(&Array::of1(&array))
}

/// When a file was written, as `YYYY-MM-DD HH:MM` in UTC; `None` if the blob is not a file.
pub(crate) fn modified(blob: &Blob) -> Option<String> {
    let file: &web_sys::File = blob.dyn_ref()?;
    let text: String = js_sys::Date::new(&file.last_modified().into()).to_iso_string().into();
    Some(text.get(..16)?.replace('T', " "))
}

/// How long a saved file's address stays valid, in seconds: Safari reads it after the click.
const SAVING_TIME: Duration = Duration::from_secs(60);

/// Offers the bytes to the reader as a file to save.
pub(crate) fn save(name: &str, blob: &Blob) -> Result<(), JsValue> {
    let url = web_sys::Url::create_object_url_with_blob(blob)?;
    let document = document().ok_or("no document")?;
    let link: HtmlAnchorElement = document.create_element("a")?.unchecked_into();
    link.set_href(&url);
    link.set_download(name);
    link.click();
    set_timeout(
        move || {
            // Revoking fails only if the argument is not a URL.
            let _ = web_sys::Url::revoke_object_url(&url);
        },
        SAVING_TIME,
    );
    Ok(())
}

#[wasm_bindgen]
extern "C" {
    /// web-sys has this type only among its unstable ones.
    type ClipboardItem;

    #[wasm_bindgen(constructor, catch)]
    fn new(types: &Object) -> Result<ClipboardItem, JsValue>;
}

/// Copies a text to the clipboard, even one that still has to be computed.
///
/// Call it in the reader's gesture: Safari lets a page write only then. The browser gets a promise
/// of the text at once. If the browser does not take promises, the text is written when it is
/// ready.
///
/// # Errors
/// A message for the reader: the text's own error, or that the browser refused.
pub(crate) fn copy(
    text: impl Future<Output = Result<String, String>> + 'static,
) -> impl Future<Output = Result<(), String>> {
    let refused = "The browser refused the clipboard: save it instead.";
    // `navigator.clipboard` is undefined in a page that is not trusted with the clipboard.
    let clipboard = window().map(|it| it.navigator().clipboard()).filter(|it| !it.is_undefined());
    let promised = future_to_promise(async move { Ok(JsValue::from(text.await?)) });
    let written = clipboard.as_ref().and_then(|it| write_promised(it, &promised).ok());
    // Wait for both from now on: the browser logs a promise that fails before anything waits for
    // it.
    let (promised, written) = (JsFuture::from(promised), written.map(JsFuture::from));
    async move {
        let text = promised.await;
        let is_written = match written {
            Some(written) => written.await.is_ok(),
            None => false,
        };
        let text = text.map_err(|it| describe(&it))?.as_string().unwrap_or_default();
        if is_written {
            return Ok(());
        }
        let clipboard = clipboard.ok_or(refused)?;
        let written = JsFuture::from(clipboard.write_text(&text)).await;
        written.map(drop).map_err(|_| refused.to_owned())
    }
}

fn write_promised(clipboard: &Clipboard, text: &Promise) -> Result<Promise, JsValue> {
    const PLAIN: &str = "text/plain";
    let text = JsFuture::from(text.clone());
    let blob = future_to_promise(async move {
        let options = BlobPropertyBag::new();
        options.set_type(PLAIN);
        let parts = Array::of1(&text.await?);
        Ok(Blob::new_with_str_sequence_and_options(&parts, &options)?.into())
    });
    let types = Object::new();
    Reflect::set(&types, &PLAIN.into(), &blob)?;
    Ok(clipboard.write(&Array::of1(&ClipboardItem::new(&types)?.into())))
}

/// The value of a custom property where an element is: `--name` without its dashes.
pub(crate) fn variable_of(element: &Element, name: &str) -> Option<String> {
    // A custom property keeps `light-dark()`, which only a real property resolves.
    let probe = document()?.create_element("i").ok()?.dyn_into::<HtmlElement>().ok()?;
    probe.style().set_property("color", &format!("var(--{name})")).ok()?;
    let parent = element.parent_element()?;
    parent.append_child(&probe).ok()?;
    let color = color_of(&probe);
    probe.remove();
    color
}

/// The element's computed colour.
pub(crate) fn color_of(element: &Element) -> Option<String> {
    let style = window()?.get_computed_style(element).ok()??;
    style.get_property_value("color").ok()
}

/// Whether the reader is typing, so that a key is text and not a shortcut.
pub(crate) fn is_typing(target: Option<web_sys::EventTarget>) -> bool {
    let element = target.and_then(|it| it.dyn_into::<HtmlElement>().ok());
    // Check boxes and file inputs are clicked, not typed into.
    if let Some(input) = element.as_ref().and_then(|it| it.dyn_ref::<HtmlInputElement>()) {
        return !matches!(input.type_().as_str(), "checkbox" | "file");
    }
    element.is_some_and(|it| {
        matches!(it.tag_name().as_str(), "TEXTAREA" | "SELECT") || it.is_content_editable()
    })
}

/// The first element below `root` that the selector matches.
pub(crate) fn find(root: &Element, selector: &str) -> Option<HtmlElement> {
    root.query_selector(selector).ok()??.dyn_into().ok()
}

/// Focuses the first element below `root` that the selector matches.
pub(crate) fn focus(root: &Element, selector: &str) {
    if let Some(element) = find(root, selector) {
        // Focusing fails only if the element is gone.
        let _ = element.focus();
        // Typing replaces the text that a field has from before.
        if let Some(input) = element.dyn_ref::<HtmlInputElement>() {
            input.select();
        }
    }
}

/// Whether others can open the page's address. The address of a file names folders of this machine.
/// A page in another page's `srcdoc`, or from a `blob:`, has no address.
pub(crate) fn is_address_public() -> bool {
    address().starts_with("http")
}

/// The page's address without its fragment.
pub(crate) fn address() -> String {
    let address = window().and_then(|it| it.location().href().ok()).unwrap_or_default();
    address.split('#').next().unwrap_or_default().to_owned()
}

/// Whether the page's address has this parameter, such as `?embed`.
pub(crate) fn has_param(name: &str) -> bool {
    let search = window().and_then(|it| it.location().search().ok()).unwrap_or_default();
    web_sys::UrlSearchParams::new_with_str(&search).is_ok_and(|it| it.has(name))
}

/// The address's fragment, with its `#`.
pub(crate) fn fragment() -> String {
    window().and_then(|it| it.location().hash().ok()).unwrap_or_default()
}

/// Sets the address's first fragment. In a `srcdoc` the history takes no address, but the fragment
/// can be set.
pub(crate) fn set_first_fragment(fragment: &str) {
    let Some(location) = window().map(|it| it.location()) else { return };
    if location.protocol().is_ok_and(|it| it == "about:") {
        if let Err(error) = location.set_hash(fragment) {
            log_error(&format!("the address stays as it is: {}", describe(&error)));
        }
    } else {
        set_fragment(fragment, false);
    }
}

/// Changes the address's fragment. If `is_step`, "back" returns to the previous fragment.
pub(crate) fn set_fragment(fragment: &str, is_step: bool) {
    let Some(Ok(history)) = window().map(|it| it.history()) else { return };
    let url = format!("#{fragment}");
    let changed = match is_step {
        true => history.push_state_with_url(&JsValue::NULL, "", Some(&url)),
        false => history.replace_state_with_url(&JsValue::NULL, "", Some(&url)),
    };
    // Some browsers limit how often the fragment may change; the page works without the change.
    if let Err(error) = changed {
        log_error(&format!("the address stays as it is: {}", describe(&error)));
    }
}

/// The browser's storage for this page, if the browser allows any.
pub(crate) fn storage() -> Option<web_sys::Storage> {
    window()?.local_storage().ok().flatten()
}

/// Adds a duration to the browser's timeline, for its profiler and for `cargo xtask bench`.
pub(crate) fn measure(name: &str, ms: f64) {
    let Some(performance) = window().and_then(|it| it.performance()) else { return };
    // web-sys has the overload with a duration only among its unstable ones.
    let measured = || -> Result<JsValue, JsValue> {
        let options = js_sys::Object::new();
        Reflect::set(&options, &"start".into(), &(performance.now() - ms).into())?;
        Reflect::set(&options, &"duration".into(), &ms.into())?;
        let measure: Function = Reflect::get(&performance, &"measure".into())?.dyn_into()?;
        measure.call2(&performance, &name.into(), &options)
    };
    // Without a timeline there is nothing to report to.
    let _ = measured();
}
