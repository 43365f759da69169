//! What changed from one report to another.

mod matching;
mod qspecs;
mod rows;
mod sequence;
mod told;

use serde::{Deserialize, Serialize};

pub use qspecs::FieldChange;
pub use rows::{Change, DiffList, DiffRow};
pub use told::{ChangeGroup, ChangeList, FigureChange};

use self::matching::{Matching, Sides};
use self::qspecs::Paired;
use crate::sort::sort;
use crate::{Analysis, Level, Node, QuantizerInfo, QuantizerReport, Totals, Verdict};

/// The same of both reports.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Pair<T> {
    /// In the report that is compared with.
    pub base: T,
    /// In the report in question.
    pub head: T,
}

impl<T: PartialEq> Pair<T> {
    /// Whether both are the same.
    pub fn is_same(&self) -> bool {
        self.base == self.head
    }
}

/// What changed from the base to the head.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Diff {
    /// What is compared.
    pub reports: Pair<ReportName>,
    /// What both come to.
    pub totals: Pair<Totals>,
    /// Whether both sources tell their nodes. At INFO level there are counts alone: then the lists
    /// below are empty, and say nothing.
    pub is_by_node: bool,
    /// How many nodes changed in each way, in the order of [`ChangeKind::ALL`].
    pub counts: Vec<ChangeCount>,
    /// Nodes of both reports of which something changed, gravest first, then in the head's order.
    pub changed: Vec<NodeChange>,
    /// Nodes of the head alone, in its order.
    pub added: Vec<NodeBrief>,
    /// Nodes of the base alone, in its order.
    pub removed: Vec<NodeBrief>,
    /// Nodes of both whose name changed, in the head's order.
    pub renamed: Vec<Pair<String>>,
}

/// What tells reports apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportName {
    /// ExecuTorch's title.
    pub report_title: String,
    /// The model's name, where the source has it.
    pub model: Option<String>,
}

/// A way in which a node changes. One node may change in several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// It was quantized (or fused), and stays float now.
    BecameFloat,
    /// It stayed float, and is quantized (or fused) now.
    BecameQuantized,
    /// Its qspecs are others, and it is quantized in both or in neither.
    QspecChanged,
    /// Another quantizer decided: of another class, or one that looks at other nodes.
    OwnerChanged,
    /// A quantizer with another qconfig decided.
    QconfigChanged,
    /// It stays float in both, and is not rejected for the same reason.
    ReasonChanged,
    /// The verdict is another one, and none of the above says it.
    VerdictChanged,
}

impl ChangeKind {
    /// All kinds, gravest first.
    pub const ALL: [Self; 7] = [
        Self::BecameFloat,
        Self::BecameQuantized,
        Self::QspecChanged,
        Self::OwnerChanged,
        Self::QconfigChanged,
        Self::ReasonChanged,
        Self::VerdictChanged,
    ];

    /// What a reader is told.
    pub const fn label(self) -> &'static str {
        match self {
            Self::BecameFloat => "became float",
            Self::BecameQuantized => "became quantized",
            Self::QspecChanged => "changed qspec",
            Self::OwnerChanged => "changed owner",
            Self::QconfigChanged => "changed qconfig",
            Self::ReasonChanged => "changed reason",
            Self::VerdictChanged => "changed verdict",
        }
    }
}

/// How many nodes changed in one way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeCount {
    /// The way.
    pub kind: ChangeKind,
    /// How many nodes.
    pub n_nodes: usize,
}

/// A node of both reports, and what changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeChange {
    /// Its name.
    pub name: Pair<String>,
    /// Its place in the order of [`crate::NodeIndex`], which is that of `qspect nodes`.
    pub node_idx: Pair<usize>,
    /// What it calls in the head, where the source has a graph.
    pub target: Option<String>,
    /// The path of the innermost module around it in the head, where the source has a graph.
    pub module: Option<String>,
    /// In which ways it changed, gravest first.
    pub kinds: Vec<ChangeKind>,
    /// What became of it.
    pub verdict: Pair<Verdict>,
    /// Who decided, if that changed; `None` within is nobody.
    pub owner: Option<Pair<Option<Owner>>>,
    /// Why it was rejected, if that changed; `None` within is that it was not.
    pub reason: Option<Pair<Option<String>>>,
    /// What changed of its qspecs, the output's first.
    pub fields: Vec<FieldChange>,
}

/// A node of one report alone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeBrief {
    /// Its name.
    pub name: String,
    /// Its place in the order of [`crate::NodeIndex`].
    pub node_idx: usize,
    /// What it calls, where the source has a graph.
    pub target: Option<String>,
    /// The path of the innermost module around it, where the source has a graph.
    pub module: Option<String>,
    /// What became of it.
    pub verdict: Verdict,
}

/// The quantizer that decided on a node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owner {
    /// The class.
    pub quantizer: String,
    /// Which nodes it looks at, in its own words.
    pub targeted_nodes_description: String,
    /// The qconfig's label.
    pub qconfig_label: String,
}

impl Owner {
    fn of(info: &QuantizerInfo) -> Self {
        Self {
            quantizer: info.name.clone(),
            targeted_nodes_description: info.targeted_nodes_description.clone(),
            qconfig_label: info.qconfig_label.clone(),
        }
    }
}

impl Diff {
    /// Compares two reports, in time linear in their sizes but for sorting.
    ///
    /// Nodes are paired by name where the target agrees, else by target, module path and order, or
    /// by how they follow each other, whichever leaves less to tell. What only one source knows
    /// (a log has no qscheme) is no difference, nor is the order of a Python set or dict.
    pub fn of(base: &Analysis, head: &Analysis) -> Self {
        let sides = Sides { base, head };
        let name = |side: &Analysis| ReportName {
            report_title: side.report().report_title.clone(),
            model: side.report().model.clone(),
        };
        let is_by_node = [base, head].iter().all(|it| it.report().level() == Level::Debug);
        let (matching, mut changed) = match is_by_node {
            true => best(sides),
            false => (Matching::none(sides), Vec::new()),
        };
        sort(&mut changed, |a, b| a.kinds.first().cmp(&b.kinds.first()));
        let count = |kind| ChangeCount {
            kind,
            n_nodes: changed.iter().filter(|it| it.kinds.contains(&kind)).count(),
        };
        let brief = |side: &Analysis, places: Vec<usize>| -> Vec<NodeBrief> {
            places.into_iter().filter_map(|it| NodeBrief::of(side, it)).collect()
        };
        let (added, removed) = match is_by_node {
            true => (matching.added(sides).collect(), matching.removed(sides).collect()),
            false => (Vec::new(), Vec::new()),
        };
        let renamed = matching.pairs().filter_map(|(base_idx, head_idx)| {
            let name = |side: &Analysis, it: usize| {
                let node = side.nodes().get(it).filter(|it| !it.is_parameter)?;
                Some(node.name.to_string())
            };
            let names = Pair { base: name(base, base_idx)?, head: name(head, head_idx)? };
            (!names.is_same()).then_some(names)
        });
        Self {
            reports: Pair { base: name(base), head: name(head) },
            totals: Pair { base: Totals::of(base), head: Totals::of(head) },
            is_by_node,
            counts: ChangeKind::ALL.map(count).into(),
            added: brief(head, added),
            removed: brief(base, removed),
            renamed: renamed.collect(),
            changed,
        }
    }

    /// Whether nothing changed that a reader would want to know: names alone may have.
    pub fn is_empty(&self) -> bool {
        self.changed.is_empty()
            && self.added.is_empty()
            && self.removed.is_empty()
            && (self.is_by_node || self.figures().iter().all(|it| it.delta.is_empty()))
    }

    /// How many nodes changed in this way.
    pub fn n_changed(&self, kind: ChangeKind) -> usize {
        self.counts.iter().find(|it| it.kind == kind).map_or(0, |it| it.n_nodes)
    }
}

/// The matching that leaves less to tell, with the changes it leads to.
fn best(sides: Sides<'_>) -> (Matching, Vec<NodeChange>) {
    let named = weighed(sides, Matching::by_names(sides));
    let is_best = named.1.is_full(sides) && named.0.0 == named.1.n_alone(sides);
    if is_best {
        return (named.1, named.2);
    }
    let structured = weighed(sides, Matching::by_structure(sides));
    let (_, matching, changes) = if structured.0 < named.0 { structured } else { named };
    (matching, changes)
}

/// How much a matching leaves to tell: nodes alone and changed ones, and among equals names and
/// paths.
fn weighed(sides: Sides<'_>, matching: Matching) -> ((usize, usize), Matching, Vec<NodeChange>) {
    let paired = Paired { sides, matching: &matching };
    let mut changes = Vec::new();
    let (mut weight, mut n_names) = (matching.n_alone(sides), 0);
    for (base_idx, head_idx) in matching.pairs() {
        let (is_other_tensor, n_other_names) = sides.distance(base_idx, head_idx);
        let change = NodeChange::of(paired, base_idx, head_idx);
        weight += usize::from(is_other_tensor || change.is_some());
        n_names += n_other_names;
        changes.extend(change);
    }
    ((weight, n_names), matching, changes)
}

impl NodeBrief {
    fn of(side: &Analysis, node_idx: usize) -> Option<Self> {
        let node = side.nodes().get(node_idx)?;
        let (target, module) = target_and_module(side, node);
        let verdict = side.verdict(node_idx);
        Some(Self { name: node.name.to_string(), node_idx, target, module, verdict })
    }
}

impl NodeChange {
    /// What changed of a pair of nodes; `None` if nothing did.
    fn of(paired: Paired<'_>, base_idx: usize, head_idx: usize) -> Option<Self> {
        let Sides { base, head } = paired.sides;
        let (base_node, head_node) = (base.nodes().get(base_idx)?, head.nodes().get(head_idx)?);
        if base_node.is_parameter || head_node.is_parameter {
            return None;
        }
        let verdict = Pair { base: base.verdict(base_idx), head: head.verdict(head_idx) };
        let is_known = is_known(base, base_idx, base_node) && is_known(head, head_idx, head_node);
        let owner = change(base.owner(base_node), head.owner(head_node), |base, head| {
            base.quantizer_info.name == head.quantizer_info.name
                && base.quantizer_info.qconfig_label == head.quantizer_info.qconfig_label
                && base.quantizer_info.has_same_targets(&head.quantizer_info)
        });
        let reason = change(base.reason(base_node), head.reason(head_node), |a, b| a == b);
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
                    let (base, head) = (&base.quantizer_info, &head.quantizer_info);
                    base.name != head.name || !base.has_same_targets(head)
                }
                _ => true,
            };
            if is_other {
                kinds.push(ChangeKind::OwnerChanged);
            }
            let label =
                |it: Option<&QuantizerReport>| it.map(|it| it.quantizer_info.qconfig_label.clone());
            if let (Some(base), Some(head)) = (label(owner.base), label(owner.head))
                && base != head
            {
                kinds.push(ChangeKind::QconfigChanged);
            }
        }
        if is_known && are_quantized == (false, false) && reason.is_some() {
            kinds.push(ChangeKind::ReasonChanged);
        }
        if is_known && !verdict.is_same() && kinds.is_empty() {
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

/// Whether the source tells what became of a node: one whose qspec leads nowhere is known to be so.
fn is_known(side: &Analysis, node_idx: usize, node: &Node) -> bool {
    side.verdict(node_idx) != Verdict::Unknown || side.annotations.is_annotated(node.name_id)
}

/// Both, if they differ.
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
