//! Light, dark, or as the system has it.

use leptos::prelude::*;
use leptos_use_media_query::use_media_query;

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

/// The reader's choice, kept for the next time where the browser allows it. It notifies `colors` of
/// each change, also of the system's scheme.
pub(crate) fn theme(colors: Colors) -> RwSignal<Theme> {
    let kept = browser::storage().and_then(|it| it.get_item(KEY).ok().flatten());
    let theme = RwSignal::new(Theme::from_str(kept.as_deref().unwrap_or_default()));
    let is_system_dark = use_media_query("(prefers-color-scheme: dark)");
    Effect::new(move |previous: Option<Theme>| {
        let theme = theme.get();
        is_system_dark.track();
        let root = browser::document().and_then(|it| it.document_element());
        if let Some(root) = root {
            // Setting an attribute fails only for an invalid name.
            let _ = root.set_attribute("data-theme", theme.as_str());
        }
        colors.notify();
        // In a private window storage may be refused; then the choice ends with the page.
        if let Some(storage) = browser::storage().filter(|_| previous.is_some_and(|it| it != theme))
        {
            let _ = storage.set_item(KEY, theme.as_str());
        }
        theme
    });
    theme
}

/// The colours of the viewer's style. A canvas does not follow a style by itself: it is drawn again
/// when they change.
#[derive(Clone, Copy)]
pub(crate) struct Colors {
    changed: Trigger,
}

impl Colors {
    pub(crate) fn new() -> Self {
        Self { changed: Trigger::new() }
    }

    /// Those of the viewer around the component that calls this.
    pub(crate) fn here() -> Self {
        use_context().unwrap_or_else(Self::new)
    }

    /// Runs an effect again when the colours change.
    pub(crate) fn track(self) {
        self.changed.track();
    }

    /// Reports that the colours changed.
    pub(crate) fn notify(self) {
        self.changed.notify();
    }
}
