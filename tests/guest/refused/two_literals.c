/* SPDX-License-Identifier: Apache-2.0 */
/* expect: CCLB_PLUGIN_USAGE is two string literals: write it as one */
#define CCLB_PLUGIN_NAME "name"
#define CCLB_PLUGIN_VERSION "1.0.0"
#define CCLB_PLUGIN_DESCRIPTION "Does something."
#define CCLB_PLUGIN_USAGE                                                                                              \
    "Use it"                                                                                                           \
    " well."
#define CCLB_PLUGIN_FILTER "Filters."
#include "cclb_plugin.h"
