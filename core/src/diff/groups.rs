//! Nodes with equal changes, as one row of a table.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::{Change, Diff, DiffList, DiffRow, Pair};

/// Nodes that changed in the same way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiffGroup {
    /// The first of them. If there are several, its changes name no input of its own.
    pub row: DiffRow,
    /// Their names, the first one's included.
    pub names: Vec<Pair<Option<String>>>,
}

impl Diff {
    /// The rows of a list ([`Diff::rows`]), with those of one op and with equal changes joined, in
    /// the order of each group's first row. Renamed nodes stay apart.
    pub fn groups(&self, list: Option<DiffList>) -> Vec<DiffGroup> {
        let mut groups: Vec<DiffGroup> = Vec::new();
        let mut group_idx_of = HashMap::new();
        for row in self.rows(list, 0, usize::MAX) {
            let changes = without_inputs(&row.changes);
            let key = (row.target.clone(), row.verdict, changes.clone());
            if list != Some(DiffList::Renamed)
                && let Some(group_idx) = group_idx_of.get(&key)
            {
                let group: &mut DiffGroup = &mut groups[*group_idx];
                group.names.push(row.name);
                group.row.changes = changes;
                continue;
            }
            group_idx_of.insert(key, groups.len());
            groups.push(DiffGroup { names: vec![row.name.clone()], row });
        }
        groups
    }
}

/// The changes with `input` for `input conv2d_2`, each once.
fn without_inputs(changes: &[Change]) -> Vec<Change> {
    let mut general: Vec<Change> = Vec::new();
    for change in changes {
        let change = match &change.input {
            None => change.clone(),
            Some(name) => Change {
                what: change.what.replacen(&format!("input {name}"), "input", 1),
                input: None,
                ..change.clone()
            },
        };
        if !general.contains(&change) {
            general.push(change);
        }
    }
    general
}
