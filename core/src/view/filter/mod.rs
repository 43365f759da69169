//! The filter language of nodes: `conv -op:add module:features.1 weight:per_channel macs>1M`.
//!
//! A filter is a list of terms, and a node must match each of them. A term is a word, a field with a
//! text (`op:add`) or a field with a number (`macs>1M`). A `-` in front negates a term. Quotes keep
//! spaces: `reason:"non-quantized"`. Case does not matter.
//!
//! What the source does not show is unknown, and matches neither a term nor its negation.

mod complete;
mod evaluate;
mod fields;
mod parse;
mod values;

pub use complete::{Completion, completions};
pub use evaluate::{Match, Matcher};
pub use fields::{FIELDS, FieldHelp};
pub use parse::FilterError;

use std::ops::Range;

use crate::analysis::Analysis;
use fields::{NumberField, TextField};

/// A filter of nodes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filter {
    terms: Vec<Term>,
}

#[derive(Clone, Debug, PartialEq)]
struct Term {
    is_negated: bool,
    test: Test,
}

/// Texts are in lower case.
#[derive(Clone, Debug, PartialEq)]
enum Test {
    /// Part of the node's own names, or of the names of its annotated inputs.
    Word(String),
    Text(TextField, String),
    Number(NumberField, Comparison, f64),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Comparison {
    Less,
    AtMost,
    Equal,
    AtLeast,
    More,
}

impl Comparison {
    fn holds(self, value: f64, limit: f64) -> bool {
        match self {
            Self::Less => value < limit,
            Self::AtMost => value <= limit,
            Self::Equal => value == limit,
            Self::AtLeast => value >= limit,
            Self::More => value > limit,
        }
    }
}

impl Filter {
    /// Whether it has no terms, so that it matches each node.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// Why the filter cannot find anything in a report, if its fields need a graph that is missing.
    pub fn unanswerable(&self, analysis: &Analysis) -> Option<&'static str> {
        let needs_graph = self.terms.iter().any(|it| match &it.test {
            Test::Word(_) => false,
            Test::Text(field, _) => field.needs_graph(),
            Test::Number(field, ..) => field.needs_graph(),
        });
        (needs_graph && !analysis.has_graph()).then_some(
            "a log has no graph, so ops, modules, shapes, MACs and parameters are unknown: use \
             `qspect.capture`",
        )
    }

    /// The parts of a name that the filter's words and its terms with `name:` or `op:` match, in
    /// bytes, in order and without overlaps.
    pub fn marks(&self, name: &str) -> Vec<Range<usize>> {
        let words = self.terms.iter().filter(|it| !it.is_negated).filter_map(|it| match &it.test {
            Test::Word(word) | Test::Text(TextField::Name | TextField::Op, word) => Some(word),
            _ => None,
        });
        let mut marks: Vec<Range<usize>> = Vec::new();
        // Other words could match within a character.
        for word in words.filter(|it| it.is_ascii()) {
            let windows = name.as_bytes().windows(word.len()).enumerate();
            let found = windows.filter(|it| it.1.eq_ignore_ascii_case(word.as_bytes()));
            marks.extend(found.map(|(at, _)| at..at + word.len()));
        }
        marks.sort_by_key(|it| it.start);
        let mut merged: Vec<Range<usize>> = Vec::new();
        for mark in marks {
            match merged.last_mut() {
                Some(last) if mark.start <= last.end => last.end = last.end.max(mark.end),
                _ => merged.push(mark),
            }
        }
        merged
    }
}
