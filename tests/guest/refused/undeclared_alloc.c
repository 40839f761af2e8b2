/* SPDX-License-Identifier: Apache-2.0 */
/* expect: plugin_alloc is there, and nobody would call it: before the #include, write: #define CCLB_PLUGIN_ALLOCATOR */
#define CCLB_PLUGIN_NAME "name"
#define CCLB_PLUGIN_VERSION "1.0.0"
#define CCLB_PLUGIN_DESCRIPTION "Does something."
#define CCLB_PLUGIN_USAGE "Use it."
#define CCLB_PLUGIN_FILTER "Filters."
#include "cclb_plugin.h"

void *plugin_alloc(size_t size, size_t align)
{
    return size < align ? NULL : (void *)(uintptr_t)align;
}

void plugin_filter(const cclb_filter_request *request, cclb_filter_response *answer)
{
    (void)request;
    (void)answer;
}
