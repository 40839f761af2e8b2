// SPDX-License-Identifier: Apache-2.0
//! UUIDs of version 5 (RFC 9562): the same for the same name in the same namespace.

use crate::Bytes;
use uuid::Uuid;

/// Writes the UUID of `name`, which is any bytes, in a namespace.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rust_uuid_v5(namespace: &[u8; 16], name: Bytes, out: &mut [u8; 16]) {
    // SAFETY: the caller's promise about a span.
    let name = unsafe { name.as_slice() };
    *out = Uuid::new_v5(&Uuid::from_bytes(*namespace), name).into_bytes();
}
