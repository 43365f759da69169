//! The folders of core's source are layers: a file names only its own layer and lower ones.
//!
//! A reader who starts at `text` therefore never meets a name that is explained further up.

use std::path::Path;

use super::Problem;

/// Each folder of `core/src`, with the other folders that its files may name.
const LAYERS: [(&str, &[&str]); 10] = [
    ("text", &[]),
    ("qspec", &["text"]),
    ("report", &["text", "qspec"]),
    ("read", &["text", "qspec", "report"]),
    ("analysis", &["text", "qspec", "report"]),
    ("view", &["text", "qspec", "report", "analysis"]),
    ("redact", &["text", "qspec", "report", "analysis"]),
    ("diff", &["text", "qspec", "report", "analysis", "view"]),
    ("fleet", &["text", "qspec", "report", "read", "analysis", "view", "diff"]),
    ("write", &["text", "qspec", "report", "read", "analysis", "view", "diff", "fleet"]),
];

/// The names in a file of core that its layer does not allow. `lib.rs` may name all layers.
pub(super) fn check(path: &Path, text: &str) -> Vec<Problem> {
    let Some(modules) = modules_of(path) else { return Vec::new() };
    let Some(layer) = modules.first() else { return Vec::new() };
    let Some((_, allowed)) = LAYERS.iter().find(|(name, _)| name == layer) else {
        return vec![problem(path, 1, format!("{layer} is no layer: add it to the table"))];
    };
    let mut problems = Vec::new();
    for (line_idx, line) in text.lines().enumerate() {
        // The documentation of an item may name its users.
        let code = line.split("//").next().unwrap_or_default();
        for name in root_names(code, modules.len()) {
            if name != *layer && !allowed.contains(&name) {
                let message =
                    format!("{layer} must not name crate::{name}, which is no lower layer");
                problems.push(problem(path, line_idx + 1, message));
            }
        }
    }
    problems
}

fn problem(path: &Path, line: usize, message: String) -> Problem {
    Problem { path: path.to_owned(), line, message }
}

/// The modules from the crate's root to the one in the file: `["read", "json"]`.
fn modules_of(path: &Path) -> Option<Vec<&str>> {
    let path = path.strip_prefix("core/src").ok()?.to_str()?.strip_suffix(".rs")?;
    Some(path.split(['/', '\\']).filter(|it| !matches!(*it, "mod" | "lib")).collect())
}

/// The names directly below the crate's root that the code uses, in a module this many levels deep.
fn root_names(code: &str, n_modules: usize) -> Vec<&str> {
    let mut names = Vec::new();
    for prefix in ["crate::".to_owned(), "super::".repeat(n_modules)] {
        for (offset, _) in code.match_indices(&prefix) {
            let before = &code[..offset];
            let is_within_path =
                before.ends_with(|it: char| it.is_alphanumeric() || "_:".contains(it));
            if !is_within_path {
                names.push(first_word(&code[offset + prefix.len()..]));
            }
        }
    }
    names
}

/// The first word; a group, `crate::{`, has none. Each name must therefore have a path of its own.
fn first_word(text: &str) -> &str {
    let end = text.find(|it: char| !it.is_alphanumeric() && it != '_');
    &text[..end.unwrap_or(text.len())]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_code(path: &str, code: &str, n_problems: usize) {
        assert_eq!(check(Path::new(path), code).len(), n_problems, "{path}: {code}");
    }

    #[test]
    fn a_lower_layer_may_be_named() {
        check_code("core/src/read/json/mod.rs", "use crate::report::Report;", 0);
        check_code("core/src/read/json/path.rs", "use super::super::error::ParseError;", 0);
        check_code("core/src/lib.rs", "pub use crate::write::text;", 0);
    }

    #[test]
    fn a_higher_layer_may_not() {
        check_code("core/src/report/mod.rs", "use crate::read::parse;", 1);
        check_code("core/src/report/mod.rs", "use super::read::parse;", 1);
        check_code("core/src/read/json/path.rs", "let it = super::super::super::write::text();", 1);
        check_code("core/src/qspec/json.rs", "fn of(it: &crate::report::Report) {}", 1);
    }

    #[test]
    fn a_layer_beside_it_may_not() {
        check_code("core/src/analysis/nodes.rs", "use crate::read::parse;", 1);
    }

    #[test]
    fn a_group_and_a_name_of_the_root_are_refused() {
        check_code("core/src/view/strip.rs", "use crate::{Analysis, Node};", 1);
        check_code("core/src/view/strip.rs", "use crate::Analysis;", 1);
    }

    #[test]
    fn documentation_may_name_all() {
        check_code("core/src/report/mod.rs", "/// Read by [`parse`](crate::read::parse).", 0);
    }

    #[test]
    fn an_unknown_folder_is_refused() {
        check_code("core/src/util/mod.rs", "", 1);
    }
}
