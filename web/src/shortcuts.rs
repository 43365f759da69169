//! Whether single characters are shortcuts: the reader's choice.
//!
//! Speech input types words, and a word is many shortcuts (WCAG 2.1.4): so they can be turned off.

use leptos::prelude::*;
use web_sys::KeyboardEvent;

use crate::browser;

/// Where the choice is kept.
const KEY: &str = "qspect-shortcuts";
const OFF: &str = "off";

/// Whether they are on; a change is kept for the next time where the browser allows it.
pub(crate) fn kept() -> RwSignal<bool> {
    let kept = browser::storage().and_then(|it| it.get_item(KEY).ok().flatten());
    let has_shortcuts = RwSignal::new(kept.as_deref() != Some(OFF));
    Effect::new(move |previous: Option<bool>| {
        let is_on = has_shortcuts.get();
        // In a private window storage may be refused; then the choice ends with the page.
        if let Some(storage) = browser::storage().filter(|_| previous.is_some_and(|it| it != is_on))
        {
            let _ = storage.set_item(KEY, if is_on { "on" } else { OFF });
        }
        is_on
    });
    has_shortcuts
}

/// Whether the key is a character. Keys that move, open or close have names.
pub(crate) fn is_one(event: &KeyboardEvent) -> bool {
    let key = event.key();
    // The space bar presses what has the focus.
    key != " " && key.chars().count() == 1
}
