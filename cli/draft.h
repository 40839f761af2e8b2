/* SPDX-License-Identifier: Apache-2.0 */
/* draft.h - text that is gathered in memory before it goes anywhere. */
#ifndef CLI_DRAFT_H
#define CLI_DRAFT_H

#include <stdbool.h>
#include <stdio.h>

struct draft {
    FILE *out; /* to write to, until it is finished */
    char *text;
    size_t len;
};

/* Begins one. False: there is no memory. */
bool draft_begin(struct draft *draft);

/* Finishes it: text has it then, and is to be freed. False: there was no memory for all of it. */
bool draft_finish(struct draft *draft);

/* Finishes it, stores it as files_store() does, and frees it. Returns 0 or an errno. */
int draft_store(struct draft *draft, const char *path);

#endif
