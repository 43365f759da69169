//! Completions of a filter that is being typed.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::fields::FIELDS;

/// The greatest number of completions.
const MAX_COMPLETIONS: usize = 8;

/// A way to complete the term at the end of a filter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Completion {
    /// The part of the filter that it replaces, in bytes.
    pub range: Range<usize>,
    /// What it puts there: `op:`, or `verdict:rejected` with a space behind it.
    pub text: String,
    /// What it compares, or empty.
    pub help: String,
}

/// The completions of the term at the end of `text`: names of fields and of `metrics`, and the
/// values of the field whose name is there, which `values_of` gives.
pub fn completions(
    text: &str,
    metrics: &[String],
    values_of: &dyn Fn(&str) -> Vec<String>,
) -> Vec<Completion> {
    let start = text
        .rfind(char::is_whitespace)
        .map_or(0, |at| at + text[at..].chars().next().map_or(1, char::len_utf8));
    let start = start + usize::from(text[start..].starts_with('-'));
    let term = &text[start..];
    let range = start..text.len();
    if term.is_empty() || term.contains('"') {
        return Vec::new();
    }
    let Some((field, typed)) = term.split_once(':') else {
        let typed = term.to_lowercase();
        let fields = FIELDS.iter().filter(|it| it.name.starts_with(&typed));
        let fields = fields.map(|it| Completion {
            range: range.clone(),
            text: it.example.split_inclusive([':', '>', '<']).next().unwrap_or(it.name).to_owned(),
            help: it.help.to_owned(),
        });
        let metrics = metrics.iter().filter(|it| it.to_lowercase().starts_with(&typed));
        let metrics = metrics.map(|it| Completion {
            range: range.clone(),
            text: format!("{it}>"),
            help: "a metric of this report".to_owned(),
        });
        return metrics.chain(fields).take(MAX_COMPLETIONS).collect();
    };
    let typed = typed.to_lowercase();
    let values = values_of(&field.to_lowercase()).into_iter().filter(|it| {
        let value = it.to_lowercase();
        value.contains(&typed) && value != typed
    });
    let values = values.map(|it| {
        let value = if it.contains(char::is_whitespace) { format!("\"{it}\"") } else { it };
        let text = format!("{field}:{value} ");
        Completion { range: range.clone(), text, help: String::new() }
    });
    values.take(MAX_COMPLETIONS).collect()
}
