//! The changes of single nodes.

use serde::{Deserialize, Serialize};

use super::pairing::Sides;
use super::qspecs::Paired;
use super::{ChangeKind, FieldChange, Pair};
use crate::analysis::Analysis;
use crate::analysis::nodes::Node;
use crate::analysis::verdict::Verdict;
use crate::report::{QuantizerInfo, QuantizerReport};

/// A node of both reports with its changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeChange {
    /// Its name.
    pub name: Pair<String>,
    /// Its index in [`crate::analysis::nodes::NodeIndex`], which has the order of `qspect nodes`.
    pub node_idx: Pair<usize>,
    /// The op that it calls in the head, if the source has a graph.
    pub target: Option<String>,
    /// The path of the innermost module around it in the head, if the source has a graph.
    pub module: Option<String>,
    /// The ways in which it changed, most severe first.
    pub kinds: Vec<ChangeKind>,
    /// Its verdict.
    pub verdict: Pair<Verdict>,
    /// The quantizer that decided, if that changed; an inner `None` means no quantizer.
    pub owner: Option<Pair<Option<Owner>>>,
    /// The reason for its rejection, if that changed; an inner `None` means no rejection.
    pub reason: Option<Pair<Option<String>>>,
    /// The changed fields of its qspecs, the output's first.
    pub fields: Vec<FieldChange>,
}

/// A node that is in only one report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeBrief {
    /// Its name.
    pub name: String,
    /// Its index in [`crate::analysis::nodes::NodeIndex`].
    pub node_idx: usize,
    /// The op that it calls, if the source has a graph.
    pub target: Option<String>,
    /// The path of the innermost module around it, if the source has a graph.
    pub module: Option<String>,
    /// Its verdict.
    pub verdict: Verdict,
}

/// The quantizer that decided on a node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owner {
    /// The class of the quantizer.
    pub quantizer: String,
    /// The quantizer's own description of the nodes that it targets.
    pub targeted_nodes_description: String,
    /// The label of the qconfig.
    pub qconfig_label: String,
}

impl Owner {
    pub(super) fn of(info: &QuantizerInfo) -> Self {
        Self {
            quantizer: info.name.clone(),
            targeted_nodes_description: info.targeted_nodes_description.clone(),
            qconfig_label: info.qconfig_label.clone(),
        }
    }

    /// Whether the class or the qconfig differs.
    pub(super) fn has_other_config(base: &Self, head: &Self) -> bool {
        base.quantizer != head.quantizer || base.qconfig_label != head.qconfig_label
    }
}

impl NodeBrief {
    pub(super) fn of(side: &Analysis, node_idx: usize) -> Option<Self> {
        let node = side.nodes().get(node_idx)?;
        let (target, module) = target_and_module(side, node);
        let verdict = side.verdict(node_idx);
        Some(Self { name: node.name.to_string(), node_idx, target, module, verdict })
    }
}

impl NodeChange {
    /// The changes of a pair of nodes; `None` if there are none.
    pub(super) fn of(paired: Paired<'_>, base_idx: usize, head_idx: usize) -> Option<Self> {
        let Sides { base, head } = paired.sides;
        let (base_node, head_node) = (base.nodes().get(base_idx)?, head.nodes().get(head_idx)?);
        if base_node.is_parameter || head_node.is_parameter {
            return None;
        }
        let verdict = Pair { base: base.verdict(base_idx), head: head.verdict(head_idx) };
        // Only a graph has the dtypes that show that a node is not float.
        let is_dtype_unknown = paired.sides.have_one_graph()
            && (verdict.base == Verdict::NotFloat) != (verdict.head == Verdict::NotFloat);
        let is_known = is_known(base, base_idx, base_node) && is_known(head, head_idx, head_node);
        let is_decided = has_known_decider(base, base_node) && has_known_decider(head, head_node);
        let are_whole = base.is_whole() && head.is_whole();
        let owner = change(base.owner(base_node), head.owner(head_node), |base, head| {
            let (base, head) = (&base.quantizer_info, &head.quantizer_info);
            is_same_quantizer(base, head, are_whole)
                && is_same_text(&base.qconfig_label, &head.qconfig_label, are_whole)
        });
        let owner = owner.filter(|_| is_decided);
        let reason = change(base.reason(base_node), head.reason(head_node), |a, b| a == b);
        let reason = reason.filter(|_| is_decided);
        let fields = paired.fields(base_idx, head_idx);
        let mut kinds = Vec::new();
        let are_quantized = (verdict.base.is_quantized(), verdict.head.is_quantized());
        if is_known && are_quantized.0 && verdict.head.is_float() {
            kinds.push(ChangeKind::BecameFloat);
        } else if is_known && verdict.base.is_float() && are_quantized.1 {
            kinds.push(ChangeKind::BecameQuantized);
        } else if !fields.is_empty() {
            kinds.push(ChangeKind::QspecChanged);
        }
        if let Some(owner) = &owner {
            let is_other = match (owner.base, owner.head) {
                (Some(base), Some(head)) => {
                    !is_same_quantizer(&base.quantizer_info, &head.quantizer_info, are_whole)
                }
                _ => true,
            };
            if is_other {
                kinds.push(ChangeKind::OwnerChanged);
            }
            let label =
                |it: Option<&QuantizerReport>| it.map(|it| it.quantizer_info.qconfig_label.clone());
            if let (Some(base), Some(head)) = (label(owner.base), label(owner.head))
                && !is_same_text(&base, &head, are_whole)
            {
                kinds.push(ChangeKind::QconfigChanged);
            }
        }
        if is_known && are_quantized == (false, false) && reason.is_some() {
            kinds.push(ChangeKind::ReasonChanged);
        }
        // Whether a node is fused depends on other rows of its pattern, which may be lost.
        let may_be_same = are_quantized == (true, true) && !are_whole;
        let is_other_verdict = !verdict.is_same() && !is_dtype_unknown && !may_be_same;
        if is_known && is_other_verdict && kinds.is_empty() {
            kinds.push(ChangeKind::VerdictChanged);
        }
        if kinds.is_empty() {
            return None;
        }
        let owner_of = |it: Option<&QuantizerReport>| it.map(|it| Owner::of(&it.quantizer_info));
        let text = |it: Option<&str>| it.map(str::to_owned);
        let (target, module) = target_and_module(head, head_node);
        Some(Self {
            name: Pair { base: base_node.name.to_string(), head: head_node.name.to_string() },
            node_idx: Pair { base: base_idx, head: head_idx },
            target,
            module,
            kinds,
            verdict,
            owner: owner.map(|it| Pair { base: owner_of(it.base), head: owner_of(it.head) }),
            reason: reason.map(|it| Pair { base: text(it.base), head: text(it.head) }),
            fields,
        })
    }
}

/// Whether the source shows the verdict of a node. If its qspec leads nowhere, that is a known
/// fact, unless rows may be lost.
fn is_known(side: &Analysis, node_idx: usize, node: &Node) -> bool {
    side.verdict(node_idx) != Verdict::Unknown
        || side.is_whole() && side.annotations.is_annotated(node.name_id)
}

/// Whether the source shows which quantizer decided on a node. In an incomplete report, an
/// acceptance is known. For other nodes, a row with an acceptance or an earlier rejection may be
/// lost.
fn has_known_decider(side: &Analysis, node: &Node) -> bool {
    // If a quantizer's heading is lost, its rows follow those of the quantizer before it.
    let is_listed = |it: (usize, usize, usize)| side.patterns.are_all(it.0);
    side.is_whole() || node.accepted_at().is_some_and(is_listed)
}

/// Whether two quantizers have the same class and target the same nodes, as far as their
/// descriptions show, which may be cut in an incomplete report.
fn is_same_quantizer(base: &QuantizerInfo, head: &QuantizerInfo, are_whole: bool) -> bool {
    if !is_same_text(&base.name, &head.name, are_whole) {
        return false;
    }
    if are_whole || base.has_same_targets(head) {
        return base.has_same_targets(head);
    }
    let ((base_kind, base_items), (head_kind, head_items)) = (base.targets(), head.targets());
    is_same_text(base_kind, head_kind, false)
        && (are_among(&base_items, &head_items) || are_among(&head_items, &base_items))
}

/// Whether all items except one, which may be cut, are among the others. Both are sorted.
fn are_among(items: &[&str], others: &[&str]) -> bool {
    let mut missing = items.iter().filter(|it| others.binary_search(it).is_err());
    let cut = missing.next();
    missing.next().is_none()
        && cut.is_none_or(|it| others.iter().any(|other| is_same_text(it, other, false)))
}

/// Whether two texts are equal. In an incomplete report, the end of a text may be lost, or the next
/// line may follow it.
fn is_same_text(base: &str, head: &str, are_whole: bool) -> bool {
    base == head || !are_whole && (base.starts_with(head) || head.starts_with(base))
}

/// Both values, if they differ.
fn change<T: Copy>(
    base: Option<T>,
    head: Option<T>,
    is_same: impl Fn(T, T) -> bool,
) -> Option<Pair<Option<T>>> {
    match (base, head) {
        (None, None) => None,
        (Some(base), Some(head)) if is_same(base, head) => None,
        (base, head) => Some(Pair { base, head }),
    }
}

fn target_and_module(side: &Analysis, node: &Node) -> (Option<String>, Option<String>) {
    let graph_node = side.graph_node(node);
    let module = graph_node.and_then(|it| it.module_stack.last());
    (graph_node.map(|it| it.target.to_string()), module.map(|it| it.path.to_string()))
}
