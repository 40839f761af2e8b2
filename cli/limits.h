/* SPDX-License-Identifier: Apache-2.0 */
/*
 * limits.h - --limit and --max-module-bytes: the bounds on a module, by the names of cclb_module_limits, and where
 * answers are judged, those on calls, by the names of cclb_wire_bounds.
 */
#ifndef CLI_LIMITS_H
#define CLI_LIMITS_H

#include "session.h"

#include "cclb/runtime.h"

#define MODULE_LIMIT_OPTION                                                                                            \
    {                                                                                                                  \
        "max-module-bytes", 0, "SIZE", "refuse to look at larger modules (default 32M)"                                \
    }
#define LIMIT_OPTION                                                                                                   \
    {                                                                                                                  \
        "limit", 0, "NAME=N",                                                                                          \
            "another limit on modules, once for each: metadata_bytes,\n"                                               \
            "functions, type_bytes, globals, exports, element_bytes,\n"                                                \
            "data_segments, code_work, tables, table_elements, body_bytes,\n"                                          \
            "locals, nesting, loop_nesting, loop_locals; a refusal says\n"                                             \
            "which and how much"                                                                                       \
    }
#define LIMIT_AND_BOUND_OPTION                                                                                         \
    {                                                                                                                  \
        "limit", 0, "NAME=N",                                                                                          \
            "another limit, once for each; on modules: metadata_bytes,\n"                                              \
            "functions, type_bytes, globals, exports, element_bytes,\n"                                                \
            "data_segments, code_work, tables, table_elements, body_bytes,\n"                                          \
            "locals, nesting, loop_nesting, loop_locals; on answers:\n"                                                \
            "output_body_bytes, max_headers, max_header_value_bytes,\n"                                                \
            "reason_bytes, max_items, url_bytes; on requests:\n"                                                       \
            "claims_bytes, pass_through_bytes; a refusal says which and\n"                                             \
            "how much"                                                                                                 \
    }
/* The name of both, for command_line.repeated. */
#define LIMIT_OPTION_NAME "limit"

/*
 * Sets the limits that were given, and module_bytes to its default if it was not; any other status has been told.
 * `bounds` is NULL where nothing is judged by them; they are then refused.
 */
enum exit_status limits_choose(struct session *session, cclb_module_limits *limits, cclb_wire_bounds *bounds);

#endif
