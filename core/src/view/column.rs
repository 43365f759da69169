//! The columns of the node table.

use std::borrow::Cow;
use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use super::node_table::output_text;
use crate::analysis::Analysis;
use crate::analysis::nodes::Node;
use crate::report::Dim;
use crate::text::Name;
use crate::text::number_format::{figure, short};

/// A column of the node table, which rows can be sorted by.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Column {
    /// The node's name; numbers in it compare by value.
    Name,
    /// The op that the node calls.
    Op,
    /// The path of the innermost module around it.
    Module,
    /// The class of that module.
    Class,
    /// The verdict.
    Verdict,
    /// The output's qspec in brief, or the reason why there is none.
    Output,
    /// The index of the quantizer that decided, counted from 1.
    Quantizer,
    /// The label of that quantizer's qconfig.
    QConfig,
    /// The data type that the node computes in ([`Analysis::dtype`]).
    DType,
    /// The width of its quantized activations.
    Bits,
    /// The qscheme of the output.
    Scheme,
    /// The channel axis of the weight, else of the output.
    Axis,
    /// The observer of the output.
    Observer,
    /// The shape of the output.
    Shape,
    /// Multiply-accumulates.
    Macs,
    /// Elements of its parameters.
    Params,
    /// The reason why it has no qspec.
    Reason,
    /// A metric of the report.
    Metric(Name),
}

/// The value of a cell. Unknown values and values that do not exist are empty.
#[derive(Clone, Debug, PartialEq)]
pub enum CellValue<'a> {
    /// Nothing.
    Empty,
    /// A text.
    Text(Cow<'a, str>),
    /// A number.
    Number(f64),
}

impl Column {
    /// The columns of every report.
    pub const ALL: [Self; 17] = [
        Self::Name,
        Self::Op,
        Self::Module,
        Self::Class,
        Self::Verdict,
        Self::Output,
        Self::Quantizer,
        Self::QConfig,
        Self::DType,
        Self::Bits,
        Self::Scheme,
        Self::Axis,
        Self::Observer,
        Self::Shape,
        Self::Macs,
        Self::Params,
        Self::Reason,
    ];

    /// The columns that are shown unless the reader chooses others.
    pub const DEFAULT: [Self; 5] =
        [Self::Name, Self::Op, Self::Verdict, Self::Output, Self::Quantizer];

    /// Its name in an address.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Name => "name",
            Self::Op => "op",
            Self::Module => "module",
            Self::Class => "class",
            Self::Verdict => "verdict",
            Self::Output => "output",
            Self::Quantizer => "quantizer",
            Self::QConfig => "qconfig",
            Self::DType => "dtype",
            Self::Bits => "bits",
            Self::Scheme => "scheme",
            Self::Axis => "axis",
            Self::Observer => "observer",
            Self::Shape => "shape",
            Self::Macs => "macs",
            Self::Params => "params",
            Self::Reason => "reason",
            Self::Metric(name) => name,
        }
    }

    /// The column with this name. A name that is none of [`Self::ALL`] is that of a metric.
    pub fn from_name(name: &str) -> Self {
        let known = Self::ALL.into_iter().find(|it| it.as_str() == name);
        known.unwrap_or_else(|| Self::Metric(name.into()))
    }

    /// Its head for readers.
    pub fn title(&self) -> &str {
        match self {
            Self::Name => "node",
            Self::Output => "output qspec, or why not",
            Self::Quantizer => "by",
            Self::Macs => "MACs",
            Self::Params => "parameters",
            other => other.as_str(),
        }
    }

    /// Whether its values are numbers.
    pub fn is_number(&self) -> bool {
        matches!(
            self,
            Self::Quantizer | Self::Bits | Self::Axis | Self::Macs | Self::Params | Self::Metric(_)
        )
    }

    /// Whether only a graph has its values.
    pub fn needs_graph(&self) -> bool {
        matches!(
            self,
            Self::Op
                | Self::Module
                | Self::Class
                | Self::Shape
                | Self::Macs
                | Self::Params
                | Self::Metric(_)
        )
    }

    /// The value of a node, by its index in [`crate::analysis::NodeIndex`].
    pub fn value<'a>(&self, analysis: &'a Analysis, node_idx: usize) -> CellValue<'a> {
        let node = analysis.nodes().get(node_idx);
        node.and_then(|it| self.known_value(analysis, node_idx, it)).unwrap_or(CellValue::Empty)
    }

    fn known_value<'a>(
        &self,
        analysis: &'a Analysis,
        node_idx: usize,
        node: &'a Node,
    ) -> Option<CellValue<'a>> {
        let graph_node = analysis.graph_node(node);
        let module = || graph_node?.module_stack.last();
        let output = || analysis.annotations.resolved(node.name_id);
        let text = |it: &'a str| CellValue::Text(it.into());
        let number = |it: u64| CellValue::Number(it as f64);
        Some(match self {
            Self::Name => text(&node.name),
            Self::Op => text(&graph_node?.target),
            Self::Module => text(&module()?.path),
            Self::Class => text(&module()?.class),
            Self::Verdict => text(analysis.verdict(node_idx).label()),
            Self::Output => CellValue::Text(output_text(analysis, node_idx, node).0),
            Self::Quantizer => number(analysis.decider(node)? as u64 + 1),
            Self::QConfig => {
                let quantizer = analysis.report().quantizers.get(analysis.decider(node)?)?;
                text(&quantizer.quantizer_info.qconfig_label)
            }
            Self::DType => CellValue::Text(analysis.dtype(node_idx)?),
            Self::Bits => number(u64::from(analysis.bits(node_idx)?)),
            Self::Scheme => text(output()?.qscheme()?.short()),
            Self::Axis => {
                let qspec = analysis.weight(node.name_id).or_else(output)?;
                CellValue::Number(qspec.qparams().ch_axis.flatten()? as f64)
            }
            Self::Observer => text(output()?.qparams().observer?),
            Self::Shape => {
                let dims = graph_node?.shape.as_ref()?.iter().map(|it| match it {
                    Dim::Size(size) => size.to_string(),
                    Dim::Symbol(name) => name.to_string(),
                });
                CellValue::Text(dims.collect::<Vec<_>>().join("×").into())
            }
            Self::Macs => number(analysis.macs(node)?),
            Self::Params => number(analysis.params(node)?),
            Self::Reason => match output_text(analysis, node_idx, node) {
                (why, true) => CellValue::Text(why),
                _ => return None,
            },
            Self::Metric(name) => {
                CellValue::Number(graph_node?.metrics.get(name.as_str()).copied().flatten()?)
            }
        })
    }

    /// The value as text.
    pub fn text(&self, analysis: &Analysis, node_idx: usize) -> String {
        match (self.value(analysis, node_idx), self) {
            (CellValue::Empty, _) => String::new(),
            (CellValue::Text(text), _) => text.into_owned(),
            // A whole number, so nothing is lost.
            (CellValue::Number(value), Self::Macs | Self::Params) => short(value as u64),
            (CellValue::Number(value), _) => figure(value),
        }
    }
}

impl CellValue<'_> {
    /// The order of two values. Empty ones are last, in whichever direction.
    pub(super) fn compare(&self, other: &Self, is_descending: bool) -> Ordering {
        let order = match (self, other) {
            (Self::Empty, Self::Empty) => return Ordering::Equal,
            (Self::Empty, _) => return Ordering::Greater,
            (_, Self::Empty) => return Ordering::Less,
            (Self::Number(a), Self::Number(b)) => a.total_cmp(b),
            (Self::Text(a), Self::Text(b)) => natural(a, b),
            (Self::Number(_), Self::Text(_)) => Ordering::Less,
            (Self::Text(_), Self::Number(_)) => Ordering::Greater,
        };
        if is_descending { order.reverse() } else { order }
    }
}

/// Compares runs of digits by value: `conv2d_9` comes before `conv2d_10`.
pub(super) fn natural(a: &str, b: &str) -> Ordering {
    // Most names share a long beginning. A number in which they differ counts from its first digit.
    let mut start = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    while start > 0 && a.as_bytes()[start - 1].is_ascii_digit() || !a.is_char_boundary(start) {
        start -= 1;
    }
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let (mut a, mut b) = (&a[start..], &b[start..]);
    loop {
        let (n_a, n_b) = (digits(a), digits(b));
        if n_a > 0 && n_b > 0 {
            let (number_a, number_b) =
                (a[..n_a].trim_start_matches('0'), b[..n_b].trim_start_matches('0'));
            let order = number_a.len().cmp(&number_b.len()).then_with(|| number_a.cmp(number_b));
            if order.is_ne() {
                return order;
            }
            (a, b) = (&a[n_a..], &b[n_b..]);
            continue;
        }
        match (a.chars().next(), b.chars().next()) {
            (Some(next_a), Some(next_b)) if next_a == next_b => {
                (a, b) = (&a[next_a.len_utf8()..], &b[next_b.len_utf8()..]);
            }
            (next_a, next_b) => return next_a.cmp(&next_b),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_sort_by_the_value_of_their_numbers() {
        let mut names = ["relu_10", "relu", "conv2d_2", "relu_9", "conv2d_1_1", "conv2d_01"];
        names.sort_by(|a, b| natural(a, b));
        assert_eq!(names, ["conv2d_01", "conv2d_1_1", "conv2d_2", "relu", "relu_9", "relu_10"]);
        // Characters of several bytes with a common beginning, and numbers after equal digits.
        for (a, b) in [("é", "è"), ("x1é", "x1è"), ("a10", "a1"), ("a", "a1"), ("a007b", "a7c")]
        {
            let order = natural(a, b);
            assert_eq!(natural(b, a), order.reverse(), "{a} {b}");
            assert!(order.is_ne(), "{a} {b}");
        }
        assert_eq!(natural("a007", "a7"), Ordering::Equal);
    }
}
