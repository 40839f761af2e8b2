/* SPDX-License-Identifier: Apache-2.0 */
/* expect: CCLB_PLUGIN_VERSION has an escape other than these */
#define CCLB_PLUGIN_NAME "name"
#define CCLB_PLUGIN_VERSION "\x31"
#define CCLB_PLUGIN_DESCRIPTION "Does something."
#define CCLB_PLUGIN_USAGE "Use it."
#define CCLB_PLUGIN_FILTER "Filters."
#include "cclb_plugin.h"
