//! Qspecs in JSON: an object whose `type` is the class name.

use std::fmt;

use serde::de::{
    self, Deserialize, DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, SeqAccess,
    Visitor,
};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Map;
use serde_json::value::RawValue;

use super::{
    DerivedQuantizationSpec, EdgeOrNode, FixedQParamsQuantizationSpec, OtherSpec, QSpec,
    QuantizationSpec, SharedQuantizationSpec,
};
use crate::Name;
use crate::object::Key;

deserialize_object!(QuantizationSpec, "a QuantizationSpec object",
    required: [dtype],
    optional: [quant_min, quant_max, is_dynamic, observer],
    nullable: [qscheme, ch_axis]);
deserialize_object!(FixedQParamsQuantizationSpec, "a FixedQParamsQuantizationSpec object",
    required: [],
    optional: [dtype, scale, zero_point, is_dynamic],
    nullable: [quant_min, quant_max, qscheme]);
deserialize_object!(SharedQuantizationSpec, "a SharedQuantizationSpec object",
    required: [edge_or_node], optional: [], nullable: []);
deserialize_object!(DerivedQuantizationSpec, "a DerivedQuantizationSpec object",
    required: [derived_from, dtype],
    optional: [is_dynamic],
    nullable: [quant_min, quant_max, qscheme, ch_axis]);

impl Serialize for QSpec {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(serde::Serialize)]
        struct Tagged<'a, T> {
            r#type: &'a str,
            #[serde(flatten)]
            fields: &'a T,
        }
        let r#type = self.class();
        match self {
            Self::Quantization(fields) => Tagged { r#type, fields }.serialize(serializer),
            Self::FixedQParams(fields) => Tagged { r#type, fields }.serialize(serializer),
            Self::Shared(fields) => Tagged { r#type, fields }.serialize(serializer),
            Self::Derived(fields) => Tagged { r#type, fields }.serialize(serializer),
            Self::Other(spec) => Tagged { r#type, fields: &spec.fields }.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for QSpec {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(QSpecVisitor)
    }
}

struct QSpecVisitor;

impl<'de> Visitor<'de> for QSpecVisitor {
    type Value = QSpec;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a qspec object with `type`, or null")
    }

    /// `type` comes first in everything that Qspect writes: then the other fields go straight
    /// into their class. Where it does not, they wait as text until it is known.
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<QSpec, A::Error> {
        let mut waiting: Vec<(String, Box<RawValue>)> = Vec::new();
        let class = loop {
            match map.next_key::<Key<'de>>()? {
                Some(key) if key.0 == "type" => break map.next_value::<Name>()?,
                Some(key) => waiting.push((key.0.into_owned(), map.next_value()?)),
                None => return Err(de::Error::missing_field("type")),
            };
        };
        if waiting.is_empty() {
            let Some(key) = map.next_key()? else { return Ok(bare(class)) };
            let fields = Peeked { key: Some(key), map };
            return of_class(class, de::value::MapAccessDeserializer::new(fields));
        }
        while let Some(field) = map.next_entry()? {
            waiting.push(field);
        }
        let fields = waiting
            .iter()
            .map(|(name, value)| Ok(format!("{}:{}", serde_json::to_string(name)?, value.get())));
        let fields: serde_json::Result<Vec<String>> = fields.collect();
        let fields = format!("{{{}}}", fields.map_err(de::Error::custom)?.join(","));
        of_class(class, &mut serde_json::Deserializer::from_str(&fields)).map_err(de::Error::custom)
    }
}

/// A class of which nothing else is known: what a log says whose line is cut off there.
fn bare(class: Name) -> QSpec {
    match class.as_str() {
        "FixedQParamsQuantizationSpec" => QSpec::FixedQParams(Box::default()),
        _ => QSpec::Other(Box::new(OtherSpec { class, fields: Map::new() })),
    }
}

/// A map of which the next key has been read already.
struct Peeked<'de, A> {
    key: Option<Key<'de>>,
    map: A,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for Peeked<'de, A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, A::Error> {
        match self.key.take() {
            Some(key) => seed.deserialize(key.0.into_deserializer()).map(Some),
            None => self.map.next_key_seed(seed),
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        self.map.next_value_seed(seed)
    }
}

fn of_class<'de, D: Deserializer<'de>>(class: Name, fields: D) -> Result<QSpec, D::Error> {
    Ok(match class.as_str() {
        "QuantizationSpec" => QSpec::Quantization(Box::deserialize(fields)?),
        "FixedQParamsQuantizationSpec" => QSpec::FixedQParams(Box::deserialize(fields)?),
        "SharedQuantizationSpec" => QSpec::Shared(Box::deserialize(fields)?),
        "DerivedQuantizationSpec" => QSpec::Derived(Box::deserialize(fields)?),
        _ => QSpec::Other(Box::new(OtherSpec { class, fields: Map::deserialize(fields)? })),
    })
}

impl Serialize for EdgeOrNode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Node(name) => name.serialize(serializer),
            Self::Tuple(items) => items.serialize(serializer),
            Self::List(items) => {
                let mut map = serializer.serialize_map(Some(1))?;
                map.serialize_entry("list", items)?;
                map.end()
            }
        }
    }
}

impl<'de> Deserialize<'de> for EdgeOrNode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(EdgeOrNodeVisitor)
    }
}

struct EdgeOrNodeVisitor;

impl<'de> Visitor<'de> for EdgeOrNodeVisitor {
    type Value = EdgeOrNode;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a node's name, an array of such, or an object with `list`")
    }

    fn visit_str<E: de::Error>(self, name: &str) -> Result<EdgeOrNode, E> {
        Ok(EdgeOrNode::Node(name.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<EdgeOrNode, A::Error> {
        let mut items = Vec::with_capacity(2);
        while let Some(item) = seq.next_element()? {
            items.push(item);
        }
        Ok(EdgeOrNode::Tuple(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<EdgeOrNode, A::Error> {
        match map.next_entry::<Key<'de>, Vec<EdgeOrNode>>()? {
            Some((key, items)) if key.0 == "list" => match map.next_key::<Key<'de>>()? {
                None => Ok(EdgeOrNode::List(items)),
                Some(key) => Err(de::Error::unknown_field(&key.0, &["list"])),
            },
            Some((key, _)) => Err(de::Error::unknown_field(&key.0, &["list"])),
            None => Err(de::Error::missing_field("list")),
        }
    }
}
