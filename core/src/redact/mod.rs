//! Redaction: replaces names, so that a report can be shared without the names of the model.

mod free_text;
mod public_words;
mod replacements;
mod string_kind;
mod torch_names;
mod walk;

use std::collections::HashMap;

use crate::report::RULE;
use crate::report::Report;
use crate::report::completeness::Completeness;
use crate::text::Name;
use free_text::{targets, without_folders, words};
use replacements::key;
use string_kind::Kind;
use walk::walk;

/// Replacements of names. Use one redaction for all reports that are shared together: a name gets
/// the same replacement in each report, so comparisons still work.
///
/// Nodes become `n3`, `n3_1`, `n3_2` if their names differ only in a number. Paths of modules
/// become `m1.0`, classes `c1`, the model `model1`, and symbolic sizes `d1`. Words of torch,
/// torchao and ExecuTorch stay: ops of aten, dtypes, qschemes, and the classes of quantizers,
/// qspecs and observers. Other such words become `op1`, `dtype1`, `Quantizer1`, `qspec1` and
/// `Observer1`; names of metrics become `metric1`. In texts, names are found as whole words. Of the
/// other words, plain English stays, and the rest becomes `t1`, as do unknown fields and their
/// texts. Numbers stay, and so do the words that torch and ExecuTorch write in every report:
/// `output`, `_param_constant0`, and the reasons of ExecuTorch's own quantizers.
#[derive(Clone, Debug, Default)]
pub struct Redaction {
    /// Replacements by kind and name; see [`key`].
    words: HashMap<String, String>,
    /// Whether each word of a text is plain, so that it stays.
    plain: HashMap<String, bool>,
    /// The number of words by kind or stem.
    counts: HashMap<String, usize>,
    /// The names to find in texts, as a trie of words: the key is a step with the next part of a
    /// name, the value is the next step.
    steps: HashMap<String, usize>,
}

/// Kinds of words: the letters in their keys.
mod kind {
    pub(super) const NODE: char = 'n';
    pub(super) const STEM: char = '_';
    pub(super) const PATH: char = '.';
    pub(super) const SEGMENT: char = 'm';
    pub(super) const CLASS: char = 'c';
    pub(super) const MODEL: char = 'M';
    pub(super) const SYMBOL: char = 'd';
    pub(super) const TARGET: char = ':';
    pub(super) const OP: char = 'o';
    pub(super) const FX_OP: char = 'f';
    pub(super) const DTYPE: char = 'D';
    pub(super) const QSCHEME: char = 's';
    pub(super) const QUANTIZER: char = 'Q';
    pub(super) const OBSERVER: char = 'O';
    pub(super) const QSPEC: char = 'q';
    pub(super) const METRIC: char = 'r';
    pub(super) const PACKAGE: char = 'p';
    pub(super) const TEXT: char = 't';
    /// A word of a report, so it is not used as a replacement.
    pub(super) const TAKEN: char = '=';
    /// The last step of a name; the letter of its kind follows.
    pub(super) const LAST: char = '@';
    /// The kinds that are searched in texts.
    pub(super) const IN_TEXT: [char; 10] =
        [NODE, PATH, SEGMENT, CLASS, MODEL, SYMBOL, TARGET, OP, QUANTIZER, OBSERVER];
}

impl Redaction {
    /// A copy of the report with replaced names.
    ///
    /// ```
    /// # let json = r#"{"format": "qspect-report", "version": 1, "report_title": "T", "quantizers": [],
    /// #     "model": "secret", "non_annotated_nodes": ["relu"]}"#;
    /// # let report = qspect_core::parse("run.qspect.json", json.as_bytes())?.reports.remove(0);
    /// use qspect_core::Redaction;
    ///
    /// let redacted = Redaction::default().redact(&report);
    /// assert_ne!(redacted.model, report.model);
    /// # Ok::<(), qspect_core::ParseError>(())
    /// ```
    pub fn redact(&mut self, report: &Report) -> Report {
        let mut report = report.clone();
        self.learn_from(&mut report);
        let own = std::mem::take(&mut report.completeness);
        let found = if own.is_whole() { Completeness::default() } else { problems(&mut report) };
        walk(&mut report, &mut |kind, text| self.replaced(kind, text));
        self.redact_problems(own, &found, &mut report);
        report
    }

    /// Restores the problems. The message of a problem that the contents show is made from the new
    /// names, as a reader would make it. In other messages, names are replaced.
    fn redact_problems(&mut self, own: Completeness, found: &Completeness, report: &mut Report) {
        if own == Completeness::default() {
            return;
        }
        let found_again = problems(report);
        // Both lists have the same order, so they correspond.
        let is_same = found.problems.len() == found_again.problems.len();
        let again = if is_same { found_again.problems.as_slice() } else { &[] };
        let again: HashMap<&str, &str> = found
            .problems
            .iter()
            .zip(again)
            .map(|(old, new)| (old.message.as_str(), new.message.as_str()))
            .collect();
        report.completeness = own;
        let mut completeness = std::mem::take(&mut report.completeness);
        for problem in &mut completeness.problems {
            problem.message = match again.get(problem.message.as_str()) {
                Some(message) => (*message).to_owned(),
                None => self.text(&problem.message),
            };
        }
        walk::completeness(&mut completeness, &mut |kind, text| self.replaced(kind, text));
        report.completeness = completeness;
        report.check();
    }

    /// Learns the names of a report that is redacted later. If the names of all reports are known
    /// first, a text in several reports is redacted equally, whichever report has the name.
    pub fn learn(&mut self, report: &Report) {
        self.learn_from(&mut report.clone());
    }

    /// Learns the names of the report. It does not change the report: it shares its walk with
    /// [`Self::redact`].
    fn learn_from(&mut self, report: &mut Report) {
        // All words are known before the first replacement, so that replacements differ from them.
        // Each kind that is searched in texts is learned here: a name that is found later would
        // change the replacement of a text that is already redacted.
        let mut new: Vec<(Kind, Name)> = Vec::new();
        walk(report, &mut |kind, text| {
            let mut learn = |kind: Kind, name: &str| {
                let letter = match kind {
                    Kind::Node => kind::NODE,
                    Kind::Path => kind::PATH,
                    Kind::Class => kind::CLASS,
                    Kind::ValueClass if !public_words::VALUE_CLASSES.contains(&name) => kind::CLASS,
                    Kind::Model => kind::MODEL,
                    Kind::Symbol => kind::SYMBOL,
                    Kind::Target if !public_words::is_public_target(name) => kind::TARGET,
                    Kind::Quantizer if !public_words::is_quantizer(name) => kind::QUANTIZER,
                    Kind::Observer if !public_words::is_observer(name) => kind::OBSERVER,
                    _ => return,
                };
                if !self.words.contains_key(&key(letter, name)) {
                    self.words.insert(key(letter, name), name.to_owned());
                    for word in words(name).chain([name]) {
                        self.words.insert(key(kind::TAKEN, word), String::new());
                    }
                    new.push((kind, name.into()));
                }
            };
            match targets(text).filter(|_| kind == Kind::Targets) {
                Some((_, kind, items)) => items.split(", ").for_each(|it| learn(kind, it)),
                None => learn(kind, text),
            }
            None
        });
        for (kind, name) in new {
            let word = self.replaced(kind, &name);
            if kind == Kind::Node {
                self.look_for(kind::NODE, &name, &word.unwrap_or_default());
            }
        }
    }

    fn replaced(&mut self, kind: Kind, text: &str) -> Option<String> {
        Some(match kind {
            Kind::Node => self.node(text),
            Kind::Path => self.path(text),
            Kind::Class => self.word(kind::CLASS, text),
            Kind::Model => self.word(kind::MODEL, text),
            Kind::Symbol => self.symbol(text),
            Kind::Targets => match targets(text) {
                Some((before, kind, items)) => {
                    let items = items.split(", ").filter_map(|it| self.replaced(kind, it));
                    let items: Vec<String> = items.collect();
                    self.text(before) + &items.join(", ")
                }
                None => self.text(text),
            },
            // A replacement may be longer than its word.
            Kind::Title => self.text(text).chars().take(RULE.len() - 1).collect(),
            Kind::Text => self.text(text),
            Kind::Location
                if public_words::is_public(text) && !text.contains(char::is_whitespace) =>
            {
                return None;
            }
            Kind::Location => self.extra(without_folders(text)),
            Kind::DType => self.dtype(text),
            Kind::QScheme => self.qscheme(text),
            Kind::FxOp if public_words::FX_OPS.contains(&text) => return None,
            Kind::FxOp => self.word(kind::FX_OP, text),
            Kind::Target => self.target(text),
            Kind::Quantizer if public_words::is_quantizer(text) => return None,
            Kind::Quantizer => self.word(kind::QUANTIZER, text),
            Kind::Observer if public_words::is_observer(text) => return None,
            Kind::Observer => self.word(kind::OBSERVER, text),
            Kind::QSpec => self.qspec(text),
            Kind::ValueClass if public_words::VALUE_CLASSES.contains(&text) => return None,
            Kind::ValueClass => self.word(kind::CLASS, text),
            Kind::Metric if public_words::METRICS.contains(&text) => return None,
            Kind::Metric => self.word(kind::METRIC, text),
            Kind::Package if public_words::PACKAGES.contains(&text) => return None,
            Kind::Package => self.word(kind::PACKAGE, text),
            Kind::Version => self.version(text),
            Kind::Key if public_words::OWN_FIELDS.contains(&text) => return None,
            Kind::Key | Kind::Extra => self.extra(text),
        })
    }
}

/// The problems that the report's contents show, moved out of the report.
fn problems(report: &mut Report) -> Completeness {
    report.check();
    std::mem::take(&mut report.completeness)
}
