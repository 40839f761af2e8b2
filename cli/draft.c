/* SPDX-License-Identifier: Apache-2.0 */
/* draft.c - a stream in memory. */

#include "draft.h"

#include "files.h"

#include <errno.h>
#include <stdlib.h>

bool draft_begin(struct draft *draft)
{
    *draft = (struct draft){0};
    draft->out = open_memstream(&draft->text, &draft->len);
    return draft->out != NULL;
}

bool draft_finish(struct draft *draft)
{
    bool whole = fclose(draft->out) == 0;
    draft->out = NULL;
    return whole;
}

int draft_store(struct draft *draft, const char *path)
{
    int number = draft_finish(draft) ? files_store(path, cclb_bytes_of(draft->text, draft->len)) : ENOMEM;
    free(draft->text);
    return number;
}
