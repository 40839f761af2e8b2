/* SPDX-License-Identifier: Apache-2.0 */
/* template.c - line by line, and in a line from one "@" to the next. */

#include "template.h"

#include <stdbool.h>
#include <string.h>

/* The rest of a line that begins with `start`; NULL if it does not. */
static const char *behind(const char *line, const char *start)
{
    size_t len = strlen(start);
    return strncmp(line, start, len) == 0 ? line + len : NULL;
}

static bool holds(const struct template_facts *facts, const char *fact, size_t len)
{
    for (size_t i = 0; i < facts->count; i++) {
        if (strlen(facts->holds[i]) == len && memcmp(facts->holds[i], fact, len) == 0) {
            return true;
        }
    }
    return false;
}

/* The value whose "@NAME@" a text begins with, and in *len how long that is; NULL if it begins with none. */
static const char *value_at(const struct template_facts *facts, const char *text, size_t *len)
{
    for (const struct template_value *value = facts->values; value->name; value++) {
        size_t name_len = strlen(value->name);
        if (text[0] == '@' && strncmp(text + 1, value->name, name_len) == 0 && text[1 + name_len] == '@') {
            *len = name_len + 2;
            return value->value;
        }
    }
    return NULL;
}

static void write_line(FILE *out, const char *line, size_t len, const struct template_facts *facts)
{
    for (size_t at = 0; at < len;) {
        size_t name_len;
        const char *value = value_at(facts, line + at, &name_len);
        if (value) {
            fputs(value, out);
            at += name_len;
        } else {
            fputc(line[at++], out);
        }
    }
    fputc('\n', out);
}

void template_write(FILE *out, const char *text, const struct template_facts *facts)
{
    bool shown = true;
    while (*text != '\0') {
        size_t len = strcspn(text, "\n");
        const char *fact = behind(text, "@if ");
        if (fact) {
            shown = holds(facts, fact, len - (size_t)(fact - text));
        } else if (behind(text, "@end")) {
            shown = true;
        } else if (shown) {
            write_line(out, text, len, facts);
        }
        text += len + (text[len] == '\n');
    }
}
