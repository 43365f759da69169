//! The files that a link needs in order to lead to its place.

use leptos::prelude::*;

use super::SafeText;
use crate::url::{Place, View};

/// Names the place that the address leads to, and the files to open for it. Shows nothing if the
/// address names no file.
#[component]
pub(crate) fn MissingFiles(
    #[prop(into)] files: Signal<Vec<String>>,
    #[prop(into)] place: Signal<Place>,
) -> impl IntoView {
    let target = move || {
        place.with(|place| match place {
            Place { node: Some(node), .. } => format!("node {node}"),
            Place { view: View::Modules, module, .. } if !module.is_empty() => {
                format!("module {module}")
            }
            Place { view, .. } => view.title().to_owned(),
        })
    };
    let sentence = move || {
        let files = files.get();
        let order = if files.len() > 1 { ": open those files." } else { ": open that file." };
        let names = files.into_iter().enumerate().map(|(at, name)| {
            let and = (at > 0).then_some(" and ");
            view! { {and} <b><SafeText text=name /></b> }
        });
        view! {
            <p class="qs-note qs-wanted" role="status">
                <span>
                    "This link goes to " <b><SafeText text=target() /></b> " of "
                    {names.collect_view()} {order}
                </span>
            </p>
        }
    };
    move || (!files.with(Vec::is_empty)).then(sentence)
}
