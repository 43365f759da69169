//! Input that means harm, or might as well: see `tests/hostile/README.md` for what others made.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::Read;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::{Value, json};
use zip::ZipArchive;

/// A file of the JSON parsing test suite.
pub struct SuiteFile {
    /// `n_array_just_comma.json`.
    pub name: String,
    /// What is in it; often no text.
    pub bytes: Vec<u8>,
    /// What a reader of JSON is to make of it.
    pub kind: SuiteKind,
}

/// What a reader of JSON is to make of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SuiteKind {
    /// `y_`: it is JSON.
    Json,
    /// `n_`: it is not JSON.
    NotJson,
    /// `i_`, and all of `test_transform`: either.
    Either,
}

/// The JSON parsing test suite.
pub fn json_test_suite() -> Result<Vec<SuiteFile>> {
    let mut archive = ZipArchive::new(File::open(folder().join("json-test-suite.zip"))?)?;
    let mut files = Vec::new();
    for at in 0..archive.len() {
        let mut entry = archive.by_index(at)?;
        let path = entry.name()?.into_owned();
        let (folder, name) = path.split_once('/').context("a file without a folder")?;
        let kind = match (folder, name.get(..2)) {
            ("test_parsing", Some("y_")) => SuiteKind::Json,
            ("test_parsing", Some("n_")) => SuiteKind::NotJson,
            _ => SuiteKind::Either,
        };
        let name = name.to_owned();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes)?;
        files.push(SuiteFile { name, bytes, kind });
    }
    Ok(files)
}

/// The Big List of Naughty Strings.
pub fn naughty_strings() -> Result<Vec<String>> {
    Ok(serde_json::from_slice(&fs::read(folder().join("blns.json"))?)?)
}

/// Text that would run or be fetched if it came to be markup, an address or a script: each sets
/// `globalThis.harm`, or asks for `/harm`.
pub const INJECTIONS: [&str; 24] = [
    "<script>harm = 1</script>",
    "</script><script>harm = 1</script>",
    "</SCRIPT\t><script>harm = 1</script>",
    "<!--<script>harm = 1</script>",
    "--><script>harm = 1</script>",
    "]]><script>harm = 1</script>",
    "<img src=/harm onerror=\"harm = 1\">",
    "\"><img src=/harm onerror=\"harm = 1\">",
    "'><img src=/harm onerror='harm = 1'>",
    "\" onmouseover=\"harm = 1\" autofocus onfocus=\"harm = 1\" x=\"",
    "<svg onload=\"harm = 1\"><script>harm = 1</script></svg>",
    "<svg><animate onbegin=\"harm = 1\" attributeName=x dur=1s></svg>",
    "<iframe srcdoc=\"<script>parent.harm = 1</script>\"></iframe>",
    "<math><mtext><table><mglyph><style><img src=/harm onerror=\"harm = 1\">",
    "<template shadowrootmode=open><script>harm = 1</script></template>",
    "<link rel=stylesheet href=/harm><style>@import '/harm'; * { background: url(/harm) }</style>",
    "<base href=//harm.example/><meta http-equiv=refresh content=\"0;url=/harm\">",
    "javascript:harm=1",
    "data:text/html,<script>parent.harm=1</script>",
    "[link](javascript:harm=1) ![picture](/harm)",
    "</title></textarea></style></noscript></xmp><script>harm = 1</script>",
    "a\u{2028}b\u{2029}</script>\u{2028}",
    "${harm = 1} {{harm = 1}} `${harm = 1}` \\u003cscript\\u003e",
    "/harm; url('/harm') expression(harm=1); } * { background: url(/harm)",
];

/// Names that every JavaScript object has.
pub const PROTOTYPE_NAMES: [&str; 14] = [
    "__proto__",
    "constructor",
    "prototype",
    "toString",
    "toLocaleString",
    "valueOf",
    "hasOwnProperty",
    "isPrototypeOf",
    "propertyIsEnumerable",
    "__defineGetter__",
    "__defineSetter__",
    "__lookupGetter__",
    "__lookupSetter__",
    "then",
];

/// Characters that cannot be seen, or that change what is around them, each within a name: the controls,
/// what sets a direction, what takes no room; and what takes a terminal's orders.
pub fn hidden_strings() -> Vec<String> {
    let controls = ('\0'..='\x1f').chain('\x7f'..='\u{9f}').filter(|it| !matches!(it, '\t' | '\n'));
    let directions = "\u{202a}\u{202b}\u{202c}\u{202d}\u{202e}\u{2066}\u{2067}\u{2068}\u{2069}\
                      \u{200e}\u{200f}\u{61c}";
    let invisible = "\u{200b}\u{200c}\u{200d}\u{feff}\u{ad}\u{2060}\u{2064}\u{180e}\u{34f}\u{115f}\
                     \u{3164}\u{fe0f}\u{2028}\u{2029}\u{fff9}\u{e0041}\u{e0101}";
    let each = controls.chain(directions.chars()).chain(invisible.chars());
    let terminal =
        ["\x1b[2J\x1b[Hgone", "\x1b]0;title\x07", "\x1b[8mnot there\x1b[0m", "\u{9b}31m"];
    each.map(|it| format!("conv{it}2d")).chain(terminal.map(str::to_owned)).collect()
}

/// Strings to put into a report in place of its own.
pub fn strings() -> Result<Vec<String>> {
    let others = INJECTIONS.iter().chain(&PROTOTYPE_NAMES).map(|it| (*it).to_owned());
    Ok(naughty_strings()?.into_iter().chain(others).chain(hidden_strings()).collect())
}

/// What of a report is replaced.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Replaced {
    /// All names and texts.
    Names,
    /// The words that mean something to the reader, too: classes, dtypes, kinds of nodes.
    All,
}

/// A real report with every string replaced by the next of `strings`, from the `start`th on. Equal ones
/// stay equal, so that nodes are still those that are referred to; keys of maps are replaced as well.
pub fn report(strings: &[String], start: usize, replaced: Replaced) -> Result<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("reports/executorch-1.5.1-exporter/mlp_mixed.mixed.qspect.json");
    let mut report: Value = serde_json::from_slice(&fs::read(path)?)?;
    // What this report has not got.
    report["quantizers"][0]["rejected_patterns"] =
        json!([{ "node_names": ["sin"], "rejection_reason": "no qconfig for it" }]);
    report["graph"]["nodes"][0]["metrics"] = json!({ "sqnr": 12.5, "cosine": 0.5 });
    report["graph"]["nodes"][0]["shape"] = json!([1, "s0"]);
    report["graph"]["nodes"][0]["newer"] = json!({ "field": "text" });
    let mut renamed = Renamed { strings, start, replaced, known: HashMap::new() };
    renamed.walk(&mut report, "");
    report["format"] = json!("qspect-report");
    Ok(report)
}

struct Renamed<'s> {
    strings: &'s [String],
    start: usize,
    replaced: Replaced,
    known: HashMap<String, String>,
}

impl Renamed<'_> {
    fn walk(&mut self, value: &mut Value, field: &str) {
        match value {
            Value::String(text) => {
                let is_word = matches!(field, "type" | "op" | "dtype" | "qscheme" | "target");
                if !is_word || self.replaced == Replaced::All {
                    *text = self.renamed(text);
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|it| self.walk(it, field)),
            Value::Object(fields) => {
                let is_map = matches!(field, "metrics" | "packages" | "newer");
                for (name, mut value) in std::mem::take(fields) {
                    self.walk(&mut value, &name);
                    fields.insert(if is_map { self.renamed(&name) } else { name }, value);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }

    fn renamed(&mut self, text: &str) -> String {
        let at = self.start + self.known.len();
        let next = || self.strings[at % self.strings.len()].clone();
        self.known.entry(text.to_owned()).or_insert_with(next).clone()
    }
}

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("hostile")
}
