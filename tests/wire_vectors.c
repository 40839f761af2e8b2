/* SPDX-License-Identifier: Apache-2.0 */
/* wire_vectors.c - the text is cut in place at its spaces and line ends; hex becomes memory of its own. */

#include "wire_vectors.h"

#include "slow_bytes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIELDS_MAX = 8 };

static void must_hold(bool condition, size_t line, const char *what)
{
    if (!condition) {
        fprintf(stderr, "line %zu of the test vectors: %s\n", line, what);
        exit(1);
    }
}

static char *read_text(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file) {
        perror(path);
        exit(1);
    }
    char *text = NULL;
    size_t len = 0;
    size_t got;
    do {
        text = slow_must_have(realloc(text, len + 65537));
        got = fread(text + len, 1, 65536, file);
        len += got;
    } while (got > 0);
    if (ferror(file)) {
        perror(path);
        exit(1);
    }
    fclose(file);
    text[len] = '\0';
    return text;
}

/* Cuts text at the first `separator`; returns what follows it, or NULL if there is none. */
static char *cut(char *text, char separator)
{
    char *at = strchr(text, separator);
    if (!at) {
        return NULL;
    }
    *at = '\0';
    return at + 1;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Memory of exactly that many bytes, so that a sanitizer sees a read beyond them. */
static uint8_t *from_hex(const char *hex, size_t *len, size_t line)
{
    size_t digits = strcmp(hex, "-") == 0 ? 0 : strlen(hex);
    must_hold(digits % 2 == 0, line, "hex of odd length");
    *len = digits / 2;
    uint8_t *bytes = slow_must_have(malloc(*len > 0 ? *len : 1));
    for (size_t i = 0; i < *len; i++) {
        int high = hex_digit(hex[2 * i]);
        int low = hex_digit(hex[2 * i + 1]);
        must_hold(high >= 0 && low >= 0, line, "not hex");
        bytes[i] = (uint8_t)(high << 4 | low);
    }
    return bytes;
}

static size_t from_decimal(const char *digits, size_t line)
{
    char *end;
    unsigned long number = strtoul(digits, &end, 10);
    must_hold(end != digits && *end == '\0', line, "not a number");
    return number;
}

/* Splits T@V; the type is what remains in `field`. */
static const char *form_of(char *field, size_t line)
{
    const char *form = cut(field, '@');
    must_hold(form != NULL, line, "no form after the type");
    return form;
}

static void add_layout(struct wire_vectors *vectors, char *const *fields, size_t count, size_t line)
{
    must_hold(count == 5, line, "an L line has five fields");
    size_t bytes = (vectors->layout_count + 1) * sizeof *vectors->layouts;
    vectors->layouts = slow_must_have(realloc(vectors->layouts, bytes));
    vectors->layouts[vectors->layout_count++] = (struct wire_layout_case){
        .line = line,
        .form = form_of(fields[1], line),
        .type = fields[1],
        .size = from_decimal(fields[2], line),
        .align = from_decimal(fields[3], line),
        .fields = fields[4],
    };
}

static void add_archive(struct wire_vectors *vectors, char *const *fields, size_t count, size_t line)
{
    struct wire_archive_case added = {.line = line, .kind = fields[0][0]};
    char *type;
    const char *archive;
    const char *verdict = "ok";
    const char *value;
    switch (added.kind) {
    case 'E': /* name T@V value archive */
        must_hold(count == 5, line, "an E line has five fields");
        added.name = fields[1];
        type = fields[2];
        value = fields[3];
        archive = fields[4];
        break;
    case 'P': /* crate-version hook T@V value archive */
        must_hold(count == 6, line, "a P line has six fields");
        added.name = fields[1];
        added.hook = fields[2];
        type = fields[3];
        value = fields[4];
        archive = fields[5];
        break;
    case 'A': /* T@V misalign bytes verdict value */
        must_hold(count == 6, line, "an A line has six fields");
        type = fields[1];
        added.misalign = from_decimal(fields[2], line);
        archive = fields[3];
        verdict = fields[4];
        value = fields[5];
        break;
    default: /* X: name T@V T@W bytes verdict value */
        must_hold(count == 7, line, "an X line has seven fields");
        added.name = fields[1];
        added.written_as = form_of(fields[2], line);
        type = fields[3];
        archive = fields[4];
        verdict = fields[5];
        value = fields[6];
        break;
    }
    added.form = form_of(type, line);
    added.type = type;
    if (!added.written_as) {
        added.written_as = added.form;
    }
    added.accepted = strcmp(verdict, "ok") == 0;
    must_hold(added.accepted || strcmp(verdict, "err") == 0, line, "a verdict is ok or err");
    added.archive = from_hex(archive, &added.archive_len, line);
    if (added.accepted) {
        added.value = from_hex(value, &added.value_len, line);
    }
    size_t bytes = (vectors->archive_count + 1) * sizeof *vectors->archives;
    vectors->archives = slow_must_have(realloc(vectors->archives, bytes));
    vectors->archives[vectors->archive_count++] = added;
}

void wire_vectors_init(struct wire_vectors *vectors, const char *path)
{
    *vectors = (struct wire_vectors){.text = read_text(path)};
    size_t line = 0;
    char *next = vectors->text;
    while (next && *next) {
        char *rest = next;
        next = cut(rest, '\n');
        line++;
        char *fields[FIELDS_MAX];
        size_t count = 0;
        while (rest && count < FIELDS_MAX) {
            fields[count++] = rest;
            rest = cut(rest, ' ');
        }
        if (strcmp(fields[0], "L") == 0) {
            add_layout(vectors, fields, count, line);
        } else if (strlen(fields[0]) == 1 && strchr("EAXP", fields[0][0])) {
            add_archive(vectors, fields, count, line);
        }
    }
}

void wire_vectors_deinit(struct wire_vectors *vectors)
{
    for (size_t i = 0; i < vectors->archive_count; i++) {
        free(vectors->archives[i].archive);
        free(vectors->archives[i].value);
    }
    free(vectors->archives);
    free(vectors->layouts);
    free(vectors->text);
    *vectors = (struct wire_vectors){0};
}
