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
    const cclb_upstream_candidate candidates[] = {
        {.upstream_id = cclb_text("00000000-0000-0000-0000-000000000001"), .name = cclb_text("first")},
        {.upstream_id = cclb_text("00000000-0000-0000-0000-000000000002"), .name = cclb_text("second")},
    };
    const cclb_filter_request request = {
        .method = cclb_text("POST"), .path = cclb_text("/v1/messages"), .candidates = {candidates, 2}};
    for (int i = 1; i < argc; i++) {
        cclb_bytes wasm = read_file("", argv[i]);
        if (cclb_slot_register(runtime, key, CCLB_SLOT_FILTER, wasm, NULL, NULL, &error) != CCLB_OK) {
            return give_up(&error);
        }
        free_file(wasm);
        cclb_lease lease;
        cclb_filter_response_view answer;
        if (cclb_call_filter(runtime, &chooser, &request, &lease, &answer, &error) != CCLB_OK) {
            return give_up(&error);
        }
        printf("version %u says:\n", (unsigned)lease.version);
        for (size_t k = 0; k < answer.results.count; k++) {
            cclb_candidate_reason reason = cclb_candidate_reason_at(answer.results, k);
            printf("  %.*s: %.*s\n", (int)reason.upstream_id.len, (const char *)reason.upstream_id.data,
                   (int)reason.decision.len, (const char *)reason.decision.data);
        }
        cclb_lease_return(&lease);
    }
    return cclb_runtime_destroy(runtime, &error) == CCLB_OK ? EXIT_SUCCESS : give_up(&error);
}
