//! The views' tabs.

use leptos::prelude::*;
use wasm_bindgen::JsCast;

use crate::browser;
use crate::url::View;

/// The element that shows the selected view.
const TAB_PANEL_ID: &str = "qs-view";

/// One tab per view; arrow keys go from tab to tab.
#[component]
pub(crate) fn Tabs(
    /// The views, in order.
    views: &'static [View],
    /// The view that is shown.
    selected: Memo<View>,
    /// Called with the view to show.
    on_select: Callback<View>,
) -> impl IntoView {
    let tabs = views.iter().copied().map(|view| {
        let is_selected = move || selected.get() == view;
        view! {
            <button
                id=format!("qs-tab-{}", view.as_str())
                class="qs-tab"
                role="tab"
                aria-selected=move || is_selected().to_string()
                aria-controls=TAB_PANEL_ID
                aria-keyshortcuts=view.key()
                tabindex=move || if is_selected() { "0" } else { "-1" }
                on:click=move |_| on_select.run(view)
            >
                {view.title()}
                // Only for the eye: the tab's accessible name is the view's title.
                <kbd aria-hidden="true">{view.key()}</kbd>
            </button>
        }
    });
    let step = move |event: web_sys::KeyboardEvent| {
        let n_views = views.len();
        let view_idx = views.iter().position(|it| *it == selected.get_untracked());
        let view_idx = view_idx.unwrap_or_default();
        let next = match event.key().as_str() {
            "ArrowRight" => (view_idx + 1) % n_views,
            "ArrowLeft" => (view_idx + n_views - 1) % n_views,
            "Home" => 0,
            "End" => n_views - 1,
            _ => return,
        };
        event.prevent_default();
        let Some(view) = views.get(next).copied() else { return };
        on_select.run(view);
        let tabs = event.current_target().and_then(|it| it.dyn_into::<web_sys::Element>().ok());
        if let Some(tabs) = tabs {
            browser::focus(&tabs, &format!("#qs-tab-{}", view.as_str()));
        }
    };
    view! {
        <div class="qs-tabs" role="tablist" aria-label="Views" on:keydown=step>
            {tabs.collect_view()}
        </div>
    }
}

/// The content of a view, as its tab's panel.
#[component]
pub(crate) fn TabPanel(
    view: View,
    class: &'static str,
    /// Another class, applied while the signal is true.
    #[prop(optional)]
    state: Option<(&'static str, Memo<bool>)>,
    children: Children,
) -> impl IntoView {
    view! {
        <div
            id=TAB_PANEL_ID
            class=move || match state {
                Some((more, is_on)) if is_on.get() => format!("{class} {more}"),
                _ => class.to_owned(),
            }
            role="tabpanel"
            // Tab reaches a panel that scrolls, because the panel may contain no control.
            tabindex=if view.scroller() == View::Overview.scroller() { "0" } else { "-1" }
            aria-labelledby=format!("qs-tab-{}", view.as_str())
        >
            {children()}
        </div>
    }
}
