//! A comparison as rows of a table.

use serde::{Deserialize, Serialize};

use super::fields::with_ranges;
use super::labels::differing;
use super::{ChangeKind, Diff, NodeBrief, NodeChange, Owner, Pair};
use crate::analysis::verdict::Verdict;

/// A list of nodes with the same kind of change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum DiffList {
    /// Nodes that changed in this way.
    Changed(ChangeKind),
    /// Nodes only in the head.
    Added,
    /// Nodes only in the base.
    Removed,
    /// Nodes whose name changed.
    Renamed,
}

/// A node that changed, was added, removed or renamed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiffRow {
    /// Its name; `None` in a report that does not have it.
    pub name: Pair<Option<String>>,
    /// The op that it calls, if the source has a graph.
    pub target: Option<String>,
    /// Its verdict; `None` in a report that does not have it, and if only its name changed.
    pub verdict: Pair<Option<Verdict>>,
    /// Its other changes.
    pub changes: Vec<Change>,
}

/// One changed property.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Change {
    /// The property: `output dtype`, `quantizer`, `reason`.
    pub what: String,
    /// The input that it is about, by its name in the head, else in the base.
    pub input: Option<String>,
    /// The old and the new value.
    pub values: Pair<String>,
}

impl DiffList {
    /// All lists, most severe first.
    pub const ALL: [Self; ChangeKind::ALL.len() + 3] = [
        Self::Changed(ChangeKind::BecameFloat),
        Self::Changed(ChangeKind::BecameQuantized),
        Self::Changed(ChangeKind::QspecChanged),
        Self::Changed(ChangeKind::OwnerChanged),
        Self::Changed(ChangeKind::QconfigChanged),
        Self::Changed(ChangeKind::ReasonChanged),
        Self::Changed(ChangeKind::VerdictChanged),
        Self::Added,
        Self::Removed,
        Self::Renamed,
    ];

    /// The label for readers.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Changed(kind) => kind.label(),
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Renamed => "renamed",
        }
    }
}

impl Diff {
    /// The number of nodes in a list.
    pub fn n_nodes(&self, list: DiffList) -> usize {
        match list {
            DiffList::Changed(kind) => self.n_changed(kind),
            DiffList::Added => self.added.len(),
            DiffList::Removed => self.removed.len(),
            DiffList::Renamed => self.renamed.len(),
        }
    }

    /// Up to `len` rows of a list, from index `start` on. Without a list, the rows of all nodes
    /// except those that were only renamed.
    pub fn rows(&self, list: Option<DiffList>, start: usize, len: usize) -> Vec<DiffRow> {
        /// The data of a row that is built on demand.
        enum Source<'d> {
            Changed(&'d NodeChange),
            Added(&'d NodeBrief),
            Removed(&'d NodeBrief),
            Renamed(&'d Pair<String>),
        }
        let is_in = |it: DiffList| list.is_none_or(|list| list == it);
        let changed = self.changed.iter().filter(|it| match list {
            None => true,
            Some(DiffList::Changed(kind)) => it.kinds.contains(&kind),
            Some(_) => false,
        });
        let added = self.added.iter().filter(|_| is_in(DiffList::Added));
        let removed = self.removed.iter().filter(|_| is_in(DiffList::Removed));
        let renamed = self.renamed.iter().filter(|_| list == Some(DiffList::Renamed));
        let rows = changed
            .map(Source::Changed)
            .chain(added.map(Source::Added))
            .chain(removed.map(Source::Removed))
            .chain(renamed.map(Source::Renamed));
        let row = |it| match it {
            Source::Changed(it) => DiffRow::changed(it),
            Source::Added(it) => DiffRow::added(it),
            Source::Removed(it) => DiffRow::added(it).turned(),
            Source::Renamed(it) => DiffRow::renamed(it),
        };
        rows.skip(start).take(len).map(row).collect()
    }
}

impl DiffRow {
    fn changed(change: &NodeChange) -> Self {
        let mut fields = Vec::new();
        let mut changed = with_ranges(&change.fields);
        // What the hardware computes in comes first, however the qspec is written.
        changed.sort_by_key(|it| match it.field.as_str() {
            "dtype" => 0,
            "range" | "quant_min" | "quant_max" => 1,
            "type" | "edge_or_node" | "derived_from" => 3,
            _ => 2,
        });
        for it in changed {
            let value = |it: Option<String>| it.unwrap_or_else(|| "None".to_owned());
            let input = it.input.map(|it| if it.head.is_empty() { it.base } else { it.head });
            let what = match &input {
                None => format!("output {}", it.field),
                Some(input) => format!("input {input} {}", it.field),
            };
            fields.push(Change { what, input, values: it.values.map(value) });
        }
        let mut changes = Vec::new();
        let mut push = |what: &str, base: String, head: String| {
            changes.push(Change {
                what: what.to_owned(),
                input: None,
                values: Pair { base, head },
            });
        };
        if let Some(Pair { base, head }) = &change.reason {
            let shown = |it: &Option<String>| it.clone().unwrap_or_else(|| "none".to_owned());
            push("reason", shown(base), shown(head));
        }
        if let Some(Pair { base, head }) = &change.owner {
            let mut part = |what: &str, part: fn(&Owner) -> &str| {
                let shown =
                    |it: &Option<Owner>| it.as_ref().map_or("no quantizer", part).to_owned();
                let (base, head) = (shown(base), shown(head));
                if base != head {
                    let Pair { base, head } = match what {
                        "qconfig" => differing(&base, &head),
                        _ => Pair { base, head },
                    };
                    push(what, base, head);
                }
            };
            part("quantizer", |it| &it.quantizer);
            part("targets", |it| &it.targeted_nodes_description);
            part("qconfig", |it| &it.qconfig_label);
        }
        // The reason why a node became float matters more than the qspecs that it lost.
        let Pair { base, head } = change.verdict;
        match base.is_quantized() == head.is_quantized() {
            true => changes.splice(0..0, fields).for_each(drop),
            false => changes.append(&mut fields),
        }
        Self {
            name: Pair {
                base: Some(change.name.base.clone()),
                head: Some(change.name.head.clone()),
            },
            target: change.target.clone(),
            verdict: Pair { base: Some(change.verdict.base), head: Some(change.verdict.head) },
            changes,
        }
    }

    fn added(node: &NodeBrief) -> Self {
        Self {
            name: Pair { base: None, head: Some(node.name.clone()) },
            target: node.target.clone(),
            verdict: Pair { base: None, head: Some(node.verdict) },
            changes: Vec::new(),
        }
    }

    /// Swaps base and head, to turn an added node into a removed one.
    fn turned(self) -> Self {
        let Self { name, target, verdict, changes } = self;
        let name = Pair { base: name.head, head: name.base };
        let verdict = Pair { base: verdict.head, head: verdict.base };
        Self { name, target, verdict, changes }
    }

    fn renamed(names: &Pair<String>) -> Self {
        Self {
            name: Pair { base: Some(names.base.clone()), head: Some(names.head.clone()) },
            target: None,
            verdict: Pair::default(),
            changes: Vec::new(),
        }
    }
}
