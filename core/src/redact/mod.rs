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
    /// Names that are more than a word in a text, `Acme Net`, and what stands for them; longest first.
    phrases: Vec<(String, String)>,
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
    /// Those that are looked for in texts.
    pub(super) const IN_TEXT: [char; 6] = [NODE, PATH, SEGMENT, CLASS, MODEL, SYMBOL];
}

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
                Kind::Node => drop(self.node(&name)),
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
        let is_phrase = !name.chars().all(is_of_run) && name.contains(is_of_word);
        if is_phrase && kind::IN_TEXT.contains(&letter) {
            let at = self.phrases.partition_point(|it| it.0.len() >= name.len());
            self.phrases.insert(at, (name.to_owned(), word.clone()));
        }
        word
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
        if let Some((at, name, word)) = self.phrase_in(text) {
            return self.text(&text[..at]) + word + &self.text(&text[at + name.len()..]);
        }
        let mut out = String::new();
        let mut rest = text;
        while !rest.is_empty() {
            let end = rest.find(|it| !is_of_run(it)).unwrap_or(rest.len());
            let (run, after) = rest.split_at(end);
            out.push_str(&self.run(run));
            let next = after.find(is_of_run).unwrap_or(after.len());
            out.push_str(&after[..next]);
            rest = &after[next..];
        }
        out
    }

    /// The longest name of more than a word that is in a text, where it is, and what stands for it.
    fn phrase_in(&self, text: &str) -> Option<(usize, &str, &str)> {
        let is_bound = |it: Option<char>| it.is_none_or(|it| !is_of_word(it));
        self.phrases.iter().find_map(|(name, word)| {
            let (at, _) = text.match_indices(name.as_str()).find(|(at, _)| {
                let (before, after) = (&text[..*at], &text[at + name.len()..]);
                is_bound(before.chars().next_back()) && is_bound(after.chars().next())
            })?;
            Some((at, name.as_str(), word.as_str()))
        })
    }

    /// What has no space in it: `features.0`, `aten::add.Tensor`, `tensor.` at the end of a sentence.
    fn run(&self, run: &str) -> String {
        if is_public(run) {
            return run.to_owned();
        }
        let mut out = String::new();
        let mut rest = run;
        while !rest.is_empty() {
            // The longest name that begins here; without one the first word stays.
            let (first, _) = first_word(rest);
            let ends = rest.char_indices().filter(|it| !is_of_word(it.1)).map(|it| it.0);
            let mut ends: Vec<usize> = ends.filter(|it| *it >= first.len()).collect();
            ends.push(rest.len());
            let found =
                ends.into_iter().rev().find_map(|end| Some((end, self.in_text(&rest[..end])?)));
            match found {
                Some((end, word)) => {
                    out.push_str(&word);
                    rest = &rest[end..];
                }
                None => {
                    out.push_str(first);
                    rest = &rest[first.len()..];
                }
            }
            let (_, other) = first_word(rest);
            if rest.starts_with(other) {
                out.push_str(other);
                rest = &rest[other.len()..];
            }
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

/// The word that a text begins with, if any, and what is between it and the next one.
fn first_word(text: &str) -> (&str, &str) {
    let word = text.find(|it| !is_of_word(it)).unwrap_or(text.len());
    let next = text[word..].find(is_of_word).map_or(text.len(), |it| word + it);
    (&text[..word], &text[word..next])
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|it| !is_of_word(it)).filter(|it| !it.is_empty())
}
