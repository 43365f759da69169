//! The module tree as an icicle: each module lies below its parent and is as wide as it has nodes.

use crate::analysis::modules::ModuleSummary;

/// The greatest number of levels drawn below the module in focus.
const MAX_LEVELS: usize = 7;

/// A module is drawn if its width is at least the whole width divided by this number.
const MIN_SHARE: usize = 300;

/// A module's position in an icicle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IcicleCell {
    /// The module's index in the slice given to [`icicle`].
    pub module_idx: usize,
    /// The number of modules of the icicle above it.
    pub level: usize,
    /// The number of compute nodes to its left.
    pub start: usize,
    /// The number of compute nodes in it.
    pub n_nodes: usize,
}

/// The cells of the module in focus and of the modules below it that are wide enough to see.
/// `modules` is the result of [`crate::analysis::Analysis::modules`].
pub fn icicle(modules: &[ModuleSummary], focus: usize) -> Vec<IcicleCell> {
    let whole = modules.get(focus).map_or(0, |it| it.verdicts.n_nodes());
    let mut cells = Vec::new();
    // By module, the start of its next child. A module comes after its parent.
    let mut next = vec![None; modules.len()];
    for (module_idx, module) in modules.iter().enumerate() {
        let n_nodes = module.verdicts.n_nodes();
        let start = match module.parent.and_then(|it| next[it]) {
            _ if module_idx == focus => 0,
            Some(start) => start,
            None => continue,
        };
        if let Some(parent) = module.parent
            && module_idx != focus
        {
            next[parent] = Some(start + n_nodes);
        }
        let level = module.depth - modules[focus].depth;
        if level <= MAX_LEVELS && n_nodes >= whole / MIN_SHARE {
            next[module_idx] = Some(start);
            cells.push(IcicleCell { module_idx, level, start, n_nodes });
        }
    }
    cells
}
