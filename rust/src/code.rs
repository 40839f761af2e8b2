// SPDX-License-Identifier: Apache-2.0
//! How large the function bodies of a module are, and how much work for the compiler, before anything compiles them.

use crate::Bytes;
use wasmparser::{BlockType, CompositeInnerType, FunctionBody, Operator, Parser, Payload};

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

/// How many values a function type takes and gives.
#[derive(Clone, Copy, Default)]
struct Arity {
    parameters: u64,
    results: u64,
}

impl Arity {
    fn values(self) -> u64 {
        self.parameters + self.results
    }
}

/// Of each type, as far as they are function types.
fn arities(types: wasmparser::TypeSectionReader<'_>) -> wasmparser::Result<Vec<Arity>> {
    let mut arities = Vec::new();
    for group in types {
        for ty in group?.into_types() {
            arities.push(match ty.composite_type.inner {
                CompositeInnerType::Func(function) => {
                    Arity { parameters: function.params().len() as u64, results: function.results().len() as u64 }
                }
                _ => Arity::default(),
            });
        }
    }
    Ok(arities)
}

/// What is called and jumped through: the arities of types and, by their types, of functions.
#[derive(Default)]
struct Signatures {
    types: Vec<Arity>,
    functions: Vec<Arity>,
}

impl Signatures {
    fn of_type(&self, index: u32) -> Arity {
        self.types.get(index as usize).copied().unwrap_or_default()
    }

    fn of_function(&self, index: u32) -> Arity {
        self.functions.get(index as usize).copied().unwrap_or_default()
    }

    fn of_block(&self, block: &BlockType) -> Arity {
        match block {
            BlockType::Empty => Arity::default(),
            BlockType::Type(_) => Arity { parameters: 0, results: 1 },
            BlockType::FuncType(index) => self.of_type(*index),
        }
    }
}

fn measure(module: &[u8], size: &mut CodeSize) -> wasmparser::Result<()> {
    let mut signatures = Signatures::default();
    let mut body = 0; // nothing is imported
    for payload in Parser::new(0).parse_all(module) {
        match payload? {
            Payload::TypeSection(types) => signatures.types = arities(types)?,
            Payload::FunctionSection(functions) => {
                for ty in functions {
                    let arity = signatures.of_type(ty?);
                    signatures.functions.push(arity);
                }
            }
            Payload::CodeSectionEntry(code) => {
                size.functions += 1;
                measure_body(&code, signatures.of_function(body), &signatures, size)?;
                body += 1;
            }
            _ => {}
        }
    }
    Ok(())
}

/// What one may branch to.
struct Label {
    is_loop: bool,
    /// How many values a branch brings there.
    carried: u64,
}

/// Of a function besides its operators: its own code and what lets the host and tables call it.
fn function_weight(arity: Arity) -> u64 {
    200 + 15 * arity.values()
}

/// What an operator takes of the compiler at most, very roughly in microseconds (docs/adr/0015-compile-bounds.md): what
/// becomes a call of the engine, or many instructions, weighs more than its bytes tell; so does what can trap; what control
/// flow leaves or joins, with all the locals that are alive there; and what takes, gives or brings along many values.
fn weight(operator: &Operator<'_>, locals: u64, labels: &[Label], signatures: &Signatures) -> u64 {
    let join = 100 + locals / 2;
    let through = |block: &BlockType| 75 * signatures.of_block(block).values();
    let branch = |label: Option<&Label>| 2 * join + 3 * label.map_or(0, |label| label.carried);
    let outwards = |depth: u32| labels.iter().rev().nth(depth as usize);
    match operator {
        Operator::TableCopy { .. } => 3000,
        Operator::CallIndirect { type_index, .. } | Operator::ReturnCallIndirect { type_index, .. } => {
            1500 + 15 * signatures.of_type(*type_index).values()
        }
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
        Operator::BrTable { targets } => branch(outwards(targets.default())) * (1 + u64::from(targets.len())),
        Operator::Br { relative_depth } | Operator::BrIf { relative_depth } => branch(outwards(*relative_depth)),
        Operator::Return => branch(labels.first()),
        Operator::Block { blockty } | Operator::If { blockty } => join + through(blockty),
        Operator::Else => join,
        Operator::Loop { blockty } => 100 + 8 * locals + through(blockty),
        Operator::Call { function_index } | Operator::ReturnCall { function_index } => {
            20 + 15 * signatures.of_function(*function_index).values()
        }
        _ if can_trap(operator) => 40,
        _ => 5,
    }
}

/// Loads, stores, divisions, and conversions that are not of every number.
fn can_trap(operator: &Operator<'_>) -> bool {
    matches!(
        operator,
        Operator::I32Load { .. }
            | Operator::I64Load { .. }
            | Operator::F32Load { .. }
            | Operator::F64Load { .. }
            | Operator::I32Load8S { .. }
            | Operator::I32Load8U { .. }
            | Operator::I32Load16S { .. }
            | Operator::I32Load16U { .. }
            | Operator::I64Load8S { .. }
            | Operator::I64Load8U { .. }
            | Operator::I64Load16S { .. }
            | Operator::I64Load16U { .. }
            | Operator::I64Load32S { .. }
            | Operator::I64Load32U { .. }
            | Operator::I32Store { .. }
            | Operator::I64Store { .. }
            | Operator::F32Store { .. }
            | Operator::F64Store { .. }
            | Operator::I32Store8 { .. }
            | Operator::I32Store16 { .. }
            | Operator::I64Store8 { .. }
            | Operator::I64Store16 { .. }
            | Operator::I64Store32 { .. }
            | Operator::V128Load { .. }
            | Operator::V128Load8x8S { .. }
            | Operator::V128Load8x8U { .. }
            | Operator::V128Load16x4S { .. }
            | Operator::V128Load16x4U { .. }
            | Operator::V128Load32x2S { .. }
            | Operator::V128Load32x2U { .. }
            | Operator::V128Load8Splat { .. }
            | Operator::V128Load16Splat { .. }
            | Operator::V128Load32Splat { .. }
            | Operator::V128Load64Splat { .. }
            | Operator::V128Load32Zero { .. }
            | Operator::V128Load64Zero { .. }
            | Operator::V128Store { .. }
            | Operator::V128Load8Lane { .. }
            | Operator::V128Load16Lane { .. }
            | Operator::V128Load32Lane { .. }
            | Operator::V128Load64Lane { .. }
            | Operator::V128Store8Lane { .. }
            | Operator::V128Store16Lane { .. }
            | Operator::V128Store32Lane { .. }
            | Operator::V128Store64Lane { .. }
            | Operator::I32DivS
            | Operator::I32DivU
            | Operator::I32RemS
            | Operator::I32RemU
            | Operator::I64DivS
            | Operator::I64DivU
            | Operator::I64RemS
            | Operator::I64RemU
            | Operator::I32TruncF32S
            | Operator::I32TruncF32U
            | Operator::I32TruncF64S
            | Operator::I32TruncF64U
            | Operator::I64TruncF32S
            | Operator::I64TruncF32U
            | Operator::I64TruncF64S
            | Operator::I64TruncF64U
    )
}

fn measure_body(
    body: &FunctionBody<'_>,
    arity: Arity,
    signatures: &Signatures,
    size: &mut CodeSize,
) -> wasmparser::Result<()> {
    let range = body.range();
    keep_larger(&mut size.body_bytes, &mut size.body_offset, (range.end - range.start) as u64, range.start);
    let mut locals = arity.parameters;
    for group in body.get_locals_reader()? {
        locals += u64::from(group?.0);
    }
    keep_larger(&mut size.locals, &mut size.locals_offset, locals, range.start);

    let mut labels = vec![Label { is_loop: false, carried: arity.results }]; // the function's own, then of open blocks
    let mut open_loops = 0u64;
    let mut loops = 0u64;
    let mut work = function_weight(arity);
    let mut operators = body.get_operators_reader()?;
    while !operators.eof() {
        let (operator, offset) = operators.read_with_offset()?;
        work = work.saturating_add(weight(&operator, locals, &labels, signatures));
        match operator {
            Operator::Block { blockty } | Operator::If { blockty } => {
                labels.push(Label { is_loop: false, carried: signatures.of_block(&blockty).results });
            }
            Operator::Loop { blockty } => {
                labels.push(Label { is_loop: true, carried: signatures.of_block(&blockty).parameters });
                open_loops += 1;
                loops += 1;
                keep_larger(&mut size.loop_nesting, &mut size.loop_nesting_offset, open_loops, offset);
            }
            Operator::End => open_loops -= u64::from(labels.pop().is_some_and(|label| label.is_loop)),
            _ => {}
        }
        keep_larger(&mut size.nesting, &mut size.nesting_offset, labels.len().saturating_sub(1) as u64, offset);
    }
    let product = locals.saturating_mul(loops);
    keep_larger(&mut size.loop_locals, &mut size.loop_locals_offset, product, range.start);
    keep_larger(&mut size.body_work, &mut size.work_offset, work, range.start);
    size.work = size.work.saturating_add(work);
    Ok(())
}
