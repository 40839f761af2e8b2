/* SPDX-License-Identifier: Apache-2.0 */
/*
 * store.c - written beside, synced, then given its name by link(2), which takes none that is taken; then the folder is
 * synced too, since a name is kept by it and not by the file.
 */

#include "capsule/store.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

/* So many files have one name in a folder at most; and as many are tried, so that a crowded one holds up no call for long. */
enum { NUMBERS = 999 };

_Static_assert(STORE_FOLDER_MAX + 256 <= PATH_MAX, "a folder and the longest name fit into a path");

/* To write above the process's limit on files would end it with SIGXFSZ. */
static bool is_above_file_limit(cclb_bytes bytes)
{
    struct rlimit limit;
    return getrlimit(RLIMIT_FSIZE, &limit) == 0 && bytes.len > limit.rlim_cur; /* RLIM_INFINITY is the largest number */
}

static int write_all(int to, cclb_bytes bytes)
{
    for (size_t at = 0; at < bytes.len;) {
        ssize_t written = write(to, bytes.data + at, bytes.len - at);
        if (written == 0) {
            return EIO; /* it takes nothing, and does not say why */
        }
        if (written < 0 && errno != EINTR) {
            return errno;
        }
        at += written > 0 ? (size_t)written : 0;
    }
    return fsync(to) == 0 ? 0 : errno;
}

/* A file system that cannot sync folders says EINVAL; there a name is as safe as it gets. */
static int sync_folder(int folder)
{
    return fsync(folder) == 0 || errno == EINVAL ? 0 : errno;
}

/* Makes the file that `beside`, a template of mkostemp(3), then names; after an errno there is none. */
static int write_beside(char *beside, cclb_bytes bytes)
{
    int to = mkostemp(beside, O_CLOEXEC); /* mode 0600 */
    if (to < 0) {
        return errno;
    }
    int problem = write_all(to, bytes);
    if (close(to) != 0 && problem == 0) {
        problem = errno;
    }
    if (problem != 0) {
        (void)unlink(beside); /* the first problem is the one to tell */
    }
    return problem;
}

static int link_free(const char *beside, const char *folder, const char *name, uint32_t number, char path[PATH_MAX])
{
    for (uint32_t i = 0; i < NUMBERS; i++) {
        snprintf(path, PATH_MAX, "%s/%s-%04u.json", folder, name, ((number - 1) % NUMBERS + i) % NUMBERS + 1);
        if (link(beside, path) == 0) {
            return 0;
        }
        if (errno != EEXIST) {
            return errno;
        }
    }
    return EEXIST;
}

/* Moves the file to its name in a folder that is open at `at`. */
static int take_place(const char *beside, const char *folder, int at, const char *name, uint32_t number)
{
    char path[PATH_MAX];
    int problem = link_free(beside, folder, name, number, path);
    bool is_linked = problem == 0;
    if (unlink(beside) != 0 && problem == 0) {
        problem = errno;
    }
    if (problem == 0) {
        problem = sync_folder(at);
    }
    if (problem != 0 && is_linked) {
        (void)unlink(path); /* what may be gone tomorrow is not kept today */
    }
    return problem;
}

int store_file(const char *folder, const char *name, uint32_t number, cclb_bytes bytes)
{
    char beside[PATH_MAX];
    if (is_above_file_limit(bytes)) {
        return EFBIG;
    }
    int at = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (at < 0) {
        return errno;
    }
    snprintf(beside, sizeof beside, "%s/.cclb-capsule-XXXXXX", folder);
    int problem = write_beside(beside, bytes);
    if (problem == 0) {
        problem = take_place(beside, folder, at, name, number);
    }
    close(at);
    return problem;
}
