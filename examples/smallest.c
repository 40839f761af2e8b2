/* SPDX-License-Identifier: Apache-2.0 */
/*
 * smallest.c - the smallest host: register a filter plugin, ask it, swap it for another version, ask again.
 *
 * usage: smallest OLD.wasm NEW.wasm
 */
#include "cclb.h"
#include "file.h"

#include <stdio.h>
#include <stdlib.h>

static int give_up(const cclb_error *error)
{
    fprintf(stderr, "%s: %s\n", cclb_status_name(error->status), error->message);
    return EXIT_FAILURE;
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: smallest OLD.wasm NEW.wasm\n");
        return 2;
    }
    cclb_error error;
    cclb_runtime *runtime;
    if (cclb_runtime_create(NULL, &runtime, &error) != CCLB_OK) {
        return give_up(&error);
    }
    cclb_slot_key key = cclb_global_key("chooser");
    cclb_target chooser = cclb_by_key(key.principal, key.plugin);
    const cclb_candidate candidates[] = {
        {.id = cclb_uuid_from_name(cclb_text("first")), .name = cclb_text("first")},
        {.id = cclb_uuid_from_name(cclb_text("second")), .name = cclb_text("second")},
    };
    cclb_request request = cclb_request_init();
    request.method = cclb_text("POST");
    request.path = cclb_text("/v1/messages");
    request.candidates = candidates;
    request.candidate_count = 2;
    for (int i = 1; i < argc; i++) {
        cclb_bytes wasm = read_file("", argv[i]);
        if (cclb_slot_register(runtime, key, CCLB_SLOT_FILTER, wasm, NULL, NULL, &error) != CCLB_OK) {
            return give_up(&error);
        }
        free_file(wasm);
        cclb_filter_result result;
        if (cclb_filter(runtime, &chooser, &request, &result, &error) != CCLB_OK) {
            return give_up(&error);
        }
        printf("version %u keeps", (unsigned)result.lease.version);
        for (size_t k = 0; k < result.kept_count; k++) {
            cclb_bytes name = candidates[result.kept[k].candidate].name;
            printf(" %.*s", (int)name.len, (const char *)name.data);
        }
        printf("\n");
        cclb_lease_return(&result.lease);
    }
    return cclb_runtime_destroy(runtime, &error) == CCLB_OK ? EXIT_SUCCESS : give_up(&error);
}
