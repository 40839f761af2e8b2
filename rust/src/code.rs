// SPDX-License-Identifier: Apache-2.0
//! How large the function bodies of a module are, and how much work for the compiler, before anything compiles them.

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
    /// What compiling all bodies takes, as weight() has it, and where the body starts that takes most of it.
    pub work: u64,
    pub work_offset: u64,
    body_work: u64,
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

/// What an operator takes of the compiler at most, very roughly in microseconds (docs/adr/0015-compile-bounds.md): what
/// becomes a call of the engine, or many instructions, weighs more than its bytes tell; so does what control flow leaves or
/// joins, with all the locals that are alive there.
fn weight(operator: &Operator<'_>, locals: u64) -> u64 {
    let join = 100 + locals / 2;
    match operator {
        Operator::TableCopy { .. } => 3000,
        Operator::CallIndirect { .. } | Operator::ReturnCallIndirect { .. } => 1500,
        Operator::TableInit { .. } => 1000,
        Operator::TableGet { .. }
        | Operator::TableSet { .. }
        | Operator::TableFill { .. }
        | Operator::TableGrow { .. }
        | Operator::TableSize { .. } => 500,
        Operator::MemoryCopy { .. }
        | Operator::MemoryFill { .. }
        | Operator::MemoryInit { .. }
        | Operator::MemoryGrow { .. }
        | Operator::DataDrop { .. }
        | Operator::ElemDrop { .. }
        | Operator::RefFunc { .. } => 200,
        Operator::BrTable { targets } => 2 * join * (1 + u64::from(targets.len())),
        Operator::Br { .. } | Operator::BrIf { .. } => 2 * join,
        Operator::Block { .. } | Operator::If { .. } | Operator::Else => join,
        Operator::Loop { .. } => 100 + 8 * locals,
        Operator::Call { .. } | Operator::ReturnCall { .. } => 20,
        _ => 1,
    }
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
    let mut work = 1u64; // of the function itself
    let mut operators = body.get_operators_reader()?;
    while !operators.eof() {
        let (operator, offset) = operators.read_with_offset()?;
        work = work.saturating_add(weight(&operator, locals));
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
    keep_larger(&mut size.body_work, &mut size.work_offset, work, range.start);
    size.work = size.work.saturating_add(work);
    Ok(())
}
