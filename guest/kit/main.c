/* SPDX-License-Identifier: Apache-2.0 */
/*
 * main.c - puts the plugin header together.
 *
 * usage: plugin_kit PARTS HEADER            write it
 *        plugin_kit PARTS HEADER --check    write nothing; exit 1 if the header is not what this would write
 */

#include "kit.h"

#include <stdlib.h>

/* A part is a file, or what a function prints. */
struct part {
    const char *file;
    void (*print)(FILE *out);
};

static const struct part parts[] = {
    {"opening.h", NULL},          {NULL, kit_print_hook_choice},
    {"choice.h", NULL},           {"bytes.h", NULL},
    {NULL, kit_print_types},      {"hooks.h", NULL},
    {NULL, kit_print_prototypes}, {"wide.h", NULL},
    {"memory.h", NULL},           {"lists.h", NULL},
    {NULL, kit_print_lists},      {"reading.h", NULL},
    {NULL, kit_print_readers},    {"helpers.h", NULL},
    {"writing.h", NULL},          {NULL, kit_print_writers},
    {"exports.h", NULL},          {NULL, kit_print_exports},
    {"sections.h", NULL},         {NULL, kit_print_sections},
    {"closing.h", NULL},
};

/* A whole file with a NUL behind it; free(). */
static char *read_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    char *text = NULL;
    size_t size = 0;
    FILE *copy = open_memstream(&text, &size);
    if (file == NULL || copy == NULL) {
        kit_fail("cannot be read", path);
    }
    for (int c = getc(file); c != EOF; c = getc(file)) {
        putc(c, copy);
    }
    fclose(file);
    fclose(copy);
    return text;
}

/* A part's text without the line of its licence, which the header has once. */
static void print_file(FILE *out, const char *folder, const char *name)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    char *text = read_file(path);
    const char *rest = strchr(text, '\n');
    fputs(rest ? rest + 1 : "", out);
    fputc('\n', out);
    free(text);
}

static char *whole_header(const char *folder)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (out == NULL) {
        kit_fail("no memory for the header", folder);
    }
    fputs("/* SPDX-License-Identifier: Apache-2.0 */\n", out);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (parts[i].file) {
            print_file(out, folder, parts[i].file);
        } else {
            parts[i].print(out);
        }
    }
    fclose(out);
    return text;
}

int main(int count, char **arguments)
{
    bool check = count == 4 && strcmp(arguments[3], "--check") == 0;
    if (count != 3 && !check) {
        fputs("usage: plugin_kit PARTS HEADER [--check]\n", stderr);
        return 2;
    }
    char *header = whole_header(arguments[1]);
    int status = 0;
    if (check) {
        char *present = read_file(arguments[2]);
        if (strcmp(present, header) != 0) {
            fprintf(stderr, "%s is not what the tables and parts make; run tools/kit\n", arguments[2]);
            status = 1;
        }
        free(present);
    } else {
        FILE *out = fopen(arguments[2], "wb");
        if (out == NULL || fputs(header, out) == EOF || fclose(out) != 0) {
            kit_fail("cannot be written", arguments[2]);
        }
    }
    free(header);
    return status;
}
