// SPDX-License-Identifier: Apache-2.0
//! How large the function bodies of a module are, before anything compiles them.

use crate::Bytes;
use wasmparser::{CompositeInnerType, FunctionBody, Operator, Parser, Payload};

/// `struct rust_code_size` of `src/admission/rust_code.h`; offsets count from the start of the module.
#[repr(C)]
#[derive(Default)]
pub struct CodeSize {
    /// Function bodies in the module.
    pub functions: u64,
    /// Largest body, in bytes, and where it starts.
    pub body_bytes: u64,
    pub body_offset: u64,
    /// Most locals of one function, parameters included, and where that body starts.
    pub locals: u64,
    pub locals_offset: u64,
    /// Deepest nesting of blocks, and where the deepest one opens.
    pub nesting: u64,
    pub nesting_offset: u64,
    /// Deepest nesting of loops, and where the deepest one opens.
    pub loop_nesting: u64,
    pub loop_nesting_offset: u64,
    /// Largest product of a function's locals (parameters included) and its loops, and where that body starts. The
    /// compiler's work on a function grows with it.
    pub loop_locals: u64,
    pub loop_locals_offset: u64,
}

/// Measures every function body up to the first malformed byte, which the compiler will report better.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rust_code_measure(module: Bytes, size: &mut CodeSize) {
    // SAFETY: the caller's promise about a span.
    let module = unsafe { module.as_slice() };
    *size = CodeSize::default();
    let _ = measure(module, size);
}

/// Keeps the larger of two figures with its place.
fn keep_larger(figure: &mut u64, place: &mut u64, value: u64, offset: usize) {
    if value > *figure {
        *figure = value;
        *place = offset as u64;
    }
}

/// The number of parameters of each function type, as far as they are function types.
fn parameters(types: wasmparser::TypeSectionReader<'_>) -> wasmparser::Result<Vec<u64>> {
    let mut counts = Vec::new();
    for group in types {
        for ty in group?.into_types() {
            counts.push(match ty.composite_type.inner {
                CompositeInnerType::Func(function) => function.params().len() as u64,
                _ => 0,
            });
        }
    }
    Ok(counts)
}

fn measure(module: &[u8], size: &mut CodeSize) -> wasmparser::Result<()> {
    let mut parameters_of_type = Vec::new();
    let mut parameters_of_body = Vec::new().into_iter();
    for payload in Parser::new(0).parse_all(module) {
        match payload? {
            Payload::TypeSection(types) => parameters_of_type = parameters(types)?,
            Payload::FunctionSection(functions) => {
                let mut of_body = Vec::new();
                for ty in functions {
                    of_body.push(parameters_of_type.get(ty? as usize).copied().unwrap_or(0));
                }
                parameters_of_body = of_body.into_iter();
            }
            Payload::CodeSectionEntry(body) => {
                size.functions += 1;
                measure_body(&body, parameters_of_body.next().unwrap_or(0), size)?;
            }
            _ => {}
        }
    }
    Ok(())
}

fn measure_body(body: &FunctionBody<'_>, parameters: u64, size: &mut CodeSize) -> wasmparser::Result<()> {
    let range = body.range();
    keep_larger(&mut size.body_bytes, &mut size.body_offset, (range.end - range.start) as u64, range.start);
    let mut locals = parameters;
    for group in body.get_locals_reader()? {
        locals += u64::from(group?.0);
    }
    keep_larger(&mut size.locals, &mut size.locals_offset, locals, range.start);

    let mut open = Vec::new(); // for each open block: whether it is a loop
    let mut open_loops = 0u64;
    let mut loops = 0u64;
    let mut operators = body.get_operators_reader()?;
    while !operators.eof() {
        let (operator, offset) = operators.read_with_offset()?;
        match operator {
            Operator::Block { .. } | Operator::If { .. } => open.push(false),
            Operator::Loop { .. } => {
                open.push(true);
                open_loops += 1;
                loops += 1;
                keep_larger(&mut size.loop_nesting, &mut size.loop_nesting_offset, open_loops, offset);
            }
            Operator::End => open_loops -= u64::from(open.pop() == Some(true)),
            _ => {}
        }
        keep_larger(&mut size.nesting, &mut size.nesting_offset, open.len() as u64, offset);
    }
    let product = locals.saturating_mul(loops);
    keep_larger(&mut size.loop_locals, &mut size.loop_locals_offset, product, range.start);
    Ok(())
}
