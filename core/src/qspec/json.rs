//! Qspecs in JSON: an object whose `type` is the class name.

use std::fmt;

use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::fields::Fields;
use super::{EdgeOrNode, QSpec};
use crate::text::unknown_fields::Key;

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
            Self::Quantization(fields) => {
                Tagged { r#type, fields: &**fields }.serialize(serializer)
            }
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

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<QSpec, A::Error> {
        Fields::read(map)?.into_qspec()
    }
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
