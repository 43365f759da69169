//! Keeps equal qspecs once.

use std::cell::RefCell;
use std::sync::Arc;

use super::QuantizationSpec;

/// How many recent qspecs a new one is compared with.
const N_RECENT: usize = 8;

thread_local! {
    /// The last different qspecs that were read, newest last. A report repeats a few qspecs
    /// hundreds of thousands of times; separate copies would take a third of its memory.
    static RECENT: RefCell<Vec<Arc<QuantizationSpec>>> = const { RefCell::new(Vec::new()) };
}

/// The same qspec, shared with an equal one that was read recently.
pub(super) fn share(spec: QuantizationSpec) -> Arc<QuantizationSpec> {
    // Fields of a newer format may be of any size, so these qspecs are not kept.
    if spec.unknown.is_some() {
        return Arc::new(spec);
    }
    RECENT.with_borrow_mut(|recent| {
        if let Some(known) = recent.iter().rev().find(|it| ***it == spec) {
            return Arc::clone(known);
        }
        let new = Arc::new(spec);
        if recent.len() == N_RECENT {
            recent.remove(0);
        }
        recent.push(Arc::clone(&new));
        new
    })
}
