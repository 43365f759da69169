//! Keeps core a library that runs anywhere: no browser, no files, no clock.
//!
//! The page, the command and any other user of the crate pass bytes to it. Nothing else proves
//! this: all of core compiles for every target, and would fail only at run time.

use std::path::Path;

use super::Problem;

/// Crates of the browser, as manifests and as code spell them.
const CRATES: [&str; 8] =
    ["gloo", "js-sys", "js_sys", "leptos", "wasm-bindgen", "wasm_bindgen", "web-sys", "web_sys"];

/// Modules of the standard library with access to the system.
const STD_MODULES: [&str; 2] = ["fs", "time"];

/// A forbidden name, and its line.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Finding {
    line: usize,
    name: String,
}

/// The forbidden names in a file of core: Rust or the manifest.
pub(super) fn check(path: &Path, text: &str) -> Vec<Problem> {
    // A comment may explain why something is not used.
    let comment = if path.extension().is_some_and(|it| it == "toml") { "#" } else { "//" };
    let lines: Vec<_> =
        text.lines().map(|line| line.split(comment).next().unwrap_or_default()).collect();
    find(&lines.join("\n"))
        .into_iter()
        .map(|Finding { line, name }| Problem {
            path: path.to_owned(),
            line,
            message: format!(
                "core must not name {name}: let the caller pass what it needs from there"
            ),
        })
        .collect()
}

fn find(code: &str) -> Vec<Finding> {
    let finding = |offset: usize, name: String| Finding {
        line: code[..offset].matches('\n').count() + 1,
        name,
    };
    let mut found = Vec::new();
    for name in CRATES {
        found.extend(code.match_indices(name).map(|(offset, _)| finding(offset, name.to_owned())));
    }
    for (offset, prefix) in code.match_indices("std::") {
        for name in first_segments(&code[offset + prefix.len()..]) {
            if STD_MODULES.contains(&name) {
                found.push(finding(offset, format!("std::{name}")));
            }
        }
    }
    found.sort();
    found
}

/// The names after `std::`, up to the next `::`: one name, or several in a `{group}`.
fn first_segments(path: &str) -> Vec<&str> {
    let Some(group) = path.trim_start().strip_prefix('{') else {
        return vec![first_word(path)];
    };
    let mut names = vec![first_word(group)];
    let mut depth = 0_usize;
    for (offset, char) in group.char_indices() {
        match char {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => names.push(first_word(&group[offset + 1..])),
            _ => {}
        }
    }
    names
}

fn first_word(text: &str) -> &str {
    let text = text.trim_start();
    let end = text.find(|it: char| !it.is_alphanumeric() && it != '_');
    &text[..end.unwrap_or(text.len())]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_lines(code: &str, expected: &[(usize, &str)]) {
        let found = find(code);
        let found: Vec<_> = found.iter().map(|it| (it.line, &*it.name)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn ordinary_code_is_fine() {
        check_lines("use std::fmt;\nuse std::collections::{BTreeMap, HashMap};\n", &[]);
    }

    #[test]
    fn crates_of_the_browser_are_found() {
        check_lines("\nuse web_sys::File;\n", &[(2, "web_sys")]);
    }

    #[test]
    fn files_and_clock_are_found() {
        check_lines(
            "use std::fs;\nlet now = std::time::Instant::now();\n",
            &[(1, "std::fs"), (2, "std::time")],
        );
    }

    #[test]
    fn they_are_found_in_groups() {
        check_lines(
            "use std::{\n    collections::{fs_like, time},\n    fs::File,\n};\n",
            &[(1, "std::fs")],
        );
    }

    #[test]
    fn comments_may_name_them() {
        let text = "// Not std::fs: the caller reads the file.\n";
        assert_eq!(check(Path::new("core/src/lib.rs"), text), []);
    }
}
