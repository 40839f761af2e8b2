/* SPDX-License-Identifier: Apache-2.0 */
/* store.c - written beside, synced, then given its name by link(2), which takes none that is taken. */

#include "capsule/store.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* How many numbers are tried that others have taken, so that a crowded folder holds up no call for long. */
enum { NUMBERS_MAX = 1000 };

_Static_assert(STORE_FOLDER_MAX + 256 <= PATH_MAX, "a folder and the longest name fit into a path");

static int write_all(int to, cclb_bytes bytes)
{
    for (size_t at = 0; at < bytes.len;) {
        ssize_t written = write(to, bytes.data + at, bytes.len - at);
        if (written < 0 && errno != EINTR) {
            return errno;
        }
        at += written > 0 ? (size_t)written : 0;
    }
    return fsync(to) == 0 ? 0 : errno;
}

static int link_free(const char *beside, const char *folder, const char *name, uint32_t number)
{
    char path[PATH_MAX];
    for (uint32_t i = 0; i < NUMBERS_MAX; i++) {
        snprintf(path, sizeof path, "%s/%s-%04u.json", folder, name, number + i);
        if (link(beside, path) == 0) {
            return 0;
        }
        if (errno != EEXIST) {
            return errno;
        }
    }
    return EEXIST;
}

int store_file(const char *folder, const char *name, uint32_t number, cclb_bytes bytes)
{
    char beside[PATH_MAX];
    snprintf(beside, sizeof beside, "%s/.cclb-capsule-XXXXXX", folder);
    int to = mkostemp(beside, O_CLOEXEC); /* mode 0600 */
    if (to < 0) {
        return errno;
    }
    int problem = write_all(to, bytes);
    if (close(to) != 0 && problem == 0) {
        problem = errno;
    }
    if (problem == 0) {
        problem = link_free(beside, folder, name, number);
    }
    unlink(beside);
    return problem;
}
