//! Keeps equal qspecs once.

use std::cell::RefCell;
use std::sync::Arc;

use super::QuantizationSpec;
use super::recent::Recent;

thread_local! {
    /// The last different qspecs that were read. Separate copies would take a third of a report's
    /// memory.
    static RECENT: RefCell<Recent<Arc<QuantizationSpec>>> = const { RefCell::new(Recent::new()) };
}

/// The same qspec, shared with an equal one that was read recently.
pub(super) fn share(spec: QuantizationSpec) -> Arc<QuantizationSpec> {
    // Fields of a newer format may be of any size, so these qspecs are not kept.
    if spec.unknown.is_some() {
        return Arc::new(spec);
    }
    RECENT.with_borrow_mut(|recent| {
        if let Some(known) = recent.find(|it| **it == spec) {
            return Arc::clone(known);
        }
        let new = Arc::new(spec);
        recent.push(Arc::clone(&new));
        new
    })
}
