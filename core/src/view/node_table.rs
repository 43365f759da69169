//! A report's nodes as a table: one row per distinct node, searched, filtered and sorted.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::column::{CellValue, Column, natural};
use super::filter::{Filter, FilterError, Match};
use super::histogram::Histogram;
use super::node_query::{Facet, NodeQuery};
use crate::analysis::nodes::Node;
use crate::analysis::verdict::Verdict;
use crate::analysis::{Analysis, Role};

/// The rows that a query finds.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// Indices into [`crate::analysis::nodes::NodeIndex`], in the order of the query.
    pub rows: Vec<usize>,
    /// For each value of each facet, the number of rows that match the query's other filters.
    pub facets: Vec<(Facet, Vec<Tally>)>,
    /// The histogram of each column that the query shows, over the rows that it finds.
    pub histograms: Vec<Option<Histogram>>,
}

/// One row, as the table shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// The node's index in [`crate::analysis::nodes::NodeIndex`].
    pub node_idx: usize,
    /// The node's name.
    pub name: String,
    /// The op that it calls, if the source has a graph.
    pub op: Option<String>,
    /// Its verdict.
    pub verdict: Verdict,
    /// Its role in the model.
    pub role: Role,
    /// The output's qspec in brief, or the reason why there is none.
    pub output: String,
    /// Whether `output` is that reason.
    pub is_reason: bool,
    /// The index of the quantizer that decided, counted from 1.
    pub quantizer: Option<usize>,
    /// The accepted pattern that the node is in, if that has several nodes: quantizer index and
    /// pattern index.
    pub pattern: Option<(usize, usize)>,
}

impl Row {
    /// Whether it is a compute node that stays float or whose verdict is unknown.
    fn may_stay_float(&self) -> bool {
        self.role == Role::Compute && (self.verdict.is_float() || self.verdict == Verdict::Unknown)
    }

    /// The name, the state, the op, and the reason if it has no qspec, in one line.
    pub fn describe(&self) -> String {
        let reason = self.is_reason.then_some(&*self.output);
        let op = self.op.as_deref().filter(|op| *op != self.name);
        let state = self.state();
        let parts = [Some(&*self.name), Some(state.as_str()), op, reason];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
    }

    /// The verdict of a compute node; the role of any other node.
    pub fn state(&self) -> String {
        match self.role {
            Role::Compute => self.verdict.label().to_owned(),
            Role::InputOutput => {
                let which = if self.name == "output" { "output" } else { "input" };
                format!("{which}, {}", self.verdict.tensor())
            }
            Role::NotInGraph => "not in the graph".to_owned(),
            Role::Parameter => "parameter".to_owned(),
        }
    }
}

/// A value and the number of nodes that have it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// The value.
    pub what: String,
    /// The number of distinct nodes.
    pub n_nodes: usize,
}

/// A report's nodes as rows, ready to be searched.
#[derive(Debug)]
pub struct NodeTable {
    rows: Vec<Row>,
    /// In the order of [`Facet::ALL`].
    columns: [FacetColumn; Facet::ALL.len()],
}

/// The distinct values of one facet, and the value of each row.
#[derive(Debug, Default)]
struct FacetColumn {
    values: Vec<String>,
    value_idx_of: HashMap<String, usize>,
    of_row: Vec<Option<usize>>,
}

impl FacetColumn {
    fn push(&mut self, value: Option<&str>) {
        let value_idx = value.map(|value| {
            self.value_idx_of.get(value).copied().unwrap_or_else(|| {
                self.value_idx_of.insert(value.to_owned(), self.values.len());
                self.values.push(value.to_owned());
                self.values.len() - 1
            })
        });
        self.of_row.push(value_idx);
    }

    /// The counts of all values: by name, or by falling number of nodes and then by name, so that
    /// the order is always the same.
    fn tallies(&self, n_nodes: &[usize], by_name: bool) -> Vec<Tally> {
        let mut order: Vec<usize> = (0..n_nodes.len()).collect();
        order.sort_by(|a, b| {
            let most = if by_name { Ordering::Equal } else { n_nodes[*b].cmp(&n_nodes[*a]) };
            most.then_with(|| natural(&self.values[*a], &self.values[*b]))
        });
        let tally = |idx: usize| Tally { what: self.values[idx].clone(), n_nodes: n_nodes[idx] };
        order.into_iter().map(tally).collect()
    }
}

impl NodeTable {
    /// Makes the table of a report's nodes, in time linear in its size.
    pub fn of(analysis: &Analysis) -> Self {
        let nodes = analysis.nodes();
        let report = analysis.report();
        let mut columns: [FacetColumn; Facet::ALL.len()] = Default::default();
        let mut rows = Vec::with_capacity(nodes.len());
        for (node_idx, node) in nodes.iter().enumerate() {
            let accepted = node.accepted(report);
            let reason = rejection(analysis, node_idx, node);
            let (output, is_reason) = output_text(analysis, node_idx, node);
            let graph_node = analysis.graph_node(node);
            let row = Row {
                node_idx,
                name: node.name.to_string(),
                op: graph_node.map(|it| it.target.to_string()),
                verdict: analysis.verdict(node_idx),
                role: analysis.role(node),
                output: output.into_owned(),
                is_reason,
                quantizer: analysis.decider(node).map(|it| it + 1),
                pattern: accepted
                    .filter(|it| it.pattern.nodes.len() > 1)
                    .map(|it| (it.quantizer_idx, it.pattern_idx)),
            };
            let quantizer = row.quantizer.map(|it| it.to_string());
            let dtype = analysis.dtype(node_idx);
            for (facet, column) in Facet::ALL.iter().zip(&mut columns) {
                column.push(match facet {
                    Facet::Verdict => Some(match analysis.role(node) {
                        Role::Compute => row.verdict.as_str(),
                        Role::InputOutput => "input_output",
                        Role::Parameter => "parameter",
                        Role::NotInGraph => "not_in_graph",
                    }),
                    Facet::Quantizer => quantizer.as_deref(),
                    Facet::DType => dtype.as_deref(),
                    // The reason of any other node does not explain why the model stays float.
                    Facet::Reason => reason.filter(|_| row.may_stay_float()),
                    Facet::Op => row.op.as_deref(),
                });
            }
            rows.push(row);
        }
        Self { rows, columns }
    }

    /// The row of the node with index `node_idx`.
    pub fn row(&self, node_idx: usize) -> Option<&Row> {
        self.rows.get(node_idx)
    }

    /// The number of nodes with each value of `facet`, most first.
    pub fn tally(&self, facet: Facet) -> Vec<Tally> {
        let column = self.column(facet);
        let mut n_nodes = vec![0; column.values.len()];
        for value_idx in column.of_row.iter().flatten() {
            n_nodes[*value_idx] += 1;
        }
        column.tallies(&n_nodes, false)
    }

    /// The rows that match `query`, out of all rows or out of `selection` (sorted node indices). In
    /// the report's order, matches by themselves come before matches by the names of inputs.
    ///
    /// # Errors
    /// If the filter of the query cannot be read.
    pub fn find(
        &self,
        analysis: &Analysis,
        query: &NodeQuery,
        selection: Option<&[usize]>,
    ) -> Result<Found, FilterError> {
        let filter = Filter::parse_typed(&query.text, &analysis.metrics())?;
        let matcher = filter.matcher(analysis);
        let mut by_inputs = Vec::new();
        // The values that each facet keeps; `None` if the query has no value of it.
        let kept = Facet::ALL.map(|facet| {
            let chosen = || query.facets.iter().filter(move |it| it.0 == facet);
            let column = self.column(facet);
            chosen().next().map(|_| {
                let mut kept = vec![false; column.values.len()];
                for value_idx in chosen().filter_map(|(_, it)| column.value_idx_of.get(it)) {
                    kept[*value_idx] = true;
                }
                kept
            })
        });
        let mut n_nodes = Facet::ALL.map(|facet| vec![0; self.column(facet).values.len()]);
        let mut rows = Vec::new();
        let n_rows = selection.map_or(self.rows.len(), <[usize]>::len);
        for at in 0..n_rows {
            let node_idx = selection.map_or(at, |it| it[at]);
            let Some(found) = matcher.matches(node_idx) else { continue };
            let is_kept = |facet_idx: usize| {
                kept[facet_idx].as_ref().is_none_or(|kept| {
                    self.columns[facet_idx].of_row[node_idx].is_some_and(|it| kept[it])
                })
            };
            let mut failing = (0..kept.len()).filter(|it| !is_kept(*it));
            let (first, second) = (failing.next(), failing.next());
            if first.is_none() {
                match found {
                    Match::Own => rows.push(node_idx),
                    Match::ByInputs => by_inputs.push(node_idx),
                }
            }
            // A value's count is the number of rows that choosing it would show, so its own facet
            // is left out.
            for (facet_idx, n_nodes) in n_nodes.iter_mut().enumerate() {
                let others_hold = first.is_none_or(|it| it == facet_idx) && second.is_none();
                if let (true, Some(value)) = (others_hold, self.columns[facet_idx].of_row[node_idx])
                {
                    n_nodes[value] += 1;
                }
            }
        }
        rows.append(&mut by_inputs);
        self.sort(analysis, &mut rows, query);
        let facets = Facet::ALL.iter().zip(&n_nodes);
        let facets = facets.map(|(facet, n_nodes)| {
            let by_precedence = *facet == Facet::Quantizer;
            (*facet, self.column(*facet).tallies(n_nodes, by_precedence))
        });
        let facets = facets.collect();
        let histograms = query.columns.iter().map(|it| it.histogram(analysis, &rows)).collect();
        Ok(Found { rows, facets, histograms })
    }

    fn column(&self, facet: Facet) -> &FacetColumn {
        &self.columns[facet as usize]
    }

    /// Sorts rows; equal rows stay in the report's order.
    fn sort(&self, analysis: &Analysis, rows: &mut [usize], query: &NodeQuery) {
        let Some(column) = &query.sort_by else {
            if query.is_descending {
                rows.reverse();
            }
            return;
        };
        let is_descending = query.is_descending;
        if *column == Column::Verdict {
            // In the order of the verdicts, not of their labels.
            rows.sort_by(|a, b| {
                let order = self.rows[*a].verdict.cmp(&self.rows[*b].verdict);
                if is_descending { order.reverse() } else { order }
            });
            return;
        }
        let mut keyed: Vec<(CellValue<'_>, usize)> =
            rows.iter().map(|it| (column.value(analysis, *it), *it)).collect();
        keyed.sort_by(|a, b| a.0.compare(&b.0, is_descending));
        for (row, (_, sorted)) in rows.iter_mut().zip(keyed) {
            *row = sorted;
        }
    }
}

/// ExecuTorch's reason for the rejection of a node. Nodes that a quantizer accepted have none, and
/// neither have quantized nodes.
fn rejection<'a>(analysis: &'a Analysis, node_idx: usize, node: &Node) -> Option<&'a str> {
    let report = analysis.report();
    if node.accepted(report).is_some() || analysis.verdict(node_idx).is_quantized() {
        return None;
    }
    node.rejected(report).map(|it| it.pattern.rejection_reason.as_str())
}

/// The output's qspec in brief, or the reason why there is none; and whether it is that reason.
pub(super) fn output_text<'a>(
    analysis: &'a Analysis,
    node_idx: usize,
    node: &Node,
) -> (Cow<'a, str>, bool) {
    let why = rejection(analysis, node_idx, node).or_else(|| analysis.brief_reason(node_idx, node));
    match why {
        Some(reason) => (reason.into(), true),
        None => (brief_output(analysis, node).into(), false),
    }
}

/// The output's qspec in its shortest form, or a word for its absence.
fn brief_output(analysis: &Analysis, node: &Node) -> String {
    let annotations = &analysis.annotations;
    if let Some(qspec) = annotations.output(analysis.report(), node.name_id) {
        return qspec.brief();
    }
    let inputs = annotations.inputs(analysis.report(), node.name_id);
    match annotations.is_annotated(node.name_id) {
        false => String::new(),
        true if inputs.iter().flat_map(|it| &it.qspec).any(|it| !it.is_no_qspec()) => {
            "inputs only".to_owned()
        }
        true => "None".to_owned(),
    }
}
