//! The colours of nodes and modules: each node is in one class, and the parts of modules add up.

use qspect_core::view::{ColorBy, Coloring, Column, IcicleWidth};
use qspect_core::{Analysis, Diff};

use crate::common::build::{changed, exporter, exporter_names};

fn classes(coloring: &Coloring) -> Vec<(&str, usize)> {
    coloring.classes.iter().map(|it| (it.label.as_str(), it.n_nodes)).collect()
}

#[test]
fn each_node_has_one_class() {
    let choices = [
        ColorBy::Verdict,
        ColorBy::Bits,
        ColorBy::Quantizer,
        ColorBy::Number(Column::Macs),
        ColorBy::Number(Column::Params),
        ColorBy::Number(Column::Metric("sqnr".into())),
        ColorBy::Change,
    ];
    for name in exporter_names() {
        let analysis = exporter(&name);
        for by in &choices {
            let coloring = analysis.coloring(by);
            assert_eq!(coloring.class_of.len(), analysis.nodes().len(), "{name} {by:?}");
            for (class_idx, class) in coloring.classes.iter().enumerate() {
                let n =
                    coloring.class_of.iter().filter(|it| usize::from(**it) == class_idx).count();
                assert_eq!((n, n > 0), (class.n_nodes, true), "{name} {by:?} {class:?}");
            }
            assert_eq!(ColorBy::from_name(by.as_str()), *by);
            for width in [IcicleWidth::Nodes, IcicleWidth::Macs, IcicleWidth::Params] {
                let colors = analysis.module_colors(&coloring, width);
                let modules = analysis.modules();
                assert_eq!(colors.parts.len(), modules.len());
                for (part, module) in colors.parts.iter().zip(&modules) {
                    assert_eq!(
                        part.iter().sum::<u64>(),
                        width.of(module),
                        "{name} {by:?} {module:?}"
                    );
                }
            }
        }
    }
}

#[test]
fn classes_of_a_real_model() {
    let analysis = exporter("mobilenet_v2.mixed");
    let bits = analysis.coloring(&ColorBy::Bits);
    assert_eq!(classes(&bits), [("8-bit", 94), ("16-bit", 1), ("float", 10)]);
    let quantizers = analysis.coloring(&ColorBy::Quantizer);
    let first = quantizers.classes.first().expect("a class");
    assert_eq!((first.label.as_str(), first.n_nodes), ("1 · NO_QCONFIG", 10));
    let macs = analysis.coloring(&ColorBy::Number(Column::Macs));
    // 52 convolutions and a linear have MACs; the largest value is in the last step.
    let with_macs: usize = macs
        .classes
        .iter()
        .filter(|it| it.color.ends_with(char::is_numeric))
        .map(|it| it.n_nodes)
        .sum();
    assert_eq!(with_macs, 53);
    assert_eq!(macs.classes.last().map(|it| it.color.as_str()), Some("sequence-4"));
}

/// What only a log has: no MACs, which is unknown and not zero.
#[test]
fn unknown_numbers_are_no_zeros() {
    let log = crate::common::real_reports().into_iter().find(|it| it.name.contains("debug"));
    let analysis = Analysis::of(log.expect("a log").read());
    let macs = analysis.coloring(&ColorBy::Number(Column::Macs));
    assert_eq!(classes(&macs), [("unknown", analysis.nodes().len())]);
}

#[test]
fn changes_have_colours() {
    let (base, head) = (exporter("mobilenet_v2.ethosu"), exporter("mobilenet_v2.mixed"));
    let coloring = Diff::of(&base, &head).coloring(head.nodes().len());
    assert_eq!(classes(&coloring), [("became float", 10), ("changed qspec", 1), ("unchanged", 94)]);
    let head = changed("mobilenet_v2.with_a_layer");
    let coloring = Diff::of(&base, &head).coloring(head.nodes().len());
    assert_eq!(classes(&coloring), [("added", 2), ("unchanged", head.nodes().len() - 2)]);
}

/// Blocks of modules follow each other, and there are few enough to see.
#[test]
fn blocks_of_modules() {
    for name in exporter_names() {
        let blocks = exporter(&name).module_blocks();
        assert!(blocks.len() <= 40, "{name}: {}", blocks.len());
        assert!(blocks.is_sorted_by(|a, b| a.start < b.start && a.path != b.path), "{name}");
    }
    let blocks = exporter("mobilenet_v2.mixed").module_blocks();
    assert_eq!(blocks.first().map(|it| it.path.as_str()), Some("features.0.0"));
}
