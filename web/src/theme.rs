//! Light, dark, or as the system has it.

use gloo::events::EventListener;
use leptos::prelude::*;

use crate::browser;

/// Where the choice is kept; nothing else is.
const KEY: &str = "qspect-theme";

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Theme {
    /// As the system has it.
    #[default]
    Auto,
    Light,
    Dark,
}

impl Theme {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    fn from_str(text: &str) -> Self {
        [Self::Light, Self::Dark].into_iter().find(|it| it.as_str() == text).unwrap_or_default()
    }

    pub(crate) fn next(self) -> Self {
        match self {
            Self::Auto => Self::Light,
            Self::Light => Self::Dark,
            Self::Dark => Self::Auto,
        }
    }
}

/// The reader's choice, kept for the next time where the browser allows it.
pub(crate) fn theme() -> RwSignal<Theme> {
    let kept = browser::storage().and_then(|it| it.get_item(KEY).ok().flatten());
    let theme = RwSignal::new(Theme::from_str(kept.as_deref().unwrap_or_default()));
    // What is drawn by colour is drawn again when the system goes from light to dark.
    let query =
        browser::window().and_then(|it| it.match_media("(prefers-color-scheme: dark)").ok()?);
    if let Some(query) = query {
        EventListener::new(&query, "change", move |_| theme.update(|_| ())).forget();
    }
    Effect::new(move |previous: Option<Theme>| {
        let theme = theme.get();
        let root = browser::document().and_then(|it| it.document_element());
        if let Some(root) = root {
            // Setting an attribute fails only for a name that is none.
            let _ = root.set_attribute("data-theme", theme.as_str());
        }
        // In a private window storage may be refused; then the choice ends with the page.
        if let Some(storage) = browser::storage().filter(|_| previous.is_some_and(|it| it != theme))
        {
            let _ = storage.set_item(KEY, theme.as_str());
        }
        theme
    });
    theme
}
