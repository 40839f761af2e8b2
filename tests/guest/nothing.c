/* SPDX-License-Identifier: Apache-2.0 */
/* nothing.c - what is taken apart and put together where there is nothing, which has no address. */
#define CCLB_PLUGIN_NAME "nothing"
#define CCLB_PLUGIN_VERSION "1.0.0"
#define CCLB_PLUGIN_DESCRIPTION "Adds nothing to nothing."
#define CCLB_PLUGIN_USAGE "For tests, built so that it traps where C says nothing of what happens."
#define CCLB_PLUGIN_FILTER "Says how many bytes were left, and two that were joined with nothing."
#include "cclb_plugin.h"

void plugin_filter(const cclb_filter_request *request, cclb_filter_response *answer)
{
    const uint8_t *volatile nowhere = NULL; /* which the compiler does not know */
    cclb_bytes nothing = cclb_bytes_of(nowhere, 0);
    cclb_bytes left = cclb_bytes_from(nothing, 0);
    bool ends = cclb_ends_with(nothing, nothing) && cclb_starts_with(nothing, nothing);
    const cclb_bytes pieces[] = {nothing, CCLB_TEXT("a"), nothing, CCLB_TEXT("b"), nothing};
    const cclb_bytes none[] = {nothing, nothing};
    const cclb_bytes words[] = {cclb_decimal(left.len), CCLB_TEXT(" "), cclb_join(pieces, 5), cclb_join(none, 2),
                                ends ? CCLB_TEXT("") : CCLB_TEXT("!")};
    for (size_t i = 0; i < request->candidates.count; i++) {
        cclb_reject(answer, cclb_upstream_candidate_at(request->candidates, i).upstream_id, cclb_join(words, 5));
    }
}
