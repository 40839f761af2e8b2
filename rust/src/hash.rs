// SPDX-License-Identifier: Apache-2.0
//! BLAKE3 of several spans, as if they stood in one.

use crate::Bytes;
use std::slice;

/// Writes the 32-byte BLAKE3 hash of `count` spans.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rust_blake3(spans: *const Bytes, count: usize, out: &mut [u8; 32]) {
    let mut hasher = blake3::Hasher::new();
    if count > 0 {
        // SAFETY: the caller's promise: `count` spans at `spans`.
        for span in unsafe { slice::from_raw_parts(spans, count) } {
            // SAFETY: the caller's promise about each span.
            hasher.update(unsafe { span.as_slice() });
        }
    }
    *out = *hasher.finalize().as_bytes();
}
