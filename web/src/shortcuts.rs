//! Whether single characters are shortcuts: the reader's choice.
//!
//! Speech input types words, and a word is many shortcuts (WCAG 2.1.4): so they can be turned off.

use leptos::prelude::*;
use web_sys::KeyboardEvent;

use crate::choice::kept_choice;

/// Where the choice is kept.
const KEY: &str = "qspect-shortcuts";
const OFF: &str = "off";

/// Whether they are on.
pub(crate) fn kept() -> RwSignal<bool> {
    kept_choice(KEY, |kept| kept != Some(OFF), |is_on| if is_on { "on" } else { OFF })
}

/// Whether the key is a character. Keys that move, open or close have names.
pub(crate) fn is_one(event: &KeyboardEvent) -> bool {
    let key = event.key();
    // The space bar presses what has the focus.
    key != " " && key.chars().count() == 1
}
