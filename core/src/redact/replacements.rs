//! The replacement for a name of each kind.

use super::free_text::first_word;
use super::public_words;
use super::public_words::FUNCTIONS;
use super::{Redaction, kind};
use crate::analysis::nodes::is_parameter_name;
use crate::analysis::nodes::name_stem;
use crate::qspec::DType;

impl Redaction {
    /// `n3` and `n3_1` for `conv2d` and `conv2d_7`: without a graph, only the stem shows which
    /// nodes call the same op.
    pub(super) fn node(&mut self, name: &str) -> String {
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
    pub(super) fn path(&mut self, path: &str) -> String {
        if let Some(word) = self.given(kind::PATH, path) {
            return word;
        }
        let segments = path.split('.').map(|it| {
            let is_number = it.bytes().all(|it| it.is_ascii_digit());
            if is_number { it.to_owned() } else { self.word(kind::SEGMENT, it) }
        });
        let word = segments.collect::<Vec<_>>().join(".");
        self.give(kind::PATH, path, word)
    }

    /// `op1.op2.default` for `acme.fused_op.default`. Public targets stay.
    pub(super) fn target(&mut self, target: &str) -> String {
        if public_words::is_public_target(target) {
            return target.to_owned();
        }
        if let Some(word) = self.given(kind::TARGET, target) {
            return word;
        }
        let mut out = String::new();
        for part in target.split_inclusive(['.', ':']) {
            let name = part.trim_end_matches(['.', ':']);
            let is_number = name.bytes().all(|it| it.is_ascii_digit());
            if is_number || public_words::is_overload(name) {
                out.push_str(name);
            } else {
                out.push_str(&self.word(kind::OP, name));
            }
            out.push_str(&part[name.len()..]);
        }
        self.give(kind::TARGET, target, out)
    }

    /// `2*d1` for `2*s0`. Numbers and torch's functions stay.
    pub(super) fn symbol(&mut self, symbol: &str) -> String {
        let mut out = String::new();
        let mut rest = symbol;
        while !rest.is_empty() {
            let (word, other) = first_word(rest);
            rest = &rest[word.len() + other.len()..];
            if word.bytes().all(|it| it.is_ascii_digit()) || FUNCTIONS.contains(&word) {
                out.push_str(word);
            } else {
                out.push_str(&self.word(kind::SYMBOL, word));
            }
            out.push_str(other);
        }
        self.give(kind::SYMBOL, symbol, out)
    }

    /// `torch.dtype1` for a dtype that torch does not have. The prefix that [`DType`] interprets
    /// stays.
    pub(super) fn dtype(&mut self, dtype: &str) -> String {
        if public_words::is_dtype(dtype) || dtype.is_empty() {
            return dtype.to_owned();
        }
        let word = self.word(kind::DTYPE, dtype);
        let short = DType(dtype.into()).short().to_owned();
        let package = &dtype[..dtype.len() - short.len()];
        let beginnings = ["float8_", "float4_", "float", "bfloat", "complex"];
        let beginning = beginnings.into_iter().find(|it| short.starts_with(it));
        format!("{package}{}{word}", beginning.map(with_underscore).unwrap_or_default())
    }

    /// `torch.per_channel_qscheme1` for a qscheme that torch does not have.
    pub(super) fn qscheme(&mut self, qscheme: &str) -> String {
        if public_words::is_qscheme(qscheme) || qscheme.is_empty() {
            return qscheme.to_owned();
        }
        let word = self.word(kind::QSCHEME, qscheme);
        let short = qscheme.strip_prefix("torch.").unwrap_or(qscheme);
        let package = &qscheme[..qscheme.len() - short.len()];
        let beginning = ["per_channel", "per_tensor"].into_iter().find(|it| short.starts_with(it));
        format!("{package}{}{word}", beginning.map(with_underscore).unwrap_or_default())
    }

    /// `qspec1` for a class that torchao does not have. A truncated text stays truncated, and a
    /// constant for a qspec keeps the suffix that [`crate::qspec::QSpec::quantizes`] checks.
    pub(super) fn qspec(&mut self, class: &str) -> String {
        if public_words::is_qspec(class) || class.is_empty() {
            return class.to_owned();
        }
        let mut word = self.word(kind::QSPEC, class);
        let n = |c: char| class.matches(c).count();
        if n('(') != n(')') || n('[') != n(']') {
            word.push('(');
        }
        if class.ends_with("_QSPEC") {
            word.push_str("_QSPEC");
        }
        word
    }

    /// `1.6.0` stays; in `1.6.0+acme`, the word is replaced.
    pub(super) fn version(&mut self, version: &str) -> String {
        let mut out = String::new();
        let mut rest = version;
        while !rest.is_empty() {
            let (word, other) = first_word(rest);
            rest = &rest[word.len() + other.len()..];
            if public_words::is_of_version(word) {
                out.push_str(word);
            } else {
                out.push_str(&self.word(kind::TEXT, word));
            }
            out.push_str(other);
        }
        out
    }

    /// The replacement for a name of a kind, always the same for the same name.
    pub(super) fn word(&mut self, letter: char, name: &str) -> String {
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
            kind::DTYPE => "dtype",
            kind::QSCHEME => "qscheme",
            kind::OP => "op",
            kind::FX_OP => "kind",
            kind::QUANTIZER => "Quantizer",
            kind::OBSERVER => "Observer",
            kind::QSPEC => "qspec",
            kind::METRIC => "metric",
            kind::PACKAGE => "package",
            _ => "t",
        };
        let word = loop {
            let n = self.counts.entry(format!("#{prefix}")).or_default();
            *n += 1;
            let word = format!("{prefix}{n}");
            if word != name && !self.is_taken(&word) {
                break word;
            }
        };
        self.give(letter, name, word)
    }

    /// The replacement for a name, if it has one.
    pub(super) fn given(&self, letter: char, name: &str) -> Option<String> {
        self.words.get(&key(letter, name)).filter(|it| *it != name).cloned()
    }

    pub(super) fn give(&mut self, letter: char, name: &str, word: String) -> String {
        self.words.insert(key(letter, name), word.clone());
        if kind::IN_TEXT.contains(&letter) {
            self.look_for(letter, name, &word);
        }
        word
    }

    fn is_taken(&self, word: &str) -> bool {
        self.words.contains_key(&key(kind::TAKEN, word))
    }
}

fn with_underscore(beginning: &str) -> String {
    format!("{}_", beginning.trim_end_matches('_'))
}

pub(super) fn key(letter: char, name: &str) -> String {
    format!("{letter}{name}")
}
