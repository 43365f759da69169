//! The table of a node's qspecs: roles, arguments, and where they come from.

use expect_test::{Expect, expect};
use qspect_core::Analysis;
use qspect_core::view::{AnnotationDetail, QSpecDetail};

use crate::common::build::exporter;
use crate::common::real_reports;

/// The table as text: a line for each tensor.
#[track_caller]
fn check(analysis: &Analysis, name: &str, expected: Expect) {
    let node_idx = analysis.find(name).expect("a node");
    let detail = analysis.detail(node_idx).expect("a node");
    let annotation = detail.annotation.expect("an annotation");
    let inputs = annotation.inputs.iter().map(|it| (it.role.label(), &it.qspec));
    let rows: Vec<(&str, &QSpecDetail)> = inputs.chain([("output", &annotation.output)]).collect();
    let details: Vec<&QSpecDetail> = rows.iter().map(|it| it.1).collect();
    let columns = AnnotationDetail::columns(&details);
    let mut found = format!("{}\n", columns.join(" | "));
    for (role, it) in rows {
        let cells: Vec<&str> =
            columns.iter().map(|column| it.argument(column).unwrap_or("-")).collect();
        found += &format!("{role}: {}", cells.join(" | "));
        if !it.taken_from.is_empty() {
            found += &format!(" from {}", it.taken_from.join(", "));
        }
        if !it.other_arguments().is_empty() {
            found += &format!(" with {}", it.other_arguments().join(", "));
        }
        found += "\n";
    }
    expected.assert_eq(&found);
}

#[test]
fn a_convolution_has_roles() {
    check(
        &exporter("mobilenet_v2.mixed"),
        "conv2d_3",
        expect![[r#"
        dtype | range | qscheme | ch_axis | observer
        input: int8 | [-128, 127] | per_tensor_affine | None | HistogramObserver
        weight: int8 | [-127, 127] | per_channel_symmetric | 0 | PerChannelMinMaxObserver
        bias: int32 | [-2147483647, 2147483647] | per_channel_symmetric | 0 | - from input, weight with derive_qparams_fn=executorch.backends.arm.quantizer.quantization_config.QuantizationConfig.get_bias_qspec.<locals>._derive_qparams_fn
        output: - | - | - | - | -
    "#]],
    );
}

#[test]
fn a_shared_qspec_has_the_arguments_of_its_source() {
    check(
        &exporter("swin_t.mixed"),
        "dropout_2",
        expect![[r#"
        dtype | range | qscheme | observer
        input: int8 | [-128, 127] | per_tensor_affine | HistogramObserver
        output: int8 | [-128, 127] | per_tensor_affine | HistogramObserver from input
    "#]],
    );
}

/// ExecuTorch's text has no qscheme, no axis and no observer: they have no column.
#[test]
fn a_log_has_what_it_prints() {
    let log =
        real_reports().into_iter().find(|it| it.name.contains("1.5.1/mobilenet_v2.mixed.debug"));
    check(
        &Analysis::of(log.expect("a log").read()),
        "conv2d_3",
        expect![[r#"
        dtype | range
        input: int8 | [-128, 127]
        weight: int8 | [-127, 127]
        bias: int32 | - from input, weight
        output: - | -
    "#]],
    );
}
