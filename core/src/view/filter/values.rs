//! The values that occur in a report, to complete a filter with.

use std::collections::BTreeSet;

use crate::analysis::Analysis;
use crate::analysis::nodes::Node;
use crate::view::column::Column;

/// How many nodes are looked at, and how many values a field has at most.
const MAX_NODES: usize = 50_000;
const MAX_VALUES: usize = 300;

impl Analysis {
    /// The values of fields that no facet has, by the field's name. Of a large report, those of its
    /// first nodes.
    pub fn field_values(&self) -> Vec<(String, Vec<String>)> {
        let of_column =
            |column: Column| move |node_idx: usize, _: &Node| vec![column.text(self, node_idx)];
        let of_weight = |_: usize, node: &Node| match self.weight(node.name_id) {
            Some(qspec) => {
                let qscheme = qspec.qscheme().map(|it| it.short().to_owned());
                qspec.dtype().map(|it| it.short().to_owned()).into_iter().chain(qscheme).collect()
            }
            None => Vec::new(),
        };
        let of_module = |_: usize, node: &Node| {
            let stack = self.graph_node(node).map(|it| it.module_stack.as_slice());
            stack.unwrap_or_default().iter().map(|it| it.path.to_string()).collect()
        };
        vec![
            ("module".to_owned(), self.values(of_module)),
            ("class".to_owned(), self.values(of_column(Column::Class))),
            ("scheme".to_owned(), self.values(of_column(Column::Scheme))),
            ("observer".to_owned(), self.values(of_column(Column::Observer))),
            ("shape".to_owned(), self.values(of_column(Column::Shape))),
            ("weight".to_owned(), self.values(of_weight)),
        ]
    }

    fn values(&self, of: impl Fn(usize, &Node) -> Vec<String>) -> Vec<String> {
        let mut values = BTreeSet::new();
        for (node_idx, node) in self.nodes().iter().enumerate().take(MAX_NODES) {
            values.extend(of(node_idx, node).into_iter().filter(|it| !it.is_empty()));
            if values.len() >= MAX_VALUES {
                break;
            }
        }
        values.into_iter().collect()
    }
}
