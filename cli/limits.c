/* SPDX-License-Identifier: Apache-2.0 */
/* limits.c - NAME=N into the member of that name. */

#include "limits.h"

#include "choices.h"
#include "text.h"

#include "cclb/escape.h"

#include <inttypes.h>
#include <string.h>

/* The library's own default; stated here because the file is held against it before it is read. */
#define MODULE_BYTES_DEFAULT (UINT64_C(32) << 20)

enum { SHOWN_SIZE = 64, NAMES_SIZE = 512 };

struct limit {
    const char *name;
    size_t member; /* where it stands in cclb_module_limits, or in cclb_wire_bounds */
    size_t size;
    uint64_t most; /* that the library takes */
};

#define LIMIT(name, most)                                                                                              \
    {                                                                                                                  \
#name, offsetof(cclb_module_limits, name), sizeof(uint64_t), most                                              \
    }
#define BOUND(name, type, most)                                                                                        \
    {                                                                                                                  \
#name, offsetof(cclb_wire_bounds, name), sizeof(type), most                                                    \
    }

/* Those on calls stand behind those on modules. */
static const struct limit limits_known[] = {
    LIMIT(metadata_bytes, UINT64_MAX),
    LIMIT(functions, UINT64_MAX),
    LIMIT(type_bytes, UINT64_MAX),
    LIMIT(globals, UINT64_MAX),
    LIMIT(exports, UINT64_MAX),
    LIMIT(element_bytes, UINT64_MAX),
    LIMIT(data_segments, UINT64_MAX),
    LIMIT(code_work, UINT64_MAX),
    LIMIT(tables, 4),
    LIMIT(table_elements, 10000000),
    LIMIT(body_bytes, UINT64_MAX),
    LIMIT(locals, UINT64_MAX),
    LIMIT(nesting, UINT64_MAX),
    LIMIT(loop_nesting, UINT64_MAX),
    LIMIT(loop_locals, UINT64_MAX),
    LIMIT(module_bytes, UINT64_MAX),
    BOUND(output_body_bytes, uint64_t, UINT64_MAX),
    BOUND(max_headers, uint32_t, UINT32_MAX),
    BOUND(max_header_value_bytes, uint32_t, UINT32_MAX),
    BOUND(reason_bytes, uint32_t, UINT32_MAX),
    BOUND(max_items, uint32_t, UINT32_MAX),
    BOUND(url_bytes, uint32_t, UINT32_MAX),
    BOUND(claims_bytes, uint32_t, UINT32_MAX),
    BOUND(pass_through_bytes, uint64_t, UINT64_MAX),
};

enum { LIMITS = sizeof limits_known / sizeof limits_known[0], BOUNDS = 8, MODULE_LIMITS = LIMITS - BOUNDS };

/* What the limits are set in. */
struct limit_values {
    cclb_module_limits *limits;
    cclb_wire_bounds *bounds; /* NULL: there is nothing that they bound */
};

static void *member(const struct limit_values *values, const struct limit *limit)
{
    bool on_module = limit < limits_known + MODULE_LIMITS;
    return (on_module ? (char *)values->limits : (char *)values->bounds) + limit->member;
}

static bool is_set(const struct limit_values *values, const struct limit *limit)
{
    static const uint64_t zero;
    return memcmp(member(values, limit), &zero, limit->size) != 0;
}

static void set(const struct limit_values *values, const struct limit *limit, uint64_t value)
{
    if (limit->size == sizeof(uint32_t)) {
        *(uint32_t *)member(values, limit) = (uint32_t)value;
    } else {
        *(uint64_t *)member(values, limit) = value;
    }
}

static enum exit_status refuse_name(struct session *session, const char *name, size_t known)
{
    const char *names[LIMITS];
    char all[NAMES_SIZE] = "";
    for (size_t i = 0; i < known; i++) {
        size_t used = strlen(all);
        names[i] = limits_known[i].name;
        snprintf(all + used, sizeof all - used, "%s %s", i == 0 ? "" : ",", names[i]);
    }
    char shown[SHOWN_SIZE];
    cclb_escape(cclb_text(name), shown, sizeof shown);
    const char *nearest = options_nearest(name, names, known);
    return nearest ? session_fail_usage(session, "no limit `%s`; did you mean `%s`?", shown, nearest)
                   : session_fail_usage(session, "no limit `%s`; there is%s", shown, all);
}

/* Reads one NAME=N. */
static enum exit_status take(struct session *session, const char *given, const struct limit_values *values)
{
    char shown[SHOWN_SIZE];
    cclb_escape(cclb_text(given), shown, sizeof shown);
    const char *equals = strchr(given, '=');
    if (equals == NULL) {
        return session_fail_usage(session, "--limit %s: expected NAME=N", shown);
    }
    char name[SHOWN_SIZE];
    snprintf(name, sizeof name, "%.*s", (int)(equals - given), given);
    size_t i = 0;
    while (i < LIMITS && strcmp(name, limits_known[i].name) != 0) {
        i++;
    }
    if (i == LIMITS) {
        return refuse_name(session, name, values->bounds ? LIMITS : MODULE_LIMITS);
    }
    if (i >= MODULE_LIMITS && values->bounds == NULL) {
        return session_fail_usage(session,
                                  "--limit %s: no answer is judged here; `cclb call --request`, `cclb sse`, "
                                  "`cclb bench` and `cclb test` do that, but for observe",
                                  shown);
    }
    const struct limit *limit = &limits_known[i];
    uint64_t value = 0;
    if (!text_parse_size(equals + 1, &value)) {
        return session_fail_usage(session, "--limit %s: a limit is a number from 1 on, or one with K, M or G", shown);
    }
    if (value > limit->most) {
        return session_fail_usage(session, "--limit %s: it can be no higher than %" PRIu64, shown, limit->most);
    }
    if (is_set(values, limit)) {
        return session_fail_usage(session, "the limit `%s` is given twice", limit->name);
    }
    set(values, limit, value);
    return EXIT_DONE;
}

enum exit_status limits_choose(struct session *session, cclb_module_limits *limits, cclb_wire_bounds *bounds)
{
    const struct limit_values values = {limits, bounds};
    enum exit_status status = choose_size(session, "max-module-bytes", &limits->module_bytes);
    for (size_t i = 0; i < session->arguments.repeat_count && status == EXIT_DONE; i++) {
        status = take(session, session->arguments.repeats[i], &values);
    }
    if (limits->module_bytes == 0) {
        limits->module_bytes = MODULE_BYTES_DEFAULT;
    }
    return status;
}
