//! Nodes grouped by a column: each node is in one group, sums add up, and a group leads to its nodes.

use qspect_core::view::{Column, GROUPINGS, NodeQuery, NodeTable, Selection, node_groups};

use crate::common::build::{exporter, exporter_names};

#[test]
fn groups_share_out_the_nodes() {
    for name in exporter_names() {
        let analysis = exporter(&name);
        let table = NodeTable::of(&analysis);
        let all = table.find(&analysis, &NodeQuery::default(), None).expect("a query").rows;
        let total = |of: fn(&qspect_core::view::NodeGroup) -> u64, by: &Column| -> u64 {
            node_groups(&analysis, &all, by).iter().map(of).sum()
        };
        let sums = [
            total(|it| it.n_nodes as u64, &Column::Op),
            total(|it| it.n_float as u64, &Column::Op),
            total(|it| it.n_macs.unwrap_or_default(), &Column::Op),
            total(|it| it.n_params.unwrap_or_default(), &Column::Op),
        ];
        assert_eq!(sums[0], all.len() as u64);
        let n_float = analysis.verdict_counts().map(|it| it.n_float() as u64);
        assert_eq!(Some(sums[1]), n_float, "{name}");
        for by in &GROUPINGS {
            let groups = node_groups(&analysis, &all, by);
            assert!(groups.is_sorted_by(|a, b| a.n_nodes >= b.n_nodes));
            assert_eq!(groups.iter().map(|it| it.n_macs.unwrap_or_default()).sum::<u64>(), sums[2]);
            assert_eq!(
                groups.iter().map(|it| it.n_params.unwrap_or_default()).sum::<u64>(),
                sums[3]
            );
            for group in groups {
                let selection = Selection::Group(by.clone(), group.value.clone());
                assert_eq!(analysis.select(&selection).len(), group.n_nodes, "{name} {group:?}");
            }
        }
    }
}

/// The sums of one op of a real model.
#[test]
fn a_group_has_sums() {
    let analysis = exporter("mobilenet_v2.mixed");
    let all: Vec<usize> = (0..analysis.nodes().len()).collect();
    let groups = node_groups(&analysis, &all, &Column::Op);
    let add = groups.iter().find(|it| it.value == "aten.add.Tensor").expect("a group");
    assert_eq!((add.n_nodes, add.n_float, add.n_macs), (10, 10, Some(0)));
    let conv = groups.iter().find(|it| it.value == "aten.conv2d.default").expect("a group");
    assert_eq!((conv.n_nodes, conv.n_float, conv.n_float_macs), (52, 0, None));
    assert_eq!(conv.n_macs, Some(299_494_272));
}
