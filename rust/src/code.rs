// SPDX-License-Identifier: Apache-2.0
//! How large the function bodies of a module are, and how much work for the compiler, before anything compiles them.

use crate::Bytes;
use wasmparser::{
    BlockType, CompositeInnerType, ConstExpr, DataKind, ElementItems, ElementKind, FunctionBody, Operator, Parser, Payload,
};

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
    /// What compiling all bodies takes, and what sets globals, tables and memories up, as weight() has it; and where what
    /// takes most of it starts.
    pub work: u64,
    pub work_offset: u64,
    body_work: u64,
}

/// Measures every function body up to the first malformed byte, which the compiler will report better. Of bodies above
/// `body_bytes_max` only the size: what is in them takes memory in proportion, and no module with one is let through.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rust_code_measure(module: Bytes, body_bytes_max: u64, size: &mut CodeSize) {
    // SAFETY: the caller's promise about a span.
    let module = unsafe { module.as_slice() };
    *size = CodeSize::default();
    let _ = measure(module, body_bytes_max, size);
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

/// The constant expressions of a module. The engine makes one function of them all, which no limit on bodies sees.
struct Initialisers {
    function: Function,
    work: u64,
}

impl Initialisers {
    /// What the first operator and the end of one take is bounded by the limits on what they initialise.
    fn add(&mut self, expression: &ConstExpr<'_>, signatures: &Signatures, size: &mut CodeSize) -> wasmparser::Result<()> {
        let mut more = 0u64;
        let mut operators = expression.get_operators_reader();
        let _ = operators.read()?;
        while !operators.eof() {
            let operator = operators.read()?;
            if !matches!(operator, Operator::End) {
                more = more.saturating_add(weight(&operator, false, &mut self.function, signatures));
                self.function.values += u64::from(!makes_no_value(&operator));
            }
        }
        self.work = self.work.saturating_add(more);
        size.work = size.work.saturating_add(more);
        let start = expression.get_binary_reader().original_position();
        keep_larger(&mut size.body_work, &mut size.work_offset, self.work, start);
        Ok(())
    }
}

fn measure(module: &[u8], body_bytes_max: u64, size: &mut CodeSize) -> wasmparser::Result<()> {
    let mut signatures = Signatures::default();
    let mut initialisers = Initialisers { function: Function::new(0, 0), work: 0 };
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
            Payload::GlobalSection(globals) => {
                for global in globals {
                    initialisers.add(&global?.init_expr, &signatures, size)?;
                }
            }
            Payload::ElementSection(segments) => {
                for segment in segments {
                    let segment = segment?;
                    if let ElementKind::Active { offset_expr, .. } = segment.kind {
                        initialisers.add(&offset_expr, &signatures, size)?;
                    }
                    if let ElementItems::Expressions(_, expressions) = segment.items {
                        for expression in expressions {
                            initialisers.add(&expression?, &signatures, size)?;
                        }
                    }
                }
            }
            Payload::DataSection(segments) => {
                for segment in segments {
                    if let DataKind::Active { offset_expr, .. } = segment?.kind {
                        initialisers.add(&offset_expr, &signatures, size)?;
                    }
                }
            }
            Payload::CodeSectionEntry(code) => {
                size.functions += 1;
                let range = code.range();
                let body_bytes = (range.end - range.start) as u64;
                keep_larger(&mut size.body_bytes, &mut size.body_offset, body_bytes, range.start);
                if body_bytes <= body_bytes_max {
                    measure_body(&code, signatures.of_function(body), &signatures, size)?;
                }
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
    /// How many locals may have another value there after each branch.
    locals: u64,
    /// How often locals had been written when it was opened.
    writes: u64,
    /// Branches that lead there, so far.
    branches: u64,
}

/// A function as far as it is read.
struct Function {
    locals: u64,
    /// Its own label, then those of open blocks.
    labels: Vec<Label>,
    /// Operators so far that make a value.
    values: u64,
    /// How often locals were written so far.
    writes: u64,
    /// Locals that had been written in blocks which have ended so far.
    merged: u64,
}

impl Function {
    fn new(locals: u64, results: u64) -> Function {
        let whole = Label { is_loop: false, carried: results, locals: 0, writes: 0, branches: 0 };
        Function { locals, labels: vec![whole], values: 0, writes: 0, merged: 0 }
    }

    fn open(&mut self, is_loop: bool, carried: u64) {
        self.labels.push(Label { is_loop, carried, locals: self.locals, writes: self.writes, branches: 0 });
    }

    /// Closes the innermost block: whether it is a loop, and what it takes that each local that was written in it may have
    /// another value behind it than branches bring there. Those of all blocks before are in its way; also where nothing
    /// leads, since each block is one more for all values to get through.
    fn close(&mut self) -> (bool, u64) {
        let Some(label) = self.labels.pop() else {
            return (false, 0);
        };
        let merged = label.locals.min(self.writes - label.writes);
        self.merged += merged;
        (label.is_loop, merged.saturating_mul(20 + self.merged / 300))
    }

    /// What a branch takes to a label, counted from the innermost. What it brings there shares its place with what all
    /// branches before it brought, and the compiler compares them.
    fn branch(&mut self, depth: usize) -> u64 {
        let jump = 200 + self.locals + self.values / 5;
        let Some(label) = self.labels.iter_mut().rev().nth(depth) else {
            return jump;
        };
        let pieces = label.carried + label.locals;
        let compared = pieces.saturating_mul(pieces).saturating_mul(label.branches) / 100;
        label.branches += 1;
        compared.saturating_add(jump + 3 * label.carried)
    }
}

/// Of a function besides its operators: its own code and what lets the host and tables call it.
fn function_weight(arity: Arity) -> u64 {
    200 + 25 * arity.values()
}

/// What an operator takes of the compiler at most, very roughly in microseconds (docs/adr/0015-compile-bounds.md): what
/// becomes a call of the engine, or many instructions, weighs more than its bytes tell; so does what can trap; what control
/// flow leaves or joins, with all the locals that are alive there; and what takes, gives or brings along many values. Much
/// weighs more the more values the function made before: where one of them is used everywhere, or all of them at the end,
/// they are in the way of one another in all blocks between.
fn weight(operator: &Operator<'_>, is_vector: bool, function: &mut Function, signatures: &Signatures) -> u64 {
    let locals = function.locals;
    let crowd = function.values / 20;
    let join = 100 + locals / 2;
    let through = |block: &BlockType, before: u64| (75 + before) * signatures.of_block(block).values();
    match operator {
        Operator::TableCopy { .. } => 3000 + 800 * crowd,
        Operator::CallIndirect { type_index, .. } | Operator::ReturnCallIndirect { type_index, .. } => {
            1500 + 40 * crowd + 15 * signatures.of_type(*type_index).values()
        }
        Operator::TableInit { .. } => 2000 + 300 * crowd,
        Operator::TableFill { .. } | Operator::TableGrow { .. } => 500 + 80 * crowd,
        Operator::TableGet { .. } | Operator::TableSet { .. } => 500 + 40 * crowd,
        Operator::TableSize { .. } => 500,
        Operator::MemoryGrow { .. } => 200 + 40 * crowd,
        Operator::MemoryCopy { .. } | Operator::MemoryFill { .. } | Operator::MemoryInit { .. } => 300 + 80 * crowd,
        Operator::DataDrop { .. } | Operator::ElemDrop { .. } | Operator::RefFunc { .. } => 300 + 2 * crowd,
        Operator::BrTable { targets } => targets
            .targets()
            .flatten()
            .chain([targets.default()])
            .map(|depth| function.branch(depth as usize))
            .fold(0, u64::saturating_add),
        Operator::Br { relative_depth } | Operator::BrIf { relative_depth } => function.branch(*relative_depth as usize),
        Operator::Return => function.branch(function.labels.len().saturating_sub(1)),
        Operator::Block { blockty } => join + 2 * crowd + through(blockty, function.values / 5),
        Operator::If { blockty } => join + 6 * crowd + through(blockty, function.values / 5),
        Operator::Else => join,
        Operator::Loop { blockty } => 100 + 8 * locals + 16 * crowd + through(blockty, function.values),
        Operator::Call { function_index } | Operator::ReturnCall { function_index } => {
            20 + 2 * crowd + 15 * signatures.of_function(*function_index).values()
        }
        _ if makes_no_value(operator) => 5,
        _ if truncates(operator) => 120 + 4 * crowd,
        _ if divides(operator) => 60 + 2 * crowd,
        _ if accesses_memory(operator) => 40 + 4 * crowd,
        _ if saturates_vector(operator) => 30 + crowd,
        _ if is_vector || saturates(operator) => 10 + crowd,
        _ => 5 + crowd,
    }
}

/// What names a value, or ends something, and becomes no instruction by itself.
fn makes_no_value(operator: &Operator<'_>) -> bool {
    matches!(
        operator,
        Operator::LocalGet { .. }
            | Operator::LocalSet { .. }
            | Operator::LocalTee { .. }
            | Operator::I32Const { .. }
            | Operator::I64Const { .. }
            | Operator::Drop
            | Operator::Nop
            | Operator::End
            | Operator::Unreachable
    )
}

fn accesses_memory(operator: &Operator<'_>) -> bool {
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
    )
}

fn divides(operator: &Operator<'_>) -> bool {
    matches!(
        operator,
        Operator::I32DivS
            | Operator::I32DivU
            | Operator::I32RemS
            | Operator::I32RemU
            | Operator::I64DivS
            | Operator::I64DivU
            | Operator::I64RemS
            | Operator::I64RemU
    )
}

/// Conversions that are not of every number.
fn truncates(operator: &Operator<'_>) -> bool {
    matches!(
        operator,
        Operator::I32TruncF32S
            | Operator::I32TruncF32U
            | Operator::I32TruncF64S
            | Operator::I32TruncF64U
            | Operator::I64TruncF32S
            | Operator::I64TruncF32U
            | Operator::I64TruncF64S
            | Operator::I64TruncF64U
    )
}

/// Conversions that take the nearest number instead of a trap.
fn saturates(operator: &Operator<'_>) -> bool {
    matches!(
        operator,
        Operator::I32TruncSatF32S
            | Operator::I32TruncSatF32U
            | Operator::I32TruncSatF64S
            | Operator::I32TruncSatF64U
            | Operator::I64TruncSatF32S
            | Operator::I64TruncSatF32U
            | Operator::I64TruncSatF64S
            | Operator::I64TruncSatF64U
    )
}

/// The same of vectors, which takes up to a dozen instructions.
fn saturates_vector(operator: &Operator<'_>) -> bool {
    matches!(
        operator,
        Operator::I32x4TruncSatF32x4S
            | Operator::I32x4TruncSatF32x4U
            | Operator::I32x4TruncSatF64x2SZero
            | Operator::I32x4TruncSatF64x2UZero
    )
}

fn measure_body(
    body: &FunctionBody<'_>,
    arity: Arity,
    signatures: &Signatures,
    size: &mut CodeSize,
) -> wasmparser::Result<()> {
    let range = body.range();
    let mut locals = arity.parameters;
    for group in body.get_locals_reader()? {
        locals += u64::from(group?.0);
    }
    keep_larger(&mut size.locals, &mut size.locals_offset, locals, range.start);

    let mut function = Function::new(locals, arity.results);
    let mut open_loops = 0u64;
    let mut loops = 0u64;
    let mut work = function_weight(arity);
    let mut operators = body.get_operators_reader()?;
    while !operators.eof() {
        let (operator, offset) = operators.read_with_offset()?;
        let is_vector = body.as_bytes().get(offset - range.start) == Some(&0xfd);
        work = work.saturating_add(weight(&operator, is_vector, &mut function, signatures));
        function.values += u64::from(!makes_no_value(&operator));
        match operator {
            Operator::Block { blockty } | Operator::If { blockty } => {
                function.open(false, signatures.of_block(&blockty).results);
            }
            Operator::Loop { blockty } => {
                function.open(true, signatures.of_block(&blockty).parameters);
                open_loops += 1;
                loops += 1;
                keep_larger(&mut size.loop_nesting, &mut size.loop_nesting_offset, open_loops, offset);
            }
            Operator::End => {
                let (is_loop, merging) = function.close();
                open_loops -= u64::from(is_loop);
                work = work.saturating_add(merging);
            }
            Operator::LocalSet { .. } | Operator::LocalTee { .. } => function.writes += 1,
            _ => {}
        }
        keep_larger(&mut size.nesting, &mut size.nesting_offset, function.labels.len().saturating_sub(1) as u64, offset);
    }
    let product = locals.saturating_mul(loops);
    keep_larger(&mut size.loop_locals, &mut size.loop_locals_offset, product, range.start);
    keep_larger(&mut size.body_work, &mut size.work_offset, work, range.start);
    size.work = size.work.saturating_add(work);
    Ok(())
}
