/* SPDX-License-Identifier: Apache-2.0 */
/* limits.c - NAME=N into the member of that name. */

#include "limits.h"

#include "text.h"

#include "cclb/escape.h"

#include <inttypes.h>
#include <string.h>

/* The library's own default; stated here because the file is held against it before it is read. */
#define MODULE_BYTES_DEFAULT (UINT64_C(32) << 20)

enum { SHOWN_SIZE = 64, NAMES_SIZE = 256 };

struct limit {
    const char *name;
    size_t member; /* where it stands in cclb_module_limits */
    uint64_t most; /* that the library takes */
};

#define LIMIT(name, most) {#name, offsetof(cclb_module_limits, name), most}

static const struct limit limits_known[] = {
    LIMIT(functions, UINT64_MAX),
    LIMIT(exports, UINT64_MAX),
    LIMIT(tables, 4),
    LIMIT(table_elements, 10000000),
    LIMIT(body_bytes, UINT64_MAX),
    LIMIT(locals, UINT64_MAX),
    LIMIT(nesting, UINT64_MAX),
    LIMIT(loop_nesting, UINT64_MAX),
    LIMIT(loop_locals, UINT64_MAX),
    LIMIT(module_bytes, UINT64_MAX),
};

enum { LIMITS = sizeof limits_known / sizeof limits_known[0] };

static uint64_t *member(cclb_module_limits *limits, const struct limit *limit)
{
    return (uint64_t *)(void *)((char *)limits + limit->member);
}

static enum exit_status refuse_name(struct session *session, const char *name)
{
    const char *names[LIMITS];
    char all[NAMES_SIZE] = "";
    for (size_t i = 0; i < LIMITS; i++) {
        size_t used = strlen(all);
        names[i] = limits_known[i].name;
        snprintf(all + used, sizeof all - used, "%s %s", i == 0 ? "" : ",", names[i]);
    }
    char shown[SHOWN_SIZE];
    cclb_escape(cclb_text(name), shown, sizeof shown);
    const char *nearest = options_nearest(name, names, LIMITS);
    return nearest ? session_fail_usage(session, "no limit `%s`; did you mean `%s`?", shown, nearest)
                   : session_fail_usage(session, "no limit `%s`; there is%s", shown, all);
}

/* Reads one NAME=N. */
static enum exit_status take(struct session *session, const char *given, cclb_module_limits *limits)
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
        return refuse_name(session, name);
    }
    const struct limit *limit = &limits_known[i];
    uint64_t value = 0;
    if (!text_parse_size(equals + 1, &value)) {
        return session_fail_usage(session, "--limit %s: a limit is a number from 1 on, or one with K, M or G", shown);
    }
    if (value > limit->most) {
        return session_fail_usage(session, "--limit %s: it can be no higher than %" PRIu64, shown, limit->most);
    }
    if (*member(limits, limit) != 0) {
        return session_fail_usage(session, "the limit `%s` is given twice", limit->name);
    }
    *member(limits, limit) = value;
    return EXIT_DONE;
}

enum exit_status limits_choose(struct session *session, cclb_module_limits *limits)
{
    const char *size = session_option(session, "max-module-bytes");
    if (size && !text_parse_size(size, &limits->module_bytes)) {
        char shown[SHOWN_SIZE];
        cclb_escape(cclb_text(size), shown, sizeof shown);
        return session_fail_usage(session, "--max-module-bytes %s: a size is a number of bytes, or one with K, M or G",
                                  shown);
    }
    enum exit_status status = EXIT_DONE;
    for (size_t i = 0; i < session->arguments.repeat_count && status == EXIT_DONE; i++) {
        status = take(session, session->arguments.repeats[i], limits);
    }
    if (limits->module_bytes == 0) {
        limits->module_bytes = MODULE_BYTES_DEFAULT;
    }
    return status;
}
