//! Redaction of names within texts.

use super::public_words::{OWN_WORDS, is_plain, is_public};
use super::replacements::key;
use super::{Kind, Redaction, kind};

/// The greatest number of words of a name that are searched in texts.
const MAX_WORDS: usize = 32;

impl Redaction {
    /// Adds a name to the names to find in texts, word by word.
    pub(super) fn look_for(&mut self, letter: char, name: &str, word: &str) {
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

    /// The longest name at the start of a text: its length and its replacement.
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

    fn is_plain(&mut self, word: &str) -> bool {
        if let Some(known) = self.plain.get(word) {
            return *known;
        }
        let known = is_plain(word);
        self.plain.insert(word.to_owned(), known);
        known
    }

    /// The replacement for a text of a newer format, which may be any name.
    pub(super) fn extra(&mut self, text: &str) -> String {
        match self.in_text(text) {
            Some(word) => word,
            None if is_public(text) && text.chars().all(is_of_run) => text.to_owned(),
            None => self.word(kind::TEXT, text),
        }
    }

    /// Replaces each name that occurs in a text as whole words, and each word that is neither plain
    /// English nor public.
    pub(super) fn text(&mut self, text: &str) -> String {
        if OWN_WORDS.contains(&text) {
            return text.to_owned();
        }
        let mut out = String::new();
        let mut at = 0;
        while at < text.len() {
            let rest = &text[at..];
            // A run without spaces: `features.0`, `aten::add.Tensor`.
            let is_inside_run = text[..at].ends_with(is_of_run);
            let run = if is_inside_run { "" } else { first_run(rest) };
            // A public name may be followed by private ones: `aten::add/acme`.
            let run = &run[..run.find(['/', '\\', '@', '-']).unwrap_or(run.len())];
            let (first, other) = first_word(rest);
            let whole = &rest[..first.len() + other.len()];
            let name = self.name_at(rest).map(|(len, word)| (len, word.to_owned()));
            match name {
                Some((len, word)) if !is_public(run) || len > run.len() => {
                    out.push_str(&word);
                    at += len;
                }
                _ if is_public(run) => {
                    out.push_str(run);
                    at += run.len();
                }
                _ if self.is_plain(first) => {
                    out.push_str(whole);
                    at += whole.len();
                }
                _ => {
                    // It may be a name that the report lists nowhere else.
                    out.push_str(&self.word(kind::TEXT, first));
                    out.push_str(other);
                    at += whole.len();
                }
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

fn last(letter: char, step: usize) -> String {
    format!("{}{letter}{step}", kind::LAST)
}

/// The description of a quantizer's targets: the text before the names, the kind of names, and the
/// names (`backends/cortex_m/quantizer/node_finders.py`).
pub(super) fn targets(text: &str) -> Option<(&str, Kind, &str)> {
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

/// The last part of a file's path, or of a Python path that is not public.
pub(super) fn without_folders(path: &str) -> &str {
    match path.rfind(['/', '\\']) {
        Some(at) => &path[at + 1..],
        None if is_public(path) => path,
        None => path.rsplit('.').next().unwrap_or(path),
    }
}

fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Whether this character may occur in names and paths.
fn is_of_run(c: char) -> bool {
    is_of_word(c) || matches!(c, '.' | ':' | '/' | '\\' | '@' | '-')
}

/// The longest prefix of characters that may occur in names and paths.
fn first_run(text: &str) -> &str {
    &text[..text.find(|it| !is_of_run(it)).unwrap_or(text.len())]
}

/// The word at the start of a text, if any, and the characters up to the next word.
pub(super) fn first_word(text: &str) -> (&str, &str) {
    let word = text.find(|it| !is_of_word(it)).unwrap_or(text.len());
    let next = text[word..].find(is_of_word).map_or(text.len(), |it| word + it);
    (&text[..word], &text[word..next])
}

pub(super) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|it| !is_of_word(it)).filter(|it| !it.is_empty())
}
