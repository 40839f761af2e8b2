/* SPDX-License-Identifier: Apache-2.0 */
/* expected_fault.c - jansson reads what authors write, the emitter writes what they see. */

#include "expected_fault.h"

#include "emit.h"
#include "session.h"

#include "cclb/escape.h"

#include <stdlib.h>
#include <string.h>

enum part { STATUS, PHASE, MESSAGE, PARTS };

static const char *const part_names[PARTS] = {"status", "phase", "message"};

static cclb_status refuse(cclb_error *error, const char *key, const char *why)
{
    char shown[64] = "";
    *error = (cclb_error){.status = CCLB_BAD_INPUT, .hook = CCLB_HOOK_NONE, .offset = CCLB_NO_OFFSET};
    cclb_escape(cclb_text(key), shown, sizeof shown);
    snprintf(error->message, sizeof error->message, "$.error%s%s: %s", key[0] ? "." : "", shown, why);
    return error->status;
}

static bool is_part(const char *key)
{
    for (enum part part = STATUS; part < PARTS; part++) {
        if (strcmp(key, part_names[part]) == 0) {
            return true;
        }
    }
    return false;
}

static cclb_status check(json_t *parts, cclb_error *error)
{
    const char *key;
    json_t *value;
    if (!json_is_object(parts)) {
        return refuse(error, "", "an object is wanted");
    }
    json_object_foreach(parts, key, value)
    {
        if (!is_part(key)) {
            return refuse(error, key, "no such member; there are `status`, `phase` and `message`");
        }
        if (!json_is_string(value)) {
            return refuse(error, key, "a string is wanted");
        }
    }
    return json_object_size(parts) > 0
               ? CCLB_OK
               : refuse(error, "", "say at least one of `status`, `phase` and `message`");
}

cclb_status expected_fault_find(cclb_bytes json, struct expected_fault *expected, cclb_error *error)
{
    json_t *root = json_loadb((const char *)json.data, json.len, JSON_ALLOW_NUL | JSON_DECODE_ANY, NULL);
    *expected = (struct expected_fault){0};
    if (root == NULL) {
        return session_lacks_memory(error, "what is expected");
    }
    json_t *parts = json_object_get(root, "error"); /* NULL also where the root is no object */
    cclb_status status = parts ? check(parts, error) : CCLB_OK;
    expected->parts = status == CCLB_OK ? json_incref(parts) : NULL;
    json_decref(root);
    return status;
}

void expected_fault_deinit(struct expected_fault *expected)
{
    json_decref(expected->parts);
    *expected = (struct expected_fault){0};
}

static cclb_bytes part_of_fault(const cclb_error *fault, enum part part)
{
    return cclb_text(part == STATUS  ? cclb_status_name(fault->status)
                     : part == PHASE ? cclb_phase_name(fault->phase)
                                     : fault->message);
}

/* A message has to hold what is expected, the others have to be that. */
static bool is_as_expected(enum part part, cclb_bytes came, cclb_bytes expected)
{
    return part == MESSAGE ? expected.len == 0 || memmem(came.data, came.len, expected.data, expected.len) != NULL
                           : cclb_bytes_equal(came, expected);
}

static void emit_part(struct emitter *emitter, enum part part, const json_t *expected, const cclb_error *fault)
{
    cclb_bytes shown = cclb_bytes_of(json_string_value(expected), json_string_length(expected));
    if (fault && !(expected && is_as_expected(part, part_of_fault(fault, part), shown))) {
        shown = part_of_fault(fault, part);
    }
    emit_bytes(emitter, part_names[part], shown);
}

char *expected_fault_text(const struct expected_fault *expected, const cclb_error *fault, size_t *len)
{
    char *text = NULL;
    bool lacks_memory = false;
    FILE *out = open_memstream(&text, len);
    if (out == NULL) {
        return NULL;
    }
    struct emitter emitter = emit_begin(out, &lacks_memory);
    emit_open(&emitter, "error", '{');
    for (enum part part = STATUS; part < PARTS; part++) {
        const json_t *wanted = json_object_get(expected->parts, part_names[part]);
        if (wanted || expected->parts == NULL) {
            emit_part(&emitter, part, wanted, fault);
        }
    }
    emit_close(&emitter, '}');
    emit_end(&emitter);
    if (fclose(out) != 0 || lacks_memory) {
        free(text);
        return NULL;
    }
    return text;
}
