/* SPDX-License-Identifier: Apache-2.0 */
/*
 * folder.h - a folder that appears with all its files, or not at all.
 *
 * It is made beside its place, under another name, and takes its own at the end.
 */
#ifndef CLI_FOLDER_H
#define CLI_FOLDER_H

#include "cclb/bytes.h"

#include <limits.h>

struct folder {
    const char *path;           /* where it will be; borrowed, and without a slash at its end */
    char beside[PATH_MAX + 16]; /* where it is meanwhile; "" if it is nowhere */
};

/* Each returns 0 or an errno; after an errno there is only folder_abandon(). */

/* Starts one. EEXIST if there is something at its place. */
int folder_begin(struct folder *folder, const char *path);

/* Adds a file, whose name may be in a folder of this one: "cases/one.json". */
int folder_add(struct folder *folder, const char *name, cclb_bytes text);

/* Moves it to its place. */
int folder_finish(struct folder *folder);

/* Takes away what is there of it, unless it was finished. */
void folder_abandon(struct folder *folder);

#endif
