//! The comparison that the page shows last, with what its lists are made of.

use qspect_core::Analysis;
use qspect_core::diff::{Diff, DiffGroup, DiffList, Pair, side_by_side};

use qspect_core::view::Coloring;

use super::protocol::{BASE_ONLY, ChangedNode, DiffAnswer, DiffRowsAnswer, GroupView};

/// The most names of one row that the page gets.
const MAX_NAMES: usize = 100;

/// The changes from one report to another.
pub(super) struct Comparison {
    ids: (usize, usize),
    diff: Diff,
    /// The groups of the last list.
    groups: Option<(Option<DiffList>, Vec<DiffGroup>)>,
}

impl Comparison {
    pub(super) fn of(ids: (usize, usize), base: &Analysis, head: &Analysis) -> Self {
        Self { ids, diff: Diff::of(base, head), groups: None }
    }

    pub(super) fn is_of(&self, ids: (usize, usize)) -> bool {
        self.ids == ids
    }

    pub(super) fn has(&self, report_id: usize) -> bool {
        self.ids.0 == report_id || self.ids.1 == report_id
    }

    pub(super) fn answer(&self) -> DiffAnswer {
        let diff = &self.diff;
        let lists = DiffList::ALL.into_iter().map(|it| (it, diff.n_nodes(it)));
        DiffAnswer {
            headline: diff.headline(),
            is_regression: diff.is_regression(),
            has_changes: !diff.is_empty(),
            figures: diff.figures(),
            lists: lists.filter(|it| it.1 > 0).collect(),
            changed: diff.changed.iter().map(|it| (it.node_idx.base, it.node_idx.head)).collect(),
            added: diff.added.iter().map(|it| it.node_idx).collect(),
            removed: diff.removed.iter().map(|it| it.node_idx).collect(),
        }
    }

    pub(super) fn coloring(&self, n_nodes: usize) -> Coloring {
        self.diff.coloring(n_nodes)
    }

    pub(super) fn rows(
        &mut self,
        list: Option<DiffList>,
        start: usize,
        len: usize,
    ) -> DiffRowsAnswer {
        let groups = self.groups(list);
        let rows = groups.iter().skip(start).take(len).map(GroupView::of);
        DiffRowsAnswer { n_rows: groups.len(), start, rows: rows.collect() }
    }

    /// A node that changed, in both reports.
    pub(super) fn node(
        &mut self,
        base: &Analysis,
        head: &Analysis,
        list: Option<DiffList>,
        name: &str,
    ) -> Option<ChangedNode> {
        let is_it = |it: &Pair<Option<String>>| node_name(it).as_deref() == Some(name);
        let groups = self.groups(list);
        let row_idx = groups.iter().position(|it| it.names.iter().any(is_it))?;
        let group = groups.get(row_idx)?;
        let names = group.names.iter().find(|it| is_it(it))?;
        let detail =
            |side: &Analysis, name: &Option<String>| side.detail(side.find(name.as_ref()?)?);
        let (base, head) = (detail(base, &names.base), detail(head, &names.head));
        Some(ChangedNode {
            names: names.clone(),
            facts: side_by_side(base.as_ref(), head.as_ref()),
            group: GroupView::of(group),
            row_idx,
        })
    }

    fn groups(&mut self, list: Option<DiffList>) -> &[DiffGroup] {
        if self.groups.as_ref().is_none_or(|it| it.0 != list) {
            self.groups = Some((list, self.diff.groups(list)));
        }
        self.groups.as_ref().map_or(&[], |it| &it.1)
    }
}

impl GroupView {
    fn of(group: &DiffGroup) -> Self {
        let names = group.names.iter().take(MAX_NAMES).filter_map(node_name);
        Self { row: group.row.clone(), names: names.collect(), n_nodes: group.names.len() }
    }
}

/// The name that the address has for a node.
fn node_name(names: &Pair<Option<String>>) -> Option<String> {
    match (&names.head, &names.base) {
        (Some(head), _) => Some(head.clone()),
        (None, Some(base)) => Some(format!("{BASE_ONLY}{base}")),
        (None, None) => None,
    }
}
