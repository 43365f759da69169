//! Names replaced, so that a report can be shared: what was decided stays, what the model is called
//! does not.

mod known;
mod names;
mod public;
mod strings;
mod texts;
mod walk;

use std::collections::HashMap;

use crate::report::RULE;
use crate::report::Report;
use crate::report::completeness::Completeness;
use crate::text::Name;
use names::key;
use strings::Kind;
use texts::{targets, without_folders, words};
use walk::walk;

/// What stands for each name. One redaction is for all reports that are shared together: the same
/// name becomes the same word in each, so they compare as before.
///
/// Nodes become `n3`, `n3_1`, `n3_2` where their names differ in a number alone, modules' paths
/// `m1.0`, classes `c1`, the model `model1` and symbolic sizes `d1`. A word that torch, torchao or
/// ExecuTorch have stays: an op of aten, a dtype, a qscheme, the class of a quantizer, a qspec or an
/// observer. Any other becomes `op1`, `dtype1`, `Quantizer1`, `qspec1`, `Observer1`, and the name of a
/// metric `metric1`. In texts names are found where they stand as words; of the other words those of
/// plain English stay, and the rest becomes `t1`, as do unknown fields and their texts. Numbers
/// stay, and so do the words that torch and ExecuTorch write in every report: `output`,
/// `_param_constant0`, the reasons of ExecuTorch's own quantizers.
#[derive(Clone, Debug, Default)]
pub struct Redaction {
    /// By kind and name, what stands for it; see [`key`].
    words: HashMap<String, String>,
    /// By word of a text, whether it stays.
    plain: HashMap<String, bool>,
    /// By kind or stem, how many words there are.
    counts: HashMap<String, usize>,
    /// The names that are looked for in texts, word by word: from a step, and what follows it in a name,
    /// to the next step.
    steps: HashMap<String, usize>,
}

/// Kinds of words, by the letter in their keys.
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
    /// A word of some report: nothing is called so after it.
    pub(super) const TAKEN: char = '=';
    /// The last step of a name of the kind whose letter follows.
    pub(super) const LAST: char = '@';
    /// Those that are looked for in texts.
    pub(super) const IN_TEXT: [char; 10] =
        [NODE, PATH, SEGMENT, CLASS, MODEL, SYMBOL, TARGET, OP, QUANTIZER, OBSERVER];
}

impl Redaction {
    /// The report with other names.
    pub fn redact(&mut self, report: &Report) -> Report {
        let mut report = report.clone();
        self.learn_from(&mut report);
        let own = std::mem::take(&mut report.completeness);
        let found = if own.is_whole() { Completeness::default() } else { problems(&mut report) };
        walk(&mut report, &mut |kind, text| self.replaced(kind, text));
        self.redact_problems(own, &found, &mut report);
        report
    }

    /// Puts the problems back. The message of one that the contents show is made of the new names, as
    /// a reader would make it; names within any other are replaced.
    fn redact_problems(&mut self, own: Completeness, found: &Completeness, report: &mut Report) {
        if own == Completeness::default() {
            return;
        }
        let found_again = problems(report);
        // They are found in one order, so one is the other with other names.
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

    /// Takes the names of a report that is redacted later. With those of all reports known first, a
    /// text that several of them have is the same in each, whichever of them has the name in it.
    pub fn learn(&mut self, report: &Report) {
        self.learn_from(&mut report.clone());
    }

    /// Changes nothing in the report: it goes the same way as [`Self::redact`].
    fn learn_from(&mut self, report: &mut Report) {
        // All words are known before one is given out, so that no new one is an old one.
        let mut new: Vec<(Kind, Name)> = Vec::new();
        walk(report, &mut |kind, text| {
            let mut learn = |kind: Kind, name: &str| {
                let letter = match kind {
                    Kind::Node => kind::NODE,
                    Kind::Path => kind::PATH,
                    Kind::Class => kind::CLASS,
                    Kind::Model => kind::MODEL,
                    Kind::Symbol => kind::SYMBOL,
                    Kind::Target if !known::is_public_target(name) => kind::TARGET,
                    Kind::Quantizer if !known::is_quantizer(name) => kind::QUANTIZER,
                    Kind::Observer if !known::is_observer(name) => kind::OBSERVER,
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
            // One word may become a longer one.
            Kind::Title => self.text(text).chars().take(RULE.len() - 1).collect(),
            Kind::Text => self.text(text),
            Kind::Location if known::is_public(text) && !text.contains(char::is_whitespace) => {
                return None;
            }
            Kind::Location => self.extra(without_folders(text)),
            Kind::DType => self.dtype(text),
            Kind::QScheme => self.qscheme(text),
            Kind::FxOp if known::FX_OPS.contains(&text) => return None,
            Kind::FxOp => self.word(kind::FX_OP, text),
            Kind::Target => self.target(text),
            Kind::Quantizer if known::is_quantizer(text) => return None,
            Kind::Quantizer => self.word(kind::QUANTIZER, text),
            Kind::Observer if known::is_observer(text) => return None,
            Kind::Observer => self.word(kind::OBSERVER, text),
            Kind::QSpec => self.qspec(text),
            Kind::ValueClass if known::VALUE_CLASSES.contains(&text) => return None,
            Kind::ValueClass => self.word(kind::CLASS, text),
            Kind::Metric if known::METRICS.contains(&text) => return None,
            Kind::Metric => self.word(kind::METRIC, text),
            Kind::Package if known::PACKAGES.contains(&text) => return None,
            Kind::Package => self.word(kind::PACKAGE, text),
            Kind::Version => self.version(text),
            Kind::Key if known::OWN_FIELDS.contains(&text) => return None,
            Kind::Key | Kind::Extra => self.extra(text),
        })
    }
}

/// The problems that a report's contents show, taken out of it.
fn problems(report: &mut Report) -> Completeness {
    report.check();
    std::mem::take(&mut report.completeness)
}
