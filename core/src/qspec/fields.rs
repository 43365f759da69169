//! The fields of a qspec in JSON, before or after its `type` is known.
//!
//! All classes share one reader. Five readers, each for fields before and after the `type`, made up
//! a twentieth of the viewer's size.

use serde::de::{Error, MapAccess};
use serde_json::{Map, Value};

use super::intern;
use super::{
    DType, DerivedQuantizationSpec, EdgeOrNode, FixedQParamsQuantizationSpec, OtherSpec, QScheme,
    QSpec, QuantizationSpec, SharedQuantizationSpec,
};
use crate::text::Name;
use crate::text::unknown_fields;
use crate::text::unknown_fields::Key;
use crate::text::unknown_fields::UnknownFields;

/// The fields of all classes, and the unknown ones.
#[derive(Default)]
pub(super) struct Fields {
    class: Option<Name>,
    dtype: Option<DType>,
    quant_min: Option<Option<i64>>,
    quant_max: Option<Option<i64>>,
    qscheme: Option<Option<QScheme>>,
    ch_axis: Option<Option<i64>>,
    is_dynamic: Option<bool>,
    observer: Option<Name>,
    scale: Option<f64>,
    zero_point: Option<i64>,
    edge_or_node: Option<EdgeOrNode>,
    derived_from: Option<EdgeOrNode>,
    unknown: UnknownFields,
}

/// Which fields a class has.
fn fields_of(class: &str) -> &'static [&'static str] {
    match class {
        "QuantizationSpec" => {
            &["dtype", "quant_min", "quant_max", "qscheme", "ch_axis", "is_dynamic", "observer"]
        }
        "FixedQParamsQuantizationSpec" => {
            &["dtype", "scale", "zero_point", "quant_min", "quant_max", "qscheme", "is_dynamic"]
        }
        "SharedQuantizationSpec" => &["edge_or_node"],
        "DerivedQuantizationSpec" => {
            &["derived_from", "dtype", "quant_min", "quant_max", "qscheme", "ch_axis", "is_dynamic"]
        }
        _ => &[],
    }
}

impl Fields {
    /// Reads all fields. If the class comes first, as in all output of Qspect, a field that the
    /// class does not have may be of any type.
    pub(super) fn read<'de, A: MapAccess<'de>>(mut map: A) -> Result<Self, A::Error> {
        let mut fields = Self::default();
        while let Some(key) = map.next_key::<Key<'de>>()? {
            let is_of_class = |class: &Name| fields_of(class).contains(&&*key.0);
            if fields.class.as_ref().is_none_or(is_of_class) {
                match &*key.0 {
                    "type" => fields.class = Some(map.next_value()?),
                    "dtype" => fields.dtype = map.next_value()?,
                    "quant_min" => fields.quant_min = Some(map.next_value()?),
                    "quant_max" => fields.quant_max = Some(map.next_value()?),
                    "qscheme" => fields.qscheme = Some(map.next_value()?),
                    "ch_axis" => fields.ch_axis = Some(map.next_value()?),
                    "is_dynamic" => fields.is_dynamic = map.next_value()?,
                    "observer" => fields.observer = map.next_value()?,
                    "scale" => fields.scale = map.next_value()?,
                    "zero_point" => fields.zero_point = map.next_value()?,
                    "edge_or_node" => fields.edge_or_node = Some(map.next_value()?),
                    "derived_from" => fields.derived_from = Some(map.next_value()?),
                    _ => unknown_fields::keep(&mut fields.unknown, key, &mut map)?,
                }
            } else {
                unknown_fields::keep(&mut fields.unknown, key, &mut map)?;
            }
        }
        Ok(fields)
    }

    /// The qspec of these fields.
    pub(super) fn into_qspec<E: Error>(mut self) -> Result<QSpec, E> {
        let Some(class) = self.class.take() else { return Err(E::missing_field("type")) };
        Ok(match class.as_str() {
            "FixedQParamsQuantizationSpec" => {
                QSpec::FixedQParams(Box::new(FixedQParamsQuantizationSpec {
                    dtype: self.dtype.take(),
                    scale: self.scale.take(),
                    zero_point: self.zero_point.take(),
                    quant_min: self.quant_min.take(),
                    quant_max: self.quant_max.take(),
                    qscheme: self.qscheme.take(),
                    is_dynamic: self.is_dynamic.take(),
                    unknown: self.rest(),
                }))
            }
            // From a log whose line is cut off after the class.
            _ if self.is_empty() => other(class, None),
            "QuantizationSpec" => QSpec::Quantization(intern::share(QuantizationSpec {
                dtype: self.dtype.take().ok_or_else(|| E::missing_field("dtype"))?,
                quant_min: self.quant_min.take().flatten(),
                quant_max: self.quant_max.take().flatten(),
                qscheme: self.qscheme.take(),
                ch_axis: self.ch_axis.take(),
                is_dynamic: self.is_dynamic.take(),
                observer: self.observer.take(),
                unknown: self.rest(),
            })),
            "SharedQuantizationSpec" => QSpec::Shared(Box::new(SharedQuantizationSpec {
                edge_or_node: self
                    .edge_or_node
                    .take()
                    .ok_or_else(|| E::missing_field("edge_or_node"))?,
                unknown: self.rest(),
            })),
            "DerivedQuantizationSpec" => QSpec::Derived(Box::new(DerivedQuantizationSpec {
                derived_from: self
                    .derived_from
                    .take()
                    .ok_or_else(|| E::missing_field("derived_from"))?,
                dtype: self.dtype.take().ok_or_else(|| E::missing_field("dtype"))?,
                quant_min: self.quant_min.take(),
                quant_max: self.quant_max.take(),
                qscheme: self.qscheme.take(),
                ch_axis: self.ch_axis.take(),
                is_dynamic: self.is_dynamic.take(),
                unknown: self.rest(),
            })),
            _ => other(class, self.rest()),
        })
    }

    /// Whether the JSON has only the `type`.
    fn is_empty(&self) -> bool {
        let Self { class: _, dtype, quant_min, quant_max, qscheme, ch_axis, .. } = self;
        let Self { is_dynamic, observer, scale, zero_point, edge_or_node, derived_from, .. } = self;
        dtype.is_none()
            && [quant_min, quant_max, ch_axis].iter().all(|it| it.is_none())
            && qscheme.is_none()
            && is_dynamic.is_none()
            && observer.is_none()
            && scale.is_none()
            && zero_point.is_none()
            && [edge_or_node, derived_from].iter().all(|it| it.is_none())
            && self.unknown.is_none()
    }

    /// The fields that the class does not have, unchanged.
    fn rest(self) -> UnknownFields {
        let mut unknown = self.unknown;
        let mut keep = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                unknown.get_or_insert_default().insert(name.to_owned(), value);
            }
        };
        let text = |it: Name| Value::from(it.as_str());
        let number = |it: Option<i64>| it.map_or(Value::Null, Value::from);
        keep("dtype", self.dtype.map(|it| text(it.0)));
        keep("quant_min", self.quant_min.map(number));
        keep("quant_max", self.quant_max.map(number));
        keep("qscheme", self.qscheme.map(|it| it.map_or(Value::Null, |it| text(it.0))));
        keep("ch_axis", self.ch_axis.map(number));
        keep("is_dynamic", self.is_dynamic.map(Value::from));
        keep("observer", self.observer.map(text));
        keep("scale", self.scale.map(Value::from));
        keep("zero_point", self.zero_point.map(Value::from));
        keep("edge_or_node", self.edge_or_node.map(|it| value_of(&it)));
        keep("derived_from", self.derived_from.map(|it| value_of(&it)));
        unknown
    }
}

fn other(class: Name, fields: UnknownFields) -> QSpec {
    let fields = fields.map(|it| *it).unwrap_or_default();
    QSpec::Other(Box::new(OtherSpec { class, fields }))
}

fn value_of(edge_or_node: &EdgeOrNode) -> Value {
    match edge_or_node {
        EdgeOrNode::Node(name) => Value::from(name.as_str()),
        EdgeOrNode::Tuple(items) => items.iter().map(value_of).collect(),
        EdgeOrNode::List(items) => {
            let list = ("list".to_owned(), items.iter().map(value_of).collect());
            Value::Object(Map::from_iter([list]))
        }
    }
}
