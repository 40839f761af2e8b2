/* SPDX-License-Identifier: Apache-2.0 */
/* expect: cclb_plugin.h: CCLB_PLUGIN_DESCRIPTION has to be one literal */
#define CCLB_PLUGIN_NAME "name"
#define CCLB_PLUGIN_VERSION "1.0.0"
#define CCLB_PLUGIN_DESCRIPTION                                                                                        \
    "Does \"something\""                                                                                               \
    " well."
#define CCLB_PLUGIN_USAGE "Use it."
#define CCLB_PLUGIN_FILTER "Filters."
#include "cclb_plugin.h"
