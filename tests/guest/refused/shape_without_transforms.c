/* SPDX-License-Identifier: Apache-2.0 */
/* expect: a shape plugin has both transform hooks too */
#define CCLB_PLUGIN_NAME "name"
#define CCLB_PLUGIN_VERSION "1.0.0"
#define CCLB_PLUGIN_DESCRIPTION "Does something."
#define CCLB_PLUGIN_USAGE "Use it."
#define CCLB_PLUGIN_SHAPE "Shapes."
#include "cclb_plugin.h"
