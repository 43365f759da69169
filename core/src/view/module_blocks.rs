//! Where modules begin in graph order, for marks along the strip.

use serde::{Deserialize, Serialize};

use crate::analysis::Analysis;

/// The most blocks: more marks would hide the cells.
const MAX_BLOCKS: usize = 40;

/// The deepest level of modules that is tried.
const MAX_DEPTH: usize = 6;

/// The nodes of one module that follow each other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModuleBlock {
    /// The index of its first node.
    pub start: usize,
    /// The module's path.
    pub path: String,
}

impl Analysis {
    /// The blocks of the deepest level of modules that has few enough of them; empty without a
    /// graph.
    pub fn module_blocks(&self) -> Vec<ModuleBlock> {
        let levels = (1..=MAX_DEPTH).map(|depth| self.blocks_at(depth));
        let fitting = levels.take_while(|it| it.len() <= MAX_BLOCKS);
        // A level without more blocks than the one above has no more to show.
        fitting.max_by_key(Vec::len).unwrap_or_default()
    }

    fn blocks_at(&self, depth: usize) -> Vec<ModuleBlock> {
        let mut blocks: Vec<ModuleBlock> = Vec::new();
        for (start, node) in self.nodes().iter().enumerate() {
            let Some(graph_node) = self.graph_node(node) else { continue };
            let modules = graph_node.module_stack.iter().filter(|it| !it.path.is_empty());
            let Some(module) = modules.take(depth).last() else { continue };
            if blocks.last().is_none_or(|it| it.path != module.path.as_str()) {
                blocks.push(ModuleBlock { start, path: module.path.to_string() });
                if blocks.len() > MAX_BLOCKS {
                    break;
                }
            }
        }
        blocks
    }
}
