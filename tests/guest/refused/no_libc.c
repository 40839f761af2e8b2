/* SPDX-License-Identifier: Apache-2.0 */
/* expect: strlen: there is no libc: CCLB_TEXT knows */
#define CCLB_PLUGIN_NAME "name"
#define CCLB_PLUGIN_VERSION "1.0.0"
#define CCLB_PLUGIN_DESCRIPTION "Does something."
#define CCLB_PLUGIN_USAGE "Use it."
#define CCLB_PLUGIN_FILTER "Filters."
#include "cclb_plugin.h"

#ifdef __cplusplus
extern "C"
#endif
    size_t
    strlen(const char *text);

void plugin_filter(const cclb_filter_request *request, cclb_filter_response *answer)
{
    if (strlen((const char *)request->path.data) > 0) {
        cclb_accept(answer, CCLB_TEXT(""));
    }
}
