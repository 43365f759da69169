//! Takes out of scripts and style sheets what only their authors need.

use anyhow::{Result, ensure};

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
    fn styles_lose_comments_and_white_space() {
        let long = "/* a: b */\na:hover, b {\n  color: red; /* why */\n  margin: 0 auto;\n}\n";
        assert_eq!(style(long), "a:hover, b{color:red;margin:0 auto}");
    }
}
