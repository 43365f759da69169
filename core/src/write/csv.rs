//! Comma-separated values (RFC 4180).

use crate::view::node_record::NodeRecord;

/// The columns of [`nodes_csv`].
pub const NODE_COLUMNS: [&str; 11] = [
    "name",
    "op",
    "target",
    "module",
    "verdict",
    "quantizer",
    "qconfig_label",
    "rejection_reason",
    "inputs",
    "output",
    "resolved_output",
];

/// Nodes, one per row, after a header row of [`NODE_COLUMNS`].
pub fn nodes_csv(records: impl Iterator<Item = NodeRecord>) -> String {
    let mut csv = String::new();
    csv_row(&mut csv, &NODE_COLUMNS);
    for record in records {
        csv_row(&mut csv, &node_cells(record).each_ref().map(String::as_str));
    }
    csv
}

/// A record's cells, in the order of [`NODE_COLUMNS`].
pub fn node_cells(record: NodeRecord) -> [String; NODE_COLUMNS.len()] {
    let inputs = record.inputs.into_iter();
    let inputs = inputs.map(|it| format!("{}: {}", it.node, it.qspec.as_deref().unwrap_or("None")));
    [
        record.name,
        record.op.unwrap_or_default(),
        record.target.unwrap_or_default(),
        record.module.unwrap_or_default(),
        record.verdict.as_str().to_owned(),
        record.quantizer.unwrap_or_default(),
        record.qconfig_label.unwrap_or_default(),
        record.rejection_reason.unwrap_or_default(),
        inputs.collect::<Vec<_>>().join("; "),
        record.output.unwrap_or_default(),
        record.resolved_output.unwrap_or_default(),
    ]
}

/// Adds a row, with quotes where they are necessary. Lines end with `\n`, as in all of Qspect's
/// output.
pub fn csv_row(csv: &mut String, cells: &[&str]) {
    for (column, cell) in cells.iter().enumerate() {
        if column > 0 {
            csv.push(',');
        }
        match cell.contains([',', '"', '\n', '\r']) {
            true => {
                csv.push('"');
                csv.push_str(&cell.replace('"', "\"\""));
                csv.push('"');
            }
            false => csv.push_str(cell),
        }
    }
    csv.push('\n');
}
