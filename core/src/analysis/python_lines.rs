//! Lines of Python for ExecuTorch's quantizers: their methods, their qconfigs, and safe literals.

use crate::analysis::Analysis;
use crate::report::QuantizerInfo;

/// A qconfig as Python code.
pub(crate) struct QConfig {
    pub(crate) code: String,
    pub(crate) import: String,
}

/// The kind of quantizer whose methods the lines call.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    Arm,
    CortexM,
}

const CONFIGS: &str = "executorch.backends.cortex_m.quantizer.quantization_configs";

impl Analysis {
    /// The kind of the report's quantizer, if its methods are known.
    pub(crate) fn family(&self) -> Option<Family> {
        let infos = || self.report().quantizers.iter().map(|it| &it.quantizer_info);
        let is_cortex_m = |it: &QuantizerInfo| {
            it.qconfig_label.starts_with(CONFIGS)
                || it.support_config_path.as_ref().is_some_and(|it| it.contains(".cortex_m."))
        };
        let is_arm = |it: &QuantizerInfo| it.name == "PatternQuantizer";
        if infos().any(is_cortex_m) {
            return Some(Family::CortexM);
        }
        infos().any(is_arm).then_some(Family::Arm)
    }

    /// The last known qconfig of the report's quantizers: the one for all nodes.
    pub(crate) fn qconfig(&self) -> Option<QConfig> {
        self.report().quantizers.iter().rev().find_map(|quantizer| {
            let label = quantizer.quantizer_info.qconfig_label.as_str();
            if let Some(name) = label.strip_prefix(CONFIGS).and_then(|it| it.strip_prefix('.')) {
                return is_identifier(name).then(|| cortex_m_qconfig(name));
            }
            let call = label.strip_prefix("arm_quantizer.")?;
            let (function, rest) = call.split_once('(')?;
            let is_known = matches!(
                function,
                "get_symmetric_quantization_config" | "get_symmetric_a16w8_quantization_config"
            );
            is_known.then(|| arm_qconfig(function, rest.strip_suffix(')').unwrap_or(rest)))
        })
    }
}

/// The call that makes a qconfig with this label, without arguments that have their default value
/// (`get_symmetric_quantization_config` in `backends/arm/quantizer/arm_quantizer.py`).
pub(crate) fn arm_qconfig(function: &str, label_arguments: &str) -> QConfig {
    let value = |name: &str| {
        let (_, rest) = label_arguments.split_once(&format!("{name}="))?;
        let end = match rest.strip_prefix('[') {
            Some(_) => rest.find(']')? + 1,
            None => rest.find(',').unwrap_or(rest.len()),
        };
        rest.get(..end)
    };
    let mut arguments = Vec::new();
    for (name, argument, default) in [
        ("per_channel", "is_per_channel", "1"),
        ("qat", "is_qat", "0"),
        ("dynamic", "is_dynamic", "0"),
    ] {
        if let Some(it) = value(name).filter(|it| *it != default) {
            let it = if it == "1" { "True" } else { "False" };
            arguments.push(format!("{argument}={it}"));
        }
    }
    let is_wide = function.contains("a16w8"); // its activations' range is fixed
    for (name, prefix, default) in
        [("act_range", "act", "[-128, 127]"), ("weight_range", "weight", "[-127, 127]")]
    {
        let it = value(name).filter(|it| *it != default && !(is_wide && name == "act_range"));
        let bounds = it.and_then(|it| it.strip_prefix('[')?.strip_suffix(']')?.split_once(", "));
        let bounds = bounds
            .and_then(|(min, max)| Some((min.parse::<i64>().ok()?, max.parse::<i64>().ok()?)));
        if let Some((min, max)) = bounds {
            arguments.push(format!("{prefix}_qmin={min}, {prefix}_qmax={max}"));
        }
    }
    QConfig {
        code: format!("{function}({})", arguments.join(", ")),
        import: format!("from executorch.backends.arm.quantizer.arm_quantizer import {function}"),
    }
}

pub(crate) fn cortex_m_qconfig(name: &str) -> QConfig {
    QConfig { code: name.to_owned(), import: format!("from {CONFIGS} import {name}") }
}

/// A qconfig's name without its path and arguments.
pub(crate) fn qconfig_name(info: &QuantizerInfo) -> &str {
    let label = info.qconfig_label.as_str();
    let path = label.split('(').next().unwrap_or(label);
    // A label with spaces is a sentence and not a path.
    if path.contains(' ') { label } else { path.rsplit('.').next().unwrap_or(path) }
}

/// Whether a name is a safe Python identifier. Text of a report must not become code.
pub(crate) fn is_identifier(name: &str) -> bool {
    let is_part = |c: char| c == '_' || c.is_ascii_alphanumeric();
    !name.is_empty() && name.chars().all(is_part) && !name.starts_with(|c: char| c.is_ascii_digit())
}

/// A Python string literal, always on one line.
pub(crate) fn python_str(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            _ if c.is_ascii_control() => out.push_str(&format!("\\x{:02x}", u32::from(c))),
            _ => out.push(c),
        }
    }
    out.push('"');
    out
}

/// The common modules of `torch.nn`. For other classes, the module would be a guess.
pub(crate) const TORCH_MODULES: [&str; 24] = [
    "AdaptiveAvgPool2d",
    "AvgPool2d",
    "BatchNorm1d",
    "BatchNorm2d",
    "Conv1d",
    "Conv2d",
    "Conv3d",
    "ConvTranspose2d",
    "Dropout",
    "Embedding",
    "Flatten",
    "GELU",
    "GroupNorm",
    "Hardswish",
    "LayerNorm",
    "Linear",
    "MaxPool2d",
    "MultiheadAttention",
    "ReLU",
    "ReLU6",
    "SiLU",
    "Sigmoid",
    "Softmax",
    "Tanh",
];
