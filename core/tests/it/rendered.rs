//! Summaries as they are written.

use crate::common::build::{exporter, real};
use expect_test::expect;
use qspect_core::view::NodeTable;
use qspect_core::{Analysis, Summary, write};
use serde_json::{Value, json};

#[test]
fn a_summary_in_all_forms() {
    let analysis = exporter("mlp_mixed.mixed");
    let summary = Summary::of(&analysis, &NodeTable::of(&analysis));
    expect![[r#"
        mlp_mixed: FINAL QUANTIZATION REPORT
        All 6 compute nodes are quantized

        quantized            6
        inputs and outputs   x quantized, output quantized
        coverage, nodes      100 % (6 of 6)
        coverage, MACs       100 % (1.66 k of 1.66 k)
        coverage, parameters 100 % (1.73 k of 1.73 k)

        Who decided, in order of precedence
          1  PatternQuantizer  NO_QCONFIG  0 accepted, 0 rejected, 0 already annotated
          2  PatternQuantizer  NO_QCONFIG  0 accepted, 0 rejected, 0 already annotated
          3  PatternQuantizer  arm_quantizer.get_symmetric_a16w8_quantization_config(per_channel=1, qat=0, dynamic=0, act_range=[-32767, 32767], weight_range=[-127, 127])  3 accepted, 0 rejected, 0 already annotated
          4  PatternQuantizer  arm_quantizer.get_symmetric_quantization_config(per_channel=1, qat=0, dynamic=0, act_range=[-128, 127], weight_range=[-127, 127])  5 accepted, 0 rejected, 3 already annotated
          5  SharedQspecQuantizer  shared qparams for connected targeted nodes  0 accepted, 0 rejected, 0 already annotated

        Ops
          3  aten.linear  static, int8 per-channel symmetric, int16 activations
          1  aten.gelu  static, int8 activations
          1  aten.sigmoid  static, int8 activations
          1  aten.sin  static, int8 activations

        Findings
           edge-mismatch  3 tensors written as int8, read as int16  6 nodes
           edge-mismatch  3 tensors written as int16, read as int8  6 nodes
             mixed-width  16-bit activations beside 8-bit ones  3 nodes
          idle-quantizer  quantizer 1 (PatternQuantizer), NodeTargetNodeFinder targeting node targets: aten::add.Tensor, accepted nothing
          idle-quantizer  quantizer 2 (PatternQuantizer), ModuleTypeNodeFinder targeting module types: Softmax, accepted nothing
    "#]].assert_eq(&write::summary_text(&summary));
    expect![[r#"
        ## mlp\_mixed: FINAL QUANTIZATION REPORT

        **All 6 compute nodes are quantized**

        | | |
        |---|---|
        | quantized | 6 |
        | inputs and outputs | x quantized, output quantized |
        | coverage, nodes | 100 % (6 of 6) |
        | coverage, MACs | 100 % (1.66 k of 1.66 k) |
        | coverage, parameters | 100 % (1.73 k of 1.73 k) |

        ### Who decided, in order of precedence

        |  | quantizer | qconfig | nodes over patterns |
        |---|---|---|---|
        | 1 | PatternQuantizer | NO\_QCONFIG | 0 accepted, 0 rejected, 0 already annotated |
        | 2 | PatternQuantizer | NO\_QCONFIG | 0 accepted, 0 rejected, 0 already annotated |
        | 3 | PatternQuantizer | arm\_quantizer.get\_symmetric\_a16w8\_quantization\_config(per\_channel=1, qat=0, dynamic=0, act\_range=\[-32767, 32767\], weight\_range=\[-127, 127\]) | 3 accepted, 0 rejected, 0 already annotated |
        | 4 | PatternQuantizer | arm\_quantizer.get\_symmetric\_quantization\_config(per\_channel=1, qat=0, dynamic=0, act\_range=\[-128, 127\], weight\_range=\[-127, 127\]) | 5 accepted, 0 rejected, 3 already annotated |
        | 5 | SharedQspecQuantizer | shared qparams for connected targeted nodes | 0 accepted, 0 rejected, 0 already annotated |

        ### Ops

        | nodes | op | how |
        |---|---|---|
        | 3 | aten.linear | static, int8 per-channel symmetric, int16 activations |
        | 1 | aten.gelu | static, int8 activations |
        | 1 | aten.sigmoid | static, int8 activations |
        | 1 | aten.sin | static, int8 activations |

        ### Findings

        | lint | what | nodes |
        |---|---|---|
        | edge-mismatch | 3 tensors written as int8, read as int16 | 6 nodes |
        | edge-mismatch | 3 tensors written as int16, read as int8 | 6 nodes |
        | mixed-width | 16-bit activations beside 8-bit ones | 3 nodes |
        | idle-quantizer | quantizer 1 (PatternQuantizer), NodeTargetNodeFinder targeting node targets: aten::add.Tensor, accepted nothing |  |
        | idle-quantizer | quantizer 2 (PatternQuantizer), ModuleTypeNodeFinder targeting module types: Softmax, accepted nothing |  |
    "#]].assert_eq(&write::summary_markdown(&summary));
    expect![[r#"
        {
          "reports": [
            {
              "file": "run.json",
              "report_title": "FINAL QUANTIZATION REPORT",
              "model": "mlp_mixed",
              "completeness": {
                "whole": true,
                "problems": []
              },
              "nodes_by_verdict": {
                "quantized": 6,
                "fused": 0,
                "float_by_config": 0,
                "annotated_empty": 0,
                "rejected": 0,
                "unmatched": 0,
                "not_float": 0,
                "unknown": 0
              },
              "inputs_outputs": [
                {
                  "name": "x",
                  "state": "quantized",
                  "verdict": "quantized"
                },
                {
                  "name": "output",
                  "state": "quantized",
                  "verdict": "quantized"
                }
              ],
              "parameters": 0,
              "coverage": {
                "nodes": 1.0,
                "macs": 1.0,
                "params": 1.0
              },
              "quantizers": [
                {
                  "name": "PatternQuantizer",
                  "qconfig_label": "NO_QCONFIG",
                  "accepted": 0,
                  "rejected": 0,
                  "rejected_previous_annotation": 0
                },
                {
                  "name": "PatternQuantizer",
                  "qconfig_label": "NO_QCONFIG",
                  "accepted": 0,
                  "rejected": 0,
                  "rejected_previous_annotation": 0
                },
                {
                  "name": "PatternQuantizer",
                  "qconfig_label": "arm_quantizer.get_symmetric_a16w8_quantization_config(per_channel=1, qat=0, dynamic=0, act_range=[-32767, 32767], weight_range=[-127, 127])",
                  "accepted": 3,
                  "rejected": 0,
                  "rejected_previous_annotation": 0
                },
                {
                  "name": "PatternQuantizer",
                  "qconfig_label": "arm_quantizer.get_symmetric_quantization_config(per_channel=1, qat=0, dynamic=0, act_range=[-128, 127], weight_range=[-127, 127])",
                  "accepted": 5,
                  "rejected": 0,
                  "rejected_previous_annotation": 3
                },
                {
                  "name": "SharedQspecQuantizer",
                  "qconfig_label": "shared qparams for connected targeted nodes",
                  "accepted": 0,
                  "rejected": 0,
                  "rejected_previous_annotation": 0
                }
              ],
              "rejection_reasons": [],
              "ops": [
                {
                  "op": "aten.linear",
                  "how": "static, int8 per-channel symmetric, int16 activations",
                  "nodes": 3
                },
                {
                  "op": "aten.gelu",
                  "how": "static, int8 activations",
                  "nodes": 1
                },
                {
                  "op": "aten.sigmoid",
                  "how": "static, int8 activations",
                  "nodes": 1
                },
                {
                  "op": "aten.sin",
                  "how": "static, int8 activations",
                  "nodes": 1
                }
              ],
              "islands": [],
              "findings": [
                {
                  "lint": "edge-mismatch",
                  "message": "3 tensors written as int8, read as int16",
                  "nodes": [
                    "x",
                    "linear",
                    "gelu",
                    "linear_1",
                    "sigmoid",
                    "linear_2"
                  ]
                },
                {
                  "lint": "edge-mismatch",
                  "message": "3 tensors written as int16, read as int8",
                  "nodes": [
                    "linear",
                    "gelu",
                    "linear_1",
                    "sigmoid",
                    "linear_2",
                    "sin"
                  ]
                },
                {
                  "lint": "mixed-width",
                  "message": "16-bit activations beside 8-bit ones",
                  "nodes": [
                    "linear",
                    "linear_1",
                    "linear_2"
                  ]
                },
                {
                  "lint": "idle-quantizer",
                  "message": "quantizer 1 (PatternQuantizer), NodeTargetNodeFinder targeting node targets: aten::add.Tensor, accepted nothing",
                  "nodes": []
                },
                {
                  "lint": "idle-quantizer",
                  "message": "quantizer 2 (PatternQuantizer), ModuleTypeNodeFinder targeting module types: Softmax, accepted nothing",
                  "nodes": []
                }
              ]
            }
          ]
        }"#]].assert_eq(&write::summary_json(&[("run.json", analysis)]).expect("JSON"));
}

/// At INFO level the verdicts are unknown, visibly.
#[test]
fn an_info_report_knows_no_verdict() {
    let analysis = Analysis::of(real("mlp_mixed.mixed.info"));
    let summary = Summary::of(&analysis, &NodeTable::of(&analysis));
    expect![[r#"
        FINAL QUANTIZATION REPORT
        Every node has an annotation; which of them stay float is unknown at INFO level

        accepted             8 over patterns
        rejected             0 over patterns
        already annotated    3 over patterns
        verdicts             unknown: a report at INFO level lists no nodes
        coverage, nodes      unknown: a report at INFO level lists no nodes
        coverage, MACs       unknown: a report at INFO level lists no nodes
        coverage, parameters unknown: a report at INFO level lists no nodes

        Who decided, in order of precedence
          1  PatternQuantizer  NO_QCONFIG  0 accepted, 0 rejected, 0 already annotated
          2  PatternQuantizer  NO_QCONFIG  0 accepted, 0 rejected, 0 already annotated
          3  PatternQuantizer  arm_quantizer.get_symmetric_a16w8_quantization_config(per_channel=1, qat=0, dynamic=0, act_range=[-32767, 32767], weight_range=[-127, 127])  3 accepted, 0 rejected, 0 already annotated
          4  PatternQuantizer  arm_quantizer.get_symmetric_quantization_config(per_channel=1, qat=0, dynamic=0, act_range=[-128, 127], weight_range=[-127, 127])  5 accepted, 0 rejected, 3 already annotated
          5  SharedQspecQuantizer  shared qparams for connected targeted nodes  0 accepted, 0 rejected, 0 already annotated

        Findings
          idle-quantizer  quantizer 1 (PatternQuantizer), NodeTargetNodeFinder targeting node targets: aten::add.Tensor, accepted nothing
          idle-quantizer  quantizer 2 (PatternQuantizer), ModuleTypeNodeFinder targeting module types: Softmax, accepted nothing
    "#]].assert_eq(&write::summary_text(&summary));
    let json: Value =
        serde_json::from_str(&write::summary_json(&[("run.json", analysis)]).expect("JSON"))
            .expect("JSON");
    let report = &json["reports"][0];
    assert_eq!(report["nodes_by_verdict"], Value::Null);
    assert_eq!(report["coverage"], json!({ "nodes": null, "macs": null, "params": null }));
    assert_eq!(report["islands"], Value::Null);
}
