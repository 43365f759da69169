//! Takes out of wasm-bindgen's output what the page has no use for.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use walrus::{Module, ModuleConfig, passes};

/// Classes that `wasm-streams` exports for the streams of server functions, which leptos brings
/// along. The page has no server; but what is exported is kept, with all the code it needs.
const UNUSED_CLASSES: [&str; 3] =
    ["IntoUnderlyingByteSource", "IntoUnderlyingSink", "IntoUnderlyingSource"];

/// Removes the exports of the unused classes and all that only they need.
pub fn module(module: &mut Module) {
    let is_unused = |name: &str| {
        let name = name.trim_start_matches("__wbg_");
        UNUSED_CLASSES.iter().any(|class| name.starts_with(&class.to_ascii_lowercase()))
    };
    let unused: Vec<_> =
        module.exports.iter().filter(|it| is_unused(&it.name)).map(|it| it.id()).collect();
    for export in unused {
        module.exports.delete(export);
    }
    passes::gc::run(module);
}

/// Gives imports, and exports that only the glue knows, short names, in the module and in the glue: a
/// name of wasm-bindgen's has up to 70 characters.
pub fn names(module: &mut Module, glue: &str) -> String {
    let mut short = BTreeMap::new();
    for (import_idx, import) in module.imports.iter_mut().enumerate() {
        let name = format!("i{import_idx}");
        short.insert(std::mem::replace(&mut import.name, name.clone()), name);
    }
    for (export_idx, export) in module.exports.iter_mut().enumerate() {
        if export.name.starts_with("wasm_bindgen__") || export.name.starts_with("__w") {
            let name = format!("e{export_idx}");
            short.insert(std::mem::replace(&mut export.name, name.clone()), name);
        }
    }
    rename(glue, &short)
}

/// What `web/boot.js` calls the glue.
const GLUE: &str = "wasm_bindgen";

/// Gives the glue's own functions and variables short names. A name that is also a property's, or
/// might be in `{ name }`, stays.
pub fn locals(glue: &str) -> String {
    let mut short = BTreeMap::new();
    let words: Vec<(&str, &str)> = words(glue).collect();
    for (word_idx, (_, word)) in words.iter().enumerate() {
        let is_declared =
            word_idx > 0 && matches!(words[word_idx - 1].1, "function" | "let" | "const");
        let is_property = || {
            words.iter().enumerate().filter(|(_, it)| it.1 == *word).any(|(at, (before, _))| {
                let after = words.get(at + 1).map_or("", |it| it.0).trim_start();
                before.trim_end().ends_with(['.', '{', ',', '\'', '"', '`'])
                    || after.starts_with([':', '}', ',', '\'', '"'])
            })
        };
        // Imports have their arguments by number.
        if let Some(number) = word.strip_prefix("arg").filter(|it| it.len() == 1) {
            short.insert((*word).to_owned(), format!("a{number}"));
        }
        if is_declared
            && word.len() > 4
            && *word != GLUE
            && !short.contains_key(*word)
            && !is_property()
        {
            short.insert((*word).to_owned(), format!("${}", short.len()));
        }
    }
    without_results(&rename(glue, &short))
}

/// `return f();` for `const ret = f(); return ret;`, as most imports end.
fn without_results(glue: &str) -> String {
    let mut out = String::with_capacity(glue.len());
    let mut rest = glue;
    while let Some((before, from)) = rest.split_once("const ret = ") {
        out.push_str(before);
        let end = from.split_once(';').and_then(|(value, after)| {
            Some((value, after.trim_start().strip_prefix("return ret;")?))
        });
        rest = match end {
            Some((value, after)) => {
                out.push_str("return ");
                out.push_str(value);
                out.push(';');
                after
            }
            None => {
                out.push_str("const ret = ");
                from
            }
        };
    }
    out.push_str(rest);
    out
}

/// Changes whole identifiers: one name may begin like another.
fn rename(script: &str, names: &BTreeMap<String, String>) -> String {
    let mut out = String::with_capacity(script.len());
    let mut end = 0;
    for (before, word) in words(script) {
        out.push_str(before);
        out.push_str(names.get(word).map_or(word, String::as_str));
        end += before.len() + word.len();
    }
    out.push_str(&script[end..]);
    out
}

/// The identifiers, keywords and numbers of a script, each with what stands before it.
fn words(script: &str) -> impl Iterator<Item = (&str, &str)> {
    let is_part = |it: char| it.is_ascii_alphanumeric() || it == '_' || it == '$';
    let mut rest = script;
    std::iter::from_fn(move || {
        let start = rest.find(is_part)?;
        let (before, from) = rest.split_at(start);
        let end = from.find(|it| !is_part(it)).unwrap_or(from.len());
        let (word, after) = from.split_at(end);
        rest = after;
        Some((before, word))
    })
}

/// A program of ours that JavaScript calls by hand, without what names its functions for debuggers.
pub fn without_names(program: &[u8]) -> Result<Vec<u8>> {
    let mut config = ModuleConfig::new();
    config.generate_name_section(false).generate_producers_section(false);
    let mut module = config.parse(program).context("this is no WebAssembly module")?;
    let custom: Vec<_> = module.customs.iter().map(|(id, _)| id).collect();
    for id in custom {
        module.customs.delete(id);
    }
    Ok(module.emit_wasm())
}

/// Cuts the unused classes out of the glue.
pub fn classes(glue: &str) -> Result<String> {
    let mut glue = glue.to_owned();
    for class in UNUSED_CLASSES {
        let start = glue.find(&format!("class {class} {{"));
        let last_line = format!("exports.{class} = {class};");
        let end = glue.find(&last_line).map(|it| it + last_line.len());
        let (start, end) = start.zip(end).with_context(|| {
            format!("wasm-bindgen's glue has no class {class} any more: drop it from `shrink`")
        })?;
        ensure!(start < end, "wasm-bindgen's glue has class {class} in another order");
        glue.replace_range(start..end, "");
    }
    Ok(glue)
}

/// A script without comments, indentation and most line ends. It is refused where one of these might
/// stand inside a text of several lines.
pub fn script(script: &str) -> Result<String> {
    let mut out = String::with_capacity(script.len());
    let mut is_in_comment = false;
    for line in script.lines() {
        let line = line.trim();
        if line.starts_with("/*") {
            is_in_comment = true;
        }
        if is_in_comment {
            is_in_comment = !line.ends_with("*/");
            continue;
        }
        if line.is_empty() || line.starts_with("//") {
            continue;
        }
        ensure!(
            line.matches('`').count().is_multiple_of(2),
            "a text of several lines begins or ends in {line:?}, so the script cannot be shrunk"
        );
        out.push_str(line);
        // Behind these a line end says nothing; behind others it may end a statement.
        if !line.ends_with([';', '{', ',']) {
            out.push('\n');
        }
    }
    Ok(out)
}

/// A style sheet without comments, indentation and the white space between its parts.
pub fn style(style: &str) -> String {
    let mut without_comments = String::with_capacity(style.len());
    let mut rest = style;
    while let Some((before, comment)) = rest.split_once("/*") {
        without_comments.push_str(before);
        rest = comment.split_once("*/").map_or("", |(_, after)| after);
    }
    without_comments.push_str(rest);
    let mut out = String::with_capacity(style.len());
    for line in without_comments.lines().map(str::trim).filter(|it| !it.is_empty()) {
        out.push_str(line);
        // A selector may go on in the next line.
        if !line.ends_with(['{', '}', ';', ',']) {
            out.push(' ');
        }
    }
    for (long, short) in
        [(" {", "{"), ("{ ", "{"), ("; ", ";"), (": ", ":"), (";}", "}"), (" }", "}")]
    {
        out = out.replace(long, short);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_lose_comments_and_indentation() {
        let long = "/**\n * what\n */\nfunction f() {\n    // why\n    return `a//b`;\n\n}\n";
        assert_eq!(script(long).unwrap(), "function f() {return `a//b`;}\n");
        assert!(script("const text = `a\n  b`;").is_err());
    }

    #[test]
    fn local_names_become_short_and_properties_stay() {
        let glue = "function getText(memory) { const length = 1; let result = f(length); \
                    return { result: memory.length } }\nexports.getText = getText; const other = 1; g(other);";
        // `length` and `result` are properties too, and so is `getText`.
        assert_eq!(locals(glue), glue.replace("other", "$0"));
    }

    #[test]
    fn results_are_returned_at_once() {
        let glue = "i0: function(arg0) {\n  const ret = arg0.size;\n  return ret;\n}\n\
                    i1() { const ret = f(); g(ret); return ret; }";
        let expected = "i0: function(a0) {\n  return a0.size;\n}\n\
                        i1() { const ret = f(); g(ret); return ret; }";
        assert_eq!(locals(glue), expected);
    }

    #[test]
    fn styles_lose_comments_and_white_space() {
        let long = "/* a: b */\na:hover, b {\n  color: red; /* why */\n  margin: 0 auto;\n}\n";
        assert_eq!(style(long), "a:hover, b{color:red;margin:0 auto}");
    }

    #[test]
    fn classes_are_cut_whole() {
        let glue: String = UNUSED_CLASSES
            .map(|it| format!("class {it} {{\n free() {{}}\n}}\nexports.{it} = {it};\n"))
            .concat();
        assert_eq!(classes(&format!("a\n{glue}b\n")).unwrap().replace('\n', ""), "ab");
        assert!(classes("a").is_err());
    }
}
