/* SPDX-License-Identifier: Apache-2.0 */
/* host_example.h - the host document that docs/json.md shows, and how the tests read one. For cmocka programs. */
#ifndef TESTS_HOST_EXAMPLE_H
#define TESTS_HOST_EXAMPLE_H

#include "cclb/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

/* Reads a copy that ends where its memory ends and is gone afterwards, so that the address sanitizer sees its use. */
static inline cclb_status read_copy(cclb_bytes json, const cclb_allocator *allocator, cclb_host_document **document,
                                    cclb_error *error)
{
    uint8_t *copy = malloc(json.len > 0 ? json.len : 1);
    assert_non_null(copy);
    if (json.len > 0) {
        memcpy(copy, json.data, json.len);
    }
    cclb_status status = cclb_host_document_read(cclb_bytes_of(copy, json.len), allocator, document, error);
    free(copy);
    return status;
}

/* The example of docs/json.md, with its own words. */
static inline cclb_bytes host_example(void)
{
    static char text[65536];
    FILE *file = fopen(CCLB_SOURCE_DIR "/docs/json.md", "rb");
    assert_non_null(file);
    size_t len = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    assert_true(len < sizeof text - 1);
    text[len] = '\0';
    static const char mark[] = "<!-- host document -->\n```json\n";
    char *start = strstr(text, mark);
    assert_non_null(start);
    start += sizeof mark - 1;
    char *end = strstr(start, "\n```");
    assert_non_null(end);
    return cclb_bytes_of(start, (size_t)(end - start));
}

#endif
