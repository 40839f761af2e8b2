/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Telling an observer that a request is over; nothing depends on whether it hears:
 */
#include <cclb.h>

void tell(cclb_runtime *runtime, const cclb_target *observer,
          uint16_t status, uint64_t duration_ms)
{
    cclb_observation over =
        cclb_observation_init(CCLB_OBSERVE_REQUEST_FINISHED);
    over.status = status;
    over.duration_ms = duration_ms;
    cclb_lease lease;
    if (cclb_observe(runtime, observer, &over, &lease, NULL) ==
        CCLB_OK) {
        cclb_lease_return(&lease);
    }
}
