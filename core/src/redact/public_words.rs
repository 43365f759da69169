//! Public words, which a redaction keeps: names of torch, torchao and ExecuTorch, and the plain
//! English of their messages.

use super::torch_names::{DTYPES, NAMESPACES, OBSERVERS, QSCHEMES, QSPECS, QUANTIZERS};
use crate::qspec::DType;

/// Texts that ExecuTorch's quantizers write, and texts that the exporter writes for quantizers
/// without a report. They contain no names, although a node may be called `node`.
pub(super) const OWN_WORDS: [&str; 15] = [
    "FINAL QUANTIZATION REPORT",
    "QUANTIZATION REPORT",
    "GlobalNodeFinder targeting all nodes",
    "InputNodeFinder targeting all placeholder nodes",
    "OutputNodeFinder targeting the output node",
    "nodes whose annotation it changed",
    "NO_QCONFIG",
    "shared qparams for connected targeted nodes",
    "a qconfig it does not report",
    "All inputs and outputs to these nodes are non-quantized.",
    "No float inputs nor outputs to annotate",
    "Pattern rejected.",
    "Tried annotating unsupported configuration of operators",
    "Tried annotating unsupported quantization config",
    crate::report::counts::PREVIOUS_ANNOTATION,
];

/// Names of object fields in the exporter and the format.
pub(super) const OWN_FIELDS: [&str; 33] = [
    "annotation",
    "block_size",
    "ch_axis",
    "class",
    "completeness",
    "counts",
    "derived_from",
    "derive_qparams_fn",
    "dtype",
    "edge_or_node",
    "from_nodes",
    "inputs",
    "is_dynamic",
    "list",
    "metrics",
    "n_params",
    "name",
    "node",
    "nodes",
    "not_delegated",
    "observer",
    "op",
    "patterns_from",
    "qscheme",
    "quant_max",
    "quant_min",
    "reason",
    "scale",
    "shape",
    "target",
    "torch_fn",
    "type",
    "value",
];

/// Names of metrics that the exporter writes, and other common ones.
pub(super) const METRICS: [&str; 16] = [
    "cosine",
    "gap",
    "kl",
    "l1",
    "l2",
    "mae",
    "max_abs",
    "max_error",
    "mean",
    "mse",
    "mse_loss",
    "psnr",
    "rmse",
    "snr",
    "sqnr",
    "std",
];

/// Public packages, whose names and versions a report records.
pub(super) const PACKAGES: [&str; 8] =
    ["executorch", "numpy", "python", "qspect", "torch", "torchao", "torchaudio", "torchvision"];

/// Classes of values that are not tensors.
pub(super) const VALUE_CLASSES: [&str; 14] = [
    "NoneType", "SymBool", "SymFloat", "SymInt", "Tensor", "bool", "complex", "device", "dict",
    "dtype", "float", "int", "list", "tuple",
];

/// Kinds of nodes in `torch.fx` (`_legal_ops` in `torch/fx/node.py`).
pub(super) const FX_OPS: [&str; 7] =
    ["call_function", "call_method", "call_module", "get_attr", "output", "placeholder", "root"];

/// Functions and constants in symbolic sizes (`torch/utils/_sympy/functions.py` and sympy's own).
pub(super) const FUNCTIONS: [&str; 35] = [
    "Abs",
    "And",
    "CeilToInt",
    "CleanDiv",
    "Eq",
    "False",
    "FloatPow",
    "FloatTrueDiv",
    "FloorDiv",
    "FloorToInt",
    "Ge",
    "Gt",
    "Identity",
    "IntTrueDiv",
    "LShift",
    "Le",
    "Lt",
    "Max",
    "Min",
    "Mod",
    "ModularIndexing",
    "Ne",
    "None",
    "Not",
    "Or",
    "Piecewise",
    "PowByNatural",
    "PythonMod",
    "RShift",
    "ToFloat",
    "True",
    "TruncToInt",
    "Where",
    "ceiling",
    "floor",
];

/// Overload names that many operators have.
const OVERLOADS: [&str; 12] = [
    "Scalar",
    "Scalar_out",
    "Tensor",
    "Tensor_out",
    "default",
    "dim",
    "input",
    "int",
    "out",
    "padding",
    "self",
    "vec",
];

/// Letters in version numbers, as PEP 440 and PyTorch write them: `1.6.0.dev20260401+cpu`.
const VERSION_LETTERS: [&str; 12] =
    ["a", "alpha", "b", "beta", "c", "cpu", "cu", "dev", "git", "post", "rc", "v"];

/// Plain words of messages, titles and labels, in lower case. Parts of names between underscores
/// are compared with them too.
const VOCABULARY: &str = "
    a accepted act activation activations affine after all already alone an and annotate annotated
    annotating annotation another any are arm as asymmetric at aten ate be because before begins being
    bits but by calls can cannot channel channels complete config configs configuration connected
    contents count counts cut damaged default does done dynamic each edge edges else empty end ends
    error exception executorch export exported file final first float floating for found from fx
    get global globalnodefinder graph group groups has have how if in incomplete input inputnodefinder inputs
    int integer is it its last less line lines list listed lists log lost many match matched
    matching may missing mixed model my module modulenamenodefinder modules moduletypenodefinder more
    name namenodefinder names no node nodenamenodefinder nodes nodetargetnodefinder non none nor not
    nothing number observer of on one only op operation operations operator operators ops or other
    output outputnodefinder outputs parameter parameters partition pattern patterns per placeholder
    point points pre previous qat qconfig qparams qspec qspecs quantization quantize quantized quantizer
    quantizers range ranges raised reason rejected report reports row rows run runs same say says
    scale scales shape shapes shared skipped source spec specs static such support supported
    symmetric table tables target targeted targeting targets tensor tensors than that the their them
    there these they this to torch torchao tosa tosaquantizationconfig trace transform tried type types unknown unquantized
    unspecified unsupported until use used values was weight weights when where whether which whole
    whose why with without words written zero";

/// Whether this is a dotted name of torch, torchao or ExecuTorch.
pub(super) fn is_public(text: &str) -> bool {
    if let Some(op) = text.strip_prefix("torch.ops.") {
        return is_public_target(op);
    }
    let package = text.split(['.', ':']).next().unwrap_or_default();
    let packages = [
        "aten",
        "torch",
        "torchao",
        "executorch",
        "quantized_decomposed",
        "operator",
        "higher_order",
    ];
    package.len() < text.len() && packages.contains(&package) && is_dotted(text)
}

/// Whether a text has only characters of dotted names of functions and modules.
fn is_dotted(text: &str) -> bool {
    text.bytes().all(|it| it.is_ascii_alphanumeric() || b"_.:".contains(&it))
}

/// Whether this target of a node belongs to torch, torchao, ExecuTorch or Python.
pub(super) fn is_public_target(text: &str) -> bool {
    let namespace = text.split(['.', ':']).next().unwrap_or_default();
    let is_namespace =
        NAMESPACES.contains(&namespace) || ["_operator", "builtins", "math"].contains(&namespace);
    is_public(text) || namespace.len() < text.len() && is_namespace && is_dotted(text)
}

/// Whether a part of a target is an overload name and not an operator.
pub(super) fn is_overload(part: &str) -> bool {
    OVERLOADS.contains(&part)
}

pub(super) fn is_dtype(text: &str) -> bool {
    let dtype = DType(text.into());
    // `int` with a number is not a private name, whatever the number.
    DTYPES.contains(&dtype.short()) || dtype.bits().is_some()
}

pub(super) fn is_qscheme(text: &str) -> bool {
    QSCHEMES.contains(&text.strip_prefix("torch.").unwrap_or(text))
}

pub(super) fn is_quantizer(text: &str) -> bool {
    QUANTIZERS.contains(&text)
}

pub(super) fn is_observer(text: &str) -> bool {
    OBSERVERS.contains(&text)
}

/// Whether this is the class of a qspec, or a truncated one.
pub(super) fn is_qspec(text: &str) -> bool {
    QSPECS.contains(&text) || text.len() >= 4 && QSPECS.iter().any(|it| it.starts_with(text))
}

/// Whether a word of a version is not a private name: `0rc1`, `dev20260401`, `cu132`.
pub(super) fn is_of_version(word: &str) -> bool {
    let parts = word.split(|it: char| it.is_ascii_digit()).filter(|it| !it.is_empty());
    parts.into_iter().all(|it| VERSION_LETTERS.contains(&it))
}

/// Whether a word is plain English, a number, or a word of torch, torchao or ExecuTorch.
pub(super) fn is_plain(word: &str) -> bool {
    let is_plain_part = |part: &str| {
        let part = part.to_ascii_lowercase();
        part.bytes().all(|it| it.is_ascii_digit())
            || DTYPES.contains(&part.as_str())
            || ["a16w8", "a8w8", "a8w4"].contains(&part.as_str())
            || VOCABULARY.split_ascii_whitespace().any(|it| it == part)
    };
    word.chars().nth(1).is_none()
        || is_quantizer(word)
        || is_observer(word)
        || QSPECS.contains(&word)
        || word.split('_').all(is_plain_part)
}
