/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Workers of a pre-forking host that learn of each other's quarantines: one tells,
 * the others follow. A worker without traffic goes on telling of a quarantine that
 * has passed (wait_ns is 0), which is no news to the others.
 */
#include <cclb.h>

cclb_status tell(cclb_runtime *runtime, cclb_slot_key key,
                 cclb_breaker_info *shared, cclb_error *error)
{
    return cclb_breaker_get(runtime, key, CCLB_HOOK_FILTER, shared, error);
}

cclb_status follow(cclb_runtime *runtime, cclb_slot_key key,
                   const cclb_breaker_info *shared, cclb_error *error)
{
    cclb_breaker_info own;
    cclb_status status =
        cclb_breaker_get(runtime, key, CCLB_HOOK_FILTER, &own, error);
    if (status != CCLB_OK || own.state != CCLB_BREAKER_CLOSED ||
        shared->state != CCLB_BREAKER_OPEN || shared->wait_ns == 0) {
        return status;
    }
    return cclb_breaker_set(runtime, key, CCLB_HOOK_FILTER,
                            CCLB_BREAKER_OPEN, shared->wait_ns, error);
}
