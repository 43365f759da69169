//! The theme: light, dark, or the system's.

use leptos::prelude::*;
use leptos_use_media_query::use_media_query;

use crate::browser;
use crate::stored_setting::kept_choice;

/// The storage key of the choice.
const KEY: &str = "qspect-theme";

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Theme {
    /// The system's theme.
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

/// The reader's choice, kept for the next visit if the browser allows it. Notifies `colors` of each
/// change, also of changes of the system's scheme.
pub(crate) fn theme(colors: Colors) -> RwSignal<Theme> {
    let theme = kept_choice(KEY, |kept| Theme::from_str(kept.unwrap_or_default()), Theme::as_str);
    let is_system_dark = use_media_query("(prefers-color-scheme: dark)");
    Effect::new(move |_| {
        is_system_dark.track();
        let root = browser::document().and_then(|it| it.document_element());
        if let Some(root) = root {
            // Setting an attribute fails only for an invalid name.
            let _ = root.set_attribute("data-theme", theme.get().as_str());
        }
        colors.notify();
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

    /// The colours of the viewer that contains the calling component.
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
