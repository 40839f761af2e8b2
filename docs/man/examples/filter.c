/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The candidates that are left, in the plugin's order; at most `room` of them:
 */
#include <cclb.h>
#include <stdio.h>

size_t choose(cclb_runtime *runtime, const cclb_target *target,
              const cclb_request *request, size_t *places, size_t room)
{
    size_t count = 0;
    cclb_error error;
    cclb_filter_result result;
    if (cclb_filter(runtime, target, request, &result, &error) !=
        CCLB_OK) {
        fprintf(stderr, "%s\n", error.message);
        return 0; /* fail closed: the host answers 503 */
    }
    if (result.passed_through) {
        fprintf(stderr, "all are kept: %s\n", error.message);
    }
    for (size_t i = 0; i < result.kept_count && count < room; i++) {
        const cclb_kept *kept = &result.kept[i];
        if (kept->candidate != CCLB_NO_CANDIDATE && !kept->repeated) {
            places[count++] = kept->candidate;
        }
    }
    cclb_lease_return(&result.lease);
    return count;
}
