/* SPDX-License-Identifier: Apache-2.0 */
/* constructors.c - a constructor function in C. */
#include "constructors.h"

__attribute__((constructor)) static void prepare(void)
{
    construct();
}

void plugin_transform_sse_event(const cclb_transform_sse_event_request *request,
                                cclb_transform_sse_event_result *answer)
{
    count_event(request, answer, 1);
}
