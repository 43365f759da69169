//! The kinds of strings in a report.

/// The kind of a string in a report.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A node's name.
    Node,
    /// The path of a module or a parameter.
    Path,
    /// The class of a module.
    Class,
    /// The model's name.
    Model,
    /// A symbolic size: `s0`, `2*s0`.
    Symbol,
    /// ExecuTorch's title, which may not grow too long.
    Title,
    /// The description of a quantizer's target nodes.
    Targets,
    /// The place where something is defined.
    Location,
    /// Any other text of a quantizer.
    Text,
    /// A dtype.
    DType,
    /// A qscheme.
    QScheme,
    /// The kind of a node: `call_function`.
    FxOp,
    /// The target of a node: `aten.conv2d.default`.
    Target,
    /// The class of a quantizer.
    Quantizer,
    /// The class of an observer.
    Observer,
    /// The class of a qspec, or its text if that is damaged.
    QSpec,
    /// The class of a value that is not a tensor.
    ValueClass,
    /// The name of a metric.
    Metric,
    /// The name of a package, or of the program that wrote the report.
    Package,
    /// A version.
    Version,
    /// The name of a field that this version of the format does not know.
    Key,
    /// A string that this version of the format does not know.
    Extra,
}
