//! Takes out of scripts and style sheets what only their authors need.

use anyhow::{Result, bail};
use oxc_allocator::Allocator;
use oxc_codegen::{Codegen, CodegenOptions};
use oxc_minifier::{Minifier, MinifierOptions};
use oxc_parser::Parser;
use oxc_span::SourceType;

/// A script in as few bytes as say the same; names that other scripts can see stay. Of a module these
/// are only what it exports.
pub fn script(script: &str, source_type: SourceType) -> Result<String> {
    let allocator = Allocator::default();
    let parsed = Parser::new(&allocator, script, source_type).parse();
    if let Some(error) = parsed.diagnostics.first() {
        bail!("a script of the viewer is none: {error}");
    }
    let mut program = parsed.program;
    let minified = Minifier::new(MinifierOptions::default()).minify(&allocator, &mut program);
    let codegen = Codegen::new().with_options(CodegenOptions::minify());
    Ok(codegen.with_scoping(minified.scoping).build(&program).code)
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
    fn scripts_keep_what_others_can_see() {
        let long = "// why\nfunction shown(number) {\n    return `a\n${number}`;\n}\n";
        let short = script(long, SourceType::script()).unwrap();
        assert_eq!(short, "function shown(e){return`a\n${e}`}");
        let module = format!("{long}export const text = shown(1) + shown(2);");
        let short = script(&module, SourceType::mjs()).unwrap();
        assert!(!short.contains("shown") && short.contains("export const text="), "{short}");
        assert!(script("function (", SourceType::script()).is_err());
    }

    #[test]
    fn styles_lose_comments_and_white_space() {
        let long = "/* a: b */\na:hover, b {\n  color: red; /* why */\n  margin: 0 auto;\n}\n";
        assert_eq!(style(long), "a:hover, b{color:red;margin:0 auto}");
    }
}
