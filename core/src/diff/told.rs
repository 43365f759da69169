//! A comparison in words: the same for the page, a terminal and Markdown.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::{ChangeKind, Diff, DiffList, FieldChange, NodeBrief, NodeChange, Owner, Pair};
use crate::decimal::fixed;
use crate::figures::{count, percent, short, thousands};
use crate::{Share, Totals, Verdict};

/// A figure before and after.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FigureChange {
    /// What is counted.
    pub name: String,
    /// What both reports say.
    pub values: Pair<String>,
    /// The difference with its sign, empty if there is none or one side does not tell.
    pub delta: String,
    /// Whether the head is better; `None` where neither is.
    pub is_better: Option<bool>,
}

/// Nodes of one list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeList {
    /// `became float`, `added`.
    pub title: String,
    /// How many nodes.
    pub n_nodes: usize,
    /// The nodes, those together of which the same is to be told; in the order of their first.
    pub groups: Vec<ChangeGroup>,
}

/// Nodes of which the same is to be told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeGroup {
    /// What is to be told, a line each.
    pub lines: Vec<String>,
    /// Their names, as the head has them, or `base → head` in the list of renamed ones.
    pub nodes: Vec<String>,
}

impl Diff {
    /// What changed, in one sentence: `4 nodes became float, 2 became quantized; 1 added`.
    pub fn headline(&self) -> String {
        if !self.is_by_node {
            return "A report at INFO level names no node, so the figures alone compare".to_owned();
        }
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
        let changes = match (self.is_empty(), parts.is_empty()) {
            (_, true) => "Nothing changed".to_owned(),
            (true, false) => format!("Nothing changed but names: {}", parts.join(", ")),
            (false, false) => parts.join(", "),
        };
        match (self.totals.base.knows_all_nodes(), self.totals.head.knows_all_nodes()) {
            (true, true) => changes,
            (false, _) => format!("{changes}; the base is cut off and does not tell all nodes"),
            (true, false) => format!("{changes}; the head is cut off and does not tell all nodes"),
        }
    }

    /// The figures of both reports.
    pub fn figures(&self) -> Vec<FigureChange> {
        let mut figures = Vec::new();
        let (base, head) = (&self.totals.base, &self.totals.head);
        let mut counted =
            |name: &str, base: Option<usize>, head: Option<usize>, less_is: Option<bool>| {
                if base.is_none() && head.is_none() {
                    return;
                }
                let (delta, is_better) = match (base, head) {
                    (Some(base), Some(head)) if base != head => {
                        let sign = if head > base { '+' } else { '−' };
                        let delta = format!("{sign}{}", thousands(head.abs_diff(base)));
                        (delta, less_is.map(|less_is| less_is == (head < base)))
                    }
                    _ => (String::new(), None),
                };
                let told = |it: Option<usize>| it.map_or_else(|| "unknown".to_owned(), thousands);
                figures.push(FigureChange {
                    name: name.to_owned(),
                    values: Pair { base: told(base), head: told(head) },
                    delta,
                    is_better,
                });
            };
        if self.is_by_node {
            let n_nodes = |it: &Totals| it.verdicts.map(crate::VerdictCounts::n_nodes);
            counted("nodes", n_nodes(base), n_nodes(head), None);
            for verdict in Verdict::ALL {
                let n_of = |it: &Totals| it.verdicts.map(|it| it.get(verdict));
                let (was, is) = (n_of(base), n_of(head));
                if was.unwrap_or(0) + is.unwrap_or(0) > 0 {
                    // Float on purpose is neither.
                    let less_is = match verdict {
                        Verdict::Quantized | Verdict::Fused => Some(false),
                        Verdict::FloatByConfig => None,
                        _ => Some(true),
                    };
                    counted(verdict.label(), was, is, less_is);
                }
            }
        }
        counted("without an annotation", base.n_non_annotated, head.n_non_annotated, Some(true));
        counted("float islands", base.n_islands, head.n_islands, Some(true));
        counted("crossings of all islands", base.n_crossings, head.n_crossings, Some(true));
        counted("crossings of the worst", base.worst_crossings, head.worst_crossings, Some(true));
        // With counts alone there is little to find.
        let findings = |n: Option<usize>| n.filter(|_| self.is_by_node);
        counted("findings", findings(base.n_findings), findings(head.n_findings), Some(true));
        // Of a report that is cut off nobody knows how much is covered.
        let known = |it: &Totals| it.coverage.unwrap_or_default();
        let (base, head) = (known(base), known(head));
        for (name, base, head) in [
            ("coverage, nodes", base.nodes, head.nodes),
            ("coverage, MACs", base.macs, head.macs),
            ("coverage, parameters", base.params, head.params),
        ] {
            if self.is_by_node && (base.total > 0 || head.total > 0) {
                figures.push(covered(name, base, head));
            }
        }
        figures
    }

    /// The lists that are not empty, gravest first.
    pub fn lists(&self) -> Vec<ChangeList> {
        let lists = DiffList::ALL.into_iter().filter(|it| self.n_nodes(*it) > 0);
        let list = |list: DiffList| match list {
            DiffList::Changed(kind) => {
                let nodes = self.changed.iter().filter(|it| it.kinds.contains(&kind));
                ChangeList::of(list, nodes.map(|it| (it.lines(kind), it.name.head.clone())))
            }
            DiffList::Added => ChangeList::of(list, self.added.iter().map(NodeBrief::told)),
            DiffList::Removed => ChangeList::of(list, self.removed.iter().map(NodeBrief::told)),
            DiffList::Renamed => {
                let told = |it: &Pair<String>| (Vec::new(), format!("{} → {}", it.base, it.head));
                ChangeList::of(list, self.renamed.iter().map(told))
            }
        };
        lists.map(list).collect()
    }
}

fn covered(name: &str, base: Share, head: Share) -> FigureChange {
    let told = |share: Share| match share.total {
        0 => "unknown".to_owned(),
        total => format!(
            "{} ({} of {})",
            percent(share.quantized, total),
            short(share.quantized),
            short(total)
        ),
    };
    let (was, is) = (base.fraction(), head.fraction());
    let (delta, is_better) = match (was, is) {
        (Some(was), Some(is)) if was != is => {
            let points = (is - was) * 100.0;
            let sign = if points > 0.0 { '+' } else { '−' };
            (format!("{sign}{} points", fixed(points, 1)), Some(is > was))
        }
        _ => (String::new(), None),
    };
    FigureChange {
        name: name.to_owned(),
        values: Pair { base: told(base), head: told(head) },
        delta,
        is_better,
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
    /// What there is to tell of the node in the list of this kind.
    pub fn lines(&self, kind: ChangeKind) -> Vec<String> {
        let verdict = format!("{} → {}", self.verdict.base.label(), self.verdict.head.label());
        let owner = |told: fn(&Owner) -> String| {
            let told = |it: &Option<Owner>| it.as_ref().map_or("nobody".to_owned(), told);
            self.owner
                .iter()
                .map(move |it| format!("{} → {}", told(&it.base), told(&it.head)))
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
                let fields = told_fields(&self.fields);
                let verdict = Some(verdict).filter(|_| !self.verdict.is_same());
                verdict.into_iter().chain(fields).collect()
            }
            ChangeKind::OwnerChanged => {
                owner(|it| match it.targeted_nodes_description.is_empty() {
                    true => it.quantizer.clone(),
                    false => format!("{} ({})", it.quantizer, it.targeted_nodes_description),
                })
            }
            ChangeKind::QconfigChanged => owner(|it| it.qconfig_label.clone()),
            ChangeKind::ReasonChanged => {
                let told =
                    |it: &Option<String>| it.clone().unwrap_or_else(|| "no reason".to_owned());
                self.reason
                    .iter()
                    .map(|it| format!("{} → {}", told(&it.base), told(&it.head)))
                    .collect()
            }
            ChangeKind::VerdictChanged => vec![verdict],
        }
    }
}

/// `output: dtype int8 → int16, quant_min -128 → -32767`, one line per tensor; inputs that changed in
/// the same way are told once.
fn told_fields(fields: &[FieldChange]) -> Vec<String> {
    let mut lines: Vec<(bool, Option<&Pair<String>>, String)> = Vec::new();
    for it in fields {
        let value = |it: &Option<String>| it.clone().unwrap_or_else(|| "None".to_owned());
        let what = format!("{} {} → {}", it.field, value(&it.values.base), value(&it.values.head));
        match lines.last_mut() {
            Some((_, input, line)) if *input == it.input.as_ref() => {
                line.push_str(", ");
                line.push_str(&what);
            }
            _ => lines.push((it.input.is_some(), it.input.as_ref(), what)),
        }
    }
    let mut told: Vec<String> = Vec::new();
    let mut n_more = 0;
    for (is_input, _, line) in lines {
        let line = format!("{}: {line}", if is_input { "input" } else { "output" });
        if told.contains(&line) {
            continue;
        }
        match told.len() < MAX_LINES {
            true => told.push(line),
            false => n_more += 1,
        }
    }
    if n_more > 0 {
        told.push(format!("and {} more", thousands(n_more)));
    }
    told
}

/// Lines that one node's qspecs take.
const MAX_LINES: usize = 20;

impl NodeBrief {
    fn told(&self) -> (Vec<String>, String) {
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
