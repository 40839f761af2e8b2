// SPDX-License-Identifier: Apache-2.0
//! Linear memories that C owns (`src/engine/memory_pool.c`), handed to the engine.

use std::ffi::c_void;
use wasmtime_c_api::wasmtime::{Error, LinearMemory, MemoryCreator, MemoryType, Result};

/// `struct rust_memory_source` of `src/engine/rust_engine.h`, which states what each function does.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct MemorySource {
    pub context: *mut c_void,
    pub capacity: u64,
    pub take: unsafe extern "C" fn(*mut c_void, u64, &mut *mut u8) -> *mut c_void,
    pub grow: unsafe extern "C" fn(*mut c_void, u64) -> bool,
    pub give: unsafe extern "C" fn(*mut c_void),
}

/// Makes memories of what C gives.
pub struct Creator(pub MemorySource);

// SAFETY: the header promises that the functions may be called from any thread.
unsafe impl Send for Creator {}
// SAFETY: as above.
unsafe impl Sync for Creator {}

struct Memory {
    source: MemorySource,
    memory: *mut c_void,
    base: *mut u8,
    bytes: usize,
}

// SAFETY: a taken memory is touched by who has the instance, and the functions may be called from any thread.
unsafe impl Send for Memory {}
// SAFETY: through a shared reference nothing but the fields here is read.
unsafe impl Sync for Memory {}

impl Drop for Memory {
    fn drop(&mut self) {
        // SAFETY: it was taken, and this is its end.
        unsafe { (self.source.give)(self.memory) }
    }
}

// SAFETY: the memory does not move and is writable up to its size; code that runs in it checks all its bounds, which the
// engine's settings see to: no guard pages, no reservation beyond the capacity.
unsafe impl LinearMemory for Memory {
    fn byte_size(&self) -> usize {
        self.bytes
    }

    fn byte_capacity(&self) -> usize {
        self.source.capacity as usize
    }

    fn grow_to(&mut self, bytes: usize) -> Result<()> {
        // SAFETY: it was taken.
        if bytes as u64 > self.source.capacity || !unsafe { (self.source.grow)(self.memory, bytes as u64) } {
            return Err(Error::msg("the memory cannot grow"));
        }
        self.bytes = bytes;
        Ok(())
    }

    fn as_ptr(&self) -> *mut u8 {
        self.base
    }
}

// SAFETY: memories are zeroed when they are taken, and see `Memory`.
unsafe impl MemoryCreator for Creator {
    fn new_memory(
        &self,
        _ty: MemoryType,
        minimum: usize,
        _maximum: Option<usize>,
        _reserved: Option<usize>,
        _guard: usize,
    ) -> std::result::Result<Box<dyn LinearMemory>, String> {
        if minimum as u64 > self.0.capacity {
            return Err(format!("a memory of {minimum} bytes exceeds {}", self.0.capacity));
        }
        let mut base = std::ptr::null_mut();
        // SAFETY: the context is what the header asks for.
        let memory = unsafe { (self.0.take)(self.0.context, minimum as u64, &mut base) };
        if memory.is_null() {
            return Err("no memory of the pool is free".to_string());
        }
        Ok(Box::new(Memory {
            source: self.0,
            memory,
            base,
            bytes: minimum,
        }))
    }
}
