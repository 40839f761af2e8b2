/* SPDX-License-Identifier: Apache-2.0 */
/* expect: CCLB_PLUGIN_FORM is a form that runtimes were published for: 2, 6, 8 or 9 */
#undef CCLB_PLUGIN_FORM
#define CCLB_PLUGIN_FORM 7
#define CCLB_PLUGIN_NAME "name"
#define CCLB_PLUGIN_VERSION "1.0.0"
#define CCLB_PLUGIN_DESCRIPTION "Does something."
#define CCLB_PLUGIN_USAGE "Use it."
#define CCLB_PLUGIN_FILTER "Filters."
#include "cclb_plugin.h"
