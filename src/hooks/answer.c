/* SPDX-License-Identifier: Apache-2.0 */
/* answer.c - refusals that are told alike, whatever the hook. */

#include "hooks/answer.h"

#include "base/error.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

cclb_status answer_reject(cclb_error *error, cclb_hook hook, uint32_t rule, const char *format, ...)
{
    char what[CCLB_MESSAGE_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(what, sizeof what, format, arguments);
    va_end(arguments);
    error_set(error, CCLB_REJECTED, rule, CCLB_PHASE_ANSWER, "%s", what);
    error->hook = hook;
    return CCLB_REJECTED;
}

cclb_status answer_check_size(const struct hooks *hooks, const struct run *run, uint32_t rule, cclb_error *error)
{
    if (run->output.bytes.len <= hooks->bounds.output_body_bytes) {
        return CCLB_OK;
    }
    return answer_reject(error, run->hook, rule,
                         "an answer of %zu bytes exceeds wire_bounds.output_body_bytes, %" PRIu64,
                         run->output.bytes.len, hooks->bounds.output_body_bytes);
}

cclb_status answer_check_items(const struct hooks *hooks, const struct run *run, size_t count, const char *what,
                               cclb_error *error)
{
    if (count <= hooks->bounds.max_items) {
        return CCLB_OK;
    }
    return answer_reject(error, run->hook, 64, "an answer with %zu %s exceeds wire_bounds.max_items, %" PRIu32, count,
                         what, hooks->bounds.max_items);
}

cclb_status answer_fault(const struct run *run, cclb_status status, struct fault_words words, cclb_error *error)
{
    if (status != CCLB_OK) {
        error->hook = run->hook;
    }
    if (status <= CCLB_OK || status == CCLB_BAD_INPUT) {
        return status;
    }
    cclb_error inner = *error;
    error_set(error, status, inner.rule, inner.phase, "%s%s", status == CCLB_TRAP ? words.trap : words.other,
              inner.message);
    error->inner = inner.inner;
    error->hook = inner.hook;
    error->trap = inner.trap;
    error->resource = inner.resource;
    error->offset = inner.offset;
    return status;
}
