//! A grid or a table of any length. Only the rows in sight are in the page.

use std::hash::Hash;

use leptos::prelude::*;

use super::{GridCursor, VirtualScroll};

/// Consecutive rows of a list.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct GridRows<T> {
    /// The index of the first row.
    pub(crate) start: usize,
    pub(crate) rows: Vec<T>,
}

impl<T> GridRows<T> {
    pub(crate) fn get(&self, row_idx: usize) -> Option<&T> {
        self.rows.get(row_idx.checked_sub(self.start)?)
    }
}

/// The names that a grid gives its elements.
#[derive(Clone, Copy)]
pub(crate) struct GridNames {
    /// The accessible name.
    pub(crate) label: &'static str,
    /// The class of a row.
    pub(crate) row_class: &'static str,
    /// The prefix of a row's id.
    pub(crate) row_id: &'static str,
}

/// An ARIA grid if it has a cursor, else a table, over all rows of a list.
#[component]
pub(crate) fn VirtualGrid<T, K>(
    names: GridNames,
    /// The classes of the element that scrolls.
    #[prop(into)]
    class: Signal<String>,
    /// The widths of the columns and the smallest width of a row, for styles that use
    /// `--qs-columns` and `--qs-min-width`.
    #[prop(optional)]
    column_widths: Option<Signal<(String, String)>>,
    /// Tracks the scroll position of that element.
    scroll: VirtualScroll,
    /// The rows that are loaded.
    #[prop(into)]
    rows: Signal<GridRows<T>>,
    /// Distinguishes rows at one index of the list: a row with another key is drawn again.
    key: fn(&T) -> K,
    /// Draws the cells of the row at an index.
    cells: Callback<(usize, T), AnyView>,
    /// The row of the column heads, which stays in sight.
    #[prop(optional_no_strip)]
    header: Option<AnyView>,
    /// The row that the keyboard is on.
    #[prop(optional)]
    cursor: Option<GridCursor>,
    /// Called with a row that the reader opens by a click or a key.
    #[prop(optional)]
    on_open: Option<Callback<T>>,
    /// Whether a row is the one whose details are shown.
    #[prop(optional)]
    is_selected: Option<Callback<T, Signal<bool>>>,
) -> impl IntoView
where
    T: Clone + Send + Sync + 'static,
    K: Eq + Hash + 'static,
{
    let n_heads = usize::from(header.is_some());
    let row_id = move |row_idx: usize| format!("{}-{row_idx}", names.row_id);
    let is_active = move |row_idx| cursor.is_some_and(|it| it.active_row() == row_idx);
    // A row may be opened before it is loaded.
    Effect::new(move |_| {
        let (Some(cursor), Some(on_open)) = (cursor, on_open) else { return };
        let Some(row_idx) = cursor.wanted_row().get() else { return };
        if let Some(row) = rows.with(|it| it.get(row_idx).cloned()) {
            cursor.wanted_row().set(None);
            on_open.run(row);
        }
    });
    // A row that is not in the page has no id to refer to.
    let active_id = move || {
        let row_idx = cursor?.active_row();
        rows.with(|it| it.get(row_idx).is_some()).then(|| row_id(row_idx))
    };
    let click = move |row_idx: usize, row: &T| {
        let (Some(cursor), Some(on_open)) = (cursor, on_open) else { return };
        cursor.set(row_idx);
        on_open.run(row.clone());
    };
    let grid_row = move |(row_idx, row): (usize, T)| {
        let is_selected = is_selected.map(|it| it.run(row.clone()));
        let cells = cells.run((row_idx, row.clone()));
        view! {
            <div
                id=cursor.map(|_| row_id(row_idx))
                class=names.row_class
                class:qs-grid__row--active=move || is_active(row_idx)
                role="row"
                aria-rowindex=(row_idx + n_heads + 1).to_string()
                aria-selected=move || is_selected.map(|it| it.get().to_string())
                style:transform=move || scroll.row_transform(row_idx)
                on:click=move |_| click(row_idx, &row)
            >
                {cells}
            </div>
        }
    };
    view! {
        <div
            class=class
            style=("--qs-columns", move || column_widths.map(|it| it.get().0))
            style=("--qs-min-width", move || column_widths.map(|it| it.get().1))
            role=if cursor.is_some() { "grid" } else { "table" }
            aria-label=names.label
            aria-rowcount=move || (scroll.n_rows() + n_heads).to_string()
            aria-activedescendant=active_id
            tabindex="0"
            node_ref=scroll.container
            on:scroll=move |_| scroll.measure()
            on:keydown=move |event: web_sys::KeyboardEvent| {
                // A button or a link in the grid handles its own keys.
                if let Some(cursor) = cursor
                    && event.target() == event.current_target()
                {
                    cursor.press(&event);
                }
            }
        >
            {header}
            <div class="qs-grid__body" role="rowgroup" style:height=move || scroll.body_height()>
                <For
                    each=move || {
                        let GridRows { start, rows } = rows.get();
                        (start..).zip(rows)
                    }
                    key=move |(row_idx, row)| (*row_idx, key(row))
                    children=grid_row
                />
            </div>
        </div>
    }
}
