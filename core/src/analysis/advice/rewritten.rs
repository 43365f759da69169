//! Ops that ExecuTorch's Arm backend replaces by others when they are to be quantized.

/// The names of these ops, from the passes of `ArmPassManager.transform_for_annotation_pipeline`
/// (`backends/arm/_passes/arm_pass_manager.py` of ExecuTorch 1.5.1).
const REWRITTEN: [&str; 47] = [
    "_softmax",
    "adaptive_avg_pool2d",
    "add_",
    "addmm",
    "avg_pool2d",
    "celu",
    "cosine_similarity",
    "div",
    "div_",
    "einsum",
    "elu",
    "embedding",
    "floor_divide",
    "full",
    "glu",
    "group_norm",
    "gru",
    "index_copy",
    "index_copy_",
    "index_put",
    "index_put_",
    "layer_norm",
    "leaky_relu",
    "leaky_relu_",
    "linalg_vector_norm",
    "log_softmax",
    "logit",
    "lstm",
    "masked_fill",
    "matmul",
    "max",
    "mean",
    "min",
    "mul_",
    "ne",
    "prelu",
    "remainder",
    "rnn_relu",
    "rnn_tanh",
    "scaled_dot_product_attention",
    "selu",
    "sign",
    "softmax",
    "sqrt",
    "sub_",
    "tril",
    "var",
];

/// Ops of two tensors. With a number in place of one, the number becomes a tensor.
const BINARY: [&str; 9] = ["add", "eq", "ge", "gt", "le", "lt", "mul", "sub", "where"];

/// Whether the graph may change around a node when it is to be quantized: other nodes are then
/// quantized in its place.
pub(super) fn is_rewritten(target: &str, n_inputs: usize) -> bool {
    let name = target.strip_prefix("aten.").and_then(|it| it.split('.').next());
    name.is_some_and(|it| REWRITTEN.contains(&it) || BINARY.contains(&it) && n_inputs < 2)
}
