//! Reports that come from elsewhere: those that a link names or carries, and those that another page
//! sends. Only the page of its own takes them.

use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;
use web_sys::{Blob, MessageEvent, Url};

use crate::browser;
use crate::state::{AppState, Source};
use crate::url::{Link, links_in};

#[wasm_bindgen]
extern "C" {
    /// Defined, as the next ones, in web/js/network.js and web/js/share.js.
    #[wasm_bindgen(js_name = fetchReport, catch)]
    async fn fetch_report(url: &str, options: &JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_name = isOnline)]
    fn is_online() -> bool;

    #[wasm_bindgen(js_name = fromLink, catch)]
    fn from_link(digits: &str) -> Result<Blob, JsValue>;

    fn receive(event: &MessageEvent) -> JsValue;
}

/// How many reports of other pages wait for an answer; more are dropped.
const MAX_OFFERS: usize = 8;

/// A report that another page sends, and that the reader has not let in yet.
#[derive(Clone)]
pub(crate) struct Offer {
    pub(crate) title: String,
    /// The other page's origin.
    pub(crate) origin: String,
    blob: StoredValue<Blob, LocalStorage>,
}

impl Offer {
    /// Opens it.
    pub(crate) fn accept(self, state: AppState) {
        state.open(vec![Source { name: self.title, blob: self.blob.get_value() }]);
    }
}

/// Opens what the page's address names or carries.
pub(crate) fn open_links(state: AppState) {
    for link in links_in(&browser::fragment()) {
        match link {
            Link::Report(digits) => {
                let name = "report in the link";
                match from_link(&digits) {
                    Ok(blob) => state.open(vec![Source { name: name.to_owned(), blob }]),
                    Err(_) => state.refuse(name, "it is damaged", "was all of the link copied?"),
                }
            }
            Link::Src(address) => {
                let file_id = state.announce(&address);
                spawn_local(async move {
                    match read_address(&address).await {
                        Ok(Source { name, blob }) => state.deliver(file_id, name, blob),
                        Err(message) => state.fail(
                            file_id,
                            &message,
                            "a file can be dropped on this page instead",
                        ),
                    }
                });
            }
        }
    }
}

/// What `fetch` takes.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FetchOptions {
    credentials: &'static str,
    referrer_policy: &'static str,
}

/// Fetches a report as anybody could: without cookies, and without telling where the reader was.
async fn read_address(address: &str) -> Result<Source, String> {
    let base = browser::window().and_then(|it| it.location().href().ok()).unwrap_or_default();
    let url = Url::new_with_base(address, &base).map_err(|_| "this is no address".to_owned())?;
    if !matches!(url.protocol().as_str(), "http:" | "https:") {
        return Err("only http and https addresses are read".to_owned());
    }
    if !is_online() {
        return Err(
            "this page asks the network for nothing: its hosted form reads addresses".to_owned()
        );
    }
    let options = FetchOptions { credentials: "omit", referrer_policy: "no-referrer" };
    let options = serde_wasm_bindgen::to_value(&options).map_err(|it| it.to_string())?;
    let blob = fetch_report(&url.href(), &options).await.map_err(|error| {
        let cause = browser::describe(&error);
        match cause.starts_with("the server says") {
            true => cause,
            false => {
                format!("it cannot be read: {cause}; does its server allow other pages (CORS)?")
            }
        }
    })?;
    let path = url.pathname();
    let name = path.rsplit('/').next().unwrap_or_default();
    let name = js_sys::decode_uri_component(name).map_or_else(|_| name.to_owned(), String::from);
    let name = if name.is_empty() { url.host() } else { name };
    Ok(Source { name, blob: blob.unchecked_into() })
}

/// What `receive` makes of a message that brings a report.
#[derive(Deserialize)]
struct Received {
    title: String,
    /// A `Blob`.
    #[serde(with = "serde_wasm_bindgen::preserve")]
    blob: JsValue,
    /// Where it comes from, unless that is this page's own origin.
    origin: Option<String>,
}

/// Takes in what pages of the same origin send; what others send becomes an offer.
pub(crate) fn listen(state: AppState) -> RwSignal<Vec<Offer>> {
    let offers = RwSignal::new(Vec::new());
    let _ = window_event_listener(leptos::ev::message, move |event| {
        let Ok(Some(received)) = serde_wasm_bindgen::from_value(receive(&event)) else { return };
        let Received { title, blob, origin } = received;
        let blob: Blob = blob.unchecked_into();
        let Some(origin) = origin else {
            return state.open(vec![Source { name: title, blob }]);
        };
        let blob = StoredValue::new_local(blob);
        offers.update(|it| {
            // More than a reader can mean to be asked about are a page gone wild.
            if it.len() < MAX_OFFERS {
                it.push(Offer { title, origin, blob });
            }
        });
    });
    offers
}
