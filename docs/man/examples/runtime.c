/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A runtime for 256 calls at a time, which may take 20 ms each and 2 GiB of memory together, and what it made of that:
 */
#include <cclb.h>
#include <inttypes.h>
#include <stdio.h>

cclb_status start(cclb_runtime **runtime, cclb_error *error)
{
    cclb_runtime_options options = cclb_runtime_options_init();
    options.stores_max = 256;
    options.memory_total_max_bytes = UINT64_C(2) << 30;
    options.memory_max_bytes = 64 << 20;
    for (size_t hook = 0; hook < CCLB_HOOK_COUNT; hook++) {
        options.deadline[hook].base_ns = 20 * 1000 * 1000;
    }
    return cclb_runtime_create(&options, runtime, error);
}

void show(cclb_runtime *runtime)
{
    cclb_runtime_info info = cclb_runtime_info_init();
    if (cclb_runtime_describe(runtime, &info, NULL) == CCLB_OK) {
        printf("%s, %s: %u of %u calls, %" PRIu64 " MiB reserved\n",
               info.engine, cclb_isolation_name(info.isolation),
               info.stores_used, info.stores_max,
               info.memory_reserved_bytes >> 20);
    }
}
