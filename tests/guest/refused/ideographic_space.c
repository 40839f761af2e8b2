/* SPDX-License-Identifier: Apache-2.0 */
/* expect: the usage of filter is blank or begins with a blank */
#define CCLB_PLUGIN_NAME "name"
#define CCLB_PLUGIN_VERSION "1.0.0"
#define CCLB_PLUGIN_DESCRIPTION "Does something."
#define CCLB_PLUGIN_USAGE "Use it."
#define CCLB_PLUGIN_FILTER "Filters."
#define CCLB_PLUGIN_FILTER_USAGE "　"
#include "cclb_plugin.h"
