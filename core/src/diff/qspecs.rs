//! The differences between the qspecs of one tensor in two reports.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::Pair;
use super::fields::{changed_fields, changed_unknown};
use super::pairing::{NodePairs, Sides};
use crate::analysis::Analysis;
use crate::analysis::index::shared_chains::QSpecSite;
use crate::analysis::nodes::Node;
use crate::qspec::{EdgeOrNode, QSpec};
use crate::text::Name;

/// One changed field of a qspec.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldChange {
    /// The input that has the qspec, by its name in both reports; `None` for the output.
    pub input: Option<Pair<String>>,
    /// The field's name in torchao: `dtype`, `quant_min`. `qspec` if one side has no qspec, and
    /// `leads to` if a chain of shared qspecs leads nowhere on one side.
    pub field: String,
    /// The old and the new value; `None` if a side has no qspec or does not have the field.
    pub values: Pair<Option<String>>,
}

/// A tensor's qspec in one report.
#[derive(Clone, Copy)]
struct Tensor<'a> {
    site: QSpecSite,
    qspec: &'a QSpec,
}

/// An annotated input of a node.
#[derive(Clone, Copy)]
struct Input<'a> {
    name_id: usize,
    /// The index among the node's arguments if the source has a graph, else among its entries.
    argument: usize,
    tensor: Tensor<'a>,
}

/// A pairing rule for inputs: the key that an input of the base needs, and that of one of the head.
type Rule = (fn(Paired<'_>, &Input<'_>) -> Option<usize>, fn(&Input<'_>) -> usize);

/// The greatest number of arguments to search; no real node has this many.
const MAX_ARGUMENTS: usize = 1_000;

/// Two reports whose nodes are paired.
#[derive(Clone, Copy)]
pub(super) struct Paired<'a> {
    pub(super) sides: Sides<'a>,
    matching: &'a NodePairs,
    /// Whether both sources have all fields of a qspec.
    have_all_fields: bool,
}

impl<'a> Paired<'a> {
    pub(super) fn new(sides: Sides<'a>, matching: &'a NodePairs) -> Self {
        let have_all_fields = have_all_fields(sides.base) && have_all_fields(sides.head);
        Self { sides, matching, have_all_fields }
    }

    /// The fields that differ between the annotations of two paired nodes, the output's first.
    ///
    /// Fields that only one of the sources has are not differences.
    pub(super) fn fields(self, base_idx: usize, head_idx: usize) -> Vec<FieldChange> {
        let mut changes = Vec::new();
        let sides = self.sides;
        let (Some(base), Some(head)) =
            (sides.base.nodes().get(base_idx), sides.head.nodes().get(head_idx))
        else {
            return changes;
        };
        if !shows_annotation(sides.base, base) || !shows_annotation(sides.head, head) {
            return changes;
        }
        let output = |side: &'a Analysis, name_id: usize| {
            let qspec = side.annotations.output(side.report(), name_id)?;
            Some(Tensor { site: name_id, qspec })
        };
        let outputs = (output(sides.base, base.name_id), output(sides.head, head.name_id));
        self.compare(outputs.0, outputs.1, None, &mut changes);
        let base_inputs = inputs(sides.base, base.name_id);
        let mut head_inputs: Vec<Option<Input<'_>>> =
            inputs(sides.head, head.name_id).into_iter().map(Some).collect();
        // First by producer, then by argument index, since parameters are not paired nodes.
        let mut found = vec![None; base_inputs.len()];
        let rules: [Rule; 2] = [
            (|this, it| this.counterpart(it.name_id), |it| it.name_id),
            (|_, it| Some(it.argument), |it| it.argument),
        ];
        // If rows are lost, the index has no meaning.
        let n_rules = if self.are_known(false, false) { rules.len() } else { 1 };
        for (wanted, key) in rules.into_iter().take(n_rules) {
            let heads = head_inputs.iter().enumerate();
            let heads = heads.filter_map(|(at, it)| Some((key(it.as_ref()?), at)));
            // If several have the same key, the first one counts, as on the other side.
            let at_of: HashMap<usize, usize> = heads.rev().collect();
            for (input, found) in base_inputs.iter().zip(&mut found) {
                if found.is_none() {
                    let at = wanted(self, input).and_then(|it| at_of.get(&it));
                    *found = at.and_then(|at| head_inputs[*at].take());
                }
            }
        }
        let name = |side: &Analysis, id: usize| side.names.name(id).to_string();
        for (base, head) in base_inputs.iter().zip(found) {
            let head_id = head.map(|it| it.name_id);
            let names = Pair {
                base: name(sides.base, base.name_id),
                head: head_id.map_or_else(String::new, |it| name(sides.head, it)),
            };
            self.compare(Some(base.tensor), head.map(|it| it.tensor), Some(names), &mut changes);
        }
        for head in head_inputs.into_iter().flatten() {
            let names = Pair { base: String::new(), head: name(sides.head, head.name_id) };
            self.compare(None, Some(head.tensor), Some(names), &mut changes);
        }
        changes
    }

    fn compare(
        self,
        base: Option<Tensor<'_>>,
        head: Option<Tensor<'_>>,
        input: Option<Pair<String>>,
        changes: &mut Vec<FieldChange>,
    ) {
        let mut push = |field: &str, base: Option<String>, head: Option<String>| {
            changes.push(FieldChange {
                input: input.clone(),
                field: field.to_owned(),
                values: Pair { base, head },
            });
        };
        let (base, head) = match (base, head) {
            (Some(base), Some(head)) => (base, head),
            (None, None) => return,
            // The row of an input may be lost, or the row of its node.
            _ if input.is_some() && !self.are_known(false, false) => return,
            (base, head) => {
                let full = |it: Tensor<'_>| it.qspec.full();
                return push("qspec", base.map(full), head.map(full));
            }
        };
        // A constant's name, as ExecuTorch printed it before 1.3, does not show the fields.
        let is_name = |it: &QSpec| {
            !self.have_all_fields && matches!(it, QSpec::Other(spec) if spec.fields.is_empty())
        };
        if is_name(base.qspec) != is_name(head.qspec) {
            return;
        }
        let (own, other) = (base.qspec.class(), head.qspec.class());
        // The text of a qspec may be cut.
        let is_cut = base.qspec.is_damaged()
            || head.qspec.is_damaged()
            || own != other && (own.starts_with(other) || other.starts_with(own));
        if is_cut && !self.are_known(false, false) {
            return;
        }
        if own != other {
            push("type", Some(own.to_owned()), Some(other.to_owned()));
        }
        let followed = match (base.qspec, head.qspec) {
            (QSpec::Shared(base), QSpec::Shared(head)) => {
                Some(("edge_or_node", &base.edge_or_node, &head.edge_or_node))
            }
            (QSpec::Derived(base), QSpec::Derived(head)) => {
                Some(("derived_from", &base.derived_from, &head.derived_from))
            }
            _ => None,
        };
        if let Some((field, base, head)) = followed
            && !self.is_same_place(base, head)
        {
            push(field, Some(base.to_string()), Some(head.to_string()));
        }
        if let (QSpec::Shared(base), QSpec::Shared(head)) = (base.qspec, head.qspec) {
            changed_unknown(&base.unknown, &head.unknown, self.have_all_fields, &mut push);
        }
        let resolved = (
            self.sides.base.annotations.resolved(base.site),
            self.sides.head.annotations.resolved(head.site),
        );
        match resolved {
            (Some(base), Some(head)) => {
                changed_fields(base, head, self.have_all_fields, &mut push);
            }
            (None, None) => {
                changed_fields(base.qspec, head.qspec, self.have_all_fields, &mut push);
            }
            // The end of the chain may be lost.
            (base, head) if !self.are_known(base.is_some(), head.is_some()) => {}
            (base, head) => {
                let end = |it: Option<&QSpec>| it.map_or_else(|| "nowhere".to_owned(), QSpec::full);
                push("leads to", Some(end(base)), Some(end(head)));
            }
        }
    }

    /// Whether data that a side lacks is really absent: in an incomplete report it may be lost.
    fn are_known(self, is_in_base: bool, is_in_head: bool) -> bool {
        (is_in_base || self.sides.base.is_whole()) && (is_in_head || self.sides.head.is_whole())
    }

    fn is_same_place(self, base: &EdgeOrNode, head: &EdgeOrNode) -> bool {
        if let (Some(base), Some(head)) = (base.as_edge(), head.as_edge()) {
            return self.is_same_edge(base, head);
        }
        match (base, head) {
            (EdgeOrNode::Node(base), EdgeOrNode::Node(head)) => self.is_same(base, head),
            (EdgeOrNode::Tuple(base_items), EdgeOrNode::Tuple(head_items))
            | (EdgeOrNode::List(base_items), EdgeOrNode::List(head_items)) => {
                base_items.len() == head_items.len()
                    && base_items.iter().zip(head_items).all(|it| self.is_same_place(it.0, it.1))
            }
            _ => false,
        }
    }

    /// Whether two edges connect the same nodes, or are the same argument of the same node: a node
    /// inserted before another one changes the producer of its edges, but not the argument.
    fn is_same_edge(self, base: (&Name, &Name), head: (&Name, &Name)) -> bool {
        let argument = |side: &Analysis, (producer, consumer): (&Name, &Name)| {
            let (producer, consumer) = (side.names.id(producer)?, side.names.id(consumer)?);
            side.neighbours.inputs(consumer).take(MAX_ARGUMENTS).position(|it| it == producer)
        };
        self.is_same(base.1, head.1)
            && (self.is_same(base.0, head.0)
                || argument(self.sides.base, base)
                    .is_some_and(|it| argument(self.sides.head, head) == Some(it)))
    }

    fn is_same(self, base: &str, head: &str) -> bool {
        // An incomplete report may have lost the node's own rows and still name it.
        if base == head && !self.are_known(false, false) {
            return true;
        }
        match (self.sides.base.names.id(base), self.sides.head.names.id(head)) {
            (Some(base), Some(head)) => self.is_same_name(base, head),
            _ => base == head,
        }
    }

    /// The head's ID for a name of the base: that of the paired node, or of the same name if one
    /// report has no graph and thus does not list all inputs. Between graphs, a parameter's name is
    /// not comparable.
    fn counterpart(self, base_id: usize) -> Option<usize> {
        let (base, head) = (self.sides.base, self.sides.head);
        let base_idx = base.nodes().index_of(base_id);
        if let Some(head_idx) = base_idx.and_then(|it| self.matching.head_of[it]) {
            return Some(head.nodes().get(head_idx)?.name_id);
        }
        if base.has_graph() && head.has_graph() {
            return None;
        }
        let head_id = head.names.id(base.names.name(base_id))?;
        // An unpaired node does not match another node, and a paired node matches only its partner.
        let is_other = head
            .nodes()
            .index_of(head_id)
            .is_some_and(|it| base_idx.is_some() || self.matching.base_of[it].is_some());
        (!is_other).then_some(head_id)
    }

    /// Whether two names belong to the same node: paired nodes, or parameters that paired nodes
    /// read as the same argument, since a parameter's name contains the module's path or a number.
    fn is_same_name(self, base_id: usize, head_id: usize) -> bool {
        let (base, head) = (self.sides.base, self.sides.head);
        match (base.nodes().index_of(base_id), head.nodes().index_of(head_id)) {
            (Some(base_idx), Some(head_idx)) => self.matching.head_of[base_idx] == Some(head_idx),
            (None, None) if base.has_graph() && head.has_graph() => {
                let reader = |side: &Analysis, id: usize| {
                    let reader = side.neighbours.users(id).next()?;
                    let arguments = side.neighbours.inputs(reader).take(MAX_ARGUMENTS);
                    let argument = { arguments }.position(|it| it == id)?;
                    Some((side.nodes().index_of(reader)?, argument))
                };
                match (reader(base, base_id), reader(head, head_id)) {
                    (Some((base_idx, argument)), Some((head_idx, other))) => {
                        argument == other && self.matching.head_of[base_idx] == Some(head_idx)
                    }
                    _ => base.names.name(base_id) == head.names.name(head_id),
                }
            }
            (None, None) => base.names.name(base_id) == head.names.name(head_id),
            _ => false,
        }
    }
}

/// Whether a source shows the node's annotation or its absence.
fn shows_annotation(side: &Analysis, node: &Node) -> bool {
    side.is_whole()
        || side.annotations.is_annotated(node.name_id)
        || node.is_non_annotated == Some(true)
}

/// Whether a source has all fields of each qspec. JSON does. ExecuTorch's text leaves most of them
/// out, and only reports from text have counts.
fn have_all_fields(side: &Analysis) -> bool {
    side.has_graph() || side.report().quantizers.iter().all(|it| it.counts.is_none())
}

/// The node's annotated inputs that have a qspec, in the source's order.
fn inputs(side: &Analysis, name_id: usize) -> Vec<Input<'_>> {
    let entries = side.annotations.inputs(side.report(), name_id);
    let sites = side.annotations.input_places(name_id);
    let arguments = side.neighbours.inputs(name_id).enumerate();
    let argument_of: HashMap<usize, usize> = arguments.map(|(at, it)| (it, at)).collect();
    let inputs = sites.filter_map(|(site, producer, entry)| {
        let qspec = entries.get(entry)?.qspec.as_ref().filter(|it| !it.is_no_qspec())?;
        let argument = match side.has_graph() {
            true => *argument_of.get(&producer)?,
            false => entry,
        };
        Some((entry, Input { name_id: producer, argument, tensor: Tensor { site, qspec } }))
    });
    let mut inputs: Vec<_> = inputs.collect();
    inputs.sort_by_key(|it| it.0);
    inputs.into_iter().map(|it| it.1).collect()
}
