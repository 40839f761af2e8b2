/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A host that asks a filter plugin which of two upstreams may take a request.
 *
 *     cc ask.c $(pkg-config --cflags --libs cclb) -o ask
 *     ./ask plugin.wasm
 */
#include <cclb.h>
#include <stdio.h>

static uint8_t module_bytes[8 << 20];

static int fail(const cclb_error *error)
{
    fprintf(stderr, "ask: %s: %s\n", cclb_status_name(error->status),
            error->message);
    return 1;
}

static int ask(cclb_runtime *runtime, cclb_bytes wasm)
{
    /* The plugin has a name of ours, under which calls find it. */
    cclb_slot_key key = cclb_global_key("chooser");
    cclb_error error;
    if (cclb_slot_register(runtime, key, CCLB_SLOT_FILTER, wasm, NULL,
                           NULL, &error) != CCLB_OK) {
        return fail(&error);
    }

    cclb_candidate candidates[2] = {0};
    candidates[0].name = cclb_text("east");
    candidates[1].name = cclb_text("west");
    for (size_t i = 0; i < 2; i++) {
        candidates[i].id = cclb_uuid_from_name(candidates[i].name);
    }
    cclb_request request = cclb_request_init();
    request.method = cclb_text("POST");
    request.path = cclb_text("/v1/messages");
    request.candidates = candidates;
    request.candidate_count = 2;

    /* A call, as any thread may make it. */
    cclb_target chooser = cclb_by_key(key.principal, key.plugin);
    cclb_filter_result result;
    if (cclb_filter(runtime, &chooser, &request, &result, &error) !=
        CCLB_OK) {
        return fail(&error);
    }
    for (size_t i = 0; i < result.kept_count; i++) {
        size_t place = result.kept[i].candidate;
        if (place != CCLB_NO_CANDIDATE) {
            cclb_bytes name = candidates[place].name;
            printf("%.*s\n", (int)name.len, (const char *)name.data);
        }
    }
    /* The answer lies in the sandbox, and goes back with it. */
    cclb_lease_return(&result.lease);
    return 0;
}

int main(int argc, char **argv)
{
    FILE *file = argc == 2 ? fopen(argv[1], "rb") : NULL;
    if (file == NULL) {
        fprintf(stderr, "usage: ask PLUGIN.wasm\n");
        return 2;
    }
    size_t len = fread(module_bytes, 1, sizeof module_bytes, file);
    fclose(file);

    cclb_error error;
    cclb_runtime *runtime;
    if (cclb_runtime_create(NULL, &runtime, &error) != CCLB_OK) {
        return fail(&error);
    }
    int status = ask(runtime, cclb_bytes_of(module_bytes, len));
    if (cclb_runtime_destroy(runtime, &error) != CCLB_OK) {
        return fail(&error);
    }
    return status;
}
