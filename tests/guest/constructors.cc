/* SPDX-License-Identifier: Apache-2.0 */
/* constructors.cc - objects in C++ that are constructed and would be destroyed, global and within a function. */
#include "constructors.h"

namespace
{
uint64_t objects;

struct object {
    object()
    {
        objects++;
    }

    ~object()
    {
        cclb_plugin_fail(); /* nobody is told that an instance ends */
    }
};

struct prepared : object {
    prepared()
    {
        construct();
    }
};

prepared global;
} // namespace

void plugin_transform_sse_event(const cclb_transform_sse_event_request *request,
                                cclb_transform_sse_event_result *answer)
{
    static object local;
    count_event(request, answer, objects - 1);
}
