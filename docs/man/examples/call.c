/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A call with an archive that somebody else has made, whose answer is kept:
 */
#include <cclb.h>

cclb_status forward(cclb_runtime *runtime, const cclb_target *target,
                    cclb_bytes archive, cclb_buffer *answer,
                    cclb_error *error)
{
    cclb_lease lease;
    cclb_status status = cclb_call_raw(
        runtime, target, CCLB_HOOK_FILTER, &archive, 1, &lease, error);
    if (status == CCLB_OK) {
        status = cclb_lease_copy(&lease, NULL, answer, error);
        cclb_lease_return(&lease);
    }
    return status; /* if CCLB_OK, *answer is the caller's to deinit */
}
