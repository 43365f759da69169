//! The dialog over the page: only one at a time.

use leptos::prelude::*;
use web_sys::Blob;

use super::{AppState, Source};

/// A dialog over the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialog {
    /// The keys, and the licences.
    Help,
    /// The ways to share the report.
    Share,
    /// The question whether to show a report from another page.
    Consent,
}

impl Dialog {
    /// Whether the key closes the dialog. The browser handles Esc.
    pub(crate) fn is_closed_by(self, key: &str) -> bool {
        self == Self::Help && key == "?"
    }
}

/// A report from another page that the reader has not accepted yet.
#[derive(Clone)]
pub(crate) struct Offer {
    pub(crate) title: String,
    /// The other page's origin.
    pub(crate) origin: String,
    pub(crate) blob: StoredValue<Blob, LocalStorage>,
}

/// How many offers may wait for an answer. More are dropped: no reader wants to answer that many.
const MAX_OFFERS: usize = 8;

impl AppState {
    /// The dialog to show. A question waits until the reader has closed the other dialog, so that
    /// no page can put its button under a click.
    pub(crate) fn dialog(self) -> Option<Dialog> {
        let waits = || !self.offers.with(Vec::is_empty);
        self.dialog.get().or_else(|| waits().then_some(Dialog::Consent))
    }

    pub(crate) fn is_shown(self, dialog: Dialog) -> Memo<bool> {
        Memo::new(move |_| self.dialog() == Some(dialog))
    }

    pub(crate) fn open_dialog(self, dialog: Dialog) {
        self.dialog.set(Some(dialog));
    }

    pub(crate) fn close_dialog(self) {
        self.dialog.set(None);
    }

    /// Asks the reader whether to open a report.
    pub(crate) fn offer(self, offer: Offer) {
        self.offers.update(|it| {
            if it.len() < MAX_OFFERS {
                it.push(offer);
            }
        });
    }

    pub(crate) fn offers(self) -> ReadSignal<Vec<Offer>> {
        self.offers.read_only()
    }

    /// Opens the first offer, or drops it.
    pub(crate) fn answer_offer(self, is_taken: bool) {
        let first = self.offers.try_update(|it| (!it.is_empty()).then(|| it.remove(0))).flatten();
        if let Some(Offer { title, blob, .. }) = first.filter(|_| is_taken) {
            self.open(vec![Source { name: title, blob: blob.get_value() }]);
        }
    }
}
