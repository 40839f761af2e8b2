/* SPDX-License-Identifier: Apache-2.0 */
/* table.h - files of test data: whole files, and tables of tab-separated columns. */
#ifndef TESTS_TABLE_H
#define TESTS_TABLE_H

#include "cclb/bytes.h"

enum { TABLE_COLUMNS_MAX = 16 };

/* The columns of one line, NUL-terminated; missing ones are "". */
struct table_row {
    const char *column[TABLE_COLUMNS_MAX];
    size_t line; /* from 1 */
};

/* A file with a NUL behind it; free(data). Ends the program if it cannot be read. */
cclb_bytes whole_file(const char *path);

/* A file under the source folder's tests/data, in the same way. */
cclb_bytes data_file(const char *path);

/* Calls `row` for each line of a table under tests/data that is neither empty nor begins with '#'; counts them. */
size_t table_each(const char *path, void (*row)(void *context, const struct table_row *row), void *context);

#endif
