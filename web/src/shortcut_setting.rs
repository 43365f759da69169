//! Whether single characters are shortcuts: the reader's choice.
//!
//! Speech input types words, and a word triggers many shortcuts, so they can be turned off (WCAG
//! 2.1.4).

use leptos::prelude::*;
use web_sys::KeyboardEvent;

use crate::stored_setting::kept_choice;

/// The storage key of the choice.
const KEY: &str = "qspect-shortcuts";
const OFF: &str = "off";

/// The kept choice: whether shortcuts are on.
pub(crate) fn kept() -> RwSignal<bool> {
    kept_choice(KEY, |kept| kept != Some(OFF), |is_on| if is_on { "on" } else { OFF })
}

/// Whether the key is a character. Keys that move, open or close have names.
pub(crate) fn is_one(event: &KeyboardEvent) -> bool {
    let key = event.key();
    // The space bar presses the element that has the focus.
    key != " " && key.chars().count() == 1
}
