//! The quantizers that a change adds, and the nodes that they look at.

use crate::report::GraphNode;
use crate::text::Name;

/// A `PatternQuantizer` that a change adds.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct NewQuantizer {
    /// The nodes that it looks at.
    pub(crate) finder: Finder,
    /// Whether it is the one for all other nodes, which comes after all others (`set_global`). All
    /// others come before those that are there.
    pub(crate) is_global: bool,
}

/// The nodes that a quantizer looks at (`backends/cortex_m/quantizer/node_finders.py`).
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Finder {
    All,
    Target(Name),
    ModuleType(Name),
    ModuleName(Name),
    NodeName(Name),
    /// Nodes with one of these targets. The given chains, by name ID, are known to match.
    Known {
        targets: Vec<Name>,
        chains: Vec<Vec<usize>>,
    },
}

impl Finder {
    /// The one thing that it looks for.
    pub(super) fn item(&self) -> Option<&Name> {
        match self {
            Self::Target(it) | Self::ModuleType(it) | Self::ModuleName(it) | Self::NodeName(it) => {
                Some(it)
            }
            Self::All | Self::Known { .. } => None,
        }
    }

    pub(super) fn finds(&self, node: &GraphNode) -> bool {
        match self {
            Self::All => true,
            Self::Target(target) => node.target == *target,
            Self::ModuleType(class) => node.module_stack.iter().any(|it| it.class == *class),
            Self::ModuleName(path) => node.module_stack.iter().any(|it| it.path == *path),
            Self::NodeName(name) => node.name == *name,
            Self::Known { targets, .. } => targets.contains(&node.target),
        }
    }
}
