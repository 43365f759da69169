//! Links, pages and files of what is shown.

use js_sys::Array;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::prelude::*;
use web_sys::Blob;

use crate::components::Share;
use crate::format::stem;
use crate::js;
use crate::place::{Link, Place, View, links_to_fragment};
use crate::state::{AppState, ReportHandle};
use crate::worker::Export;

#[wasm_bindgen]
extern "C" {
    /// Defined, as the next one, in web/share.js.
    #[wasm_bindgen(js_name = toLink, catch)]
    async fn to_link(text: &str) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(js_name = pageWith, catch)]
    fn page_with(reports: &Array) -> Result<Blob, JsValue>;
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
                Ok(text) => js::copy(&text, move |is_copied| tell(copied(is_copied))),
                Err(error) => tell(Err(error)),
            })
        }
        Share::Save(export) => {
            let (ending, kind) = ending(&export);
            state.ask_export(ids, export, is_redacted, move |answer| {
                let saved = answer.and_then(|text| {
                    let name = format!("{stem}.{ending}");
                    let blob = js::text_blob(&text, kind).map_err(|it| js::describe(&it))?;
                    save(&name, &blob)
                });
                tell(saved);
            });
        }
        Share::Page => {
            // Both sides of a comparison, the base first.
            let base = state.place().with_untracked(|it| match it.view {
                View::Compare => it.base_idx,
                _ => None,
            });
            let base = base.and_then(|it| untrack(|| state.reports()).get(it).cloned());
            let shown = base.into_iter().chain([report.clone()]);
            let shown: Vec<ReportHandle> = shown.collect();
            let name = stem.clone();
            state.ask_export(
                shown.iter().map(|it| it.report_id).collect(),
                Export::Json,
                is_redacted,
                move |answer| {
                    let saved = answer.and_then(|json| {
                        let report = Array::of2(&name.as_str().into(), &json.into());
                        let page = page_with(&Array::of1(&report));
                        save(&format!("{name}.html"), &page.map_err(|it| js::describe(&it))?)
                    });
                    tell(saved);
                },
            );
        }
        Share::Link => state.ask_export(ids, Export::Json, is_redacted, move |answer| {
            let json = match answer {
                Ok(json) => json,
                Err(error) => return tell(Err(error)),
            };
            spawn_local(async move {
                match link(state, &json, is_redacted).await {
                    Ok(link) => js::copy(&link, move |is_copied| tell(copied(is_copied))),
                    Err(error) => tell(Err(error)),
                }
            });
        }),
    }
}

/// The link that carries the report, at the place where the reader is.
async fn link(state: AppState, json: &str, is_redacted: bool) -> Result<String, String> {
    let digits = to_link(json).await.map_err(|it| js::describe(&it))?;
    let digits = digits.as_string().unwrap_or_default();
    let mut place = state.place().get_untracked();
    // There it is the only one, and a place may name what was redacted.
    (place.report_idx, place.base_idx) = (0, None);
    if is_redacted {
        place = Place { view: place.view, ..Place::default() };
    }
    let parts = [links_to_fragment(&[Link::Report(digits)]), place.to_fragment()];
    let parts: Vec<&str> = parts.iter().map(String::as_str).filter(|it| !it.is_empty()).collect();
    let link = format!("{}#{}", js::address(), parts.join("&"));
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
        false => Err("The browser refused the clipboard: use Save.".to_owned()),
    }
}

fn save(name: &str, blob: &Blob) -> Result<String, String> {
    js::save(name, blob).map_err(|it| js::describe(&it))?;
    Ok(format!("Saved as {name}."))
}

/// How the file's name ends, and its media type.
fn ending(export: &Export) -> (&'static str, &'static str) {
    match export {
        Export::Json => ("qspect.json", "application/json"),
        Export::Text => ("txt", "text/plain"),
        Export::Markdown => ("md", "text/markdown"),
        Export::Csv => ("nodes.csv", "text/csv"),
        Export::Strip => ("strip.svg", "image/svg+xml"),
        Export::Icicle => ("modules.svg", "image/svg+xml"),
        Export::NodeData(_) => ("model-explorer.json", "application/json"),
    }
}
