/* SPDX-License-Identifier: Apache-2.0 */
/* expect: the plugin has no hook; write for instance: #define CCLB_PLUGIN_FILTER */
#define CCLB_PLUGIN_NAME "name"
#define CCLB_PLUGIN_VERSION "1.0.0"
#define CCLB_PLUGIN_DESCRIPTION "Does something."
#define CCLB_PLUGIN_USAGE "Use it."
#include "cclb_plugin.h"
