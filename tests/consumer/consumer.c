/* SPDX-License-Identifier: Apache-2.0 */
/*
 * consumer.c - a host that knows nothing but an installed cclb.
 *
 * It compiles as C17 and as C++11, and has functions whose names cclb, its engine and Rust use inside: neither
 * library may take them for its own, nor give it theirs.
 *
 * usage: consumer VERSION PLUGIN.wasm     a version that headers and library must both have; a filter that accepts all
 */

#include <cclb.h>

#include <stdio.h>

#ifdef __cplusplus
extern "C" {
#endif

int error_set(void);
int wasm_engine_new(void);
int rust_eh_personality(void);

int error_set(void)
{
    return 1;
}

int wasm_engine_new(void)
{
    return 2;
}

int rust_eh_personality(void)
{
    return 3;
}

#ifdef __cplusplus
}
#endif

static int serve(cclb_runtime *runtime, cclb_bytes wasm, cclb_error *error)
{
    cclb_slot_key key = cclb_global_key("consumer");
    if (cclb_slot_register(runtime, key, CCLB_SLOT_FILTER, wasm, NULL, NULL, error) != CCLB_OK) {
        return 1;
    }
    cclb_upstream_candidate candidate;
    cclb_filter_request request;
    memset(&candidate, 0, sizeof candidate);
    memset(&request, 0, sizeof request);
    candidate.upstream_id = cclb_text("00000000-0000-0000-0000-000000000001");
    request.candidates.items = &candidate;
    request.candidates.count = 1;

    cclb_target target = cclb_by_key(key.principal, key.plugin);
    cclb_lease lease;
    cclb_filter_response_view answer;
    if (cclb_call_filter(runtime, &target, &request, &lease, &answer, error) != CCLB_OK) {
        return 1;
    }
    int accepted =
        answer.results.count == 1 &&
        cclb_bytes_equal(cclb_candidate_reason_at(answer.results, 0).decision, cclb_text("accept"));
    cclb_lease_return(&lease);
    snprintf(error->message, sizeof error->message, "%s", accepted ? "" : "the candidate was not accepted");
    return !accepted;
}

/* Everything a host does, once. */
static int run_plugin(const char *path)
{
    static uint8_t bytes[1 << 20];
    FILE *file = fopen(path, "rb");
    size_t len = file ? fread(bytes, 1, sizeof bytes, file) : 0;
    if (file) {
        fclose(file);
    }
    cclb_error error;
    cclb_runtime *runtime = NULL;
    cclb_runtime_options options = cclb_runtime_options_init();
    options.stores_max = 2;
    if (cclb_runtime_create(&options, &runtime, &error) != CCLB_OK ||
        serve(runtime, cclb_bytes_of(bytes, len), &error) != 0 || cclb_runtime_destroy(runtime, &error) != CCLB_OK) {
        fprintf(stderr, "consumer: %s\n", error.message);
        return 1;
    }
    return 0;
}

int main(int argc, char **argv)
{
    char headers[32];
    snprintf(headers, sizeof headers, "%d.%d.%d", CCLB_VERSION_MAJOR, CCLB_VERSION_MINOR, CCLB_VERSION_PATCH);
    if (argc != 3 || strcmp(headers, argv[1]) != 0 || strcmp(cclb_version(), argv[1]) != 0) {
        fprintf(stderr, "consumer: the headers are %s, the library is %s\n", headers, cclb_version());
        return 1;
    }
    if (strcmp(cclb_status_name(CCLB_SATURATED), "saturated") != 0 ||
        strcmp(cclb_hook_name(CCLB_HOOK_FILTER), "filter") != 0) {
        fprintf(stderr, "consumer: the library has other names than its headers\n");
        return 1;
    }
    if (error_set() != 1 || wasm_engine_new() != 2 || rust_eh_personality() != 3) {
        fprintf(stderr, "consumer: the library replaced a function of the host\n");
        return 1;
    }
    return run_plugin(argv[2]);
}
