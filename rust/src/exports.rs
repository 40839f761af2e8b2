// SPDX-License-Identifier: Apache-2.0
//! Exports of a module that are looked up by name once, and found by their place in every instance of it.

use crate::Bytes;
use std::mem::{MaybeUninit, align_of, size_of};
use wasmtime_c_api::wasmtime::{ExternType, FuncType, Instance, Module, ModuleExport, ValType};
use wasmtime_c_api::{WasmtimeStoreContextMut, wasmtime_extern_t, wasmtime_module_t};

/// The C API's module is this one field, which it does not show.
#[repr(C)]
struct ModuleHandle {
    module: Module,
}
const _: () = assert!(size_of::<ModuleHandle>() == size_of::<wasmtime_module_t>());
const _: () = assert!(align_of::<ModuleHandle>() == align_of::<wasmtime_module_t>());

fn module_of(module: &wasmtime_module_t) -> &Module {
    // SAFETY: one field of the same size and alignment (asserted above); only borrowed.
    unsafe { &(*std::ptr::from_ref(module).cast::<ModuleHandle>()).module }
}

/// `enum engine_export` of `src/engine/engine.h`.
#[repr(C)]
pub enum ExportKind {
    None = 0,
    Memory = 1,
    Alloc = 2,
    Free = 3,
    Hook = 4,
    Other = 5,
}

/// What functions of these types may be called as; their parameters are all i32.
fn function_kind(function: &FuncType) -> ExportKind {
    let i32_only = function.params().all(|parameter| parameter.is_i32());
    let results: Vec<ValType> = function.results().collect();
    match (i32_only, function.params().len(), results.as_slice()) {
        (true, 2, [ValType::I32]) => ExportKind::Alloc,
        (true, 3, []) => ExportKind::Free,
        (true, 2, [ValType::I64]) => ExportKind::Hook,
        _ => ExportKind::Other,
    }
}

/// What a module exports under a name. (The C API's functions for types end the process where it has no name for one.)
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rust_export_kind(module: &wasmtime_module_t, name: Bytes) -> ExportKind {
    // SAFETY: the caller's promise about a span.
    let name = unsafe { name.as_slice() };
    match std::str::from_utf8(name).ok().and_then(|name| module_of(module).get_export(name)) {
        None => ExportKind::None,
        Some(ExternType::Memory(_)) => ExportKind::Memory,
        Some(ExternType::Func(function)) => function_kind(&function),
        Some(_) => ExportKind::Other,
    }
}

/// What a module exports under some names; opaque to C.
pub struct Exports(Box<[Option<ModuleExport>]>);

/// Looks up `count` names; what is missing stays without a place. Free it with `rust_exports_delete`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rust_exports_new(
    module: &wasmtime_module_t,
    names: *const Bytes,
    count: usize,
) -> Box<Exports> {
    let find = |place| {
        // SAFETY: the caller's promise about `count` spans.
        let name = unsafe { (*names.add(place)).as_slice() };
        module_of(module).get_export_index(std::str::from_utf8(name).ok()?)
    };
    Box::new(Exports((0..count).map(find).collect()))
}

/// Frees them; null is fine.
#[unsafe(no_mangle)]
pub extern "C" fn rust_exports_delete(_exports: Option<Box<Exports>>) {}

/// The export at `place` of an instance of the module that `exports` are of; false, and `item` alone, if there is none.
#[unsafe(no_mangle)]
pub extern "C" fn rust_exports_get(
    exports: &Exports,
    place: usize,
    store: WasmtimeStoreContextMut<'_>,
    instance: &Instance,
    item: &mut MaybeUninit<wasmtime_extern_t>,
) -> bool {
    let Some(Some(export)) = exports.0.get(place) else {
        return false;
    };
    let Some(found) = instance.get_module_export(store, export) else {
        return false;
    };
    item.write(found.into());
    true
}
