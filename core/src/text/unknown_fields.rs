//! JSON objects whose unknown fields are kept.

use std::borrow::Cow;

use serde::de::MapAccess;
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

/// The fields of a JSON object that this version of the format does not know, by name.
///
/// They are written back unchanged, so that a newer exporter's report loses nothing in an older
/// Qspect. Boxed, since almost no object has any.
pub type UnknownFields = Option<Box<Map<String, Value>>>;

/// A field's name, borrowed from the JSON text unless it contains an escape.
#[derive(Deserialize)]
#[serde(transparent)]
pub(crate) struct Key<'a>(#[serde(borrow)] pub(crate) Cow<'a, str>);

/// Keeps a field that this version does not know.
pub(crate) fn keep<'de, A: MapAccess<'de>>(
    unknown: &mut UnknownFields,
    key: Key<'de>,
    map: &mut A,
) -> Result<(), A::Error> {
    let value = map.next_value()?;
    unknown.get_or_insert_default().insert(key.0.into_owned(), value);
    Ok(())
}

/// A list that has room for one item only, if it has one item. A million nodes have several such
/// lists each, and a growing `Vec` starts with room for four.
pub(crate) struct Exact<T>(pub(crate) Vec<T>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Exact<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Items<T>(std::marker::PhantomData<T>);

        impl<'de, T: Deserialize<'de>> serde::de::Visitor<'de> for Items<T> {
            type Value = Exact<T>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a sequence")
            }

            fn visit_seq<A: serde::de::SeqAccess<'de>>(
                self,
                mut seq: A,
            ) -> Result<Self::Value, A::Error> {
                let mut items = Vec::new();
                while let Some(item) = seq.next_element()? {
                    if items.is_empty() {
                        items.reserve_exact(1);
                    }
                    items.push(item);
                }
                Ok(Exact(items))
            }
        }

        deserializer.deserialize_seq(Items(std::marker::PhantomData))
    }
}

/// A field's name in JSON: the Rust name, or a literal if the JSON name is a Rust keyword.
macro_rules! json_name {
    ($field:ident) => {
        stringify!($field)
    };
    ($field:ident, $name:literal) => {
        $name
    };
}

/// Implements `Deserialize` for a struct that has a `Default` and a field `unknown: UnknownFields`.
///
/// - `required`: the JSON must have it (`field = "name"` where the JSON's name is a keyword);
/// - `optional`: the type's default where the JSON has none;
/// - `required_lists`, `optional_lists`: the same for a `Vec` in many objects: see [`Exact`].
///
/// `#[serde(flatten)]` would keep unknown fields too, but it buffers every value and loses its
/// position in the text.
macro_rules! deserialize_object {
    ($type:ident, $expecting:literal,
     required: [$($required:ident $(= $name:literal)?),*],
     required_lists: [$($required_list:ident),*],
     optional: [$($optional:ident $(= $optional_name:literal)?),*],
     optional_lists: [$($optional_list:ident),*] $(,)?) => {
        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Fields;

                impl<'de> serde::de::Visitor<'de> for Fields {
                    type Value = $type;

                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str($expecting)
                    }

                    fn visit_map<A: serde::de::MapAccess<'de>>(
                        self,
                        mut map: A,
                    ) -> Result<Self::Value, A::Error> {
                        let mut object = $type::default();
                        // Fails to compile if a field of the struct is missing from the lists above.
                        let $type {
                            $($required: _,)* $($required_list: _,)*
                            $($optional: _,)* $($optional_list: _,)* unknown: _
                        } = &object;
                        // Whether the JSON has the field.
                        $(let mut $required = false;)*
                        $(let mut $required_list = false;)*
                        while let Some(key) = map.next_key::<$crate::text::unknown_fields::Key<'de>>()? {
                            match &*key.0 {
                                $(json_name!($required $(, $name)?) => {
                                    object.$required = map.next_value()?;
                                    $required = true;
                                })*
                                $(stringify!($required_list) => {
                                    object.$required_list =
                                        map.next_value::<$crate::text::unknown_fields::Exact<_>>()?.0;
                                    $required_list = true;
                                })*
                                $(json_name!($optional $(, $optional_name)?) => {
                                    object.$optional = map.next_value()?;
                                })*
                                $(stringify!($optional_list) => {
                                    object.$optional_list =
                                        map.next_value::<$crate::text::unknown_fields::Exact<_>>()?.0;
                                })*
                                _ => $crate::text::unknown_fields::keep(&mut object.unknown, key, &mut map)?,
                            }
                        }
                        $(if !$required {
                            let name = json_name!($required $(, $name)?);
                            return Err(serde::de::Error::missing_field(name));
                        })*
                        $(if !$required_list {
                            let name = stringify!($required_list);
                            return Err(serde::de::Error::missing_field(name));
                        })*
                        Ok(object)
                    }
                }

                deserializer.deserialize_map(Fields)
            }
        }
    };
}
