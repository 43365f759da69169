//! Reads a qspec from the text that `qspec_repr` prints.

use serde_json::Map;

use super::{
    DType, DerivedQuantizationSpec, EdgeOrNode, OtherSpec, QSpec, QuantizationSpec,
    SharedQuantizationSpec, intern,
};
use crate::text::Name;

impl QSpec {
    /// Reads the text that ExecuTorch's `qspec_repr` prints; `None` is Python's None.
    ///
    /// Text of any other form becomes [`QSpec::Other`] with that text as its class, so that it is
    /// printed again unchanged.
    pub fn from_repr(text: &str) -> Option<Self> {
        if text == "None" {
            return None;
        }
        let known = arguments(text, "QuantizationSpec")
            .and_then(quantization)
            .or_else(|| arguments(text, "SharedQuantizationSpec").and_then(shared))
            .or_else(|| arguments(text, "DerivedQuantizationSpec").and_then(derived))
            .or_else(|| {
                (text == "FixedQParamsQuantizationSpec").then(|| Self::FixedQParams(Box::default()))
            })
            // `INT8` identifies the dtype only if the qspec prints the same text again.
            .filter(|qspec| qspec.to_string() == text);
        Some(known.unwrap_or_else(|| {
            Self::Other(Box::new(OtherSpec { class: text.into(), fields: Map::new() }))
        }))
    }
}

/// The text between the parentheses of `class(…)`.
fn arguments<'t>(text: &'t str, class: &str) -> Option<&'t str> {
    text.strip_prefix(class)?.strip_prefix('(')?.strip_suffix(')')
}

/// `dtype=INT8, range=(-128,127)`; the range is left out if both ends are None.
fn quantization(arguments: &str) -> Option<QSpec> {
    let arguments = arguments.strip_prefix("dtype=")?;
    let (dtype, range) = match arguments.split_once(", range=") {
        Some((dtype, range)) => (dtype, range.strip_prefix('(')?.strip_suffix(')')?),
        None => (arguments, "None,None"),
    };
    let (quant_min, quant_max) = range.split_once(',')?;
    Some(QSpec::Quantization(intern::share(QuantizationSpec {
        dtype: DType::from_upper_case(dtype),
        quant_min: bound(quant_min)?,
        quant_max: bound(quant_max)?,
        qscheme: None,
        ch_axis: None,
        is_dynamic: None,
        observer: None,
        unknown: None,
    })))
}

/// One end of a range, `None` for Python's None.
fn bound(text: &str) -> Option<Option<i64>> {
    if text == "None" { Some(None) } else { text.parse().ok().map(Some) }
}

fn shared(arguments: &str) -> Option<QSpec> {
    let edge_or_node = EdgeOrNode::from_repr(arguments.strip_prefix("edge_or_node=")?)?;
    Some(QSpec::Shared(Box::new(SharedQuantizationSpec { edge_or_node, unknown: None })))
}

fn derived(arguments: &str) -> Option<QSpec> {
    let (derived_from, dtype) = arguments.strip_prefix("derived_from=")?.rsplit_once(", dtype=")?;
    Some(QSpec::Derived(Box::new(DerivedQuantizationSpec {
        derived_from: EdgeOrNode::from_repr(derived_from)?,
        dtype: DType(dtype.into()),
        quant_min: None,
        quant_max: None,
        qscheme: None,
        ch_axis: None,
        is_dynamic: None,
        unknown: None,
    })))
}

impl DType {
    /// `qspec_repr` prints `torch.int8` as `INT8`; every torch dtype is lower-case.
    fn from_upper_case(text: &str) -> Self {
        let is_torch_dtype = text.starts_with(|first: char| first.is_ascii_uppercase())
            && text.bytes().all(|it| it.is_ascii_uppercase() || it.is_ascii_digit() || it == b'_')
            && text != "NONE";
        Self(if is_torch_dtype {
            Name::from(format!("torch.{}", text.to_ascii_lowercase()))
        } else {
            text.into()
        })
    }
}

/// The deepest nesting that is read. Real qspecs are nested less; the limit keeps bad input from
/// overflowing the stack.
const MAX_DEPTH: usize = 64;

impl EdgeOrNode {
    /// Reads the text that Python prints for nodes and nested tuples and lists of nodes.
    pub fn from_repr(text: &str) -> Option<Self> {
        let (item, rest) = item(text, 0)?;
        rest.is_empty().then_some(item)
    }
}

/// One item at the start of `text`, and the text after it.
fn item(text: &str, depth: usize) -> Option<(EdgeOrNode, &str)> {
    if depth > MAX_DEPTH {
        return None;
    }
    if let Some(rest) = text.strip_prefix('(') {
        let (items, rest) = items(rest, ')', depth)?;
        return Some((EdgeOrNode::Tuple(items), rest));
    }
    if let Some(rest) = text.strip_prefix('[') {
        let (items, rest) = items(rest, ']', depth)?;
        return Some((EdgeOrNode::List(items), rest));
    }
    let end = text.find([',', '(', ')', '[', ']']).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    (!name.is_empty()).then(|| (EdgeOrNode::Node(name.into()), rest))
}

/// Items up to `close`, and the text after it.
fn items(text: &str, close: char, depth: usize) -> Option<(Vec<EdgeOrNode>, &str)> {
    let mut items = Vec::new();
    let mut rest = text;
    while !rest.starts_with(close) {
        let (next, after) = item(rest, depth + 1)?;
        items.push(next);
        // `, ` between items, `,` after the only item of a tuple.
        rest = match after.strip_prefix(", ") {
            Some(after) => after,
            None => after.strip_prefix(',').unwrap_or(after),
        };
        if rest.len() == after.len() && !rest.starts_with(close) {
            return None;
        }
    }
    Some((items, &rest[close.len_utf8()..]))
}
