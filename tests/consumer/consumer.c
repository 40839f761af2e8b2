/* SPDX-License-Identifier: Apache-2.0 */
/*
 * consumer.c - a host that knows nothing but an installed cclb.
 *
 * It compiles as C17 and as C++11, and has functions whose names cclb, its engine and Rust use inside: neither
 * library may take them for its own, nor give it theirs.
 *
 * usage: consumer VERSION     which the headers and the library must both have
 */

#include <cclb/error.h>
#include <cclb/hook.h>
#include <cclb/version.h>

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

int main(int argc, char **argv)
{
    char headers[32];
    snprintf(headers, sizeof headers, "%d.%d.%d", CCLB_VERSION_MAJOR, CCLB_VERSION_MINOR, CCLB_VERSION_PATCH);
    if (argc != 2 || strcmp(headers, argv[1]) != 0 || strcmp(cclb_version(), argv[1]) != 0) {
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
    return 0;
}
