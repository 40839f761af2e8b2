/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a filter still has the fault of a capsule. */
#include <cclb.h>

cclb_status ask(cclb_bytes json, cclb_bytes wasm, bool *same,
                cclb_error *error)
{
    cclb_capsule *capsule = NULL;
    cclb_status status = cclb_capsule_read(json, NULL, &capsule, error);
    if (status != CCLB_OK) {
        return status;
    }
    cclb_runtime_options options = cclb_runtime_options_init();
    cclb_runtime *runtime = NULL;
    cclb_handle *handle = NULL;
    cclb_slot_key key = cclb_global_key("replayed");
    cclb_replay replay;
    cclb_error untold;
    cclb_capsule_options_set(capsule, &options);
    status = cclb_runtime_create(&options, &runtime, error);
    if (status == CCLB_OK) {
        status = cclb_slot_register(runtime, key, CCLB_SLOT_FILTER, wasm,
                                    NULL, NULL, error);
    }
    if (status == CCLB_OK) {
        status = cclb_handle_create(runtime, key, &handle, error);
    }
    if (status == CCLB_OK) {
        status = cclb_capsule_replay(capsule, handle, &replay, error);
    }
    if (status == CCLB_OK) {
        *same = replay.same;
    }
    cclb_handle_destroy(handle);
    (void)cclb_runtime_destroy(runtime, &untold);
    cclb_capsule_destroy(capsule);
    return status;
}
