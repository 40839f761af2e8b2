/* SPDX-License-Identifier: Apache-2.0 */
/* expect: CCLB_PLUGIN_DESCRIPTION is blank or begins with a blank */
#define CCLB_PLUGIN_NAME "name"
#define CCLB_PLUGIN_VERSION "1.0.0"
#define CCLB_PLUGIN_DESCRIPTION "\u00a0"
#define CCLB_PLUGIN_USAGE "Use it."
#define CCLB_PLUGIN_FILTER "Filters."
#include "cclb_plugin.h"
