//! Bundles the viewer: one module of all scripts, the hosted page, and the page of one file.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use crate::gzip::gzip;
use crate::viewer::Program;
use crate::workspace;

/// The results of `cargo xtask build`, apart from the program itself.
pub struct Bundle {
    /// `qspect.js`: an ES module that starts the page and defines the element.
    pub module: String,
    /// `index.html` for a web server, with `qspect.js` and `qspect_bg.wasm` beside it.
    pub hosted_page: String,
    /// `qspect.html`, which has everything inside it.
    pub one_file: String,
    /// The program as gzip.
    pub packed_program: Vec<u8>,
}

/// The scripts, styles and the HTML template.
pub struct Sources {
    /// `index.html`.
    template: String,
    /// The shell's own style, which the page needs before its program.
    shell_style: String,
    /// All style sheets.
    style: String,
    /// The notices of third parties.
    licences: String,
    /// The first lines of `qspect.js`.
    module_head: String,
    /// The other scripts of `web/js`, in the order of the module.
    scripts: Vec<String>,
}

/// The files of `web/js`. `main.js` comes last, because it uses the classes of the others.
const SCRIPTS: [&str; 11] = [
    "base64.js",
    "program.js",
    "crash.js",
    "sessions.js",
    "worker.js",
    "pieces.js",
    "network.js",
    "share.js",
    "page.js",
    "element.js",
    "main.js",
];

/// Characters in a line of base64, so that editors and diffs can handle it.
const LINE: usize = 128;

impl Sources {
    /// Reads them from the repository.
    pub fn read() -> Result<Self> {
        let root = workspace::root();
        let mut styles = Vec::new();
        for path in style_sheets(&root.join("web/style"))? {
            styles.push(read(&path)?);
        }
        let scripts = SCRIPTS.iter().map(|name| read(&root.join("web/js").join(name)));
        Ok(Self {
            template: read(&root.join("index.html"))?,
            shell_style: styles.first().context("web/style has no style sheet")?.clone(),
            style: styles.concat(),
            licences: read(&workspace::licences_of_viewer())?,
            module_head: read(&root.join("web/js/hosted.js"))?,
            scripts: scripts.collect::<Result<_>>()?,
        })
    }
}

/// Bundles the sources with the program.
pub fn make(sources: &Sources, program: &Program) -> Result<Bundle> {
    let body = body(sources, program)?;
    let module = unix_lines(&format!("{BANNER}{}{body}{MODULE_END}", sources.module_head));
    let script = unix_lines(&format!("{BANNER}{ONE_FILE_HEAD}{body}"));
    let style = unix_lines(&sources.shell_style);
    let policy_of_one_file = format!(
        "default-src 'none'; script-src '{}' 'wasm-unsafe-eval'; style-src '{}'; img-src data:; \
         worker-src blob:; connect-src 'none'; base-uri 'none'; form-action 'none'",
        hash(&script),
        hash(&style),
    );
    let packed_program = gzip(&program.wasm)?;
    let packed = [
        element(
            "script",
            r#" type="application/gzip" data-qspect-program"#,
            &inline(&packed_program),
        )?,
        element(
            "script",
            r#" type="application/gzip" data-qspect-licences"#,
            &inline(&gzip(sources.licences.as_bytes())?),
        )?,
    ];
    let one_file = fill(
        &sources.template,
        &Parts {
            policy: &meta(&policy_of_one_file, ""),
            style: &element("style", "", &style)?,
            preload: "",
            script: &element("script", r#" type="module" data-qspect-script"#, &script)?,
            program: &packed.join("\n"),
        },
    )?;
    let policy = format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src '{}'; img-src data:; \
         worker-src 'self' blob:; connect-src http: https:; base-uri 'none'; form-action 'none'",
        hash(&style),
    );
    // Each build has its own addresses: only the files of one build fit together.
    let script_address = format!("qspect.js?{}", build_id(module.as_bytes()));
    let program_address = format!("qspect_bg.wasm?{}", build_id(&program.wasm));
    let hosted_page = fill(
        &sources.template,
        &Parts {
            // Share makes the page of one file from this page.
            policy: &meta(&policy, &format!(r#" data-of-one-file="{policy_of_one_file}""#)),
            style: &element("style", "", &style)?,
            preload: &format!(
                r#"<link rel="preload" href="{program_address}" as="fetch" type="application/wasm" crossorigin>"#
            ),
            script: &format!(r#"<script type="module" src="{script_address}"></script>"#),
            program: "",
        },
    )?;
    Ok(Bundle { module, hosted_page, one_file, packed_program })
}

/// The first lines of the script in the page of one file, where `qspect.js` has those of
/// `web/js/hosted.js`.
const ONE_FILE_HEAD: &str = "\"use strict\";\nconst moduleUrl = undefined;\n";

/// The first line of both, which identifies the file to anyone who finds it on a site.
const BANNER: &str = concat!(
    "/*! Qspect ",
    env!("CARGO_PKG_VERSION"),
    ", Apache-2.0 OR MIT. It contains code of others: see THIRD-PARTY.txt. */\n"
);

/// The start of the part that both have in common, and the last line of `qspect.js`.
const BODY_START: &str = "const VERSION = ";
const MODULE_END: &str = "\nexport { QspectReport };\n";

/// The common part of the page of one file and `qspect.js`: constants, the glue, the scripts.
fn body(sources: &Sources, program: &Program) -> Result<String> {
    let mut body = format!(
        "{BODY_START}\"{}\";\n\
         const PROGRAM_ID = \"{}\";\n\
         const ONE_FILE_HEAD = {};\n\
         const MODULE_MARKS = {};\n\
         const STYLE = {};\n\n",
        env!("CARGO_PKG_VERSION"),
        build_id(&program.wasm),
        serde_json::to_string(&[BANNER, ONE_FILE_HEAD].concat())?,
        serde_json::to_string(&[BODY_START, MODULE_END])?,
        template_literal(&sources.style),
    );
    body.push_str(&program.glue);
    for script in &sources.scripts {
        body.push('\n');
        body.push_str(script);
    }
    Ok(body)
}

/// A JavaScript string over several lines.
fn template_literal(text: &str) -> String {
    let text = text.replace('\\', r"\\").replace('`', r"\`").replace("${", r"\${");
    format!("`\n{text}`")
}

/// The parts that fill the template.
struct Parts<'a> {
    policy: &'a str,
    style: &'a str,
    preload: &'a str,
    script: &'a str,
    program: &'a str,
}

/// Stays in the page: `qspect html` inserts the reports there.
const REPORTS: &str = "<!--qspect:reports-->";

/// Fills the template's markers, each of which must occur once and in this order: the policy
/// applies only to the part of the page after it.
fn fill(template: &str, parts: &Parts) -> Result<String> {
    let markers = [
        ("<!--qspect:policy-->", parts.policy),
        ("<!--qspect:style-->", parts.style),
        ("<!--qspect:preload-->", parts.preload),
        ("<!--qspect:script-->", parts.script),
        (REPORTS, REPORTS),
        ("<!--qspect:program-->", parts.program),
    ];
    let n = template.matches("<!--qspect:").count();
    ensure!(n == markers.len(), "index.html has {n} markers, and needs {}", markers.len());
    let mut page = String::new();
    let mut rest = template;
    for (marker, part) in markers {
        let (before, after) = rest.split_once(marker).with_context(|| {
            format!("index.html lacks the marker {marker}, or has it in another order")
        })?;
        page.push_str(before);
        page.push_str(part);
        rest = after;
    }
    page.push_str(rest);
    Ok(unix_lines(&page))
}

fn meta(policy: &str, attributes: &str) -> String {
    format!(r#"<meta http-equiv="Content-Security-Policy" content="{policy}"{attributes}>"#)
}

/// A `<style>` or a `<script>`. Nothing can be escaped inside it, so text that would end the
/// element, or would confuse the parser's search for its end, is an error.
fn element(tag: &str, attributes: &str, content: &str) -> Result<String> {
    let lowercase = content.to_ascii_lowercase();
    for forbidden in [format!("</{tag}"), format!("<{tag}"), "<!--".to_owned()] {
        ensure!(
            !lowercase.contains(&forbidden),
            "the page's {tag} must not contain `{forbidden}`: write it in two pieces"
        );
    }
    Ok(format!("<{tag}{attributes}>{}</{tag}>", unix_lines(content)))
}

/// The text with LF line ends: the parser turns CRLF into LF before it hashes, and a checkout on
/// Windows may have CRLF.
fn unix_lines(text: &str) -> String {
    text.replace("\r\n", "\n")
}

/// A source expression of the Content Security Policy.
fn hash(content: &str) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(content)))
}

/// Eight hexadecimal digits that differ from build to build.
fn build_id(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().take(4).fold(String::new(), |mut id, byte| {
        // Writing to a `String` cannot fail.
        let _ = write!(id, "{byte:02x}");
        id
    })
}

/// A packed file inside the page, as base64.
fn inline(packed: &[u8]) -> String {
    format!("\n{}", wrapped(&STANDARD.encode(packed)))
}

/// Base64 split into lines. Decoders skip the line ends.
fn wrapped(base64: &str) -> String {
    let mut lines = String::with_capacity(base64.len() + base64.len() / LINE + 1);
    for (at, digit) in base64.chars().enumerate() {
        if at > 0 && at % LINE == 0 {
            lines.push('\n');
        }
        lines.push(digit);
    }
    lines.push('\n');
    lines
}

/// All style sheets of the folder, sorted by name.
fn style_sheets(folder: &Path) -> Result<Vec<PathBuf>> {
    let context = || format!("cannot list {}", folder.display());
    let entries = fs::read_dir(folder).with_context(context)?;
    let mut paths =
        entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>().with_context(context)?;
    paths.retain(|path| path.extension().is_some_and(|it| it == "css"));
    paths.sort();
    Ok(paths)
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEMPLATE: &str = "<!--qspect:policy--><!--qspect:style--><!--qspect:preload-->\
                            <!--qspect:script--><!--qspect:reports--><!--qspect:program-->";

    fn made(template: &str) -> Result<Bundle> {
        let sources = Sources {
            template: template.to_owned(),
            shell_style: "a{}".to_owned(),
            style: "a{}b::after{content:\"\\2713`${\"}".to_owned(),
            licences: "MIT".to_owned(),
            module_head: "head();\n".to_owned(),
            scripts: vec!["f()\r\n".to_owned()],
        };
        make(&sources, &Program { wasm: vec![0; 400], glue: "glue();".to_owned() })
    }

    #[test]
    fn the_page_of_one_file_has_everything_and_its_hashes() {
        let Bundle { module, one_file, .. } = made(TEMPLATE).unwrap();
        let body = module
            .strip_prefix(&format!("{BANNER}head();\n"))
            .unwrap()
            .strip_suffix(MODULE_END)
            .unwrap();
        assert!(body.starts_with(BODY_START) && body.ends_with("glue();\nf()\n"), "{body}");
        assert!(body.contains(r#"content:"\\2713\`\${""#), "{body}");
        // The style's hash is what `printf 'a{}' | openssl dgst -sha256 -binary | base64` prints.
        let style = "style-src 'sha256-X1RutGBrXCt9KkSaXMK7tHftWiRscFHOhxsS8tv8hBk='";
        let script = format!("{BANNER}{ONE_FILE_HEAD}{body}");
        let policy = format!("script-src '{}' 'wasm-unsafe-eval'", hash(&script));
        for part in [style, &policy, "connect-src 'none'", &script, REPORTS, "<style>a{}</style>"] {
            assert!(one_file.contains(part), "no {part} in {one_file}");
        }
        assert!(!one_file.contains(" src="), "{one_file}");
    }

    #[test]
    fn the_hosted_page_names_its_files_and_the_policy_of_one_file() {
        let Bundle { module, hosted_page, one_file, .. } = made(TEMPLATE).unwrap();
        let address = format!(r#"src="qspect.js?{}""#, build_id(module.as_bytes()));
        assert!(hosted_page.contains(&address), "{hosted_page}");
        let policy = one_file.split("content=\"").nth(1).unwrap().split('"').next().unwrap();
        assert!(hosted_page.contains(&format!("data-of-one-file=\"{policy}\"")), "{hosted_page}");
    }

    #[test]
    fn the_program_comes_back_from_its_lines() {
        let base64 = STANDARD.encode(vec![7; 1000]);
        let lines = wrapped(&base64);
        assert!(lines.lines().all(|it| it.len() <= LINE));
        assert_eq!(lines.replace('\n', ""), base64);
    }

    #[track_caller]
    fn check_error(template: &str, expected: &str) {
        let error = made(template).err().unwrap().to_string();
        assert!(error.contains(expected), "{error}");
    }

    #[test]
    fn markers_that_do_not_fit_are_errors() {
        check_error(&TEMPLATE.replace("<!--qspect:style-->", ""), "5 markers, and needs 6");
        check_error(&format!("{TEMPLATE}{REPORTS}"), "7 markers");
        let swapped =
            TEMPLATE.replace(":policy", ":x").replace(":style", ":policy").replace(":x", ":style");
        check_error(&swapped, "lacks the marker <!--qspect:style-->, or has it in another order");
    }

    #[test]
    fn a_script_cannot_end_its_element() {
        let error = element("script", "", "f('</SCRIPT >')").unwrap_err().to_string();
        assert!(error.contains("must not contain `</script`"), "{error}");
    }
}
