//! The order of a program's functions: like beside like, for LZMA, which has a match that is near for
//! fewer bits than one that is far.
//!
//! walrus writes functions by their size. In this order the page packs 3 % smaller, and nothing else
//! about it changes.

use std::collections::HashMap;
use std::convert::Infallible;

use anyhow::{Context, Result};
use wasm_encoder::reencode::{Error, Reencode, utils};
use wasm_encoder::{CodeSection, FunctionSection, Module};
use wasmparser::{CodeSectionReader, FunctionSectionReader, Parser, Payload, TypeRef};

/// Bytes of code that are compared as one: an instruction or two. Of 4 to 8, 5 packs best.
const GRAM: usize = 5;

/// A gram in more functions than this says nothing of their likeness, and much time is spent on it.
const COMMON: usize = 300;

/// The same program with each function behind the one that it has most in common with, as far as they
/// are not taken yet.
pub fn like_beside_like(wasm: &[u8]) -> Result<Vec<u8>> {
    let mut n_imported = 0;
    let mut bodies = Vec::new();
    for payload in Parser::new(0).parse_all(wasm) {
        match payload.context("the program is no WebAssembly")? {
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    n_imported += u32::from(matches!(import?.ty, TypeRef::Func(_)));
                }
            }
            Payload::CodeSectionEntry(body) => bodies.push(body.as_bytes()),
            _ => {}
        }
    }
    let order = chain(&bodies);
    let mut places = vec![0; order.len()];
    for (place, func_idx) in (n_imported..).zip(&order) {
        places[*func_idx as usize] = place;
    }
    let mut module = Module::new();
    Reorder { n_imported, order, places }
        .parse_core_module(&mut module, Parser::new(0), wasm)
        .context("cannot reorder the program")?;
    Ok(module.finish())
}

/// The functions' new order: from the first one on, always to the one that is most like.
fn chain(bodies: &[&[u8]]) -> Vec<u32> {
    let grams: Vec<Vec<u64>> = bodies.iter().map(|it| grams(it)).collect();
    let mut holders: HashMap<u64, Vec<u32>> = HashMap::new();
    for (func_idx, grams) in (0..).zip(&grams) {
        for gram in grams {
            holders.entry(*gram).or_default().push(func_idx);
        }
    }
    holders.retain(|_, holders| (2..=COMMON).contains(&holders.len()));

    let mut is_taken = vec![false; bodies.len()];
    let mut n_shared = vec![0_usize; bodies.len()];
    let mut order = Vec::with_capacity(bodies.len());
    let mut rest = 0..bodies.len();
    let mut nearest = None;
    while let Some(at) = nearest.or_else(|| rest.find(|it| !is_taken[*it])) {
        is_taken[at] = true;
        order.push(at as u32);
        let mut like = Vec::new();
        for gram in &grams[at] {
            let Some(holders) = holders.get_mut(gram) else { continue };
            holders.retain(|it| !is_taken[*it as usize]);
            for other in holders.iter().map(|it| *it as usize) {
                if n_shared[other] == 0 {
                    like.push(other);
                }
                n_shared[other] += 1;
            }
        }
        // What two have in common over what they have together. As fractions, since no float is the
        // same everywhere; among equals the first, so that each build is the same.
        let likeness = |other: usize| {
            let n = n_shared[other] as u64;
            (n, grams[at].len() as u64 + grams[other].len() as u64 - n)
        };
        nearest = like.iter().copied().max_by(|a, b| {
            let ((n_a, of_a), (n_b, of_b)) = (likeness(*a), likeness(*b));
            (n_a * of_b).cmp(&(n_b * of_a)).then(b.cmp(a))
        });
        for other in like {
            n_shared[other] = 0;
        }
    }
    order
}

/// All pieces of a function that are as long as a gram, each once.
fn grams(body: &[u8]) -> Vec<u64> {
    let gram = |bytes: &[u8]| bytes.iter().fold(0, |gram, byte| gram << 8 | u64::from(*byte));
    let mut grams: Vec<u64> = body.windows(GRAM).map(gram).collect();
    grams.sort_unstable();
    grams.dedup();
    grams
}

/// Writes a module anew with its functions in another order.
struct Reorder {
    /// Functions that are imported come before all others, and stay.
    n_imported: u32,
    /// By new place, without the imported ones: which function it was.
    order: Vec<u32>,
    /// By old place, without the imported ones: the new index.
    places: Vec<u32>,
}

impl Reencode for Reorder {
    type Error = Infallible;

    /// Is asked wherever an index stands: calls, tables, exports, `ref.func`, the start.
    fn function_index(&mut self, func_idx: u32) -> Result<u32, Error> {
        let place =
            func_idx.checked_sub(self.n_imported).and_then(|it| self.places.get(it as usize));
        Ok(place.copied().unwrap_or(func_idx))
    }

    fn parse_function_section(
        &mut self,
        functions: &mut FunctionSection,
        section: FunctionSectionReader<'_>,
    ) -> Result<(), Error> {
        let types = section.into_iter().collect::<Result<Vec<u32>, _>>()?;
        for func_idx in &self.order {
            functions.function(types[*func_idx as usize]);
        }
        Ok(())
    }

    fn parse_code_section(
        &mut self,
        code: &mut CodeSection,
        section: CodeSectionReader<'_>,
    ) -> Result<(), Error> {
        let bodies = section.into_iter().collect::<Result<Vec<_>, _>>()?;
        for at in 0..self.order.len() {
            let body = bodies[self.order[at] as usize].clone();
            utils::parse_function_body(self, code, body)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use walrus::ir::{BinaryOp, Instr, Value};
    use walrus::{
        ConstExpr, ElementItems, ElementKind, ExportItem, FunctionBuilder, FunctionId,
        FunctionKind, RefType, ValType,
    };

    use super::*;

    /// A program of functions of which each calls the one before and then adds a number as often as
    /// is said; the first calls an imported one. The last one is in a table, and is a global.
    fn program(functions: &[(i32, usize)]) -> walrus::Module {
        let mut module = walrus::Module::default();
        let ty = module.types.add(&[], &[ValType::I32]);
        let (mut func, _) = module.add_import_func("page", "zero", ty);
        for (number, times) in functions {
            let mut builder = FunctionBuilder::new(&mut module.types, &[], &[ValType::I32]);
            let mut body = builder.func_body();
            body.call(func);
            for _ in 0..*times {
                body.i32_const(*number).binop(BinaryOp::I32Add);
            }
            func = builder.finish(Vec::new(), &mut module.funcs);
            module.exports.add(&format!("{number} x {times}"), func);
        }
        let mut start = FunctionBuilder::new(&mut module.types, &[], &[]);
        start.func_body().call(func).drop();
        module.start = Some(start.finish(Vec::new(), &mut module.funcs));
        let table = module.tables.add_local(false, 1, Some(1), RefType::FUNCREF);
        let kind = ElementKind::Active { table, offset: ConstExpr::Value(Value::I32(0)) };
        module.elements.add(kind, ElementItems::Functions(vec![func]));
        let ty = ValType::Ref(RefType::FUNCREF);
        module.globals.add_local(ty, false, false, ConstExpr::RefFunc(func));
        module
    }

    /// The numbers that are added, from a function back to the first.
    fn added(module: &walrus::Module, mut func: FunctionId) -> Vec<i32> {
        let mut numbers = Vec::new();
        while let FunctionKind::Local(local) = &module.funcs.get(func).kind {
            for (instr, _) in &local.block(local.entry_block()).instrs {
                match instr {
                    Instr::Const(it) => match it.value {
                        Value::I32(number) => numbers.push(number),
                        _ => panic!("a constant that no function has"),
                    },
                    Instr::Call(call) => func = call.func,
                    _ => {}
                }
            }
        }
        numbers
    }

    /// All that leads to a function, and what that function comes to.
    fn meaning(module: &walrus::Module) -> Vec<(String, Vec<i32>)> {
        let mut found = Vec::new();
        let mut push = |name: &str, func| found.push((name.to_owned(), added(module, func)));
        for export in module.exports.iter() {
            if let ExportItem::Function(func) = export.item {
                push(&export.name, func);
            }
        }
        for element in module.elements.iter() {
            if let ElementItems::Functions(funcs) = &element.items {
                funcs.iter().for_each(|it| push("table", *it));
            }
        }
        for global in module.globals.iter() {
            if let walrus::GlobalKind::Local(ConstExpr::RefFunc(func)) = global.kind {
                push("global", func);
            }
        }
        push("start", module.start.unwrap());
        found
    }

    /// The order of the functions, each by the number that it adds.
    fn numbers(wasm: &[u8]) -> Vec<Option<i32>> {
        let mut numbers = Vec::new();
        for payload in Parser::new(0).parse_all(wasm) {
            let Payload::CodeSectionEntry(body) = payload.unwrap() else { continue };
            let operators = body.get_operators_reader().unwrap().into_iter();
            numbers.push(operators.into_iter().find_map(|it| match it.unwrap() {
                wasmparser::Operator::I32Const { value } => Some(value),
                _ => None,
            }));
        }
        numbers
    }

    /// Largest first, as walrus writes them; what adds the same number is alike.
    const FUNCTIONS: [(i32, usize); 6] = [(7, 60), (300, 50), (7, 40), (8, 30), (300, 20), (7, 15)];

    #[test]
    fn like_functions_stand_together() {
        let wasm = program(&FUNCTIONS).emit_wasm();
        let before = [7, 300, 7, 8, 300, 7].map(Some);
        assert_eq!(numbers(&wasm)[..6], before);
        let after = numbers(&like_beside_like(&wasm).unwrap());
        assert_eq!(after[..5], [7, 7, 7, 300, 300].map(Some));
        assert_eq!(after.len(), 7);
    }

    #[test]
    fn every_index_leads_to_the_same_function() {
        let mut module = program(&FUNCTIONS);
        let expected = meaning(&module);
        assert_eq!(expected.len(), FUNCTIONS.len() + 3);
        let wasm = like_beside_like(&module.emit_wasm()).unwrap();
        assert_eq!(meaning(&walrus::Module::from_buffer(&wasm).unwrap()), expected);
    }
}
