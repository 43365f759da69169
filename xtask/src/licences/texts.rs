//! Licence files, told apart: a standard text with names in front, or words of their own.

use std::ops::Range;

use anyhow::{Context, Result};
use spdx::LicenseReq;

/// A file may have so many words beside the standard text and its copyright lines: titles, and
/// "All rights reserved."
const MAX_OTHER_WORDS: usize = 15;

/// A licence file.
pub struct File {
    /// All of it.
    pub text: String,
    copyrights: Vec<String>,
    /// Of what is no copyright.
    words: Vec<String>,
}

impl File {
    /// Takes the text apart.
    pub fn new(text: &str) -> Self {
        let lines = text.lines().map(str::trim).filter(|it| !is_between(it));
        let (copyrights, rest): (Vec<_>, Vec<_>) = lines.partition(|it| is_copyright(it));
        Self {
            text: text.trim().to_owned(),
            copyrights: copyrights.into_iter().map(str::to_owned).collect(),
            words: words(&rest.join("\n")).map(|it| it.1).collect(),
        }
    }
}

/// The standard text of a licence.
pub struct Standard {
    /// Its name in expressions: `MIT`.
    pub name: String,
    /// As SPDX has it, without whom it is by and how to apply it.
    pub text: String,
    words: Vec<String>,
    /// What else may stand in a file of it.
    beside: Vec<Vec<String>>,
}

impl Standard {
    /// The text that SPDX has.
    pub fn of(licence: &LicenseReq) -> Result<Self> {
        let name = licence.to_string();
        let id = licence.license.id().with_context(|| format!("SPDX has no text of {name}"))?;
        let mut pieces = vec![String::new()];
        for (line_idx, line) in id.text().lines().enumerate() {
            if line_idx == 0 || is_copyright(line) || is_between(line) {
                pieces.push(String::new());
            } else if let Some(piece) = pieces.last_mut() {
                *piece += &format!("{line}\n");
            }
        }
        pieces.sort_by_key(String::len);
        let mut text = pieces.pop().context("a licence without a text")?.trim().to_owned();
        let in_words = |it: &str| words(it).map(|it| it.1).collect::<Vec<_>>();
        let words = in_words(&text);
        if let Some(exception) = licence.addition.as_ref().and_then(|it| it.id()) {
            text = format!("{text}\n\n{}", exception.text().trim());
            pieces.push(exception.text().to_owned());
        }
        let beside = pieces.iter().map(|it| in_words(it)).filter(|it| !it.is_empty()).collect();
        Ok(Self { name, text, words, beside })
    }

    /// The copyright lines of a file that has this text and nothing else to say.
    pub fn copyrights<'a>(&self, file: &'a File) -> Option<&'a [String]> {
        let place = find(&file.words, &self.words)?;
        let mut rest = [&file.words[..place.start], &file.words[place.end..]].concat();
        for beside in &self.beside {
            if let Some(place) = find(&rest, beside) {
                rest.drain(place);
            }
        }
        (rest.len() <= MAX_OTHER_WORDS).then_some(&*file.copyrights)
    }

    /// Puts its name where the text stands in the file; whether it stood there.
    pub fn shorten(&self, file: &mut File) -> bool {
        let (places, words): (Vec<_>, Vec<_>) = words(&file.text).unzip();
        let Some(found) = find(&words, &self.words) else { return false };
        let place = places[found.start].start..places[found.end - 1].end;
        file.text.replace_range(place, &format!("[{}]", self.name));
        true
    }
}

/// `Copyright (c) 2017 Frommi`, `Copyright The Authors`, and no sentence about copyright nor the third
/// of some letters.
fn is_copyright(line: &str) -> bool {
    let line = line.trim();
    let has_year = line.bytes().any(|it| it.is_ascii_digit());
    let has_sign = ["©", "(c)", "(C)"].iter().any(|it| line.contains(it));
    let begins = line.to_lowercase().starts_with("copyright ");
    let is_somebodys = line.strip_prefix("Copyright ").is_some_and(|it| {
        it.starts_with(char::is_uppercase)
            && !it.starts_with("License")
            && !it.starts_with("Notice")
    });
    let says_so = has_sign && has_year || begins && (has_sign || has_year) || is_somebodys;
    says_so && !is_between(line)
}

/// What is to be filled in, `Copyright [yyyy] [name of copyright owner]`, or is behind the text.
fn is_between(line: &str) -> bool {
    let line = line.trim();
    line == "END OF TERMS AND CONDITIONS"
        || line.starts_with("Copyright") && line.contains(['[', '{', '<']) && !line.contains('@')
}

/// Words alone, each with its place: files differ in line breaks, quotes and bullets.
fn words(text: &str) -> impl Iterator<Item = (Range<usize>, String)> {
    let is_other = |it: char| !it.is_alphanumeric();
    let mut end = 0;
    text.split_inclusive(is_other).filter_map(move |part| {
        let start = end;
        end += part.len();
        let word = part.trim_end_matches(is_other);
        let place = start..start + word.len();
        (!word.is_empty()).then(|| (place, word.to_lowercase().replace("https", "http")))
    })
}

fn find(words: &[String], piece: &[String]) -> Option<Range<usize>> {
    let start = words.windows(piece.len()).position(|it| it == piece)?;
    Some(start..start + piece.len())
}

#[cfg(test)]
mod tests {
    use spdx::Licensee;

    use super::*;

    fn standard(name: &str) -> Standard {
        Standard::of(&Licensee::parse(name).unwrap().into_req()).unwrap()
    }

    #[track_caller]
    fn check(standard: &Standard, file: &str, expected: Option<&[&str]>) {
        let file = File::new(file);
        let copyrights = standard.copyrights(&file);
        let copyrights = copyrights.map(|it| it.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(copyrights.as_deref(), expected);
    }

    #[test]
    fn a_standard_text_is_known_by_its_words() {
        let mit = standard("MIT");
        assert!(mit.text.starts_with("Permission is hereby granted"), "{}", mit.text);
        let quoted = mit.text.replace('"', "``").replace('\n', "\n\n  ");
        let names = ["Copyright (c) 2017 A", "(c) 2018 B", "Copyright The Authors"];
        let file = format!("The MIT License (MIT)\n\n{}\n{quoted}", names.join("\n  "));
        check(&mit, &file, Some(&names));
        check(&mit, &mit.text, Some(&[]));
        check(&standard("Zlib"), &file, None);
    }

    #[test]
    fn a_text_with_more_in_it_is_another() {
        let mit = standard("MIT");
        let more = "Parts are from musl, which is by others, and under a licence of its own:";
        check(&mit, &format!("{}\n{more} see there.", mit.text), None);
        check(&mit, &mit.text.replace("free of charge", "for a charge"), None);
        let mut file = File::new(&format!("{more}\n\"{}\"\nThe end.", mit.text));
        assert!(mit.shorten(&mut file) && !standard("Zlib").shorten(&mut file));
        assert_eq!(file.text, format!("{more}\n\"[MIT].\"\nThe end."));
    }

    #[test]
    fn how_to_apply_a_licence_is_no_part_of_it() {
        let apache = standard("Apache-2.0");
        assert!(apache.text.ends_with("any such warranty or additional liability."));
        let whole = spdx::license_id("Apache-2.0").unwrap().text();
        check(&apache, whole, Some(&[]));
        check(&apache, &apache.text, Some(&[]));
        let filled = whole.replace("[yyyy] [name of copyright owner]", "2020 A");
        check(&apache, &filled, Some(&["Copyright 2020 A"]));
    }
}
