//! The strip: one cell per node, with the layout and the shapes of the cells.

use crate::analysis::nodes::Node;
use crate::analysis::verdict::Verdict;
use crate::analysis::{Analysis, Role};

/// A kind of cell: the verdict, with separate kinds for wide quantized nodes and for nodes that do
/// not compute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell {
    /// A node with this verdict.
    Verdict(Verdict),
    /// A quantized node that computes in more than 8 bits.
    Wide,
    /// An input or the output of the model.
    InputOutput,
    /// A parameter that the source lists among the nodes.
    Parameter,
}

impl Cell {
    /// All cells, best first.
    pub const ALL: [Self; 11] = [
        Self::Verdict(Verdict::Quantized),
        Self::Wide,
        Self::Verdict(Verdict::Fused),
        Self::Verdict(Verdict::FloatByConfig),
        Self::Verdict(Verdict::AnnotatedEmpty),
        Self::Verdict(Verdict::Rejected),
        Self::Verdict(Verdict::Unmatched),
        Self::Verdict(Verdict::Unknown),
        Self::Verdict(Verdict::NotFloat),
        Self::InputOutput,
        Self::Parameter,
    ];

    /// The character of the kind in a strip's text.
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
            Self::Verdict(Verdict::NotFloat) => 'n',
            Self::InputOutput => 'i',
            Self::Parameter => 'p',
        }
    }

    /// The name, as in the names of styles.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Verdict(verdict) => verdict.as_str(),
            Self::Wide => "wide",
            Self::InputOutput => "input_output",
            Self::Parameter => "parameter",
        }
    }

    /// The label for readers, if the strip has these `cells`: next to wide cells, "quantized" alone
    /// would be ambiguous.
    pub fn label(self, cells: &str) -> &'static str {
        match self {
            Self::Verdict(Verdict::Quantized) if cells.contains(Self::Wide.as_char()) => {
                "quantized, up to 8 bits"
            }
            Self::Verdict(verdict) => verdict.label(),
            Self::Wide => "quantized, 16 bits or more",
            Self::InputOutput => "input or output",
            Self::Parameter => "parameter",
        }
    }

    /// The rectangles to draw for a cell of this width and height, each as x, y, width and height.
    /// Each kind has its own shape, so that it can be seen without colour.
    pub fn shape(self, (w, h): (f64, f64)) -> Vec<[f64; 4]> {
        let (middle, half) = ((h / 2.0).floor(), (h / 2.0).ceil());
        match self {
            Self::Verdict(Verdict::Rejected) => vec![[0.0, 0.0, w, half]],
            Self::Verdict(Verdict::AnnotatedEmpty) => vec![[0.0, middle, w, half]],
            Self::Verdict(Verdict::FloatByConfig) if w > 4.0 => vec![
                [0.0, 0.0, w, middle - 1.0],
                [0.0, middle - 1.0, 1.0, 2.0],
                [w - 1.0, middle - 1.0, 1.0, 2.0],
                [0.0, middle + 1.0, w, h - middle - 1.0],
            ],
            Self::Verdict(Verdict::Unmatched | Verdict::Unknown) if w > 4.0 => {
                let mut shape = vec![
                    [0.0, 0.0, 1.0, h],
                    [w - 1.0, 0.0, 1.0, h],
                    [1.0, 0.0, w - 2.0, 1.0],
                    [1.0, h - 1.0, w - 2.0, 1.0],
                ];
                if self == Self::Verdict(Verdict::Unmatched) {
                    shape.push([(w / 2.0).floor() - 0.5, 1.0, 2.0, h - 2.0]);
                }
                shape
            }
            Self::Verdict(Verdict::NotFloat) => vec![[0.0, middle - 1.0, w, 2.0]],
            Self::InputOutput => vec![[0.0, 0.0, w, 2.0], [0.0, h - 2.0, w, 2.0]],
            Self::Parameter => vec![[0.0, h - 2.0, w, 2.0]],
            _ => vec![[0.0, 0.0, w, h]],
        }
    }
}

/// Widths and heights of a cell, including the gap, largest first; the first one that fits into
/// [`MAX_HEIGHT`] is used.
const SIZES: [(usize, usize); 8] =
    [(16, 22), (9, 14), (8, 12), (6, 9), (5, 7), (4, 5), (3, 3), (2, 2)];
const MAX_HEIGHT: usize = 176;

/// The layout of a strip: row by row, with the largest cells that fit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StripLayout {
    /// The width of a cell, including the gap to the next one.
    pub width: usize,
    /// The height of a cell, including the gap to the next row.
    pub height: usize,
    /// The number of cells in a row.
    pub n_columns: usize,
    /// The number of rows.
    pub n_rows: usize,
}

impl StripLayout {
    /// The layout of `n_cells` cells in a width of `room`.
    pub fn of(n_cells: usize, room: usize) -> Self {
        let layouts = SIZES.map(|(width, height)| {
            let n_columns = (room / width).max(1);
            Self { width, height, n_columns, n_rows: n_cells.div_ceil(n_columns) }
        });
        let fits = layouts.into_iter().find(|it| it.n_rows * it.height <= MAX_HEIGHT);
        fits.unwrap_or(layouts[layouts.len() - 1])
    }

    /// The position of a cell, from the left and from the top.
    pub fn place(self, at: usize) -> (usize, usize) {
        (at % self.n_columns * self.width, at / self.n_columns * self.height)
    }

    /// The width and height of a cell without the gap.
    pub fn cell_size(self) -> (f64, f64) {
        let gap = match self.width {
            0..4 => 0,
            4..16 => 1,
            _ => 3,
        };
        ((self.width - gap) as f64, (self.height - gap) as f64)
    }
}

impl Analysis {
    /// Whether a node is quantized and computes in more than 8 bits.
    fn is_wide(&self, node_idx: usize) -> bool {
        self.verdict(node_idx) == Verdict::Quantized && self.bits(node_idx).is_some_and(|it| it > 8)
    }

    pub(crate) fn strip(&self) -> String {
        let nodes = self.nodes().iter().enumerate();
        nodes.map(|(node_idx, node)| self.cell(node_idx, node).as_char()).collect()
    }

    pub(crate) fn cell(&self, node_idx: usize, node: &Node) -> Cell {
        match (self.role(node), self.verdict(node_idx)) {
            (Role::Parameter, _) => Cell::Parameter,
            (Role::InputOutput, _) => Cell::InputOutput,
            (_, Verdict::Quantized) if self.is_wide(node_idx) => Cell::Wide,
            (_, verdict) => Cell::Verdict(verdict),
        }
    }
}
