//! The arguments of a qspec, each by its name in torchao and as text.

use serde_json::Value;

use super::QSpec;
use crate::text::python;

impl QSpec {
    /// The arguments that the source has, for a table: `dtype` first, then `range` for `quant_min`
    /// and `quant_max`, and torchao's other names. `is_dynamic` is left out if it is False. A class
    /// that is not torchao's is named as `qspec`. A shared qspec has no arguments: follow it first.
    pub fn arguments(&self) -> Vec<(String, String)> {
        let mut arguments = Vec::new();
        if matches!(self, Self::Other(_)) {
            arguments.push(("qspec".to_owned(), self.class().to_owned()));
        }
        let known = known_arguments(self);
        let [_, (_, min), (_, max), ..] = &known;
        let range = min.as_ref().zip(max.as_ref()).map(|(min, max)| format!("[{min}, {max}]"));
        let has_range = range.is_some();
        let others = self.qparams().unknown.into_iter().flatten();
        let others = others.filter(|it| known.iter().all(|known| known.0 != it.0));
        let others: Vec<_> = others.map(|it| (it.0.clone(), value_text(it.1))).collect();
        for (at, (name, value)) in known.into_iter().enumerate() {
            if at == 1 {
                arguments.extend(range.clone().map(|it| ("range".to_owned(), it)));
            }
            let is_in_range = has_range && name.starts_with("quant_m");
            let value =
                value.filter(|it| !is_in_range && (name, it.as_str()) != ("is_dynamic", "False"));
            arguments.extend(value.map(|it| (name.to_owned(), it)));
        }
        arguments.extend(others);
        arguments
    }
}

/// A value for readers: text without quotes, and dtypes without `torch.`.
pub(crate) fn value_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.strip_prefix("torch.").unwrap_or(text).to_owned(),
        Value::Null => "None".to_owned(),
        Value::Bool(flag) => python::bool(*flag).to_owned(),
        _ => value.to_string(),
    }
}

/// The arguments of torchao's classes; `None` for those that the source does not have.
///
/// A `quant_min` of None counts as the smallest value of the dtype, a `quant_max` as the largest.
pub(crate) fn known_arguments(qspec: &QSpec) -> [(&'static str, Option<String>); 9] {
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
        QSpec::Other(spec) => fields.map(|(name, _)| (name, spec.fields.get(name).map(value_text))),
        _ => fields,
    }
}
