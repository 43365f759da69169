//! A comparison in words: the same text for the page, the terminal and Markdown.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::fields::with_ranges;
use super::labels::differing;
use super::{ChangeKind, Diff, DiffList, FieldChange, NodeBrief, NodeChange, Owner, Pair};
use crate::text::number_format::{count, thousands};

/// The nodes of one list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeList {
    /// The title: `became float`, `added`.
    pub title: String,
    /// The number of nodes.
    pub n_nodes: usize,
    /// The nodes, grouped by equal changes, in the order of each group's first node.
    pub groups: Vec<ChangeGroup>,
}

/// Nodes with the same changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeGroup {
    /// The changes, one per line.
    pub lines: Vec<String>,
    /// The nodes' names in the head, or `base → head` in the list of renamed nodes.
    pub nodes: Vec<String>,
}

impl Diff {
    /// The changes in one sentence: `4 nodes became float, 2 became quantized, 1 added`. Doubts
    /// about the comparison come first: different models, and a report that is not whole.
    pub fn headline(&self) -> String {
        let mut parts: Vec<String> = Vec::new();
        if let (true, Some(base), Some(head)) =
            (self.has_different_models, &self.reports.base.model, &self.reports.head.model)
        {
            parts.push(format!("Comparing different models: {base} and {head}"));
        }
        parts.extend(self.incomplete());
        let changes = if self.is_by_node { self.changed_nodes() } else { self.changed_counts() };
        let is_doubtful = !parts.is_empty();
        match changes {
            Some(changes) => {
                parts.push(changes);
                let n_widths = if is_doubtful { 0 } else { MAX_WIDTHS };
                parts.extend(self.width_changes.iter().take(n_widths).map(|it| {
                    let verb = if it.n_nodes == 1 { "goes" } else { "go" };
                    let nodes = count(it.n_nodes, "node", "nodes");
                    format!("{nodes} {verb} from {} to {} bits", it.bits.base, it.bits.head)
                }));
            }
            // Without a whole report, "nothing changed" is not known.
            None if is_doubtful => {}
            None if self.is_by_node => parts.push("Nothing changed".to_owned()),
            None => parts.push("No count changed".to_owned()),
        }
        if !self.is_by_node {
            parts.push("INFO reports list no nodes, so only counts are compared".to_owned());
        }
        capitalized(&parts.join("; "))
    }

    /// The incomplete reports and their problems.
    fn incomplete(&self) -> Option<String> {
        let Pair { base, head } = &self.completeness;
        let reports = match (base.is_whole(), head.is_whole()) {
            (true, true) => return None,
            (false, true) => format!("Incomplete report (base): {base}"),
            (true, false) => format!("Incomplete report (head): {head}"),
            (false, false) => format!("Incomplete report (base): {base}; (head): {head}"),
        };
        Some(if self.is_by_node { reports + "; lists below may be wrong" } else { reports })
    }

    /// The number of nodes that changed in each way; `None` if none did.
    fn changed_nodes(&self) -> Option<String> {
        let mut parts: Vec<String> = Vec::new();
        for list in DiffList::ALL {
            match self.n_nodes(list) {
                0 => {}
                n if parts.is_empty() => {
                    parts.push(format!("{} {}", count(n, "node", "nodes"), list.label()));
                }
                n => parts.push(format!("{} {}", thousands(n), list.label())),
            }
        }
        if parts.is_empty() {
            return None;
        }
        let parts = parts.join(", ");
        Some(if self.is_empty() { format!("Nothing changed but names: {parts}") } else { parts })
    }

    /// The changed counts: `accepted nodes 100 → 0 (quantizer 1), rejected nodes 0 → 50 (quantizer
    /// 1)`; `None` if there are none.
    fn changed_counts(&self) -> Option<String> {
        let mut parts: Vec<String> = Vec::new();
        for change in self.quantizers.iter().filter(|it| !it.is_same()) {
            let name = change.name();
            match (&change.quantizer.base, &change.quantizer.head) {
                (Some(base), Some(head)) => {
                    let counts = self.quantizer_counts(change).into_iter();
                    parts.extend(counts.filter(|(_, n)| !n.is_same()).filter_map(|(what, n)| {
                        let (base, head) = (thousands(n.base?), thousands(n.head?));
                        Some(format!("{what} {base} → {head} ({name})"))
                    }));
                    if Owner::has_other_config(base, head) || !change.has_same_targets {
                        parts.push(format!("{name} changed its config"));
                    }
                }
                // In a report that is not whole, a quantizer may be lost.
                _ if !self.are_whole() => {}
                (None, _) => parts.push(format!("{name} added")),
                (_, None) => parts.push(format!("{name} removed")),
            }
        }
        let Pair { base, head } = &self.totals;
        if let (true, Some(was), Some(is)) =
            (self.are_whole(), base.n_non_annotated, head.n_non_annotated)
            && was != is
        {
            let (was, is) = (thousands(was), thousands(is));
            parts.push(format!("nodes without an annotation {was} → {is}"));
        }
        let n_more = parts.len().saturating_sub(MAX_COUNTS);
        parts.truncate(MAX_COUNTS);
        if n_more > 0 {
            parts.push(format!("{} more", thousands(n_more)));
        }
        (!parts.is_empty()).then(|| parts.join(", "))
    }

    /// The lists that are not empty, most severe first.
    pub fn lists(&self) -> Vec<ChangeList> {
        let lists = DiffList::ALL.into_iter().filter(|it| self.n_nodes(*it) > 0);
        let list = |list: DiffList| match list {
            DiffList::Changed(kind) => {
                let nodes = self.changed.iter().filter(|it| it.kinds.contains(&kind));
                ChangeList::of(list, nodes.map(|it| (it.lines(kind), it.name.head.clone())))
            }
            DiffList::Added => ChangeList::of(list, self.added.iter().map(NodeBrief::shown)),
            DiffList::Removed => ChangeList::of(list, self.removed.iter().map(NodeBrief::shown)),
            DiffList::Renamed => {
                let shown = |it: &Pair<String>| (Vec::new(), format!("{} → {}", it.base, it.head));
                ChangeList::of(list, self.renamed.iter().map(shown))
            }
        };
        lists.map(list).collect()
    }
}

impl ChangeList {
    fn of(list: DiffList, nodes: impl Iterator<Item = (Vec<String>, String)>) -> Self {
        let title = list.label().to_owned();
        let mut list = Self { title, n_nodes: 0, groups: Vec::new() };
        let mut group_idx_of: HashMap<Vec<String>, usize> = HashMap::new();
        for (lines, name) in nodes {
            list.n_nodes += 1;
            let group_idx = *group_idx_of.entry(lines).or_insert_with_key(|lines| {
                list.groups.push(ChangeGroup { lines: lines.clone(), nodes: Vec::new() });
                list.groups.len() - 1
            });
            list.groups[group_idx].nodes.push(name);
        }
        list
    }
}

impl NodeChange {
    /// The lines for the node in the list of this kind.
    pub fn lines(&self, kind: ChangeKind) -> Vec<String> {
        let verdict = format!("{} → {}", self.verdict.base.label(), self.verdict.head.label());
        let owner = |shown: fn(&Owner) -> String| {
            let shown = |it: &Option<Owner>| it.as_ref().map_or("no quantizer".to_owned(), shown);
            self.owner
                .iter()
                .map(move |it| format!("{} → {}", shown(&it.base), shown(&it.head)))
                .collect()
        };
        match kind {
            ChangeKind::BecameFloat => {
                let by = self.owner.iter().flat_map(|it| &it.head);
                let by = by.map(|it| format!("by {} with {}", it.quantizer, it.qconfig_label));
                let reason = self.reason.iter().flat_map(|it| it.head.clone());
                [verdict].into_iter().chain(reason).chain(by).collect()
            }
            ChangeKind::BecameQuantized | ChangeKind::QspecChanged => {
                let fields = shown_fields(&self.fields);
                let verdict = Some(verdict).filter(|_| !self.verdict.is_same());
                verdict.into_iter().chain(fields).collect()
            }
            ChangeKind::OwnerChanged => {
                owner(|it| match it.targeted_nodes_description.is_empty() {
                    true => it.quantizer.clone(),
                    false => format!("{} ({})", it.quantizer, it.targeted_nodes_description),
                })
            }
            ChangeKind::QconfigChanged => {
                let labels = self.owner.iter().map(|it| match (&it.base, &it.head) {
                    (Some(base), Some(head)) => differing(&base.qconfig_label, &head.qconfig_label),
                    (base, head) => Pair { base, head }.map(|it| {
                        it.as_ref().map_or("no quantizer".to_owned(), |it| it.qconfig_label.clone())
                    }),
                });
                labels.map(|it| format!("{} → {}", it.base, it.head)).collect()
            }
            ChangeKind::ReasonChanged => {
                let shown =
                    |it: &Option<String>| it.clone().unwrap_or_else(|| "no reason".to_owned());
                self.reason
                    .iter()
                    .map(|it| format!("{} → {}", shown(&it.base), shown(&it.head)))
                    .collect()
            }
            ChangeKind::VerdictChanged => vec![verdict],
        }
    }
}

/// One line per tensor: `output: dtype int8 → int16, quant_min -128 → -32767`. Inputs with the same
/// changes are shown once.
fn shown_fields(fields: &[FieldChange]) -> Vec<String> {
    let mut lines: Vec<(bool, Option<Pair<String>>, String)> = Vec::new();
    for it in &with_ranges(fields) {
        let value = |it: &Option<String>| it.clone().unwrap_or_else(|| "None".to_owned());
        let what = format!("{} {} → {}", it.field, value(&it.values.base), value(&it.values.head));
        match lines.last_mut() {
            Some((_, input, line)) if *input == it.input => {
                line.push_str(", ");
                line.push_str(&what);
            }
            _ => lines.push((it.input.is_some(), it.input.clone(), what)),
        }
    }
    let mut shown: Vec<String> = Vec::new();
    let mut n_more = 0;
    for (is_input, _, line) in lines {
        let line = format!("{}: {line}", if is_input { "input" } else { "output" });
        if shown.contains(&line) {
            continue;
        }
        match shown.len() < MAX_LINES {
            true => shown.push(line),
            false => n_more += 1,
        }
    }
    if n_more > 0 {
        shown.push(format!("and {} more", thousands(n_more)));
    }
    shown
}

/// The text with its first letter in upper case.
pub fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().into_iter().flat_map(char::to_uppercase).chain(chars).collect()
}

/// The greatest number of changes of width in a headline.
const MAX_WIDTHS: usize = 2;

/// The greatest number of counts in a headline.
const MAX_COUNTS: usize = 6;

/// The greatest number of lines for one node's qspecs.
const MAX_LINES: usize = 20;

impl NodeBrief {
    fn shown(&self) -> (Vec<String>, String) {
        (vec![self.line()], self.name.clone())
    }

    fn line(&self) -> String {
        let parts = [self.target.as_deref(), self.module.as_deref().filter(|it| !it.is_empty())];
        let parts = parts.into_iter().flatten().collect::<Vec<_>>().join(" in ");
        match parts.is_empty() {
            true => self.verdict.label().to_owned(),
            false => format!("{}: {parts}", self.verdict.label()),
        }
    }
}
