//! Comparison of the fields of qspecs, by name.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::qspec::QSpec;
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
    // The unknown fields of a shared qspec are compared separately, since they do not belong to the
    // qspec that it shares.
    qspec.qparams().unknown.filter(|_| !matches!(qspec, QSpec::Shared(_)))
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
    let own = qspec.qparams();
    let or_none = |it: Option<String>| it.unwrap_or_else(|| "None".to_owned());
    let range = own.dtype.and_then(|it| it.range());
    let bound = |own: Option<Option<i64>>, default: Option<i64>| {
        own.and_then(|own| own.or(default)).map(|it| it.to_string())
    };
    let fields = [
        ("dtype", own.dtype.map(|it| it.short().to_owned())),
        ("quant_min", bound(own.quant_min, range.map(|it| it.0))),
        ("quant_max", bound(own.quant_max, range.map(|it| it.1))),
        ("qscheme", own.qscheme.map(|it| or_none(it.map(|it| it.short().to_owned())))),
        ("ch_axis", own.ch_axis.map(|it| or_none(it.map(|it| it.to_string())))),
        ("is_dynamic", own.is_dynamic.map(|it| python::bool(it).to_owned())),
        ("observer", own.observer.map(ToString::to_string)),
        ("scale", own.scale.map(python::float)),
        ("zero_point", own.zero_point.map(|it| it.to_string())),
    ];
    match qspec {
        QSpec::Other(spec) => {
            fields.map(|(name, _)| (name, spec.fields.get(name).map(shown_value)))
        }
        _ => fields,
    }
}
