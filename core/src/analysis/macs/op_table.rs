//! The table of the ops that multiply matrices, for [`crate::analysis::Analysis::macs`].

use super::formulas;
use super::formulas::Count;

/// A rule that derives the number of products of an op from the shapes of its operands.
#[derive(Clone, Copy)]
pub(super) struct Rule {
    /// The number of required leading tensors.
    pub(super) n_required: usize,
    /// The number of optional tensors after them: a bias or a mask.
    pub(super) n_optional: usize,
    /// Whether the op may read more tensors after these: scales, packed weights.
    pub(super) reads_others: bool,
    pub(super) count: Count,
}

/// Whether and how an op multiplies matrices.
pub(super) enum Products {
    /// It does not multiply matrices.
    No,
    /// It may multiply matrices: that depends on arguments that a report does not have, or the op
    /// does not belong to torch.
    Unknown,
    /// One of these rules gives the number of products.
    Counted(&'static [Rule]),
}

const fn rule(n_required: usize, n_optional: usize, count: Count) -> Rule {
    Rule { n_required, n_optional, reads_others: false, count }
}

const fn by_first(count: Count) -> Rule {
    Rule { n_required: 1, n_optional: 0, reads_others: true, count }
}

/// The products of a `call_function` node with this target: `aten.conv2d.default`, `torch.matmul`.
pub(super) fn products(target: &str) -> Products {
    let target = target.strip_prefix("torch.ops.").unwrap_or(target);
    let mut parts = target.split('.');
    let namespace = parts.next().unwrap_or_default();
    let op = match namespace {
        // `aten.conv2d.default` and `aten.conv2d.padding` multiply the same.
        "aten" | "prims" | "quantized_decomposed" | "dim_order_ops" | "higher_order" => {
            parts.next().unwrap_or_default()
        }
        // `torch.nn.functional.linear`, `operator.matmul`.
        "torch" | "operator" | "_operator" | "builtins" | "math" => {
            parts.next_back().unwrap_or_default()
        }
        _ => return Products::Unknown,
    };
    let is_name = |it: char| it.is_ascii_alphanumeric() || it == '_' || it == '.';
    if op.is_empty() || !target.chars().all(is_name) {
        return Products::Unknown;
    }
    match counted(op.trim_end_matches('_')) {
        Some(rules) if namespace != "quantized_decomposed" => Products::Counted(rules),
        None if target.starts_with("torch.linalg.") && !PLAIN_LINALG.contains(&op) => {
            Products::Unknown
        }
        None if !multiplies_matrices(op) => Products::No,
        _ => Products::Unknown,
    }
}

/// The rules for an aten op that is counted.
///
/// The names are from `torch._C._jit_get_all_schemas()` in torch 2.15. If an op has several rules,
/// the shapes must show which one applies.
fn counted(op: &str) -> Option<&'static [Rule]> {
    Some(match op {
        "mm" | "_int_mm" => const { &[rule(2, 0, formulas::mm)] },
        "bmm" => const { &[rule(2, 0, formulas::bmm)] },
        "matmul" | "linalg_matmul" => const { &[rule(2, 0, formulas::matmul)] },
        "mv" => const { &[rule(2, 0, formulas::mv)] },
        "dot" | "vdot" => const { &[rule(2, 0, formulas::dot)] },
        "linalg_vecdot" => const { &[rule(2, 0, formulas::vecdot)] },
        "inner" => const { &[rule(2, 0, formulas::inner)] },
        // The product of a column and a row.
        "outer" | "ger" => const { &[rule(2, 0, formulas::outer)] },
        "addmm" | "_addmm_activation" => const { &[rule(3, 0, formulas::addmm)] },
        "baddbmm" => const { &[rule(3, 0, formulas::baddbmm)] },
        "addbmm" => const { &[rule(3, 0, formulas::addbmm)] },
        "addmv" => const { &[rule(3, 0, formulas::addmv)] },
        "addr" => const { &[rule(3, 0, formulas::addr)] },
        "linear" | "mkldnn_linear" => const { &[rule(2, 1, formulas::linear)] },
        // Weights may be packed, so their shapes are not usable.
        "_scaled_mm"
        | "_weight_int8pack_mm"
        | "_weight_int4pack_mm"
        | "_weight_int4pack_mm_for_cpu"
        | "_weight_int4pack_mm_with_scales_and_zeros"
        | "_dyn_quant_matmul_4bit" => const { &[by_first(formulas::rows_by_packed)] },
        "conv1d" => const { &[rule(2, 1, formulas::conv::<1>)] },
        "conv2d" | "thnn_conv2d" | "_conv_depthwise2d" | "slow_conv_dilated2d" => {
            const { &[rule(2, 1, formulas::conv::<2>)] }
        }
        "conv3d" | "conv_depthwise3d" | "slow_conv3d" | "slow_conv_dilated3d" => {
            const { &[rule(2, 1, formulas::conv::<3>)] }
        }
        "conv_tbc" => const { &[rule(3, 0, formulas::conv_tbc)] },
        "conv_transpose1d" => const { &[rule(2, 1, formulas::conv_transpose::<1>)] },
        "conv_transpose2d" | "slow_conv_transpose2d" => {
            const { &[rule(2, 1, formulas::conv_transpose::<2>)] }
        }
        "conv_transpose3d" | "slow_conv_transpose3d" => {
            const { &[rule(2, 1, formulas::conv_transpose::<3>)] }
        }
        "_convolution_mode" | "mkldnn_convolution" => {
            const { &[rule(2, 1, formulas::conv_of_any_rank)] }
        }
        // An argument determines whether it is transposed, and a report does not have it.
        "convolution" | "_convolution" | "convolution_overrideable" => {
            const {
                &[
                    rule(2, 1, formulas::conv_of_any_rank),
                    rule(2, 1, formulas::conv_transpose_of_any_rank),
                ]
            }
        }
        "scaled_dot_product_attention"
        | "_scaled_dot_product_attention_math"
        | "_scaled_dot_product_flash_attention"
        | "_scaled_dot_product_flash_attention_for_cpu"
        | "_scaled_dot_product_efficient_attention"
        | "_scaled_dot_product_cudnn_attention" => const { &[rule(3, 1, formulas::attention)] },
        _ => return None,
    })
}

/// Whether an op without rules seems to multiply matrices, by its name, so that its MACs are
/// unknown. They depend on arguments (`einsum`, `tensordot`), on an order that the op chooses
/// (`chain_matmul`), on the contents of a sparse tensor, or on an algorithm (`linalg_solve`).
fn multiplies_matrices(op: &str) -> bool {
    let op = op.trim_matches('_');
    // It multiplies between pixels, not between matrices.
    if op.starts_with("upsample") {
        return false;
    }
    if let Some(op) = op.strip_prefix("linalg_") {
        return !["cross", "diagonal", "norm", "vander", "vector_norm", "check_errors"]
            .contains(&op);
    }
    // The transpose of a complex matrix.
    if op == "matrix_H" {
        return false;
    }
    op == "inverse"
        || op.contains("affine_grid")
        || op.split('_').any(|word| {
            ENDS.iter().any(|it| word.ends_with(it))
                || STARTS.iter().any(|it| word.starts_with(it))
                || WORDS.contains(&word)
        })
}

/// Ops of linear algebra that do not multiply matrices, without the prefix `linalg_`.
const PLAIN_LINALG: [&str; 6] =
    ["cross", "diagonal", "norm", "vander", "vector_norm", "check_errors"];

/// Suffixes of words in the names of such ops: `sspaddmm`, `addmv`, `vecdot`.
const ENDS: [&str; 4] = ["mm", "mv", "dot", "solve"];

/// Prefixes of words in the names of such ops: `conv2d`, `convolution`, `mkldnn_rnn_layer`.
const STARTS: [&str; 11] = [
    "attention",
    "bilinear",
    "cholesky",
    "conv1",
    "conv2",
    "conv3",
    "convolution",
    "linear",
    "matmul",
    "matrix",
    "trilinear",
];

/// Whole words in the names of such ops.
const WORDS: [&str; 30] = [
    "addr",
    "cdist",
    "conv",
    "corrcoef",
    "cov",
    "det",
    "eig",
    "einsum",
    "euclidean",
    "gemm",
    "geqrf",
    "ger",
    "gru",
    "inner",
    "kron",
    "lobpcg",
    "logdet",
    "lstm",
    "lstsq",
    "lu",
    "nuclear",
    "orgqr",
    "ormqr",
    "outer",
    "pinverse",
    "qr",
    "rnn",
    "slogdet",
    "svd",
    "transformer",
];
