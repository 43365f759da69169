//! A query for a report's nodes: words, facets, a selection and an order.

use serde::{Deserialize, Serialize};

use super::column::Column;
use super::selection::Selection;
use crate::analysis::verdict::Verdict;

/// A property that rows can be filtered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Facet {
    /// The [`Verdict`] of a compute node, by name; `input_output`, `parameter` or `not_in_graph`
    /// for other nodes ([`crate::analysis::Role`]).
    Verdict,
    /// The quantizer that annotated or rejected the node, by its index, counted from 1.
    Quantizer,
    /// The data type that the node computes in ([`crate::analysis::Analysis::dtype`]).
    DType,
    /// The reason for the rejection of a compute node that stays float.
    Reason,
    /// The op that the node calls, if the source has a graph.
    Op,
}

impl Facet {
    /// All facets, in the order of the columns of [`super::NodeTable`].
    pub const ALL: [Self; 5] =
        [Self::Verdict, Self::Quantizer, Self::DType, Self::Reason, Self::Op];
}

/// Which rows to show, and in which order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeQuery {
    /// A filter: see [`crate::view::filter`].
    pub text: String,
    /// Values to keep; a facet without a value here keeps all rows.
    pub facets: Vec<(Facet, String)>,
    /// Nodes to keep; `None` keeps all.
    pub selection: Option<Selection>,
    /// The sort column; `None` keeps the report's order.
    pub sort_by: Option<Column>,
    /// Whether the order is reversed.
    pub is_descending: bool,
    /// The columns to show, in order; [`Column::DEFAULT`] if empty.
    pub columns: Vec<Column>,
}

impl NodeQuery {
    /// A query for these nodes only.
    pub fn of(selection: Selection) -> Self {
        Self { selection: Some(selection), ..Self::default() }
    }

    /// A query for nodes with one of these verdicts.
    pub fn having(verdicts: impl IntoIterator<Item = Verdict>) -> Self {
        verdicts
            .into_iter()
            .fold(Self::default(), |query, it| query.keep(Facet::Verdict, it.as_str()))
    }

    /// A query for nodes that stay float.
    pub fn float() -> Self {
        Self::having(Verdict::ALL.into_iter().filter(|it| it.is_float()))
    }

    /// Adds a value of the facet to those that are kept.
    #[must_use]
    pub fn keep(mut self, facet: Facet, value: &str) -> Self {
        self.facets.push((facet, value.to_owned()));
        self
    }
}
