//! Reads a filter.

use std::ops::Range;

use thiserror::Error;

use super::fields::{FIELDS, NumberField, TextField, VERDICTS};
use super::{Comparison, Filter, Term, Test};
use crate::analysis::Verdict;

/// A filter that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{message}")]
pub struct FilterError {
    /// What is wrong, and what to write.
    pub message: String,
    /// The term, in bytes of the filter.
    pub range: Range<usize>,
}

impl Filter {
    /// Reads a filter. `metrics` are the names of the report's metrics, which are fields too.
    ///
    /// # Errors
    /// For a field or a verdict that does not exist, a field without a value, and a number that is
    /// none.
    pub fn parse(text: &str, metrics: &[&str]) -> Result<Self, FilterError> {
        Self::read(text, metrics, false)
    }

    /// Reads a filter that is being typed: the last term may have no value yet.
    ///
    /// # Errors
    /// The same as for [`Self::parse`].
    pub fn parse_typed(text: &str, metrics: &[&str]) -> Result<Self, FilterError> {
        Self::read(text, metrics, true)
    }

    fn read(text: &str, metrics: &[&str], is_typed: bool) -> Result<Self, FilterError> {
        let mut terms = Vec::new();
        for range in ranges(text) {
            let written = &text[range.clone()];
            // A last term with a space behind it is complete.
            let may_be_empty = is_typed && range.end == text.len();
            let term = match read_term(written, metrics, may_be_empty) {
                Ok(None) if !may_be_empty => {
                    Err(format!("{written} has no value; there is no space behind : or >"))
                }
                term => term,
            };
            terms.extend(term.map_err(|message| FilterError { message, range })?);
        }
        Ok(Self { terms })
    }
}

/// The terms, separated by white space outside quotes.
fn ranges(text: &str) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let (mut start, mut is_quoted) = (None, false);
    for (at, c) in text.char_indices() {
        if c.is_whitespace() && !is_quoted {
            ranges.extend(start.take().map(|start| start..at));
            continue;
        }
        is_quoted ^= c == '"';
        start.get_or_insert(at);
    }
    ranges.extend(start.map(|start| start..text.len()));
    ranges
}

/// The term; `None` for one without a value, as it is while it is typed.
fn read_term(written: &str, metrics: &[&str], is_typed: bool) -> Result<Option<Term>, String> {
    let (is_negated, written) = match written.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, written),
    };
    let test = match split_field(written) {
        Some((field, operator, value)) => read_field(&field, operator, value, metrics, is_typed)?,
        None => word(written).map(Test::Word),
    };
    Ok(test.map(|test| Term { is_negated, test }))
}

/// A value without its quotes, in lower case; `None` if nothing is left.
fn word(written: &str) -> Option<String> {
    let word = written.replace('"', "").to_lowercase();
    (!word.is_empty()).then_some(word)
}

/// `macs>=1M`: the field in lower case, the operator, the value. `None` for a word. `aten::add` is a
/// word, too.
fn split_field(written: &str) -> Option<(String, &str, &str)> {
    let is_name = |c: char| c == '_' || c.is_ascii_alphanumeric();
    let end = written.find(|c| !is_name(c))?;
    let (field, rest) = written.split_at(end);
    let operator =
        ["::", ">=", "<=", "!=", ":", ">", "<", "="].into_iter().find(|it| rest.starts_with(it))?;
    if field.is_empty() || operator == "::" {
        return None;
    }
    Some((field.to_lowercase(), operator, &rest[operator.len()..]))
}

fn read_field(
    field: &str,
    operator: &str,
    value: &str,
    metrics: &[&str],
    is_typed: bool,
) -> Result<Option<Test>, String> {
    if operator == "!=" {
        return Err(format!("there is no !=: write -{field}:{value}"));
    }
    let metric = metrics.iter().find(|it| it.eq_ignore_ascii_case(field));
    let number = NumberField::from_name(field)
        .or_else(|| metric.map(|it| NumberField::Metric((*it).into())));
    if let Some(number_field) = number {
        if value.is_empty() {
            return Ok(None);
        }
        let comparison = match operator {
            ">" => Comparison::More,
            ">=" => Comparison::AtLeast,
            "<" => Comparison::Less,
            "<=" => Comparison::AtMost,
            _ => Comparison::Equal,
        };
        let number = number_of(value).ok_or_else(|| {
            format!("{value} is not a number: write for example bits=8, macs>1.5M or params<10k")
        })?;
        return Ok(Some(Test::Number(number_field, comparison, number)));
    }
    let Some(text_field) = TextField::from_name(field) else {
        return Err(unknown_field(field, metrics));
    };
    if !matches!(operator, ":" | "=") {
        return Err(format!("{field} is not a number: write {field}:text"));
    }
    let value = word(value);
    if let (TextField::Verdict, Some(verdict)) = (text_field, &value) {
        let known = VERDICTS.iter().map(|it| it.to_string());
        let mut known = known.chain(Verdict::ALL.iter().map(|it| it.as_str().to_owned()));
        let verdict = verdict.replace(' ', "_");
        let is_label = Verdict::ALL.iter().any(|it| it.label().replace(' ', "_") == verdict);
        if is_typed && known.clone().any(|it| it != verdict && it.starts_with(&verdict)) {
            return Ok(None);
        }
        if !is_label && !known.any(|it| it == verdict) {
            let all: Vec<&str> = Verdict::ALL.iter().map(|it| it.as_str()).collect();
            return Err(format!(
                "no verdict {verdict}; the verdicts are {}, {}",
                all.join(", "),
                VERDICTS.join(", ")
            ));
        }
    }
    Ok(value.map(|it| Test::Text(text_field, it)))
}

fn unknown_field(field: &str, metrics: &[&str]) -> String {
    let fields: Vec<&str> =
        FIELDS.iter().map(|it| it.name).chain(metrics.iter().copied()).collect();
    format!("no field {field}; the fields are {}", fields.join(", "))
}

/// `1.5`, `-3`, `10k`, `1M`.
fn number_of(value: &str) -> Option<f64> {
    let scale = match value.chars().last()? {
        'k' | 'K' => 1e3,
        'm' | 'M' => 1e6,
        'g' | 'G' => 1e9,
        _ => 1.0,
    };
    let digits = if scale == 1.0 { value } else { &value[..value.len() - 1] };
    let is_plain = digits.bytes().all(|it| it.is_ascii_digit() || b".-+e".contains(&it));
    let number: f64 = digits.parse().ok().filter(|_| is_plain)?;
    Some(number * scale).filter(|it| it.is_finite())
}
