// SPDX-License-Identifier: Apache-2.0
//! How large the function bodies of a module are, before anything compiles them.

use crate::Bytes;
use wasmparser::{Operator, Parser, Payload};

/// `struct rust_code_size` of `src/admission/rust_code.h`; offsets count from the start of the module.
#[repr(C)]
#[derive(Default)]
pub struct CodeSize {
    /// Function bodies in the module.
    pub functions: u64,
    /// Largest body, in bytes, and where it starts.
    pub body_bytes: u64,
    pub body_offset: u64,
    /// Most locals of one function, and where that body starts.
    pub locals: u64,
    pub locals_offset: u64,
    /// Deepest nesting of blocks, and where the deepest one opens.
    pub nesting: u64,
    pub nesting_offset: u64,
}

/// Measures every function body up to the first malformed byte, which the compiler will report better.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rust_code_measure(module: Bytes, size: &mut CodeSize) {
    // SAFETY: the caller's promise about a span.
    let module = unsafe { module.as_slice() };
    *size = CodeSize::default();
    let _ = measure(module, size);
}

fn measure(module: &[u8], size: &mut CodeSize) -> wasmparser::Result<()> {
    for payload in Parser::new(0).parse_all(module) {
        let Payload::CodeSectionEntry(body) = payload? else {
            continue;
        };
        size.functions += 1;
        let range = body.range();
        if (range.end - range.start) as u64 > size.body_bytes {
            size.body_bytes = (range.end - range.start) as u64;
            size.body_offset = range.start as u64;
        }
        let mut locals = 0;
        for group in body.get_locals_reader()? {
            locals += u64::from(group?.0);
        }
        if locals > size.locals {
            size.locals = locals;
            size.locals_offset = range.start as u64;
        }
        let mut depth = 0u64;
        let mut operators = body.get_operators_reader()?;
        while !operators.eof() {
            let (operator, offset) = operators.read_with_offset()?;
            match operator {
                Operator::Block { .. } | Operator::Loop { .. } | Operator::If { .. } => {
                    depth += 1;
                    if depth > size.nesting {
                        size.nesting = depth;
                        size.nesting_offset = offset as u64;
                    }
                }
                Operator::End => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
    }
    Ok(())
}
