//! Reports that the page's address names (`src=`) or carries (`report=`).

use js_sys::{Array, Uint8Array};
use leptos::task::spawn_local;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, AbortSignal, Blob, ReferrerPolicy, RequestCredentials, RequestInit, Response,
    Url,
};

use crate::browser;
use crate::state::{AppState, Source};
use crate::url::{Link, Place, files_in, links_in};

/// Follows the address: opens the reports that are new in it, closes those that are no longer in
/// it, keeps all other reports, and goes to its place.
pub(super) fn follow(state: AppState) {
    // Each step below writes the address.
    let fragment = browser::fragment();
    for (at, link) in state.take_links(&links_in(&fragment)) {
        open(state, at, link);
    }
    state.follow_place(Place::from_fragment(&fragment), files_in(&fragment));
}

fn open(state: AppState, at: usize, link: Link) {
    match &link {
        Link::Report(digits) => {
            let name = "report in the link";
            let blob = blob_of(digits);
            let file_id = state.announce(name, at, link, None);
            match blob {
                Ok(blob) => state.deliver(file_id, name.to_owned(), blob),
                Err(_) => state.fail(file_id, "it is damaged", "was all of the link copied?"),
            }
        }
        Link::Src(address) => {
            let address = address.clone();
            let abort = AbortController::new().ok();
            let signal = abort.as_ref().map(AbortController::signal);
            let file_id = state.announce(&address, at, link, abort);
            spawn_local(async move {
                match read_address(&address, signal.as_ref()).await {
                    Ok(Source { name, blob }) => state.deliver(file_id, name, blob),
                    Err(message) => {
                        let hint = "a file can be dropped on this page instead";
                        state.fail(file_id, &message, hint);
                    }
                }
            });
        }
    }
}

#[wasm_bindgen]
extern "C" {
    /// Defined in web/js/base64.js.
    #[wasm_bindgen(js_name = fromBase64, catch)]
    fn from_base64(text: &str) -> Result<Uint8Array, JsValue>;
}

/// The bytes, still gzipped, of a report in a link; `toLink` in web/js/share.js writes it.
fn blob_of(digits: &str) -> Result<Blob, JsValue> {
    let bytes = from_base64(&digits.replace('-', "+").replace('_', "/"))?;
    Blob::new_with_u8_array_sequence(&Array::of1(&bytes))
}

/// Fetches a report anonymously: without cookies, and without the page's address as the referrer.
async fn read_address(address: &str, signal: Option<&AbortSignal>) -> Result<Source, String> {
    let base = browser::window().and_then(|it| it.location().href().ok()).unwrap_or_default();
    let url =
        Url::new_with_base(address, &base).map_err(|_| "this is not an address".to_owned())?;
    if !matches!(url.protocol().as_str(), "http:" | "https:") {
        return Err("only http and https addresses are read".to_owned());
    }
    if !is_online() {
        return Err("this page makes no requests: its hosted form reads addresses".to_owned());
    }
    let response = fetch(&url.href(), signal).await;
    let response = response.map_err(|it| cannot_read(&it))?;
    if !response.ok() {
        let status = format!("{} {}", response.status(), response.status_text());
        return Err(format!("the server answers {}", status.trim()));
    }
    let blob = blob_in(&response).await.map_err(|it| cannot_read(&it))?;
    let path = url.pathname();
    let name = path.rsplit('/').next().unwrap_or_default();
    let name = js_sys::decode_uri_component(name).map_or_else(|_| name.to_owned(), String::from);
    let name = if name.is_empty() { url.host() } else { name };
    Ok(Source { name, blob })
}

async fn fetch(url: &str, signal: Option<&AbortSignal>) -> Result<Response, JsValue> {
    let init = RequestInit::new();
    init.set_credentials(RequestCredentials::Omit);
    init.set_referrer_policy(ReferrerPolicy::NoReferrer);
    init.set_signal(signal);
    let window = browser::window().ok_or("no window")?;
    JsFuture::from(window.fetch_with_str_and_init(url, &init)).await?.dyn_into()
}

async fn blob_in(response: &Response) -> Result<Blob, JsValue> {
    JsFuture::from(response.blob()?).await?.dyn_into()
}

fn cannot_read(error: &JsValue) -> String {
    let cause = browser::describe(error);
    format!("it cannot be read: {cause}; does its server allow other pages (CORS)?")
}

/// Whether the page's own policy allows requests.
fn is_online() -> bool {
    let policy = browser::document().and_then(|it| it.query_selector("meta[http-equiv]").ok()?);
    let policy = policy.and_then(|it| it.get_attribute("content")).unwrap_or_default();
    !policy.contains("connect-src 'none'")
}
