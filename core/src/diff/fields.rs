//! Comparison of the fields of qspecs, by name.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::qspec::{QScheme, QSpec};
use crate::text::python;
use crate::text::unknown_fields::UnknownFields;

/// A callback for a changed field: its name, its old value and its new value.
type Push<'p> = &'p mut dyn FnMut(&str, Option<String>, Option<String>);

/// Calls `push` for each field that differs between two qspecs. Shared qspecs have only unknown
/// fields.
///
/// A field of torchao's classes that only one side has is not a difference. Any other field is a
/// difference if both sources have all fields.
pub(super) fn changed_fields(base: &QSpec, head: &QSpec, have_all_fields: bool, push: Push<'_>) {
    if std::ptr::eq(base, head) {
        return;
    }
    if let (QSpec::Other(base), QSpec::Other(head)) = (base, head) {
        let (base, head) = (Some(&base.fields), Some(&head.fields));
        return changed_values(base, head, |_| true, have_all_fields, push);
    }
    let known = known_fields(base).into_iter().zip(known_fields(head));
    let names: Vec<&str> = known.clone().map(|it| it.0.0).collect();
    for (base, head) in known {
        if let (Some(was), Some(is)) = (base.1, head.1)
            && was != is
        {
            push(base.0, Some(was), Some(is));
        }
    }
    let is_other = |name: &str| !names.contains(&name);
    changed_values(others(base), others(head), is_other, have_all_fields, push);
}

/// Calls `push` for each unknown field that differs.
pub(super) fn changed_unknown(
    base: &UnknownFields,
    head: &UnknownFields,
    have_all_fields: bool,
    push: Push<'_>,
) {
    changed_values(base.as_deref(), head.as_deref(), |_| true, have_all_fields, push);
}

/// Fields that torchao's class does not have.
fn others(qspec: &QSpec) -> Option<&Map<String, Value>> {
    match qspec {
        QSpec::Quantization(spec) => spec.unknown.as_deref(),
        QSpec::FixedQParams(spec) => spec.unknown.as_deref(),
        QSpec::Derived(spec) => spec.unknown.as_deref(),
        QSpec::Other(spec) => Some(&spec.fields),
        // Its unknown fields are compared separately, since they do not belong to the qspec that it
        // shares.
        QSpec::Shared(_) => None,
    }
}

fn changed_values<'v>(
    base: Option<&'v Map<String, Value>>,
    head: Option<&'v Map<String, Value>>,
    is_compared: impl Fn(&str) -> bool,
    have_all_fields: bool,
    push: Push<'_>,
) {
    let mut values: BTreeMap<&str, (Option<&'v Value>, Option<&'v Value>)> = BTreeMap::new();
    for (name, value) in base.into_iter().flatten() {
        values.entry(name).or_default().0 = Some(value);
    }
    for (name, value) in head.into_iter().flatten() {
        values.entry(name).or_default().1 = Some(value);
    }
    for (name, (base, head)) in values {
        let is_known = have_all_fields || (base.is_some() && head.is_some());
        // Python's None counts as a missing field.
        let value = |it: Option<&'v Value>| it.filter(|it| !it.is_null());
        if is_known && value(base) != value(head) && is_compared(name) {
            push(name, base.map(shown_value), head.map(shown_value));
        }
    }
}

/// A value for readers: text without quotes, and dtypes without `torch.`.
fn shown_value(value: &Value) -> String {
    match value {
        Value::String(text) => text.strip_prefix("torch.").unwrap_or(text).to_owned(),
        Value::Null => "None".to_owned(),
        Value::Bool(flag) => python::bool(*flag).to_owned(),
        _ => value.to_string(),
    }
}

/// The fields of torchao's classes; `None` for fields that the source does not have.
///
/// A `quant_min` of None counts as the smallest value of the dtype, a `quant_max` as the largest.
fn known_fields(qspec: &QSpec) -> [(&'static str, Option<String>); 9] {
    let known = |it: &Option<Option<QScheme>>| {
        it.as_ref().map(|it| it.as_ref().map_or("None".to_owned(), |it| it.short().to_owned()))
    };
    let axis =
        |it: Option<Option<i64>>| it.map(|it| it.map_or("None".to_owned(), |it| it.to_string()));
    let range = qspec.dtype().and_then(|it| it.range());
    let bound = |own: Option<Option<i64>>, default: Option<i64>| {
        own.and_then(|own| own.or(default)).map(|it| it.to_string())
    };
    let dtype = qspec.dtype().map(|it| it.short().to_string());
    let is_dynamic = qspec.is_dynamic().map(|it| python::bool(it).to_owned());
    let (mut min, mut max, mut qscheme, mut ch_axis, mut observer) = (None, None, None, None, None);
    let (mut scale, mut zero_point) = (None, None);
    let (least, most) = (range.map(|it| it.0), range.map(|it| it.1));
    match qspec {
        QSpec::Quantization(spec) => {
            min = bound(Some(spec.quant_min), least);
            max = bound(Some(spec.quant_max), most);
            qscheme = known(&spec.qscheme);
            ch_axis = axis(spec.ch_axis);
            observer = spec.observer.as_ref().map(ToString::to_string);
        }
        QSpec::FixedQParams(spec) => {
            min = bound(spec.quant_min, least);
            max = bound(spec.quant_max, most);
            qscheme = known(&spec.qscheme);
            scale = spec.scale.map(python::float);
            zero_point = spec.zero_point.map(|it| it.to_string());
        }
        QSpec::Derived(spec) => {
            min = bound(spec.quant_min, least);
            max = bound(spec.quant_max, most);
            qscheme = known(&spec.qscheme);
            ch_axis = axis(spec.ch_axis);
        }
        QSpec::Other(spec) => {
            let named = |name: &str| spec.fields.get(name).map(shown_value);
            return [
                ("dtype", named("dtype")),
                ("quant_min", named("quant_min")),
                ("quant_max", named("quant_max")),
                ("qscheme", named("qscheme")),
                ("ch_axis", named("ch_axis")),
                ("is_dynamic", named("is_dynamic")),
                ("observer", named("observer")),
                ("scale", named("scale")),
                ("zero_point", named("zero_point")),
            ];
        }
        QSpec::Shared(_) => {}
    }
    [
        ("dtype", dtype),
        ("quant_min", min),
        ("quant_max", max),
        ("qscheme", qscheme),
        ("ch_axis", ch_axis),
        ("is_dynamic", is_dynamic),
        ("observer", observer),
        ("scale", scale),
        ("zero_point", zero_point),
    ]
}
