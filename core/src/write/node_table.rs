//! The nodes of a report as a table for a terminal.

use super::csv::{NODE_COLUMNS, node_cells};
use crate::text::escape::escape_line;
use crate::view::node_record::NodeRecord;

/// The longest cell, in characters. Names are kept whole, since `qspect explain` needs them.
const MAX_CELL: usize = 32;

fn shortened(mut cells: [String; NODE_COLUMNS.len()]) -> [String; NODE_COLUMNS.len()] {
    for cell in &mut cells {
        *cell = escape_line(cell);
    }
    for cell in &mut cells[1..] {
        if cell.chars().count() > MAX_CELL {
            *cell = cell.chars().take(MAX_CELL - 1).chain(['…']).collect();
        }
    }
    cells
}

/// Nodes as an aligned table; empty without nodes. Columns
/// without any text are left out: a log has no ops, targets and modules.
pub fn nodes_table(records: impl Iterator<Item = NodeRecord>) -> String {
    let rows: Vec<_> = records.map(node_cells).map(shortened).collect();
    let mut table = String::new();
    if rows.is_empty() {
        return table;
    }
    let width = |column: usize| {
        let longest = rows.iter().map(|it| it[column].chars().count()).max().unwrap_or_default();
        (column, if longest == 0 { 0 } else { longest.max(NODE_COLUMNS[column].len()) })
    };
    let columns: Vec<_> = (0..NODE_COLUMNS.len()).map(width).filter(|it| it.1 > 0).collect();
    let headers = NODE_COLUMNS.map(str::to_owned);
    for row in [&headers].into_iter().chain(&rows) {
        let cells = columns.iter().map(|(column, width)| format!("{:<width$}", row[*column]));
        table.push_str(cells.collect::<Vec<_>>().join("  ").trim_end());
        table.push('\n');
    }
    table
}
