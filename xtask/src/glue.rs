//! wasm-bindgen: the WASM and the script through which a browser can call it, without what the page
//! has no use for.

use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use walrus::{Module, passes};
use wasm_bindgen_cli_support::Bindgen;

use crate::order;

/// Classes that `wasm-streams` exports for the streams of server functions, which leptos brings
/// along. The page has no server; but what is exported is kept, with all the code it needs.
const UNUSED_CLASSES: [&str; 3] =
    ["IntoUnderlyingByteSource", "IntoUnderlyingSink", "IntoUnderlyingSource"];

/// The WASM, and the script through which a browser can call it.
pub struct Bound {
    /// The program.
    pub wasm: Vec<u8>,
    /// Defines `wasm_bindgen`, which loads it.
    pub glue: String,
}

/// What the command `wasm-bindgen` does, as a library: nobody has to install the right version.
///
/// The glue is a classic script: no module can stand inline in a file *and* be a worker's source.
pub fn bind(compiled: &Path) -> Result<Bound> {
    let mut output = Bindgen::new()
        .input_path(compiled)
        .no_modules(true)?
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate_output()
        .with_context(|| format!("wasm-bindgen cannot read {}", compiled.display()))?;
    let mut snippets = output.snippets().iter();
    let snippet = snippets.find(|(_, scripts)| !scripts.is_empty());
    let imported = snippet.map(|(name, _)| name).or(output.local_modules().keys().next());
    if let Some(name) = imported {
        bail!(
            "`{name}` brings JavaScript of its own, which cannot go into the one script: \
             do without it, or move that JavaScript to web/worker.js"
        );
    }
    let glue = without_classes(&without_script_url(output.js())?)?;
    let module = output.wasm_mut();
    remove_classes(module);
    let glue = short_names(module, &glue);
    Ok(Bound { glue, wasm: order::like_beside_like(&module.emit_wasm())? })
}

/// Cuts out the glue's reckoning of its own URL. It needs none, since the page hands it the compiled
/// module; and in a page without a proper URL (`srcdoc`, `blob:`) the reckoning throws.
fn without_script_url(glue: &str) -> Result<String> {
    let start = "if (typeof document !== 'undefined' && document.currentScript !== null) {";
    let (before, rest) = glue
        .split_once(start)
        .context("wasm-bindgen's glue no longer reckons its own URL: drop `without_script_url`")?;
    let (body, after) = rest.split_once('}').context("wasm-bindgen's glue ends early")?;
    ensure!(
        body.trim_start().starts_with("script_src = "),
        "wasm-bindgen's glue does something new where it reckoned its own URL: {body}"
    );
    Ok(format!("{before}{after}"))
}

/// Removes the exports of the unused classes and all that only they need.
fn remove_classes(module: &mut Module) {
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

/// Gives what wasm-bindgen named by a hash a number instead, in the module and in the glue. Nothing
/// packs a hash: 200 of them take 3.5 kB of the page.
fn short_names(module: &mut Module, glue: &str) -> String {
    let imports = module.imports.iter_mut().map(|it| &mut it.name);
    let exports = module.exports.iter_mut().map(|it| &mut it.name);
    let mut names: Vec<_> = imports.chain(exports).filter(|it| has_hash(it)).collect();
    // A name may go on behind the hash of another: `…_h3c7d…`, `…_h3c7d…_15`. The longer one first.
    names.sort_by_key(|it| std::cmp::Reverse(it.len()));
    let mut glue = glue.to_owned();
    for (name_idx, name) in names.into_iter().enumerate() {
        let short = format!("__wb{name_idx}");
        glue = glue.replace(name.as_str(), &short);
        *name = short;
    }
    glue
}

/// `__wbg_append_b0a9…`, and also `wasm_bindgen__convert__closures_____invoke__h3c7d…`.
fn has_hash(name: &str) -> bool {
    name.split('_').any(|part| {
        let hash = part.strip_prefix('h').unwrap_or(part);
        hash.len() == 16 && hash.bytes().all(|it| it.is_ascii_hexdigit())
    })
}

/// Cuts the unused classes out of the glue.
fn without_classes(glue: &str) -> Result<String> {
    let mut glue = glue.to_owned();
    for class in UNUSED_CLASSES {
        let start = glue.find(&format!("class {class} {{"));
        let last_line = format!("exports.{class} = {class};");
        let end = glue.find(&last_line).map(|it| it + last_line.len());
        let (start, end) = start.zip(end).with_context(|| {
            format!(
                "wasm-bindgen's glue has no class {class} any more: drop it from UNUSED_CLASSES"
            )
        })?;
        ensure!(start < end, "wasm-bindgen's glue has class {class} in another order");
        glue.replace_range(start..end, "");
    }
    Ok(glue)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_a_hash_become_short() {
        let mut module = Module::default();
        let ty = module.types.add(&[], &[]);
        let (hashed, _) = module.add_import_func("./bg.js", "__wbg_new_0123456789abcdef", ty);
        module.add_import_func("./bg.js", "__wbg_new", ty);
        module.exports.add("__invoke__hfedcba9876543210", hashed);
        module.exports.add("__invoke__hfedcba9876543210_15", hashed);
        module.exports.add("start_page", hashed);
        let glue = "__wbg_new_0123456789abcdef: __wbg_new, wasm.__invoke__hfedcba9876543210, \
                    wasm.__invoke__hfedcba9876543210_15, start_page";
        let short = "__wb2: __wbg_new, wasm.__wb1, wasm.__wb0, start_page";
        assert_eq!(short_names(&mut module, glue), short);
        let imports: Vec<_> = module.imports.iter().map(|it| &*it.name).collect();
        assert_eq!(imports, ["__wb2", "__wbg_new"]);
        let exports: Vec<_> = module.exports.iter().map(|it| &*it.name).collect();
        assert_eq!(exports, ["__wb1", "__wb0", "start_page"]);
    }

    #[test]
    fn classes_are_cut_whole() {
        let glue: String = UNUSED_CLASSES
            .map(|it| format!("class {it} {{\n free() {{}}\n}}\nexports.{it} = {it};\n"))
            .concat();
        assert_eq!(without_classes(&format!("a\n{glue}b\n")).unwrap().replace('\n', ""), "ab");
        assert!(without_classes("a").is_err());
    }
}
