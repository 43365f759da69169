//! `cargo xtask size`: which crate how much of the program is.
//!
//! A function counts to the crate whose source has it, which its symbol tells: `<T as Trait>::f` to
//! the crate of the `impl`, or of the trait where `f` is the trait's own. So a generic function counts
//! to its own crate, whoever it was made for; only drop glue, which nobody writes, has its own row.

mod symbol;

use std::collections::HashMap;

use anyhow::{Context, Result, ensure};
use wasmparser::{KnownCustom, Name, Parser, Payload, TypeRef};

use crate::viewer::{self, Form, Named};

/// Prints a table of the page's program and one of the element's.
pub fn run() -> Result<()> {
    for (form, title) in [(Form::Page, "page"), (Form::Element, "element")] {
        let Named { compiled, named, shipped } = viewer::named(form)?;
        let rows = rows(&compiled, &named)?;
        let total: usize = rows.iter().map(|it| it.n_bytes).sum();
        // Names are all that the shipped one is without.
        ensure!(total == shipped.len(), "{total} bytes are told of {}", shipped.len());
        println!("{:>9} {:>6} {:>9}  {title}", "bytes", "%", "functions");
        for Row { what, n_bytes, n_functions } in &rows {
            let share = *n_bytes as f64 * 100.0 / total as f64;
            let n_functions = n_functions.map_or(String::new(), |it| it.to_string());
            println!("{n_bytes:>9} {share:>6.2} {n_functions:>9}  {what}");
        }
        println!("{total:>9} {:>6.2} {:>9}  all\n", 100.0, "");
    }
    Ok(())
}

/// A crate, or a section that is no code.
#[derive(Debug, PartialEq, Eq)]
struct Row {
    what: String,
    n_bytes: usize,
    n_functions: Option<usize>,
}

/// All bytes of a program but those of its names, the largest share first. `compiled` is the program
/// before wasm-bindgen, which makes its symbols readable.
fn rows(compiled: &[u8], named: &[u8]) -> Result<Vec<Row>> {
    let symbols = function_names(compiled)?.into_values();
    let crates = symbols.filter_map(|it| {
        Some((rustc_demangle::try_demangle(it).ok()?.to_string(), symbol::crate_of(it)?))
    });
    let crates: HashMap<String, String> = crates.collect();
    let names = function_names(named)?;
    let crate_of = |func_idx| {
        let name: &str = names.get(&func_idx)?;
        // The second of a name, which lacks the number of a closure, is `name[1]`.
        let first = name.rsplit_once('[').filter(|(_, number)| {
            number.strip_suffix(']').is_some_and(|it| it.parse::<u32>().is_ok())
        });
        crates.get(name).or_else(|| crates.get(first?.0))
    };

    let mut sums: HashMap<&str, (usize, Option<usize>)> = HashMap::new();
    let mut add = |what, n_bytes, n_functions: Option<usize>| {
        let sum = sums.entry(what).or_default();
        sum.0 += n_bytes;
        sum.1 = n_functions.map(|it| it + sum.1.unwrap_or_default());
    };
    let mut func_idx = 0;
    let mut start = 0;
    for payload in Parser::new(0).parse_all(named) {
        let payload = payload.context("the program is no WebAssembly")?;
        let (what, end, n_functions) = match &payload {
            // The section's head; the functions follow, each behind its length.
            Payload::CodeSectionStart { range, count, .. } => {
                ("[other sections]", range.start + leb_len(*count), None)
            }
            Payload::CodeSectionEntry(body) => {
                func_idx += 1;
                let what = crate_of(func_idx - 1).map_or("[no crate]", String::as_str);
                (what, body.range().end, Some(1))
            }
            Payload::Version { range, .. } => ("[other sections]", range.end, None),
            Payload::End(_) => break,
            Payload::ImportSection(imports) => {
                for import in imports.clone().into_imports() {
                    func_idx += u32::from(matches!(import?.ty, TypeRef::Func(_)));
                }
                ("[other sections]", imports.range().end, None)
            }
            section => {
                let (_, range) = section.as_section().context("a program of several modules")?;
                let is_names = matches!(section, Payload::CustomSection(it) if it.name() == "name");
                if is_names {
                    start = range.end;
                    continue;
                }
                let is_data = matches!(section, Payload::DataSection(_));
                (if is_data { "[data]" } else { "[other sections]" }, range.end, None)
            }
        };
        add(what, end - start, n_functions);
        start = end;
    }
    let rows = sums.into_iter().map(|(what, (n_bytes, n_functions))| Row {
        what: what.to_owned(),
        n_bytes,
        n_functions,
    });
    let mut rows = Vec::from_iter(rows);
    rows.sort_by(|a, b| b.n_bytes.cmp(&a.n_bytes).then_with(|| a.what.cmp(&b.what)));
    Ok(rows)
}

/// What the functions are called, by index.
fn function_names(wasm: &[u8]) -> Result<HashMap<u32, &str>> {
    let mut names = HashMap::new();
    for payload in Parser::new(0).parse_all(wasm) {
        let Payload::CustomSection(section) = payload.context("the program is no WebAssembly")?
        else {
            continue;
        };
        let KnownCustom::Name(section) = section.as_known() else { continue };
        for name in section {
            let Name::Function(map) = name? else { continue };
            for naming in map {
                let naming = naming?;
                names.insert(naming.index, naming.name);
            }
        }
    }
    Ok(names)
}

/// Bytes of a number as WebAssembly has it: seven bits in each.
fn leb_len(number: u32) -> usize {
    (u32::BITS - number.leading_zeros()).div_ceil(7).max(1) as usize
}

#[cfg(test)]
mod tests {
    use walrus::ir::Value;
    use walrus::{ConstExpr, DataKind, FunctionBuilder, ValType};

    use super::*;

    /// A program of functions of these names, each a little longer than the one before, with data.
    fn program(names: &[&str], has_names: bool) -> Vec<u8> {
        let mut config = walrus::ModuleConfig::new();
        config.generate_name_section(has_names).generate_producers_section(false);
        let mut module = walrus::Module::with_config(config);
        let ty = module.types.add(&[], &[ValType::I32]);
        module.add_import_func("page", "zero", ty);
        for (name_idx, name) in names.iter().enumerate() {
            let mut builder = FunctionBuilder::new(&mut module.types, &[], &[ValType::I32]);
            builder.name((*name).to_owned());
            let mut body = builder.func_body();
            for _ in 0..name_idx {
                body.i32_const(1).drop();
            }
            body.i32_const(1);
            let func = builder.finish(Vec::new(), &mut module.funcs);
            module.exports.add(&name_idx.to_string(), func);
        }
        let memory = module.memories.add_local(false, false, 1, None, None);
        let offset = ConstExpr::Value(Value::I32(0));
        module.data.add(DataKind::Active { memory, offset }, vec![7; 500]);
        module.emit_wasm()
    }

    #[test]
    fn every_byte_is_told_and_counts_to_its_crate() {
        let symbols = ["_RNvCs1234_1a1f", "_RNvCs1234_1a1g", "_RNvCs1234_1b1f", "memcpy"];
        let names = symbols.map(|it| rustc_demangle::demangle(it).to_string());
        // As wasm-bindgen names two closures of one function.
        let second = format!("{}[1]", names[0]);
        let names = [&names[0], &second, &names[1], &names[2], &names[3]].map(String::as_str);
        let (named, shipped) = (program(&names, true), program(&names, false));
        let rows = rows(&program(&symbols, true), &named).unwrap();
        assert_eq!(rows.iter().map(|it| it.n_bytes).sum::<usize>(), shipped.len());
        let found = |what: &str| rows.iter().find(|it| it.what == what).unwrap();
        // A function has its length, no locals, a constant in two bytes, and an end; and three bytes
        // more than the one before.
        assert_eq!((found("a").n_bytes, found("a").n_functions), (5 + 8 + 11, Some(3)));
        assert_eq!((found("b").n_bytes, found("b").n_functions), (14, Some(1)));
        assert_eq!((found("[no crate]").n_bytes, found("[no crate]").n_functions), (17, Some(1)));
        assert_eq!(rows[0].what, "[data]");
        assert!((500..520).contains(&rows[0].n_bytes) && rows[0].n_functions.is_none());
    }
}
