/* SPDX-License-Identifier: Apache-2.0 */
/* error.c - messages are formatted into the caller's struct; nothing here allocates. */

#include "base/error.h"

#include "base/utf8.h"
#include "cclb/escape.h"

#include <stdarg.h>
#include <stdio.h>

cclb_status error_set(cclb_error *error, cclb_status status, uint32_t rule, cclb_phase phase, const char *format, ...)
{
    *error = (cclb_error){
        .status = status,
        .rule = rule,
        .phase = phase,
        .hook = CCLB_HOOK_NONE,
        .offset = CCLB_NO_OFFSET,
    };
    va_list arguments;
    va_start(arguments, format);
    int written = vsnprintf(error->message, sizeof error->message, format, arguments);
    va_end(arguments);
    if (written >= (int)sizeof error->message) {
        /* Cut before a character that did not fit whole. */
        size_t len = sizeof error->message - 1;
        len = utf8_valid_prefix(cclb_bytes_of(error->message, len));
        error->message[len] = '\0';
    }
    return status;
}

cclb_status error_no_memory(cclb_error *error, size_t bytes)
{
    return error_set(error, CCLB_NO_MEMORY, 0, CCLB_PHASE_NONE, "the allocator gave no memory for %zu bytes", bytes);
}

const char *error_text(struct error_text *buffer, cclb_bytes foreign)
{
    cclb_escape(foreign, buffer->text, sizeof buffer->text);
    return buffer->text;
}

const char *cclb_status_name(cclb_status status)
{
    switch (status) {
#define STATUS(NAME, value, name, meaning)                                                                             \
    case CCLB_##NAME:                                                                                                  \
        return name;
#include "cclb/status.def"
#undef STATUS
    }
    return "unknown";
}

const char *cclb_status_meaning(cclb_status status)
{
    switch (status) {
#define STATUS(NAME, value, name, meaning)                                                                             \
    case CCLB_##NAME:                                                                                                  \
        return meaning;
#include "cclb/status.def"
#undef STATUS
    }
    return "not a status of this version of cclb";
}

const char *cclb_phase_name(cclb_phase phase)
{
    switch (phase) {
#define PHASE(NAME, name)                                                                                              \
    case CCLB_PHASE_##NAME:                                                                                            \
        return name;
#include "cclb/phase.def"
#undef PHASE
    }
    return "";
}

const char *cclb_trap_name(cclb_trap trap)
{
    switch (trap) {
#define TRAP(NAME, name, text)                                                                                         \
    case CCLB_TRAP_##NAME:                                                                                             \
        return name;
#include "cclb/trap.def"
#undef TRAP
    }
    return "";
}

const char *cclb_resource_name(cclb_resource resource)
{
    switch (resource) {
    case CCLB_RESOURCE_NONE:
        return "";
    case CCLB_RESOURCE_STORES:
        return "stores";
    case CCLB_RESOURCE_POOL:
        return "pool";
    case CCLB_RESOURCE_MEMORY:
        return "memory";
    }
    return "";
}
