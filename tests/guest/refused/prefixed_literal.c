/* SPDX-License-Identifier: Apache-2.0 */
/* expect: CCLB_PLUGIN_DESCRIPTION is no plain string literal: write it as */
#define CCLB_PLUGIN_NAME "name"
#define CCLB_PLUGIN_VERSION "1.0.0"
#define CCLB_PLUGIN_DESCRIPTION u8"Does something."
#define CCLB_PLUGIN_USAGE "Use it."
#define CCLB_PLUGIN_FILTER "Filters."
#include "cclb_plugin.h"
