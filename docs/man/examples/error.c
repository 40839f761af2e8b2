/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a proxy answers where a call failed:
 */
#include <cclb.h>

int http_status(const cclb_error *error)
{
    if (error->status < CCLB_OK) {
        return 500; /* this program, or the machine */
    }
    if (error->status == CCLB_BAD_INPUT) {
        return 400; /* the request */
    }
    return 503; /* the plugin, or the moment */
}
