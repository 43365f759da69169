//! The model at a glance: one cell per node.

use crate::{Analysis, Node, Verdict};

/// What a cell of the strip shows: the verdict, wide quantized nodes and parameters told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell {
    /// A node with this verdict.
    Verdict(Verdict),
    /// A quantized node that computes in more than 8 bits.
    Wide,
    /// A parameter that the source lists among the nodes.
    Parameter,
}

impl Cell {
    /// All cells, best first.
    pub const ALL: [Self; 9] = [
        Self::Verdict(Verdict::Quantized),
        Self::Wide,
        Self::Verdict(Verdict::Fused),
        Self::Verdict(Verdict::FloatByConfig),
        Self::Verdict(Verdict::AnnotatedEmpty),
        Self::Verdict(Verdict::Rejected),
        Self::Verdict(Verdict::Unmatched),
        Self::Verdict(Verdict::Unknown),
        Self::Parameter,
    ];

    /// The character that stands for it.
    pub const fn as_char(self) -> char {
        match self {
            Self::Verdict(Verdict::Quantized) => 'q',
            Self::Wide => 'w',
            Self::Verdict(Verdict::Fused) => 'f',
            Self::Verdict(Verdict::FloatByConfig) => 'c',
            Self::Verdict(Verdict::AnnotatedEmpty) => 'e',
            Self::Verdict(Verdict::Rejected) => 'r',
            Self::Verdict(Verdict::Unmatched) => 'u',
            Self::Verdict(Verdict::Unknown) => '?',
            Self::Parameter => 'p',
        }
    }
}

impl Analysis {
    /// Whether a node is quantized and computes in more than 8 bits.
    fn is_wide(&self, node_idx: usize) -> bool {
        self.verdict(node_idx) == Verdict::Quantized
            && self.width(node_idx).is_some_and(|it| it > 8)
    }

    pub(crate) fn strip(&self) -> String {
        let nodes = self.nodes().iter().enumerate();
        nodes.map(|(node_idx, node)| self.cell(node_idx, node).as_char()).collect()
    }

    pub(crate) fn cell(&self, node_idx: usize, node: &Node) -> Cell {
        match self.verdict(node_idx) {
            _ if node.is_parameter => Cell::Parameter,
            Verdict::Quantized if self.is_wide(node_idx) => Cell::Wide,
            verdict => Cell::Verdict(verdict),
        }
    }
}
