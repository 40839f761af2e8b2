/* SPDX-License-Identifier: Apache-2.0 */
/* expected_fault.c - laid out, each member is a line of its own; those of "error" are the ones below its line. */

#include "expected_fault.h"

#include "json_string.h"
#include "session.h"

#include "cclb/escape.h"
#include "cclb/json.h"

#include <stdlib.h>
#include <string.h>

static const char *const part_names[FAULT_PARTS] = {"status", "phase", "message"};

/* One line of the text: at which depth its value stands, and if that is a member, which. */
struct line {
    size_t depth;
    cclb_bytes key; /* empty: it is no member */
    cclb_bytes value;
};

enum { DEPTH_OF_ERROR = 1, DEPTH_OF_PARTS = 2 };

/* Takes the next line. False at the end. */
static bool next_line(cclb_bytes *rest, struct line *line)
{
    const uint8_t *newline = rest->len > 0 ? memchr(rest->data, '\n', rest->len) : NULL;
    if (newline == NULL) {
        return false;
    }
    cclb_bytes text = cclb_bytes_of(rest->data, (size_t)(newline - rest->data));
    *rest = cclb_bytes_of(newline + 1, rest->len - text.len - 1);
    size_t spaces = 0;
    while (spaces < text.len && text.data[spaces] == ' ') {
        spaces++;
    }
    *line = (struct line){.depth = spaces / 2};
    size_t key_end = spaces < text.len && text.data[spaces] == '"' ? json_string_end(text, spaces) : text.len;
    if (key_end < text.len && text.data[key_end] == ':') {
        size_t start = key_end + 2;
        size_t comma = text.data[text.len - 1] == ',';
        line->key = cclb_bytes_of(text.data + spaces, key_end - spaces);
        line->value = cclb_bytes_of(text.data + start, text.len - comma - start);
    }
    return true;
}

static bool says(cclb_bytes spelt, const char *wanted, uint8_t *room)
{
    return cclb_bytes_equal(json_string_read(spelt, room), cclb_text(wanted));
}

/* Finds the line of "error" and leaves what is below it. */
static bool find_error(cclb_bytes *rest, struct line *line, uint8_t *room)
{
    while (next_line(rest, line)) {
        if (line->depth == DEPTH_OF_ERROR && line->key.len > 0 && says(line->key, "error", room)) {
            return true;
        }
    }
    return false;
}

static cclb_status refuse(cclb_error *error, cclb_bytes key, const char *why)
{
    char shown[64] = "";
    *error = (cclb_error){.status = CCLB_BAD_INPUT, .hook = CCLB_HOOK_NONE, .offset = CCLB_NO_OFFSET};
    cclb_escape(key, shown, sizeof shown);
    snprintf(error->message, sizeof error->message, "$.error%s%s: %s", key.len > 0 ? "." : "", shown, why);
    return error->status;
}

/* There is room for it: the library takes no JSON in which a member is given twice. */
static cclb_status add_part(const struct line *line, uint8_t *room, struct expected_fault *expected, cclb_error *error)
{
    enum fault_part part = FAULT_STATUS;
    while (part < FAULT_PARTS && !says(line->key, part_names[part], room)) {
        part++;
    }
    cclb_bytes key = json_string_read(line->key, room);
    if (part == FAULT_PARTS) {
        return refuse(error, key, "no such member; there are `status`, `phase` and `message`");
    }
    if (line->value.data[0] != '"') {
        return refuse(error, key, "a string is wanted");
    }
    expected->each[expected->count].part = part;
    expected->each[expected->count].key = line->key;
    expected->each[expected->count].value = line->value;
    expected->count++;
    return CCLB_OK;
}

static cclb_status find(cclb_bytes rest, uint8_t *room, struct expected_fault *expected, cclb_error *error)
{
    struct line line;
    cclb_status status = CCLB_OK;
    if (!find_error(&rest, &line, room)) {
        return CCLB_OK;
    }
    if (line.value.data[0] != '{') {
        return refuse(error, cclb_bytes_of(NULL, 0), "an object is wanted");
    }
    expected->name = line.key;
    bool is_empty = line.value.len > 1; /* "{}" */
    while (!is_empty && status == CCLB_OK && next_line(&rest, &line) && line.depth >= DEPTH_OF_PARTS) {
        status = line.depth == DEPTH_OF_PARTS && line.key.len > 0 ? add_part(&line, room, expected, error) : CCLB_OK;
    }
    return status == CCLB_OK && expected->count == 0
               ? refuse(error, cclb_bytes_of(NULL, 0), "say at least one of `status`, `phase` and `message`")
               : status;
}

cclb_status expected_fault_find(cclb_bytes laid_out, struct expected_fault *expected, cclb_error *error)
{
    uint8_t *room = malloc(laid_out.len + 1); /* malloc(0) may be NULL */
    *expected = (struct expected_fault){0};
    if (room == NULL) {
        return session_lacks_memory(error, "what is expected");
    }
    cclb_status status = find(laid_out, room, expected, error);
    free(room);
    return status;
}

static const char *value_of(const cclb_error *fault, enum fault_part part)
{
    return part == FAULT_STATUS  ? cclb_status_name(fault->status)
           : part == FAULT_PHASE ? cclb_phase_name(fault->phase)
                                 : fault->message;
}

/* A message has to hold what is expected, the others have to be that. */
static bool is_as_expected(enum fault_part part, cclb_bytes came, cclb_bytes expected)
{
    return part == FAULT_MESSAGE ? expected.len == 0 || memmem(came.data, came.len, expected.data, expected.len) != NULL
                                 : cclb_bytes_equal(came, expected);
}

/* Writes the value that came, or where it is as expected, as that is spelt. False if there is no memory. */
static bool write_value(FILE *out, const char *came, enum fault_part part, cclb_bytes expected)
{
    uint8_t *room = malloc(expected.len + 1);
    cclb_buffer json = {0};
    bool has_memory = room != NULL;
    if (has_memory && expected.len > 0 && is_as_expected(part, cclb_text(came), json_string_read(expected, room))) {
        fwrite(expected.data, 1, expected.len, out);
    } else if (has_memory) {
        has_memory = cclb_bytes_to_json(cclb_text(came), NULL, &json, NULL) == CCLB_OK;
        fwrite(json.data, 1, json.len, out);
    }
    cclb_buffer_deinit(&json);
    free(room);
    return has_memory;
}

static bool write_fault(FILE *out, const struct expected_fault *expected, const cclb_error *fault)
{
    bool written = true;
    cclb_bytes name = expected->count > 0 ? expected->name : cclb_text("\"error\"");
    fprintf(out, "{\n  %.*s: {", (int)name.len, name.data);
    for (size_t i = 0; i < expected->count && written; i++) {
        fprintf(out, "%s\n    %.*s: ", i > 0 ? "," : "", (int)expected->each[i].key.len, expected->each[i].key.data);
        written =
            write_value(out, value_of(fault, expected->each[i].part), expected->each[i].part, expected->each[i].value);
    }
    for (enum fault_part part = FAULT_STATUS; part < FAULT_PARTS && expected->count == 0 && written; part++) {
        fprintf(out, "%s\n    \"%s\": ", part > FAULT_STATUS ? "," : "", part_names[part]);
        written = write_value(out, value_of(fault, part), part, cclb_bytes_of(NULL, 0));
    }
    fputs("\n  }\n}\n", out);
    return written;
}

char *expected_fault_text(const struct expected_fault *expected, const cclb_error *fault, size_t *len)
{
    char *text = NULL;
    FILE *out = open_memstream(&text, len);
    if (out == NULL) {
        return NULL;
    }
    bool written = write_fault(out, expected, fault);
    if (fclose(out) != 0 || !written) {
        free(text);
        return NULL;
    }
    return text;
}
