/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A runtime that leaves the first sixteen failed calls in a folder, without
 * bodies, and with two more names masked.
 */
#include <cclb.h>

cclb_status make(cclb_runtime **runtime, cclb_error *error)
{
    const cclb_bytes headers[] = {cclb_text("x-tenant")};
    const cclb_bytes claims[] = {cclb_text("account")};
    cclb_runtime_options options = cclb_runtime_options_init();
    options.capsules.folder = cclb_text("/var/lib/proxy/capsules");
    options.capsules.drop_bodies = true;
    options.capsules.header_names = headers;
    options.capsules.header_name_count = 1;
    options.capsules.claim_names = claims;
    options.capsules.claim_name_count = 1;
    return cclb_runtime_create(&options, runtime, error);
}
