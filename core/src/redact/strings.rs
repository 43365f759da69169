//! What the strings of a report are.

/// What a string in a report is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A node's name.
    Node,
    /// A module's or a parameter's path.
    Path,
    /// A module's class.
    Class,
    /// The model's name.
    Model,
    /// A symbolic size: `s0`, `2*s0`.
    Symbol,
    /// ExecuTorch's title, which may not grow too long.
    Title,
    /// Which nodes a quantizer looks at.
    Targets,
    /// Where something is defined.
    Location,
    /// Any other words of a quantizer.
    Text,
    /// A dtype.
    DType,
    /// A qscheme.
    QScheme,
    /// The kind of a node: `call_function`.
    FxOp,
    /// What a node calls: `aten.conv2d.default`.
    Target,
    /// The class of a quantizer.
    Quantizer,
    /// The class of an observer.
    Observer,
    /// The class of a qspec, or its text where that is damaged.
    QSpec,
    /// The class of a value that is no tensor.
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
