//! The page: index.html with everything put where its markers stand.

use anyhow::{Result, ensure};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// What goes into the page.
pub struct Parts<'a> {
    /// CSS.
    pub style: &'a str,
    /// Where the program is.
    pub program: Program<'a>,
    /// The boot script.
    pub script: &'a str,
    /// A script that stands packed in the program, and that the boot script runs.
    pub packed_script: &'a str,
    /// What the page may ask the network for, as the policy says it: `'none'`.
    pub connect: &'a str,
}

/// Where a page has its program.
#[derive(Clone, Copy)]
pub enum Program<'a> {
    /// In itself, as text: what unpacks it, gzipped, and the program, packed.
    Held { loader: &'a str, packed: &'a str },
    /// In the page of this address, which is asked for at once.
    Fetched { address: &'a str },
}

const CSP: &str = "<!--qspect:csp-->";
const STYLE: &str = "<!--qspect:style-->";
const WASM: &str = "<!--qspect:wasm-->";
const SCRIPT: &str = "<!--qspect:script-->";
/// Stays in the page: `qspect html` puts reports there.
const REPORTS: &str = "<!--qspect:reports-->";

/// Fills the template.
///
/// The policy lets nothing in: the page runs the two scripts and the one style that were built into it;
/// and nothing out but what `connect` allows. (`img-src data:` is for the icon in its head; a style
/// sheet that a script constructs is under no policy.)
pub fn assemble(template: &str, parts: &Parts) -> Result<String> {
    check_markers(template)?;
    let template = unix_lines(template);
    let style = raw_text("style", parts.style)?;
    let script = raw_text("script", parts.script)?;
    let policy = format!(
        "default-src 'none'; script-src '{}' '{}' 'wasm-unsafe-eval'; style-src '{}'; img-src data:; \
         worker-src blob:; connect-src {}; base-uri 'none'; form-action 'none'",
        hash(&script),
        hash(parts.packed_script),
        hash(&style),
        parts.connect,
    );
    let program = match parts.program {
        Program::Held { loader, packed } => {
            let (loader, packed) = (raw_text("script", loader)?, raw_text("script", packed)?);
            format!(
                r#"<script type="application/octet-stream" id="qspect-loader">{loader}</script>
<script type="application/octet-stream" id="qspect-program">{packed}</script>"#
            )
        }
        Program::Fetched { address } => {
            format!(r#"<link rel="preload" href="{address}" as="fetch" crossorigin>"#)
        }
    };
    Ok(template
        .replace(CSP, &format!(r#"<meta http-equiv="Content-Security-Policy" content="{policy}">"#))
        .replace(STYLE, &format!("<style>{style}</style>"))
        .replace(WASM, &program)
        .replace(SCRIPT, &format!("<script>{script}</script>")))
}

/// Each marker once, no others, and the reports before the script that reads them.
fn check_markers(template: &str) -> Result<()> {
    let markers = [CSP, STYLE, WASM, REPORTS, SCRIPT];
    for marker in markers {
        let n = template.matches(marker).count();
        ensure!(n == 1, "index.html must have {marker} once, and has it {n} times");
    }
    ensure!(
        template.matches("<!--qspect:").count() == markers.len(),
        "index.html has a <!--qspect:…--> marker that is none of {}",
        markers.join(" ")
    );
    ensure!(
        [CSP, STYLE].map(|it| template.find(it)).is_sorted()
            && [WASM, REPORTS, SCRIPT].map(|it| template.find(it)).is_sorted(),
        "index.html must have its markers in the order {}: the policy rules what follows it, and \
         the script reads what precedes it",
        markers.join(" ")
    );
    Ok(())
}

/// The content of a `<style>` or a `<script>`. Nothing can be escaped there, so what would end the
/// element early, or upset the parser's search for its end, is refused.
fn raw_text(element: &str, content: &str) -> Result<String> {
    let lowercase = content.to_ascii_lowercase();
    for forbidden in [format!("</{element}"), format!("<{element}"), "<!--".to_owned()] {
        ensure!(
            !lowercase.contains(&forbidden),
            "the page's {element} must not contain `{forbidden}`: write it in two pieces"
        );
    }
    Ok(unix_lines(content))
}

/// The parser turns CRLF into LF before it hashes; a checkout on Windows may have CRLF.
fn unix_lines(text: &str) -> String {
    text.replace("\r\n", "\n")
}

/// A source expression of the Content Security Policy.
fn hash(content: &str) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(content)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEMPLATE: &str = "<!--qspect:csp--><!--qspect:style--><!--qspect:wasm-->\
                            <!--qspect:reports--><!--qspect:script-->";

    fn parts() -> Parts<'static> {
        Parts {
            style: "a{}",
            program: Program::Held { loader: "loader", packed: "program" },
            script: "f()",
            packed_script: "g()",
            connect: "'none'",
        }
    }

    #[track_caller]
    fn check_error(template: &str, parts: Parts, expected: &str) {
        let error = assemble(template, &parts).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }

    #[test]
    fn fills_every_marker_but_that_of_the_reports() {
        let html = assemble(TEMPLATE, &parts()).unwrap();
        // The hashes are what `printf 'f()' | openssl dgst -sha256 -binary | base64` prints.
        assert_eq!(
            html,
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; \
             script-src 'sha256-GcEEE0IkDzIP5EQ6DXZaDPORqT5RTBELX8Fyzyg9yvo=' \
             'sha256-0MnLMx7X/7BMD5xktSLMF+06cYrjoQUKaUL576/RYPk=' 'wasm-unsafe-eval'; \
             style-src 'sha256-X1RutGBrXCt9KkSaXMK7tHftWiRscFHOhxsS8tv8hBk='; \
             img-src data:; worker-src blob:; connect-src 'none'; base-uri 'none'; form-action 'none'\">\
             <style>a{}</style>\
             <script type=\"application/octet-stream\" id=\"qspect-loader\">loader</script>\n\
             <script type=\"application/octet-stream\" id=\"qspect-program\">program</script>\
             <!--qspect:reports--><script>f()</script>"
        );
    }

    #[test]
    fn a_fetched_program_is_asked_for_at_once() {
        let program = Program::Fetched { address: "qspect.html?1" };
        let html = assemble(TEMPLATE, &Parts { program, ..parts() }).unwrap();
        let link = r#"</style><link rel="preload" href="qspect.html?1" as="fetch" crossorigin>"#;
        assert!(html.contains(link), "{html}");
    }

    #[test]
    fn hashes_what_the_parser_sees() {
        let parts = Parts { script: "f()\r\ng()", ..parts() };
        let html = assemble(TEMPLATE, &parts).unwrap();
        assert!(html.contains(&hash("f()\ng()")), "{html}");
        assert!(html.contains("<script>f()\ng()</script>"), "{html}");
    }

    #[test]
    fn a_missing_marker_is_named() {
        check_error(
            &TEMPLATE.replace(WASM, ""),
            parts(),
            "<!--qspect:wasm--> once, and has it 0 times",
        );
    }

    #[test]
    fn a_doubled_marker_is_named() {
        check_error(
            &format!("{TEMPLATE}{REPORTS}"),
            parts(),
            "<!--qspect:reports--> once, and has it 2 times",
        );
    }

    #[test]
    fn an_unknown_marker_is_refused() {
        check_error(&format!("{TEMPLATE}<!--qspect:icon-->"), parts(), "none of");
    }

    #[test]
    fn the_script_comes_after_the_reports() {
        let template = format!("{}{SCRIPT}", TEMPLATE.replace(SCRIPT, ""));
        assert!(assemble(&template, &parts()).is_ok());
        let template = format!("{}{REPORTS}", TEMPLATE.replace(REPORTS, ""));
        check_error(&template, parts(), "in the order");
    }

    #[test]
    fn a_script_cannot_end_its_element() {
        let parts = Parts { script: "f('</SCRIPT >')", ..parts() };
        check_error(TEMPLATE, parts, "must not contain `</script`");
    }

    #[test]
    fn a_style_cannot_end_its_element() {
        let parts = Parts { style: "/* </style> */", ..parts() };
        check_error(TEMPLATE, parts, "must not contain `</style`");
    }
}
