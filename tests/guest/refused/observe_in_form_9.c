/* SPDX-License-Identifier: Apache-2.0 */
/* expect: form 9 has no observe hook; build this plugin for form 8 or older */
#define CCLB_PLUGIN_NAME "name"
#define CCLB_PLUGIN_VERSION "1.0.0"
#define CCLB_PLUGIN_DESCRIPTION "Does something."
#define CCLB_PLUGIN_USAGE "Use it."
#define CCLB_PLUGIN_OBSERVE "Observes."
#include "cclb_plugin.h"
