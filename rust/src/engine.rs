// SPDX-License-Identifier: Apache-2.0
//! One engine from one C struct.

use crate::memory::{Creator, MemorySource};
use crate::write_text;
use std::mem::{align_of, size_of};
use std::sync::Arc;
use wasmparser::WasmFeatures;
use wasmtime_c_api::wasm_engine_t;
use wasmtime_c_api::wasmtime::{
    Config, Enabled, Engine, InstanceAllocationStrategy, OptLevel, PoolingAllocationConfig, Result,
};

/// Largest record of one instance (globals, segments, functions that escape), in bytes. Only a bound: what an instance
/// needs is allocated for it. The limits on modules keep every module below it, so that it is never what refuses one.
const INSTANCE_SIZE_MAX: usize = 16 << 20;

/// `struct rust_engine_settings` of `src/engine/rust_engine.h`.
#[repr(C)]
pub struct EngineSettings {
    /// Largest memory of one instance, in bytes.
    pub memory_max_bytes: u64,
    /// Address space set aside for each memory, in bytes.
    pub memory_reservation_bytes: u64,
    /// Unmapped space behind each memory, in bytes.
    pub memory_guard_bytes: u64,
    /// Bytes of each pooled memory that stay resident between calls.
    pub memory_keep_bytes: u64,
    /// Bytes of each pooled table that stay resident between calls.
    pub table_keep_bytes: u64,
    /// Stack that guest code may use, in bytes.
    pub stack_max_bytes: u64,
    /// Largest number of elements in one table.
    pub table_elements_max: u32,
    /// Tables that one module may have.
    pub tables_max: u32,
    /// Instances (and memories) in the pool; 0: no pool, allocation on demand.
    pub pool_instances: u32,
    /// Traps by signal handlers and guard pages; false: by checks in the code.
    pub signals: bool,
    /// Find dirty pages with the kernel's PAGEMAP_SCAN.
    pub pagemap_scan: bool,
    /// Count fuel.
    pub fuel: bool,
    /// Where linear memories come from, with allocation on demand; null: from the engine.
    pub memories: *const MemorySource,
}

/// `struct rust_pool_usage` of `src/engine/rust_engine.h`.
#[repr(C)]
pub struct PoolUsage {
    pub instances: u64,
    pub memories: u64,
    pub unused_resident_bytes: u64,
}

/// The C API's engine is this one field; this is the only way to hand one over that was made here.
#[repr(C)]
struct EngineHandle {
    engine: Engine,
}
const _: () = assert!(size_of::<EngineHandle>() == size_of::<wasm_engine_t>());
const _: () = assert!(align_of::<EngineHandle>() == align_of::<wasm_engine_t>());

fn engine(settings: &EngineSettings) -> Result<Engine> {
    let mut config = Config::new();
    // Rule R20: what the published runtimes turn off. Features that are not compiled in have no
    // switch. Of GC only the types are not compiled in; the rest of it goes by name.
    config
        .wasm_features(WasmFeatures::FUNCTION_REFERENCES | WasmFeatures::GC, false)
        .wasm_memory64(false)
        .wasm_multi_memory(false)
        .wasm_tail_call(false)
        .wasm_relaxed_simd(false);
    // Code comes optimised from who made it. To do that once more makes guests little faster and compiling, of code that is
    // meant to be hard, a thousand times slower (docs/adr/0015-compile-bounds.md).
    config.cranelift_opt_level(OptLevel::None);
    // Rule R21: no backtraces. CPU is bounded by epochs always, by fuel on request.
    config
        .wasm_backtrace_max_frames(None)
        .native_unwind_info(false)
        .epoch_interruption(true)
        .consume_fuel(settings.fuel)
        .max_wasm_stack(usize::try_from(settings.stack_max_bytes)?)
        // Nothing runs on such a stack; but the engine wants it to be no smaller.
        .async_stack_size(usize::try_from(settings.stack_max_bytes)?.max(2 << 20));
    config
        .signals_based_traps(settings.signals)
        .memory_reservation(settings.memory_reservation_bytes)
        .memory_guard_size(settings.memory_guard_bytes)
        .memory_reservation_for_growth(0)
        .guard_before_linear_memory(false)
        .memory_init_cow(true);
    // SAFETY: null, or what C made for this call; it is copied.
    if let Some(source) = unsafe { settings.memories.as_ref() } {
        // Images are mapped over memories of the engine's own; into these the data are copied.
        config
            .memory_may_move(false)
            .memory_init_cow(false)
            .with_host_memory(Arc::new(Creator(*source)));
    } else if settings.pool_instances > 0 {
        config.memory_may_move(false);
        let mut pool = PoolingAllocationConfig::new();
        pool.total_core_instances(settings.pool_instances)
            .total_memories(settings.pool_instances)
            .total_tables(settings.pool_instances.saturating_mul(settings.tables_max))
            .max_tables_per_module(settings.tables_max)
            .max_memories_per_module(1)
            .max_core_instance_size(INSTANCE_SIZE_MAX)
            .max_unused_warm_slots(settings.pool_instances)
            .table_elements(settings.table_elements_max as usize)
            .max_memory_size(usize::try_from(settings.memory_max_bytes)?)
            .linear_memory_keep_resident(usize::try_from(settings.memory_keep_bytes)?)
            .table_keep_resident(usize::try_from(settings.table_keep_bytes)?)
            .decommit_batch_size(1)
            .pagemap_scan(if settings.pagemap_scan { Enabled::Yes } else { Enabled::No });
        config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
    }
    Engine::new(&config)
}

/// Makes an engine; null and a message when the settings or the machine do not allow it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rust_engine_create(
    settings: &EngineSettings,
    message: *mut u8,
    capacity: usize,
) -> Option<Box<wasm_engine_t>> {
    match engine(settings) {
        Ok(engine) => {
            let handle = Box::into_raw(Box::new(EngineHandle { engine }));
            // SAFETY: both are #[repr(C)] structs of one Engine field (asserted above), and the
            // allocator sees the same size and alignment when C gives the box back.
            Some(unsafe { Box::from_raw(handle.cast::<wasm_engine_t>()) })
        }
        Err(error) => {
            // SAFETY: the caller owns `capacity` bytes at `message`.
            unsafe { write_text(&format!("{error:#}"), message, capacity) };
            None
        }
    }
}

/// Whether this kernel has PAGEMAP_SCAN.
#[unsafe(no_mangle)]
pub extern "C" fn rust_pagemap_scan_available() -> bool {
    PoolingAllocationConfig::is_pagemap_scan_available()
}

/// How much of the instance pool is in use; false without a pool.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rust_engine_pool_usage(
    engine: &wasm_engine_t,
    usage: &mut PoolUsage,
) -> bool {
    // SAFETY: the same layout, as asserted above; only borrowed.
    let handle = unsafe { &*std::ptr::from_ref(engine).cast::<EngineHandle>() };
    let Some(metrics) = handle.engine.pooling_allocator_metrics() else {
        return false;
    };
    usage.instances = metrics.core_instances();
    usage.memories = metrics.memories() as u64;
    usage.unused_resident_bytes = metrics.unused_memory_bytes_resident() as u64;
    true
}
