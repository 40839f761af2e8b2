/* SPDX-License-Identifier: Apache-2.0 */
/* file.c - reads a file in one go; examples give up where a host would report. */

#include "file.h"

#include <stdio.h>
#include <stdlib.h>

cclb_bytes read_file(const char *folder, const char *name)
{
    char path[4096];
    snprintf(path, sizeof path, "%s%s%s", folder, *folder ? "/" : "", name);
    FILE *file = fopen(path, "rb");
    long size = -1;
    if (file && fseek(file, 0, SEEK_END) == 0) {
        size = ftell(file);
        rewind(file);
    }
    uint8_t *data = size >= 0 ? malloc((size_t)size + 1) : NULL;
    if (data == NULL || fread(data, 1, (size_t)size, file) != (size_t)size) {
        perror(path);
        exit(2);
    }
    fclose(file);
    return cclb_bytes_of(data, (size_t)size);
}

void free_file(cclb_bytes file)
{
    free((void *)(uintptr_t)file.data);
}
