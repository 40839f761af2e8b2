/* SPDX-License-Identifier: Apache-2.0 */
/* constructors.cc - objects in C++ that are constructed and would be destroyed, global and within a function. */
#include "constructors.h"

namespace
{
uint64_t objects;

struct object {
    uint8_t kept[4]; /* what is in it stays with it, as what it might take of cclb_alloc would not */

    object()
    {
        objects++;
        __builtin_memcpy(kept, "kept", sizeof kept);
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
    if (!cclb_bytes_equal(cclb_bytes_of(local.kept, sizeof local.kept), CCLB_TEXT("kept"))) {
        cclb_plugin_fail();
    }
    count_event(request, answer, objects - 1);
}
