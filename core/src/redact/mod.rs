//! Names replaced, so that a report can be shared: what was decided stays, what the model is called
//! does not.

mod walk;

use std::collections::HashMap;

use self::walk::{Kind, walk};
use crate::nodes::is_parameter_name;
use crate::ops::name_stem;
use crate::parse::blocks::RULE;
use crate::{Name, Report};

/// What stands for each name. One redaction is for all reports that are shared together: the same
/// name becomes the same word in each, so they compare as before.
///
/// Nodes become `n3`, `n3_1`, `n3_2` where their names differ in a number alone, modules' paths
/// `m1.0`, classes `c1`, the model `model1` and symbolic sizes `d1`; what fields of a newer format
/// say becomes `t1`. Names within texts are found where they stand as words. Ops, dtypes, the
/// classes of quantizers, qspecs and observers, metrics and all numbers stay, and so do the words
/// that torch and ExecuTorch write in every report: `output`, `_param_constant0`, the reasons of
/// ExecuTorch's own quantizers.
#[derive(Clone, Debug, Default)]
pub struct Redaction {
    /// By kind and name, what stands for it; see [`key`].
    words: HashMap<String, String>,
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
    pub(super) const TEXT: char = 't';
    /// A word of some report: nothing is called so after it.
    pub(super) const TAKEN: char = '=';
    /// The last step of a name of the kind whose letter follows.
    pub(super) const LAST: char = '@';
    /// Those that are looked for in texts.
    pub(super) const IN_TEXT: [char; 6] = [NODE, PATH, SEGMENT, CLASS, MODEL, SYMBOL];
}

/// Of a name with more words the first ones are looked for in texts.
const MAX_WORDS: usize = 32;

impl Redaction {
    /// The report with other names.
    pub fn redact(&mut self, report: &Report) -> Report {
        let mut report = report.clone();
        self.learn_from(&mut report);
        walk(&mut report, &mut |kind, text| self.replaced(kind, text));
        report
    }

    /// Takes the names of a report that is redacted later. With those of all reports known first, a
    /// text that several of them have is the same in each, whichever of them has the name in it.
    pub fn learn(&mut self, report: &Report) {
        self.learn_from(&mut report.clone());
    }

    /// Changes nothing: it goes the same way as who does.
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
            match kind {
                Kind::Node => {
                    let word = self.node(&name);
                    self.look_for(kind::NODE, &name, &word);
                }
                Kind::Path => drop(self.path(&name)),
                Kind::Class => drop(self.word(kind::CLASS, &name)),
                Kind::Model => drop(self.word(kind::MODEL, &name)),
                Kind::Symbol => drop(self.symbol(&name)),
                _ => {}
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
            Kind::Location if is_public(text) && !text.contains(char::is_whitespace) => {
                text.to_owned()
            }
            Kind::Location => self.extra(without_folders(text)),
            Kind::Extra => self.extra(text),
        })
    }

    /// `n3` and `n3_1` for `conv2d` and `conv2d_7`: without a graph the stem is what tells which nodes
    /// call the same op.
    fn node(&mut self, name: &str) -> String {
        if name.is_empty() || name == "output" || is_parameter_name(name) {
            return name.to_owned();
        }
        if let Some(word) = self.given(kind::NODE, name) {
            return word;
        }
        let stem = self.word(kind::STEM, name_stem(name));
        let word = loop {
            let n = self.counts.entry(stem.clone()).or_default();
            *n += 1;
            let word = if *n == 1 { stem.clone() } else { format!("{stem}_{}", *n - 1) };
            if !self.is_taken(&word) {
                break word;
            }
        };
        self.give(kind::NODE, name, word)
    }

    /// `m1.0` for `features.0`.
    fn path(&mut self, path: &str) -> String {
        if let Some(word) = self.given(kind::PATH, path) {
            return word;
        }
        let segments = path.split('.').map(|it| match it.bytes().all(|it| it.is_ascii_digit()) {
            true => it.to_owned(),
            false => self.word(kind::SEGMENT, it),
        });
        let word = segments.collect::<Vec<_>>().join(".");
        self.give(kind::PATH, path, word)
    }

    /// `2*d1` for `2*s0`. A size that is known is a number, and what is called is a function.
    fn symbol(&mut self, symbol: &str) -> String {
        let mut out = String::new();
        let mut rest = symbol;
        while !rest.is_empty() {
            let (word, other) = first_word(rest);
            rest = &rest[word.len() + other.len()..];
            let is_name = word.starts_with(|it: char| !it.is_ascii_digit());
            match is_name && !other.starts_with('(') {
                true => out.push_str(&self.word(kind::SYMBOL, word)),
                false => out.push_str(word),
            }
            out.push_str(other);
        }
        self.give(kind::SYMBOL, symbol, out)
    }

    /// A word of a kind, the same for the same name.
    fn word(&mut self, letter: char, name: &str) -> String {
        if name.is_empty() {
            return String::new();
        }
        if let Some(word) = self.given(letter, name) {
            return word;
        }
        let prefix = match letter {
            kind::STEM => "n",
            kind::SEGMENT => "m",
            kind::CLASS => "c",
            kind::MODEL => "model",
            kind::SYMBOL => "d",
            _ => "t",
        };
        let word = loop {
            let n = self.counts.entry(format!("#{prefix}")).or_default();
            *n += 1;
            let word = format!("{prefix}{n}");
            if !self.is_taken(&word) {
                break word;
            }
        };
        self.give(letter, name, word)
    }

    /// What stands for a name, unless it is still itself.
    fn given(&self, letter: char, name: &str) -> Option<String> {
        self.words.get(&key(letter, name)).filter(|it| *it != name).cloned()
    }

    fn give(&mut self, letter: char, name: &str, word: String) -> String {
        self.words.insert(key(letter, name), word.clone());
        if kind::IN_TEXT.contains(&letter) {
            self.look_for(letter, name, &word);
        }
        word
    }

    /// Lets a name be found in texts, as the words that it is.
    fn look_for(&mut self, letter: char, name: &str, word: &str) {
        let mut rest = name.trim_matches(|it| !is_of_word(it));
        let (mut step, mut between) = (0, "");
        for _ in 0..MAX_WORDS {
            let (first, other) = first_word(rest);
            if first.is_empty() {
                break;
            }
            let new = self.steps.len() + 1;
            step = *self.steps.entry(format!("{step} {between}{first}")).or_insert(new);
            rest = &rest[first.len() + other.len()..];
            between = other;
        }
        self.words.entry(last(letter, step)).or_insert_with(|| word.to_owned());
    }

    /// The longest name that a text begins with: its length, and what stands for it.
    fn name_at(&self, text: &str) -> Option<(usize, &str)> {
        let (mut step, mut start, mut between) = (0, 0, "");
        let mut longest = None;
        loop {
            let (word, other) = first_word(&text[start..]);
            let Some(next) = self.steps.get(&format!("{step} {between}{word}")) else {
                return longest;
            };
            let end = start + word.len();
            let found = kind::IN_TEXT.iter().find_map(|it| self.words.get(&last(*it, *next)));
            longest = found.map(|it| (end, it.as_str())).or(longest);
            (step, start, between) = (*next, end + other.len(), other);
        }
    }

    fn is_taken(&self, word: &str) -> bool {
        self.words.contains_key(&key(kind::TAKEN, word))
    }

    /// What a field of a newer format says: nobody knows what it may tell.
    fn extra(&mut self, text: &str) -> String {
        match self.in_text(text) {
            Some(word) => word,
            None if is_public(text) && text.chars().all(is_of_run) => text.to_owned(),
            None => self.word(kind::TEXT, text),
        }
    }

    /// A text with each name that is in it as a word replaced.
    fn text(&self, text: &str) -> String {
        if OWN_WORDS.contains(&text) {
            return text.to_owned();
        }
        let mut out = String::new();
        let mut at = 0;
        while at < text.len() {
            let rest = &text[at..];
            // What has no space in it: `features.0`, `aten::add.Tensor`.
            let is_inside_run = text[..at].ends_with(is_of_run);
            let run = if is_inside_run { "" } else { first_run(rest) };
            let (first, other) = first_word(rest);
            let (len, replaced) = match self.name_at(rest) {
                Some((len, word)) if !is_public(run) || len > run.len() => (len, word),
                _ if is_public(run) => (run.len(), run),
                _ => (first.len() + other.len(), &rest[..first.len() + other.len()]),
            };
            out.push_str(replaced);
            at += len;
        }
        out
    }

    fn in_text(&self, name: &str) -> Option<String> {
        if name.is_empty() {
            return None;
        }
        kind::IN_TEXT.into_iter().find_map(|it| self.words.get(&key(it, name)).cloned())
    }
}

fn key(letter: char, name: &str) -> String {
    format!("{letter}{name}")
}

fn last(letter: char, step: usize) -> String {
    format!("{}{letter}{step}", kind::LAST)
}

/// What the quantizers of ExecuTorch write, and the exporter for those that write nothing: no names
/// are in it, though a node may be called `node`.
const OWN_WORDS: [&str; 15] = [
    "FINAL QUANTIZATION REPORT",
    "QUANTIZATION REPORT",
    "GlobalNodeFinder targeting all nodes",
    "InputNodeFinder targeting all placeholder nodes",
    "OutputNodeFinder targeting the output node",
    "nodes whose annotation it changed",
    "NO_QCONFIG",
    "shared qparams for connected targeted nodes",
    "a qconfig it does not report",
    "All inputs and outputs to these nodes are non-quantized.",
    "No float inputs nor outputs to annotate",
    "Pattern rejected.",
    "Tried annotating unsupported configuration of operators",
    "Tried annotating unsupported quantization config",
    crate::counts::PREVIOUS_ANNOTATION,
];

/// A quantizer's targets before their names, what they are, and the names
/// (`backends/cortex_m/quantizer/node_finders.py`).
fn targets(text: &str) -> Option<(&str, Kind, &str)> {
    let kinds = [
        (" targeting names: ", Kind::Node),
        (" targeting module names: ", Kind::Path),
        (" targeting module types: ", Kind::Class),
    ];
    kinds.into_iter().find_map(|(what, kind)| {
        let items = text.find(what)? + what.len();
        Some((&text[..items], kind, &text[items..]))
    })
}

/// Whether something is of torch, torchao or ExecuTorch.
fn is_public(text: &str) -> bool {
    let package = text.split(['.', ':']).next().unwrap_or_default();
    let packages = [
        "aten",
        "torch",
        "torchao",
        "executorch",
        "quantized_decomposed",
        "operator",
        "higher_order",
    ];
    package.len() < text.len() && packages.contains(&package)
}

/// The last part of a file's path, or of a Python path that is not a public one.
fn without_folders(path: &str) -> &str {
    match path.rfind(['/', '\\']) {
        Some(at) => &path[at + 1..],
        None if is_public(path) => path,
        None => path.rsplit('.').next().unwrap_or(path),
    }
}

fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Whether names and paths may have it.
fn is_of_run(c: char) -> bool {
    is_of_word(c) || matches!(c, '.' | ':' | '/' | '\\' | '@' | '-')
}

/// What a text begins with that names and paths may have.
fn first_run(text: &str) -> &str {
    &text[..text.find(|it| !is_of_run(it)).unwrap_or(text.len())]
}

/// The word that a text begins with, if any, and what is between it and the next one.
fn first_word(text: &str) -> (&str, &str) {
    let word = text.find(|it| !is_of_word(it)).unwrap_or(text.len());
    let next = text[word..].find(is_of_word).map_or(text.len(), |it| word + it);
    (&text[..word], &text[word..next])
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|it| !is_of_word(it)).filter(|it| !it.is_empty())
}
