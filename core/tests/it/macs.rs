//! Multiply-accumulates against torch's own counter, and of ops whose operands a report hides.

use crate::common::build::with_graph;
use expect_test::expect;
use qspect_core::Analysis;
use serde::Deserialize;
use serde_json::{Value, json};

/// An op, the tensors that its node reads, and its multiply-accumulates.
#[derive(Debug, Deserialize)]
struct Case {
    op: String,
    /// The shapes of the tensors, each once, as a report lists them.
    inputs: Vec<Vec<u64>>,
    /// By operand, which of the tensors it is.
    reads: Vec<usize>,
    out: Vec<u64>,
    macs: u64,
}

/// The MACs of a node that reads these tensors.
fn macs(target: &str, inputs: &[Value], out: Value) -> Option<u64> {
    let names: Vec<String> = (0..inputs.len()).map(|it| format!("i{it}")).collect();
    let nodes = names.iter().zip(inputs).map(|(name, shape)| {
        json!({ "name": name, "op": "placeholder", "target": name, "inputs": [], "shape": shape })
    });
    let node = json!({
        "name": "node", "op": "call_function", "target": target, "inputs": names, "shape": out,
    });
    let analysis: Analysis = with_graph(nodes.chain([node]).collect(), json!([]));
    let node_idx = analysis.find("node").expect("a node");
    analysis.macs(analysis.nodes().get(node_idx).expect("a node"))
}

/// Never another number than torch's. A number is missing only where one tensor is several operands,
/// or where a convolution may be a transposed one.
#[test]
fn macs_are_those_of_torch() {
    let cases: Vec<Case> =
        serde_json::from_str(include_str!("macs/cases.json")).expect("the cases of make_cases.py");
    let mut unknown = String::new();
    for case in &cases {
        let inputs: Vec<Value> = case.inputs.iter().map(|it| json!(it)).collect();
        match macs(&format!("aten.{}.default", case.op), &inputs, json!(case.out)) {
            Some(found) => assert_eq!(found, case.macs, "{case:?}"),
            None => {
                let Case { op, inputs, reads, out, .. } = case;
                unknown += &format!("{op} {inputs:?} read as {reads:?} for {out:?}\n");
            }
        }
    }
    expect![[r#"
        convolution [[1, 6, 8, 11], [6, 6, 2, 3], [6]] read as [0, 1, 2] for [1, 6, 9, 11]
        convolution [[1, 2, 11], [2, 1, 1], [2]] read as [0, 1, 2] for [1, 2, 7]
    "#]]
    .assert_eq(&unknown);
}

/// Ops that multiply matrices never count as zero MACs.
#[test]
fn what_is_not_counted_is_unknown() {
    let x = || json!([4, 4]);
    for op in [
        "tensordot",
        "chain_matmul",
        "linalg_multi_dot",
        "bilinear",
        "_trilinear",
        "einsum",
        "kron",
        "lstm",
        "gru_cell",
        "quantized_lstm",
        "mkldnn_rnn_layer",
        "_cudnn_rnn",
        "_grouped_mm",
        "_scaled_grouped_mm_v2",
        "_scaled_mm_v3",
        "_sparse_mm",
        "_sparse_addmm",
        "smm",
        "hspmm",
        "sspaddmm",
        "sparse_sampled_addmm",
        "_cslt_sparse_mm",
        "_sparse_semi_structured_linear",
        "_mixed_dtypes_linear",
        "fbgemm_linear_int8_weight",
        "linear_backward",
        "convolution_backward",
        "cudnn_convolution_add_relu",
        "_foreach_mm",
        "_flash_attention_forward",
        "_native_multi_head_attention",
        "_transformer_encoder_layer_fwd",
        "linalg_solve",
        "inverse",
        "linalg_inv_ex",
        "linalg_matrix_power",
        "cholesky_solve",
        "svd",
        "cdist",
        "cov",
        "corrcoef",
        "_wrapped_quantized_linear_prepacked",
        "matmul_backward",
        "_euclidean_dist",
        "_spsolve",
        "affine_grid_generator",
    ] {
        assert_eq!(macs(&format!("aten.{op}.default"), &[x(), x()], x()), None, "{op}");
    }
    for target in [
        "acme.fused_op.default",
        "quantized.linear.default",
        "quantized_decomposed.mixed_mm.default",
        "higher_order.flex_attention",
        "torchao.linear.default",
        "torch.linalg.inv",
        "torch.nn.functional.multi_head_attention_forward",
        "my_function",
    ] {
        assert_eq!(macs(target, &[x(), x()], x()), None, "{target}");
    }
    for target in [
        "aten.add.Tensor",
        "aten.mul.Tensor",
        "aten.addcmul.default",
        "aten.hamming_window.default",
        "aten.digamma.default",
        "aten.cummax.default",
        "aten.upsample_bilinear2d.vec",
        "aten.upsample_linear1d.default",
        "aten.linalg_vector_norm.default",
        "aten.cross.default",
        "aten._convert_indices_from_coo_to_csr.default",
        "aten.detach.default",
        "aten.matrix_H.default",
        "quantized_decomposed.quantize_per_tensor.default",
        "operator.getitem",
        "higher_order.cond",
        "aten.log_softmax.int",
        "torch.linalg.vector_norm",
    ] {
        assert_eq!(macs(target, &[x(), x()], x()), Some(0), "{target}");
    }
}

#[test]
fn one_op_has_many_names() {
    let (a, b) = (json!([2, 3]), json!([3, 5]));
    for target in [
        "aten.mm.default",
        "aten.mm.out",
        "aten.mm",
        "torch.mm",
        "torch.matmul",
        "operator.matmul",
        "aten._int_mm.default",
        "aten._scaled_mm.default",
    ] {
        assert_eq!(macs(target, &[a.clone(), b.clone()], json!([2, 5])), Some(30), "{target}");
    }
    let (x, weight) = (json!([7, 2, 3]), json!([5, 3]));
    for target in ["aten.linear.default", "torch.nn.functional.linear", "torch._C._nn.linear"] {
        assert_eq!(macs(target, &[x.clone(), weight.clone()], json!([7, 2, 5])), Some(210));
    }
    // Scales and packed weights are read as well.
    let scale = json!([5]);
    for target in ["aten._weight_int8pack_mm.default", "aten._weight_int4pack_mm.default"] {
        let inputs = [a.clone(), json!([9, 9, 9, 9]), scale.clone()];
        assert_eq!(macs(target, &inputs, json!([2, 5])), Some(30), "{target}");
    }
}

/// A tensor that is several operands, where the shapes leave no other way, and where they do.
#[test]
fn one_tensor_as_several_operands() {
    let x = || json!([4, 4]);
    let table = [
        ("matmul", vec![x()], x(), Some(64)),
        ("scaled_dot_product_attention", vec![x()], x(), Some(128)),
        ("addmm", vec![x()], x(), Some(64)),
        // A vector is missing.
        ("mv", vec![x()], json!([4]), None),
        // `linear(x, x, b)`, and a weight that is one row.
        ("linear", vec![json!([3, 3]), json!([3])], json!([3, 3]), Some(27)),
        ("linear", vec![json!([3, 3]), json!([3])], json!([3]), Some(9)),
        ("linear", vec![json!([3, 5])], json!([3, 5]), None),
        ("bmm", vec![json!([2, 3, 3])], json!([2, 3, 3]), Some(54)),
        ("bmm", vec![json!([2, 3, 4])], json!([2, 3, 4]), None),
        // `addmm(a, a, b)`, `addmm(a, b, a)` and `addmm(a, b, b)` of squares are one number,
        ("addmm", vec![x(), x()], x(), Some(64)),
        // and of what is added alone they are not the same.
        ("addmm", vec![json!([4]), json!([4, 2]), json!([2, 4])], x(), Some(32)),
        ("baddbmm", vec![json!([2, 3, 3]), json!([2, 3, 3])], json!([2, 3, 3]), Some(54)),
        ("conv2d", vec![json!([3, 3, 5, 5])], json!([3, 3, 1, 1]), Some(675)),
        // The mask of attention over 5 keys, and values as wide as these.
        (
            "scaled_dot_product_attention",
            vec![json!([2, 5, 5]), json!([2, 5, 5]), json!([2, 5, 5])],
            json!([2, 5, 5]),
            Some(500),
        ),
        // Symbolic sizes and unknown shapes.
        ("mm", vec![json!(["s0", 3]), json!([3, 5])], json!(["s0", 5]), None),
        ("mm", vec![json!(["2", 3]), json!([3, 5])], json!([2, 5]), Some(30)),
        ("mm", vec![Value::Null, json!([3, 5])], json!([2, 5]), None),
        ("mm", vec![json!([2, 3]), json!([3, 5])], Value::Null, None),
        ("mm", vec![json!([2, -3]), json!([-3, 5])], json!([2, 5]), None),
        // More than 64 bits.
        (
            "mm",
            vec![json!([1_i64 << 40, 1_i64 << 40]), json!([1_i64 << 40, 5])],
            json!([1_i64 << 40, 5]),
            None,
        ),
        // A convolution or a transposed one of as many channels.
        ("convolution", vec![json!([1, 6, 8, 8]), json!([6, 1, 3, 3])], json!([1, 6, 4, 4]), None),
        (
            "convolution",
            vec![json!([1, 6, 8, 8]), json!([6, 1, 3, 3])],
            json!([1, 6, 8, 8]),
            Some(3456),
        ),
        (
            "convolution",
            vec![json!([1, 6, 8, 8]), json!([6, 2, 3, 3])],
            json!([1, 4, 15, 15]),
            Some(6912),
        ),
    ];
    for (op, inputs, out, expected) in table {
        let found = macs(&format!("aten.{op}.default"), &inputs, out.clone());
        assert_eq!(found, expected, "{op} {inputs:?} {out}");
    }
}
