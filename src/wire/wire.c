/* SPDX-License-Identifier: Apache-2.0 */
/* wire.c - messages as data, and the codec's faults in words. */

#include "wire/wire.h"

#include "base/error.h"
#include "wire/codec.h"

#include <stdio.h>

/* "FilterRequest.headers[3].name", as much as fits. */
static void describe_path(const struct wire_fault *fault, char *text, size_t capacity)
{
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = fault->depth; i-- > 0;) {
        const struct wire_fault_step *step = &fault->steps[i];
        const char *dot = used > 0 ? "." : "";
        int len = step->index == WIRE_NO_INDEX
                      ? snprintf(text + used, capacity - used, "%s%s", dot, step->name)
                      : snprintf(text + used, capacity - used, "%s%s[%zu]", dot, step->name, step->index);
        if (len < 0 || (size_t)len >= capacity - used) {
            return;
        }
        used += (size_t)len;
    }
}

static const char *fault_words(enum wire_fault_kind kind)
{
    switch (kind) {
    case WIRE_FAULT_TOO_LARGE:
        return "the archive would be larger than 2^31 - 1 bytes";
    case WIRE_FAULT_TOO_SHORT:
        return "fewer bytes than the record itself has";
    case WIRE_FAULT_RANGE:
        return "points outside the bytes that are free for its data";
    case WIRE_FAULT_ALIGNMENT:
        return "is not aligned";
    case WIRE_FAULT_TEXT:
        return "is not UTF-8";
    case WIRE_FAULT_VARIANT:
        return "has a tag of no variant";
    }
    return "";
}

static cclb_status report(const struct wire_fault *fault, cclb_status status, cclb_phase phase, cclb_error *error)
{
    char path[256];
    describe_path(fault, path, sizeof path);
    error_set(error, status, 0, phase, "%s: %s", path, fault_words(fault->kind));
    error->offset = fault->offset;
    return status;
}

static cclb_status refuse_type(const struct wire_type *type, cclb_form form, cclb_error *error)
{
    if (type->codec == NULL) {
        return error_set(error, CCLB_INVALID_ARGUMENT, 0, CCLB_PHASE_NONE, "%s is a record and no message",
                         type->name);
    }
    return error_set(error, CCLB_INVALID_ARGUMENT, 0, CCLB_PHASE_NONE, "form %s has no %s", cclb_form_name(form),
                     type->name);
}

cclb_status wire_measure(const struct wire_type *type, cclb_form form, const void *message, size_t *size,
                         cclb_error *error)
{
    if (type->codec == NULL || !wire_type_in_form(type, form)) {
        return refuse_type(type, form, error);
    }
    struct wire_fault fault;
    if (type->codec->measure(message, form, size, &fault)) {
        return CCLB_OK;
    }
    cclb_status status = CCLB_INVALID_ARGUMENT;
    if (fault.kind == WIRE_FAULT_TOO_LARGE) {
        status = CCLB_LIMIT;
    } else if (fault.kind == WIRE_FAULT_TEXT) {
        status = CCLB_BAD_INPUT;
    }
    return report(&fault, status, CCLB_PHASE_WRITE, error);
}

void wire_write(const struct wire_type *type, cclb_form form, const void *message, uint8_t *out, size_t size)
{
    type->codec->write(message, form, out, size);
}

cclb_status wire_check(const struct wire_type *type, cclb_form form, cclb_bytes archive, size_t misalign,
                       cclb_error *error)
{
    if (type->codec == NULL || !wire_type_in_form(type, form)) {
        return refuse_type(type, form, error);
    }
    struct wire_fault fault;
    if (type->codec->check(archive, form, misalign, &fault)) {
        return CCLB_OK;
    }
    return report(&fault, CCLB_DECODE, CCLB_PHASE_DECODE, error);
}
