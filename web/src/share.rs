//! Links, pages and files of what is shown.

use js_sys::Array;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::prelude::*;
use web_sys::Blob;

use crate::browser;
use crate::components::Share;
use crate::format::stem;
use crate::state::{AppState, ReportHandle};
use crate::url::{Link, Place, View, links_to_fragment};
use crate::worker::Export;

#[wasm_bindgen]
extern "C" {
    /// Defined, as the next one, in web/js/share.js.
    #[wasm_bindgen(js_name = toLink, catch)]
    async fn to_link(text: &str) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_name = pageWith, catch)]
    async fn page_with(reports: &Array, place: &str) -> Result<JsValue, JsValue>;
}

/// Characters of a link: more are cut by too many of the programs that links go through.
const MAX_LINK: usize = 32 << 10;

/// Does what the reader chose; `note` tells what came of it.
pub(crate) fn share(
    state: AppState,
    report: &ReportHandle,
    choice: Share,
    is_redacted: bool,
    note: RwSignal<String>,
) {
    let stem = match is_redacted {
        true => "report".to_owned(),
        false => stem(&report.label).to_owned(),
    };
    // What went wrong is told in the same place.
    let tell = move |result: Result<String, String>| note.set(result.unwrap_or_else(|it| it));
    let ids = vec![report.report_id];
    match choice {
        Share::Copy(export) => {
            state.ask_export(ids, export, is_redacted, move |answer| match answer {
                Ok(text) => browser::copy(&text, move |is_copied| tell(copied(is_copied))),
                Err(error) => tell(Err(error)),
            })
        }
        Share::Save(export) => {
            let (ending, kind) = ending(&export);
            state.ask_export(ids, export, is_redacted, move |answer| {
                let saved = answer.and_then(|text| {
                    let name = format!("{stem}.{ending}");
                    let blob =
                        browser::text_blob(&text, kind).map_err(|it| browser::describe(&it))?;
                    save(&name, &blob)
                });
                tell(saved);
            });
        }
        Share::Page => {
            let shown = Shown::of(state, report, is_redacted);
            state.ask_export(shown.ids.clone(), Export::Lines, is_redacted, move |answer| {
                let lines = match answer {
                    Ok(lines) => lines,
                    Err(error) => return tell(Err(error)),
                };
                let named = shown.names.iter().zip(lines.lines());
                let named = named.map(|(name, json)| Array::of2(&name.into(), &json.into()));
                let named: Array = named.collect();
                let (place, name) = (shown.place.to_fragment(), format!("{stem}.html"));
                spawn_local(async move {
                    let page = page_with(&named, &place).await.map_err(|it| browser::describe(&it));
                    tell(page.and_then(|it| save(&name, &it.unchecked_into())));
                });
            });
        }
        Share::Link => {
            let shown = Shown::of(state, report, is_redacted);
            state.ask_export(shown.ids.clone(), Export::Lines, is_redacted, move |answer| {
                let json = match answer {
                    Ok(json) => json,
                    Err(error) => return tell(Err(error)),
                };
                let place = shown.place.clone();
                spawn_local(async move {
                    match link(&place, &json).await {
                        Ok(link) => browser::copy(&link, move |is_copied| tell(copied(is_copied))),
                        Err(error) => tell(Err(error)),
                    }
                });
            });
        }
    }
}

/// What goes into a link or a page.
struct Shown {
    ids: Vec<usize>,
    names: Vec<String>,
    /// Where the reader is, as it is called there.
    place: Place,
}

impl Shown {
    /// The report that is shown, or both sides of a comparison, the base first.
    fn of(state: AppState, report: &ReportHandle, is_redacted: bool) -> Self {
        let place = state.place().get_untracked();
        let is_compared = place.view == View::Compare;
        let base = is_compared.then(|| untrack(|| state.base_of(report.report_id))).flatten();
        let base_idx = base.is_some().then_some(0);
        let reports: Vec<ReportHandle> = base.into_iter().chain([report.clone()]).collect();
        let report_idx = reports.len() - 1;
        let name = |(at, it): (usize, &ReportHandle)| match is_redacted {
            true => format!("report {}", at + 1),
            false => stem(&it.label).to_owned(),
        };
        let place = match is_redacted {
            // It may name what was redacted.
            true => Place { report_idx, base_idx, view: place.view, ..Place::default() },
            false => Place { report_idx, base_idx, ..place },
        };
        Self {
            ids: reports.iter().map(|it| it.report_id).collect(),
            names: reports.iter().enumerate().map(name).collect(),
            place,
        }
    }
}

/// The link that carries reports, and leads to a place among them.
async fn link(place: &Place, json: &str) -> Result<String, String> {
    let address = browser::address();
    // A file's address leads nowhere for others, and names folders of this machine.
    if !address.starts_with("http") {
        return Err("This page has no address that others can open: save the page instead, or \
                    share from a page on a web server."
            .to_owned());
    }
    let digits = to_link(json).await.map_err(|it| browser::describe(&it))?;
    let digits = digits.as_string().unwrap_or_default();
    let parts = [links_to_fragment(&[Link::Report(digits)]), place.to_fragment()];
    let parts: Vec<&str> = parts.iter().map(String::as_str).filter(|it| !it.is_empty()).collect();
    let link = format!("{address}#{}", parts.join("&"));
    match link.len() {
        0..=MAX_LINK => Ok(link),
        n => Err(format!(
            "Too large for a link: {} kB, and {} kB are the most. Save the page instead, or the report.",
            n.div_ceil(1024),
            MAX_LINK / 1024
        )),
    }
}

fn copied(is_copied: bool) -> Result<String, String> {
    match is_copied {
        true => Ok("Copied.".to_owned()),
        false => Err("The browser refused the clipboard: save it instead.".to_owned()),
    }
}

fn save(name: &str, blob: &Blob) -> Result<String, String> {
    browser::save(name, blob).map_err(|it| browser::describe(&it))?;
    Ok(format!("Saved as {name}."))
}

/// How the file's name ends, and its media type.
fn ending(export: &Export) -> (&'static str, &'static str) {
    match export {
        Export::Json | Export::Lines => ("qspect.json", "application/json"),
        Export::Text => ("txt", "text/plain"),
        Export::Markdown => ("md", "text/markdown"),
        Export::Csv => ("nodes.csv", "text/csv"),
        Export::Strip => ("strip.svg", "image/svg+xml"),
        Export::Icicle => ("modules.svg", "image/svg+xml"),
        Export::NodeData(_) => ("model-explorer.json", "application/json"),
    }
}
