/* SPDX-License-Identifier: Apache-2.0 */
/* expect: the description of filter is blank or begins with a blank */
#define CCLB_PLUGIN_NAME "name"
#define CCLB_PLUGIN_VERSION "1.0.0"
#define CCLB_PLUGIN_DESCRIPTION "Does something."
#define CCLB_PLUGIN_USAGE "Use it."
#define CCLB_PLUGIN_FILTER "\u2009"
#include "cclb_plugin.h"
