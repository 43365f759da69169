//! Equal qspecs, kept once.

use std::cell::RefCell;
use std::sync::Arc;

use super::QuantizationSpec;

/// How many of the last qspecs one is compared with.
const N_RECENT: usize = 8;

thread_local! {
    /// The last different ones that were read, newest last. What a report says hundreds of thousands
    /// of times is the same few, and each of its own would be a third of the memory of all.
    static RECENT: RefCell<Vec<Arc<QuantizationSpec>>> = const { RefCell::new(Vec::new()) };
}

/// The same qspec, shared with an equal one that was read not long ago.
pub(super) fn share(spec: QuantizationSpec) -> Arc<QuantizationSpec> {
    // Of a newer format's fields nobody knows how large they are, so they are not held on to.
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
