//! Whether a report is whole, and if not, what is wrong with it.
//!
//! A damaged log still has counts, tables and names, but figures computed from them would be wrong.
//! So each reader checks a report once, here, and code that shows a figure over all nodes asks
//! [`Completeness::is_whole`] first.

mod check;

use std::fmt;

use serde::de::Deserializer;
use serde::ser::{SerializeStruct, Serializer};
use serde::{Deserialize, Serialize};

use crate::text::Name;
use crate::text::number_format::count;
use crate::text::unknown_fields::UnknownFields;

/// Whether a report is whole, or which problems it has.
///
/// In JSON `{"whole": false, "problems": […]}`; a whole report leaves it out. The problems that a
/// file lists are kept, and [`Report::check`](crate::report::Report::check) adds those that its contents show.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Completeness {
    /// What is wrong; empty if the report is whole.
    pub problems: Vec<Problem>,
    /// Fields of a newer format.
    pub unknown: UnknownFields,
}

/// One thing that makes a report incomplete.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Problem {
    /// What kind of problem it is.
    pub kind: ProblemKind,
    /// The line of the log, counted from 1, if it is one place in a log.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// What is wrong, in words: `quantizer 2 counts 18 accepted nodes and lists 0`.
    pub message: String,
    /// Fields of a newer format.
    #[serde(flatten)]
    pub unknown: UnknownFields,
}

/// The kinds of problems.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProblemKind {
    /// The source ends before the report does.
    CutOff,
    /// A line that each report has is missing: a rule, the title, a quantizer's counts.
    LinesLost,
    /// Rows of a table are missing or damaged.
    RowsLost,
    /// The counts of a quantizer differ from its lists.
    CountsDiffer,
    /// The text of a qspec is cut.
    QspecDamaged,
    /// The run raised an exception before the report was complete.
    Raised,
    /// A kind of a newer format.
    Other(Name),
}

impl ProblemKind {
    /// Its name in JSON.
    pub fn as_str(&self) -> &str {
        match self {
            Self::CutOff => "cut_off",
            Self::LinesLost => "lines_lost",
            Self::RowsLost => "rows_lost",
            Self::CountsDiffer => "counts_differ",
            Self::QspecDamaged => "qspec_damaged",
            Self::Raised => "raised",
            Self::Other(name) => name,
        }
    }
}

impl Default for ProblemKind {
    fn default() -> Self {
        Self::Other(Name::default())
    }
}

impl From<&str> for ProblemKind {
    fn from(name: &str) -> Self {
        let known =
            [Self::CutOff, Self::LinesLost, Self::RowsLost, Self::CountsDiffer, Self::QspecDamaged];
        let known = known.into_iter().chain([Self::Raised]).find(|it| it.as_str() == name);
        known.unwrap_or_else(|| Self::Other(name.into()))
    }
}

impl Serialize for ProblemKind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for ProblemKind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self::from(Name::deserialize(deserializer)?.as_str()))
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for ProblemKind {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "ProblemKind".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "`cut_off`, `lines_lost`, `rows_lost`, `counts_differ`, \
                            `qspec_damaged`, `raised`, or a kind of a newer version.",
            "type": "string",
        })
    }
}

impl Completeness {
    /// Whether nothing is wrong.
    pub fn is_whole(&self) -> bool {
        self.problems.is_empty()
    }

    /// Adds a problem, unless it is known already or there are too many.
    pub fn add(&mut self, kind: ProblemKind, line: Option<usize>, message: impl Into<String>) {
        let message = message.into();
        // A report that is read again from JSON shows the same problems, without their lines.
        if self.problems.len() < MAX_PROBLEMS
            && !self.problems.iter().any(|it| it.kind == kind && it.message == message)
        {
            self.problems.push(Problem { kind, line, message, unknown: None });
        }
    }

    /// Adds that the qspecs of `n_nodes` nodes are cut. Messages contain no names of nodes, so a
    /// redacted report keeps its problems.
    fn add_damaged_qspecs(&mut self, n_nodes: usize, of: &str) {
        if n_nodes > 0 {
            let nodes = count(n_nodes, "node", "nodes");
            self.add(ProblemKind::QspecDamaged, None, format!("qspecs of {nodes} {of} are cut"));
        }
    }

    /// Adds that the report ends before its last section.
    pub(crate) fn add_cut_off(&mut self, line: Option<usize>) {
        self.add(ProblemKind::CutOff, line, "the nodes without an annotation are not listed");
    }
}

/// How many problems of one report are kept. A file may list more of its own.
const MAX_PROBLEMS: usize = 100;

/// `line 12: quantizer 2 counts 18 accepted nodes and lists 0`.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line}: ")?;
        }
        f.write_str(&self.message)
    }
}

/// `quantizer 2 counts 3,662 rejected nodes and lists 0`, and how many more problems there are.
impl fmt::Display for Completeness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(first) = self.problems.first() else { return Ok(()) };
        f.write_str(&first.message)?;
        match self.problems.len() - 1 {
            0 => Ok(()),
            n => write!(f, " (and {})", count(n, "more problem", "more problems")),
        }
    }
}

/// The completeness of a report in JSON.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub(crate) struct CompletenessRecord {
    /// Whether nothing is wrong. A whole report may leave out its completeness.
    pub(crate) whole: bool,
    /// What is wrong; not empty if `whole` is false.
    problems: Vec<Problem>,
    /// Fields of a newer format.
    #[serde(flatten)]
    unknown: UnknownFields,
}

deserialize_object!(CompletenessRecord, "a completeness object",
    required: [], required_lists: [],
    optional: [whole, problems], optional_lists: []);
deserialize_object!(Problem, "a problem object",
    required: [kind, message], required_lists: [],
    optional: [line], optional_lists: []);

impl Serialize for Completeness {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if let Some(unknown) = &self.unknown {
            let (whole, problems) = (self.is_whole(), self.problems.clone());
            let unknown = Some(unknown.clone());
            return CompletenessRecord { whole, problems, unknown }.serialize(serializer);
        }
        let mut object = serializer.serialize_struct("Completeness", 2)?;
        object.serialize_field("whole", &self.is_whole())?;
        object.serialize_field("problems", &self.problems)?;
        object.end()
    }
}

impl<'de> Deserialize<'de> for Completeness {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let CompletenessRecord { whole, problems, unknown } =
            CompletenessRecord::deserialize(deserializer)?;
        let mut this = Self { problems, unknown };
        if this.is_whole() && !whole {
            let kind = ProblemKind::Other("unspecified".into());
            this.add(kind, None, "the file says that it is incomplete, and does not say why");
        }
        Ok(this)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Completeness {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Completeness".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        CompletenessRecord::json_schema(generator)
    }
}
