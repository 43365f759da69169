//! Comparison of the fields of qspecs, by name.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{FieldChange, Pair};
use crate::qspec::QSpec;
use crate::qspec::arguments::{known_arguments, value_text};
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
    let known = known_arguments(base).into_iter().zip(known_arguments(head));
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

/// The fields with each pair of `quant_min` and `quant_max` as one `range`.
pub(super) fn with_ranges(fields: &[FieldChange]) -> Vec<FieldChange> {
    let mut joined: Vec<FieldChange> = Vec::new();
    for field in fields {
        let min = joined.last_mut().filter(|it| {
            it.field == "quant_min" && field.field == "quant_max" && it.input == field.input
        });
        let Some(min) = min else {
            joined.push(field.clone());
            continue;
        };
        let range = |min: &Option<String>, max: &Option<String>| {
            Some(format!("[{}, {}]", min.as_deref()?, max.as_deref()?))
        };
        let base = range(&min.values.base, &field.values.base);
        let head = range(&min.values.head, &field.values.head);
        min.field = "range".to_owned();
        min.values = Pair { base, head };
    }
    joined
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
            push(name, base.map(value_text), head.map(value_text));
        }
    }
}
