//! The module tree as an icicle: each module lies below its parent, as wide as its part of the model.

use serde::{Deserialize, Serialize};

use crate::analysis::modules::ModuleSummary;

/// The greatest number of levels drawn below the module in focus.
const MAX_LEVELS: usize = 7;

/// A module is drawn if its width is at least the whole width divided by this number.
const MIN_SHARE: u64 = 300;

/// What makes a module wide.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum IcicleWidth {
    /// Its compute nodes.
    #[default]
    Nodes,
    /// The multiply-accumulates of its nodes.
    Macs,
    /// The elements of its parameters.
    Params,
}

impl IcicleWidth {
    /// The width of a module.
    pub fn of(self, module: &ModuleSummary) -> u64 {
        match self {
            Self::Nodes => module.verdicts.n_nodes() as u64,
            Self::Macs => module.macs,
            Self::Params => module.params,
        }
    }
}

/// A module's position in an icicle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IcicleCell {
    /// The module's index in the slice given to [`icicle`].
    pub module_idx: usize,
    /// The number of modules of the icicle above it.
    pub level: usize,
    /// The width of everything to its left.
    pub start: u64,
    /// Its width.
    pub width: u64,
}

/// The cells of the module in focus and of the modules below it that are wide enough to see.
/// `modules` is the result of [`crate::analysis::Analysis::modules`].
pub fn icicle(modules: &[ModuleSummary], focus: usize, width: IcicleWidth) -> Vec<IcicleCell> {
    let whole = modules.get(focus).map_or(0, |it| width.of(it));
    let mut cells = Vec::new();
    // By module, the start of its next child. A module comes after its parent.
    let mut next: Vec<Option<u64>> = vec![None; modules.len()];
    for (module_idx, module) in modules.iter().enumerate() {
        let own = width.of(module);
        let start = match module.parent.and_then(|it| next[it]) {
            _ if module_idx == focus => 0,
            Some(start) => start,
            None => continue,
        };
        if let Some(parent) = module.parent
            && module_idx != focus
        {
            next[parent] = Some(start.saturating_add(own));
        }
        let level = module.depth - modules[focus].depth;
        let is_wide = own >= whole / MIN_SHARE && (own > 0 || module_idx == focus);
        if level <= MAX_LEVELS && is_wide {
            next[module_idx] = Some(start);
            cells.push(IcicleCell { module_idx, level, start, width: own });
        }
    }
    cells
}
