//! No string of the format survives a redaction, wherever it stands: the documents are made from the
//! JSON Schema, so that a new field is covered as soon as it exists.

use std::collections::BTreeSet;

use qspect_core::{Analysis, Redaction, Report, Totals, parse, write};
use serde_json::{Map, Value, json};

/// What each marker begins with.
const MARKER: &str = "zqmark";

/// Where in a document a string is to be filled in.
const LEAF: &str = "§";

/// How often a definition may be within itself: edges of edges bring nothing new.
const MAX_NESTED: usize = 2;

struct Schema(Value);

impl Schema {
    fn read() -> Self {
        Self(serde_json::from_str(include_str!("../../report.schema.json")).expect("JSON"))
    }

    /// Documents of one report with every field, and every kind of value in it.
    fn documents(&self) -> Vec<Value> {
        self.values(&json!({ "$ref": "#/$defs/ReportFile" }), &[])
    }

    /// Values that the schema allows, one for each way that one can be.
    fn values(&self, schema: &Value, around: &[&str]) -> Vec<Value> {
        if let Some(name) = schema["$ref"].as_str().and_then(|it| it.strip_prefix("#/$defs/")) {
            if around.iter().filter(|it| **it == name).count() == MAX_NESTED {
                return Vec::new();
            }
            return self.values(&self.0["$defs"][name], &[around, &[name]].concat());
        }
        if let Some(value) = schema.get("const") {
            return vec![value.clone()];
        }
        if let Some(ways) = schema["anyOf"].as_array() {
            return ways.iter().flat_map(|it| self.values(it, around)).collect();
        }
        let types = match &schema["type"] {
            Value::Array(types) => types.clone(),
            one => vec![one.clone()],
        };
        let of_type = |it: &Value| match it.as_str().expect("a type") {
            "string" => vec![json!(LEAF)],
            "integer" => vec![json!(2)],
            "number" => vec![json!(1.5)],
            "boolean" => vec![json!(true)],
            "null" => Vec::new(),
            "array" => vec![Value::from(self.values(&schema["items"], around))],
            "object" => self.objects(schema, around),
            other => panic!("a type that this test does not know: {other}"),
        };
        types.iter().flat_map(of_type).collect()
    }

    /// One object with every field, and for each further value of a field one more.
    fn objects(&self, schema: &Value, around: &[&str]) -> Vec<Value> {
        let mut objects = vec![Map::new()];
        for (field, schema) in schema["properties"].as_object().into_iter().flatten() {
            let values = self.values(schema, around);
            if values.is_empty() {
                return Vec::new();
            }
            let first = objects[0].clone();
            for (value_idx, value) in values.into_iter().enumerate() {
                if value_idx == 0 {
                    for object in &mut objects {
                        object.insert(field.clone(), value.clone());
                    }
                } else {
                    let mut other = first.clone();
                    other.insert(field.clone(), value);
                    objects.push(other);
                }
            }
        }
        // The fields behind the one with another value, which the first object has by now.
        let whole = objects[0].clone();
        for object in &mut objects {
            for (field, value) in &whole {
                object.entry(field.clone()).or_insert_with(|| value.clone());
            }
        }
        match &schema["additionalProperties"] {
            Value::Bool(true) => objects.iter_mut().for_each(add_unknown),
            Value::Object(_) => {
                let values = self.values(&schema["additionalProperties"], around);
                for (value_idx, value) in values.into_iter().enumerate() {
                    objects[0].insert(format!("{LEAF}{value_idx}"), value);
                }
            }
            _ => {}
        }
        let mut all = Vec::new();
        for part in schema["allOf"].as_array().into_iter().flatten() {
            let then = part.get("then").unwrap_or(part);
            for mut object in self.values(then, around) {
                for (field, value) in &objects[0] {
                    object[field] = value.clone();
                }
                // What an object is of which `then` holds.
                for (field, schema) in part["if"]["properties"].as_object().into_iter().flatten() {
                    object[field] = schema["const"].clone();
                }
                all.push(object);
            }
        }
        // A class that the format does not know may have any fields, also known ones.
        if schema["allOf"].is_array() && schema.get("additionalProperties").is_none() {
            for object in &mut objects {
                for field in ["dtype", "qscheme", "observer"] {
                    object.insert(field.to_owned(), json!(LEAF));
                }
                add_unknown(object);
            }
        }
        let is_whole = schema["allOf"].as_array().is_some_and(|it| it[0].get("if").is_none());
        if !is_whole {
            all.extend(objects.into_iter().map(Value::from));
        }
        all
    }
}

fn add_unknown(object: &mut Map<String, Value>) {
    object.insert(format!("{LEAF}u"), json!(LEAF));
    object.insert(format!("{LEAF}v"), json!({ format!("{LEAF}w"): [LEAF, { LEAF: LEAF }] }));
}

/// The document with `string` in place of each leaf, by its number and the fields that lead to it.
fn filled(
    document: &Value,
    path: &str,
    n_leaves: &mut usize,
    string: &mut dyn FnMut(usize, &str) -> String,
) -> Value {
    match document {
        Value::String(text) if text == LEAF => {
            *n_leaves += 1;
            Value::from(string(*n_leaves - 1, path))
        }
        Value::Array(items) => items.iter().map(|it| filled(it, path, n_leaves, string)).collect(),
        Value::Object(fields) => {
            let class = fields.get("type").and_then(Value::as_str).unwrap_or_default();
            let mut out = Map::new();
            for (name, value) in fields {
                let path = format!("{path}({class}).{name}");
                let mut new = name.clone();
                if name.starts_with(LEAF) {
                    *n_leaves += 1;
                    new = string(*n_leaves - 1, &format!("{path} as a key"));
                }
                out.insert(new, filled(value, &path, n_leaves, string));
            }
            Value::from(out)
        }
        other => other.clone(),
    }
}

/// A public word for each field, and different ones for different keys.
fn public(leaf: usize, path: &str, op: &str) -> String {
    match field(path) {
        "op" => op.to_owned(),
        "target" => "aten.add.Tensor".to_owned(),
        "dtype" => "torch.int8".to_owned(),
        _ => format!("k{leaf}"),
    }
}

fn field(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or_default()
}

fn read(json: &str) -> Report {
    parse("run.json", json.as_bytes()).expect("a report").reports.remove(0)
}

fn redacted(document: &Value, string: &mut dyn FnMut(usize, &str) -> String) -> (Report, String) {
    let document = filled(document, "", &mut 0, string);
    let report = read(&document.to_string());
    let redacted = Redaction::default().redact(&report);
    let json = write::json(&redacted).expect("JSON");
    assert_eq!(read(&json), redacted);
    let (base, head) = (Analysis::of(report.clone()), Analysis::of(redacted));
    assert_eq!(Totals::of(&head), Totals::of(&base));
    (report, json)
}

#[track_caller]
fn assert_gone(json: &str, context: &str) {
    let at = json.to_ascii_lowercase().find(MARKER);
    let around = at.map(|it| {
        let start = json.floor_char_boundary(it.saturating_sub(200));
        &json[start..json.ceil_char_boundary((it + 60).min(json.len()))]
    });
    assert_eq!(around, None, "{context}");
}

/// One string of each kind and place alone, among public ones.
#[test]
fn each_string_is_replaced_by_itself() {
    let mut done = BTreeSet::new();
    for document in &Schema::read().documents() {
        let mut paths = Vec::new();
        filled(document, "", &mut 0, &mut |leaf, path| {
            paths.push(path.to_owned());
            public(leaf, path, "output")
        });
        for (marked, marked_path) in paths.into_iter().enumerate() {
            if !done.insert(marked_path.clone()) {
                continue;
            }
            let (report, json) = redacted(document, &mut |leaf, path| {
                if leaf == marked {
                    format!("{MARKER}x")
                } else {
                    public(leaf, path, "call_function")
                }
            });
            let whole = write::json(&report).expect("JSON");
            assert!(whole.contains(MARKER), "{marked_path} is lost: {document}");
            assert_gone(&json, &marked_path);
        }
    }
    // The schema was walked, and not a part of it.
    for part in [".producer", ".graph", ".metrics", ".completeness", ".outputs", ".observer"] {
        assert!(done.iter().any(|it| it.contains(part)), "{part}");
    }
    assert!(done.len() > 150, "{}", done.len());
}

/// All strings at once, as what names and texts look like.
#[test]
fn all_strings_are_replaced() {
    let shapes = [
        "@",
        "@_1",
        "@_QSPEC",
        "NO_@",
        "acme::@.default",
        "acme.@.default",
        "torch.ops.@.op",
        "QuantizationSpec(dtype=@",
        "@(dtype=INT8)",
        "@([",
        "@Quantizer",
        "per_channel_@",
        "float8_@",
        "int@",
        "bfloat@",
        "complex@",
        "/home/@/@.py",
        "C:\\@\\y.py",
        "m.@.0.weight",
        "1.2.3+@",
        "2*@ + Max(1, @)",
        "@(1)",
        "2@",
        "cond/@_graph_0",
        "aten::add, @",
        "aten.add @",
        "Tensor @ is not a float tensor.",
        "GlobalNodeFinder targeting names: @, b",
        "a\n@\tb",
        "é@é",
        "@-@",
        "[@]",
        "\"@\"",
    ];
    let own = ["torch.@", "torch.per_channel_@", "torch.float8_@"];
    let documents = Schema::read().documents();
    let check = |document: &Value, op: &str, shape: &str| {
        let (_, json) = redacted(document, &mut |leaf, path| {
            let marker = format!("{MARKER}{leaf}x");
            match field(path) {
                "op" => op.replace('@', &marker),
                // What begins like a part of torch counts as one, except in dtypes and qschemes.
                "dtype" | "qscheme" => shape.replace('@', &marker),
                _ if own.contains(&shape) => marker,
                _ => shape.replace('@', &marker),
            }
        });
        assert_gone(&json, &format!("{op} {shape}"));
    };
    for shape in shapes.iter().chain(&own) {
        check(&documents[0], "call_function", shape);
    }
    for document in &documents {
        check(document, "call_function", "@");
    }
    for op in ["call_method", "call_module", "get_attr", "placeholder", "output", "@"] {
        check(&documents[0], op, "@");
        check(&documents[0], op, "acme::@.default");
    }
}
