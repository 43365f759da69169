//! Lists of which a row stays as long as its key does.

use leptos::prelude::*;

/// A row of a list, not yet drawn.
pub(crate) struct Row {
    key: String,
    draw: Box<dyn FnOnce() -> AnyView + Send>,
}

/// The row of this key; `draw` is called if it is not in the page yet.
pub(crate) fn row<V: IntoView + 'static>(
    key: String,
    draw: impl FnOnce() -> V + Send + 'static,
) -> Row {
    Row { key, draw: Box::new(move || draw().into_any()) }
}

/// The rows as they change. All lists of the page share this one `For`: for each type of row it would
/// be 1 kB of the page once more.
pub(crate) fn rows(each: impl Fn() -> Vec<Row> + Send + 'static) -> AnyView {
    keyed(Box::new(each))
}

#[inline(never)]
fn keyed(each: Box<dyn Fn() -> Vec<Row> + Send>) -> AnyView {
    view! { <For each key=|row| row.key.clone() children=|row| (row.draw)() /> }.into_any()
}
