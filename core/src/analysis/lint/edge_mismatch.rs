//! The lint `edge-mismatch`: tensors with two different qspecs.

use std::collections::{HashMap, HashSet};

use super::{Finding, Groups, Lint};
use crate::analysis::Analysis;
use crate::analysis::index::shared_chains::QSpecSite;
use crate::qspec::QSpec;
use crate::text::number_format::count;

impl Analysis {
    /// Compares the qspec of each tensor with that of each edge that reads it, shared ones
    /// followed.
    pub(super) fn edge_mismatches(&self) -> impl Iterator<Item = Finding> + use<> {
        let mut groups = Groups::default();
        // A tensor that several nodes read is one tensor.
        let mut tensors: HashMap<String, HashSet<usize>> = HashMap::new();
        for node in self.nodes().iter() {
            for (site, producer, _) in self.annotations.input_places(node.name_id) {
                let Some(producer_idx) = self.nodes().index_of(producer) else { continue };
                let quantized = |site: QSpecSite| self.annotations.quantized(site);
                let (Some(written), Some(read)) = (quantized(producer), quantized(site)) else {
                    continue;
                };
                if let Some(what) = mismatch(written, read)
                    && let Some(consumer_idx) = self.nodes().index_of(node.name_id)
                {
                    tensors.entry(what.clone()).or_default().insert(producer_idx);
                    groups.add(what, [producer_idx, consumer_idx]);
                }
            }
        }
        groups.findings(Lint::EdgeMismatch).map(move |it| {
            let n_tensors = tensors.get(&it.message).map_or(0, HashSet::len);
            let message = format!("{} {}", count(n_tensors, "tensor", "tensors"), it.message);
            Finding { message, ..it }
        })
    }
}

/// The difference between two qspecs of one tensor; `None` if no difference is known.
fn mismatch(written: &QSpec, read: &QSpec) -> Option<String> {
    // Most qspecs are the same object.
    if std::ptr::eq(written, read)
        || matches!(written, QSpec::Derived(_))
        || matches!(read, QSpec::Derived(_))
    {
        return None;
    }
    let (from, to) = (written.dtype()?, read.dtype()?);
    if from != to {
        return Some(format!("written as {}, read as {}", from.short(), to.short()));
    }
    let ((min, max), (other_min, other_max)) = (written.range()?, read.range()?);
    ((min, max) != (other_min, other_max)).then(|| {
        format!("of {} written as ({min},{max}), read as ({other_min},{other_max})", from.short())
    })
}
