/* SPDX-License-Identifier: Apache-2.0 */
/*
 * swap.c - a threaded host that swaps a plugin under load and counts what its request threads see.
 *
 * usage: swap FIRST.wasm SECOND.wasm [SWAPS]
 */
#include "cclb.h"
#include "file.h"
#include "load.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    if (argc < 3 || argc > 4) {
        fprintf(stderr, "usage: swap FIRST.wasm SECOND.wasm [SWAPS]\n");
        return 2;
    }
    const cclb_bytes modules[] = {read_file("", argv[1]), read_file("", argv[2])};
    const cclb_candidate candidate = {.id = cclb_uuid_from_name(cclb_text("only")), .name = cclb_text("only")};
    cclb_request request = cclb_request_init();
    request.method = cclb_text("POST");
    request.candidates = &candidate;
    request.candidate_count = 1;
    cclb_slot_key key = cclb_global_key("chooser");
    cclb_runtime *runtime = NULL;
    cclb_error error;
    struct load_result result;
    cclb_status status = cclb_runtime_create(NULL, &runtime, &error);
    if (status == CCLB_OK) {
        status = cclb_slot_register(runtime, key, CCLB_SLOT_FILTER, modules[1], NULL, NULL, &error);
    }
    if (status == CCLB_OK) {
        uint64_t swaps = argc == 4 ? strtoull(argv[3], NULL, 10) : 100;
        status = swap_under_load(runtime, key, &request, modules, swaps, &result, &error);
    }
    if (status == CCLB_OK) {
        printf("%" PRIu64 " swaps under %" PRIu64 " calls from %d threads, %" PRIu64 " failed\n", result.swaps,
               result.calls, LOAD_THREADS, result.failed);
        if (result.failed > 0) {
            printf("the first: %s\n", result.first_fault.message);
        }
        status = cclb_runtime_destroy(runtime, &error);
    }
    free_file(modules[0]);
    free_file(modules[1]);
    if (status != CCLB_OK) {
        fprintf(stderr, "%s: %s\n", cclb_status_name(status), error.message);
        return EXIT_FAILURE;
    }
    return result.failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
