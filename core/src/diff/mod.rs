//! The differences between two reports.

mod align;
mod coloring;
mod comparison;
mod describe;
mod fields;
mod figures;
mod groups;
mod labels;
mod nodes;
mod pairing;
mod qspecs;
mod quantizers;
mod side_by_side;
mod table;
mod widths;

use serde::{Deserialize, Serialize};

pub use comparison::Comparison;
pub use describe::{ChangeGroup, ChangeList, capitalized};
pub use figures::FigureChange;
pub use groups::DiffGroup;
pub use nodes::{NodeBrief, NodeChange, Owner};
pub use qspecs::FieldChange;
pub use quantizers::QuantizerChange;
pub use side_by_side::{Fact, side_by_side};
pub use table::{Change, DiffList, DiffRow};
pub use widths::{BitsChange, WidthChange};

use crate::analysis::Analysis;
use crate::analysis::totals::Totals;
use crate::report::Level;
use crate::report::completeness::Completeness;
use pairing::{NodePairs, Sides};
use qspecs::Paired;

/// The same kind of data from both reports.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Pair<T> {
    /// In the baseline.
    pub base: T,
    /// In the report under review.
    pub head: T,
}

impl<T> Pair<T> {
    pub(crate) fn map<U>(self, mut of: impl FnMut(T) -> U) -> Pair<U> {
        Pair { base: of(self.base), head: of(self.head) }
    }
}

impl<T: PartialEq> Pair<T> {
    /// Whether both sides are equal.
    pub fn is_same(&self) -> bool {
        self.base == self.head
    }
}

/// The differences from the base to the head.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Diff {
    /// The compared reports.
    pub reports: Pair<ReportName>,
    /// Whether both reports have a model's name and the names differ.
    pub has_different_models: bool,
    /// Whether each report is whole. If one is not, figures over its nodes are unknown, the lists
    /// below may be wrong, and `added` and `removed` are empty, since a lost row is not a removed
    /// node.
    pub completeness: Pair<Completeness>,
    /// The totals of both reports.
    pub totals: Pair<Totals>,
    /// Whether both reports list their nodes. INFO reports have only counts: then `quantizers` is
    /// compared, and the lists below are empty and have no meaning.
    pub is_by_node: bool,
    /// The quantizers of both reports with ExecuTorch's counts, in the head's order, followed by
    /// those only in the base. Empty if nodes are compared.
    pub quantizers: Vec<QuantizerChange>,
    /// The number of compute nodes with quantized activations by width, fewest bits first.
    pub activation_bits: Vec<BitsChange>,
    /// How many nodes of both reports compute in other widths, most nodes first.
    pub width_changes: Vec<WidthChange>,
    /// The number of nodes by kind of change, in the order of [`ChangeKind::ALL`].
    pub counts: Vec<ChangeCount>,
    /// Nodes of both reports that changed, most severe change first, then in the head's order.
    pub changed: Vec<NodeChange>,
    /// Nodes only in the head, in its order.
    pub added: Vec<NodeBrief>,
    /// Nodes only in the base, in its order.
    pub removed: Vec<NodeBrief>,
    /// Nodes of both reports whose name changed, in the head's order.
    pub renamed: Vec<Pair<String>>,
    /// The number of compute nodes in `added` that are float.
    pub n_new_float: usize,
    /// The packages whose versions differ, by name.
    pub versions: Vec<VersionChange>,
}

/// A package that both reports ran with, in two versions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VersionChange {
    /// Its name: `executorch`.
    pub package: String,
    /// Its versions.
    pub versions: Pair<String>,
}

/// The identity of a report: its file, title and model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportName {
    /// The file of the report, if the caller knows it.
    pub file: Option<String>,
    /// ExecuTorch's title.
    pub report_title: String,
    /// The model's name, if the source has it.
    pub model: Option<String>,
}

impl ReportName {
    /// The name of a report whose file is unknown.
    pub fn of(analysis: &Analysis) -> Self {
        let report = analysis.report();
        let (report_title, model) = (report.report_title.clone(), report.model.clone());
        Self { file: None, report_title, model }
    }
}

/// A way in which a node changes. One node may change in several ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ChangeKind {
    /// It was quantized (or fused) and stays float now.
    BecameFloat,
    /// It stayed float and is quantized (or fused) now.
    BecameQuantized,
    /// Its qspecs differ, and it is quantized in both reports or in neither.
    QspecChanged,
    /// Another quantizer decided: of another class, or with other targets.
    OwnerChanged,
    /// A quantizer with another qconfig decided.
    QconfigChanged,
    /// It stays float in both reports, with another reason for its rejection.
    ReasonChanged,
    /// Its verdict differs, but it did not change in any of the ways above.
    VerdictChanged,
}

impl ChangeKind {
    /// All kinds, most severe first.
    pub const ALL: [Self; 7] = [
        Self::BecameFloat,
        Self::BecameQuantized,
        Self::QspecChanged,
        Self::OwnerChanged,
        Self::QconfigChanged,
        Self::ReasonChanged,
        Self::VerdictChanged,
    ];

    /// The label for readers.
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

/// The number of nodes that changed in one way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeCount {
    /// The kind of change.
    pub kind: ChangeKind,
    /// The number of nodes.
    pub n_nodes: usize,
}

impl Diff {
    /// Compares two reports, in time linear in their sizes, except for sorting.
    ///
    /// Nodes are paired in two ways: by name if the target agrees, else by target, module path and
    /// order; or by their sequence. The pairing with fewer differences is used. Facts that only one
    /// source has are not differences (a log has no qscheme and no tensor dtypes). Neither is the
    /// order of a Python set or dict.
    ///
    /// ```
    /// # let json = r#"{"format": "qspect-report", "version": 1, "report_title": "T", "quantizers": [],
    /// #     "non_annotated_nodes": ["relu"]}"#;
    /// # let report = qspect_core::parse("run.qspect.json", json.as_bytes())?.reports.remove(0);
    /// use qspect_core::{Analysis, Diff};
    ///
    /// let (base, head) = (Analysis::of(report.clone()), Analysis::of(report));
    /// let diff = Diff::of(&base, &head);
    /// assert_eq!(diff.headline(), "Nothing changed");
    /// # Ok::<(), qspect_core::ParseError>(())
    /// ```
    pub fn of(base: &Analysis, head: &Analysis) -> Self {
        let sides = Sides { base, head };
        let completeness = Pair { base, head }.map(|it| it.report().completeness.clone());
        let are_whole = completeness.base.is_whole() && completeness.head.is_whole();
        let is_by_node = [base, head].iter().all(|it| it.report().level() == Level::Debug);
        let (matching, mut changed) = match (is_by_node, are_whole) {
            (true, true) => best(sides),
            (true, false) => {
                let (_, matching, changed) = weighed(sides, NodePairs::by_equal_names(sides));
                (matching, changed)
            }
            (false, _) => (NodePairs::none(sides), Vec::new()),
        };
        changed.sort_by_key(|it| it.kinds.first().copied());
        let count = |kind| ChangeCount {
            kind,
            n_nodes: changed.iter().filter(|it| it.kinds.contains(&kind)).count(),
        };
        let brief = |side: &Analysis, places: Vec<usize>| -> Vec<NodeBrief> {
            places.into_iter().filter_map(|it| NodeBrief::of(side, it)).collect()
        };
        let (added, removed) = if is_by_node && are_whole {
            let removed = matching.removed(sides).filter(|it| sides.could_be_listed(base, *it));
            let added = matching.added(sides).filter(|it| sides.could_be_listed(head, *it));
            (added.collect(), removed.collect())
        } else {
            (Vec::new(), Vec::new())
        };
        let renamed = matching.pairs().filter_map(|(base_idx, head_idx)| {
            let name = |side: &Analysis, it: usize| {
                let node = side.nodes().get(it).filter(|it| !it.is_parameter)?;
                Some(node.name.to_string())
            };
            let names = Pair { base: name(base, base_idx)?, head: name(head, head_idx)? };
            (!names.is_same()).then_some(names)
        });
        let reports = Pair { base, head }.map(ReportName::of);
        let models = (&reports.base.model, &reports.head.model);
        let quantizers =
            if is_by_node { Vec::new() } else { quantizers::pair(base.report(), head.report()) };
        let is_float_compute = |node_idx: usize| {
            let node = head.nodes().get(node_idx);
            node.is_some_and(|it| head.is_compute(it)) && head.verdict(node_idx).is_float()
        };
        Self {
            has_different_models: matches!(models, (Some(base), Some(head)) if base != head),
            reports,
            completeness,
            totals: Pair { base: Totals::of(base), head: Totals::of(head) },
            is_by_node,
            quantizers,
            activation_bits: BitsChange::of(sides),
            width_changes: WidthChange::of(sides, &changed),
            counts: ChangeKind::ALL.map(count).into(),
            n_new_float: added.iter().filter(|it| is_float_compute(**it)).count(),
            versions: VersionChange::of(base, head),
            added: brief(head, added),
            removed: brief(base, removed),
            renamed: renamed.collect(),
            changed,
        }
    }

    /// Whether nothing changed except the names of nodes. Always false if a report is incomplete,
    /// since that is unknown.
    pub fn is_empty(&self) -> bool {
        let Pair { base, head } = &self.totals;
        self.are_whole()
            && !self.has_different_models
            && self.changed.is_empty()
            && self.added.is_empty()
            && self.removed.is_empty()
            && (self.is_by_node
                || self.quantizers.iter().all(QuantizerChange::is_same)
                    && base.n_non_annotated == head.n_non_annotated)
    }

    /// Whether the head is worse: a node became float, or a new compute node is float. `None` if that
    /// is unknown: a report is incomplete or lists no nodes, or the models differ.
    pub fn is_regression(&self) -> Option<bool> {
        let is_known = self.is_by_node && self.are_whole() && !self.has_different_models;
        let n_float = self.n_changed(ChangeKind::BecameFloat) + self.n_new_float;
        is_known.then_some(n_float > 0)
    }

    /// Whether both reports are whole.
    pub fn are_whole(&self) -> bool {
        self.completeness.base.is_whole() && self.completeness.head.is_whole()
    }

    /// The number of nodes that changed in this way.
    pub fn n_changed(&self, kind: ChangeKind) -> usize {
        self.counts.iter().find(|it| it.kind == kind).map_or(0, |it| it.n_nodes)
    }
}

impl VersionChange {
    fn of(base: &Analysis, head: &Analysis) -> Vec<Self> {
        let packages = |it: &Analysis| it.report().producer.as_ref().map(|it| it.packages.clone());
        let (Some(base), Some(mut head)) = (packages(base), packages(head)) else {
            return Vec::new();
        };
        let both = base.into_iter().filter_map(|(package, base)| {
            let head = head.remove(&package)?;
            (base != head).then_some(Self { package, versions: Pair { base, head } })
        });
        both.collect()
    }
}

/// The matching with fewer differences, and the changes that it leads to.
fn best(sides: Sides<'_>) -> (NodePairs, Vec<NodeChange>) {
    let named = weighed(sides, NodePairs::by_names(sides));
    let is_best = named.1.is_full(sides) && named.0.0 == named.1.n_alone(sides);
    if is_best {
        return (named.1, named.2);
    }
    let structured = weighed(sides, NodePairs::by_structure(sides));
    let (_, matching, changes) = if structured.0 < named.0 { structured } else { named };
    (matching, changes)
}

/// The number of differences that a matching leaves: unpaired and changed nodes, with names and
/// paths as a tie-breaker.
fn weighed(sides: Sides<'_>, matching: NodePairs) -> ((usize, usize), NodePairs, Vec<NodeChange>) {
    let paired = Paired::new(sides, &matching);
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
