//! The JSON Schema of the report format, generated from the types that read it.

use schemars::{JsonSchema, Schema, SchemaGenerator, generate::SchemaSettings, json_schema};

use super::Report;
use super::{FORMAT, VERSION};
use crate::qspec::EdgeOrNode;
use crate::qspec::{
    DerivedQuantizationSpec, FixedQParamsQuantizationSpec, QSpec, QuantizationSpec,
    SharedQuantizationSpec,
};

/// The schema (JSON Schema 2020-12) of a file: one report or an array of them. In a file with one
/// report per line each line is such a report.
pub fn schema() -> Schema {
    let mut generator = SchemaSettings::draft2020_12().into_generator();
    let report = generator.subschema_for::<Report>();
    let mut schema = json_schema!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Quantization report",
        "description": format!("Version {VERSION} of the format that Qspect reads and writes."),
        "oneOf": [
            { "$ref": "#/$defs/ReportFile" },
            { "type": "array", "minItems": 1, "items": { "$ref": "#/$defs/ReportFile" } },
        ],
    });
    let report_file = json_schema!({
        "description": "A report with its format and version.",
        "type": "object",
        "properties": {
            "format": { "const": FORMAT },
            "version": { "const": VERSION },
        },
        "required": ["format", "version"],
        "allOf": [report],
    });
    let mut definitions = generator.take_definitions(true);
    definitions.insert("ReportFile".to_owned(), report_file.into());
    schema.insert("$defs".to_owned(), definitions.into());
    schema
}

impl JsonSchema for QSpec {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "QSpec".into()
    }

    /// An object whose `type` is the class; a class that is not known may have any fields.
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let of_class = |class: &str, fields: Schema| {
            json_schema!({
                // The bare name of a class may come from a log that is cut off there.
                "if": { "properties": { "type": { "const": class } }, "minProperties": 2 },
                "then": fields,
            })
        };
        let classes = [
            of_class("QuantizationSpec", generator.subschema_for::<QuantizationSpec>()),
            of_class(
                "FixedQParamsQuantizationSpec",
                generator.subschema_for::<FixedQParamsQuantizationSpec>(),
            ),
            of_class("SharedQuantizationSpec", generator.subschema_for::<SharedQuantizationSpec>()),
            of_class(
                "DerivedQuantizationSpec",
                generator.subschema_for::<DerivedQuantizationSpec>(),
            ),
        ];
        json_schema!({
            "description": "A quantization spec; `type` is its class, and names its other fields.",
            "type": "object",
            "properties": { "type": { "type": "string" } },
            "required": ["type"],
            "allOf": classes,
        })
    }
}

impl JsonSchema for EdgeOrNode {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "EdgeOrNode".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let items = json_schema!({
            "type": "array", "items": { "$ref": "#/$defs/EdgeOrNode" }
        });
        json_schema!({
            "description": "A node, a tuple (of two nodes: an edge from producer to consumer), or \
                            a Python list.",
            "anyOf": [
                { "type": "string" },
                items,
                {
                    "type": "object",
                    "properties": { "list": items },
                    "required": ["list"],
                    "additionalProperties": false,
                },
            ],
        })
    }
}
