// SPDX-License-Identifier: Apache-2.0
//! Wasmtime's C API as one library, plus what C cannot reach through it:
//!
//! * [`engine`]: an engine made in one fallible step from a C struct (the C constructor aborts on a bad
//!   configuration and lacks several settings), and the figures of its instance pool;
//! * [`exports`]: exports found by their place instead of their name, five times in every call;
//! * [`fault`]: an engine error taken apart without parsing its text;
//! * [`code`]: how large and how deeply nested the function bodies of a module are;
//! * [`memory`]: linear memories that C owns;
//! * [`hash`]: BLAKE3;
//! * [`url`]: the URL standard's parser;
//! * [`uuid`]: identifiers made of names.
//!
//! Every function here starts with `rust_`; the prototypes stand in `src/engine/rust_engine.h`,
//! `src/base/rust_hash.h`, `src/base/rust_url.h`, `src/base/rust_uuid.h` and `src/admission/rust_code.h`. None of them
//! keeps a pointer that it is given.

#![allow(clippy::missing_safety_doc)] // the C header states each contract
#![deny(unsafe_op_in_unsafe_fn)]

pub use wasmtime_c_api::*;

pub mod code;
pub mod engine;
pub mod exports;
pub mod fault;
pub mod hash;
pub mod memory;
pub mod url;
pub mod uuid;

use std::slice;

/// A borrowed run of bytes, as C has it; `data` may be null when `len` is 0.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Bytes {
    pub data: *const u8,
    pub len: usize,
}

impl Bytes {
    /// The bytes behind the pointer.
    ///
    /// # Safety
    /// `data` points to `len` readable bytes that outlive `'a`, or `len` is 0.
    pub unsafe fn as_slice<'a>(self) -> &'a [u8] {
        if self.len == 0 {
            return &[];
        }
        // SAFETY: the caller's promise, and the length is not 0.
        unsafe { slice::from_raw_parts(self.data, self.len) }
    }
}

/// Writes as much of `text` as fits into `out`, on one line, ends it with NUL, and never splits a character.
///
/// # Safety
/// `out` points to `capacity` writable bytes, or `capacity` is 0.
pub(crate) unsafe fn write_text(text: &str, out: *mut u8, capacity: usize) {
    let Some(room) = capacity.checked_sub(1) else {
        return;
    };
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut len = text.len().min(room);
    while !text.is_char_boundary(len) {
        len -= 1;
    }
    // SAFETY: len < capacity, and the two runs cannot overlap (one is owned by C).
    unsafe {
        out.copy_from_nonoverlapping(text.as_ptr(), len);
        *out.add(len) = 0;
    }
}
