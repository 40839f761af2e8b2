// SPDX-License-Identifier: Apache-2.0
//! An engine error taken apart by type, so that nobody parses its text.

use crate::write_text;
use wasmtime_c_api::wasmtime::{Error, PoolConcurrencyLimitError};
use wasmtime_c_api::wasmtime_error_t;

/// `enum rust_fault` of `src/engine/rust_engine.h`.
#[repr(C)]
pub enum Fault {
    /// Anything else.
    Other = 0,
    /// No free slot in the instance pool.
    PoolLimit = 1,
}

/// Frees `error`, writes its text, and says what kind it was.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rust_fault_take(
    error: Box<wasmtime_error_t>,
    message: *mut u8,
    capacity: usize,
) -> Fault {
    let error = Error::from(*error);
    // SAFETY: the caller owns `capacity` bytes at `message`.
    unsafe { write_text(&format!("{error:#}"), message, capacity) };
    if error.is::<PoolConcurrencyLimitError>() {
        Fault::PoolLimit
    } else {
        Fault::Other
    }
}
