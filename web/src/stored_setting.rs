//! The reader's choices, which the browser keeps for the next visit.

use leptos::prelude::*;

use crate::browser;

/// A choice that is kept under `key` as text. `write` returns the text of a choice; `read` gets
/// that text, or `None` if the reader has not chosen yet.
///
/// In a private window storage may be refused. The choice then lasts only as long as the page.
pub(crate) fn kept_choice<T>(
    key: &'static str,
    read: fn(Option<&str>) -> T,
    write: fn(T) -> &'static str,
) -> RwSignal<T>
where
    T: Copy + PartialEq + Send + Sync + 'static,
{
    let kept = browser::storage().and_then(|it| it.get_item(key).ok().flatten());
    let choice = RwSignal::new(read(kept.as_deref()));
    Effect::new(move |previous: Option<T>| {
        let choice = choice.get();
        let is_changed = previous.is_some_and(|it| it != choice);
        if let Some(storage) = browser::storage().filter(|_| is_changed) {
            let _ = storage.set_item(key, write(choice));
        }
        choice
    });
    choice
}
