/* SPDX-License-Identifier: Apache-2.0 */
/* expect: transform hooks belong to shape plugins; write: #define CCLB_PLUGIN_SHAPE */
#define CCLB_PLUGIN_NAME "name"
#define CCLB_PLUGIN_VERSION "1.0.0"
#define CCLB_PLUGIN_DESCRIPTION "Does something."
#define CCLB_PLUGIN_USAGE "Use it."
#define CCLB_PLUGIN_TRANSFORM_SSE_EVENT_NOOP
#include "cclb_plugin.h"
