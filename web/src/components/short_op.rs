//! The name of an op without the parts that all ops have.

/// `conv2d` for `aten.conv2d.default`: the part that distinguishes ops.
pub(crate) fn short_op(op: &str) -> &str {
    let op = op.strip_prefix("aten.").unwrap_or(op);
    op.strip_suffix(".default").unwrap_or(op)
}
