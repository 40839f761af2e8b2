/* SPDX-License-Identifier: Apache-2.0 */
/* table.c - reads test data; a test without its data cannot go on. */

#include "table.h"

#include <stdio.h>
#include <stdlib.h>

static void give_up(const char *path)
{
    perror(path);
    exit(1);
}

cclb_bytes whole_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL || fseek(file, 0, SEEK_END) != 0) {
        give_up(path);
    }
    long size = ftell(file);
    rewind(file);
    uint8_t *data = malloc((size_t)size + 1);
    if (data == NULL || fread(data, 1, (size_t)size, file) != (size_t)size) {
        give_up(path);
    }
    fclose(file);
    data[size] = '\0';
    return cclb_bytes_of(data, (size_t)size);
}

cclb_bytes data_file(const char *path)
{
    char full[4096];
    snprintf(full, sizeof full, "%s/tests/data/%s", CCLB_SOURCE_DIR, path);
    return whole_file(full);
}

size_t table_each(const char *path, void (*each)(void *context, const struct table_row *row), void *context)
{
    cclb_bytes file = data_file(path);
    char *text = (char *)(uintptr_t)file.data;
    size_t rows = 0;
    size_t line = 0;
    for (char *end; *text != '\0'; text = end) {
        end = text + strcspn(text, "\n");
        if (*end == '\n') {
            *end++ = '\0';
        }
        line++;
        if (*text == '\0' || *text == '#') {
            continue;
        }
        struct table_row row = {.line = line};
        for (size_t i = 0; i < TABLE_COLUMNS_MAX; i++) {
            row.column[i] = text ? text : "";
            char *tab = text ? strchr(text, '\t') : NULL;
            if (tab) {
                *tab = '\0';
            }
            text = tab ? tab + 1 : NULL;
        }
        each(context, &row);
        rows++;
    }
    free((void *)(uintptr_t)file.data);
    return rows;
}
