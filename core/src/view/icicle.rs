//! The module tree as an icicle: a module lies under the one around it, as wide as it has nodes.

use crate::analysis::modules::ModuleSummary;

/// Levels below the module in focus.
const MAX_LEVELS: usize = 7;

/// Parts of the whole width that a module needs to be drawn: one in this many.
const MIN_SHARE: usize = 300;

/// A module's place in an icicle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IcicleCell {
    /// Which of the modules.
    pub module_idx: usize,
    /// How many modules of the icicle are above it.
    pub level: usize,
    /// Compute nodes to its left.
    pub start: usize,
    /// Compute nodes in it.
    pub n_nodes: usize,
}

/// The places of the module in focus and of those below it that are large enough to be seen;
/// `modules` are those of [`crate::analysis::Analysis::modules`].
pub fn icicle(modules: &[ModuleSummary], focus: usize) -> Vec<IcicleCell> {
    let whole = modules.get(focus).map_or(0, |it| it.verdicts.n_nodes());
    let mut cells = Vec::new();
    // Where the next module below each of them begins. A module comes behind the one around it.
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
