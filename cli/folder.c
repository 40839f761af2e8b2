/* SPDX-License-Identifier: Apache-2.0 */
/* folder.c - see folder.h. */

#include "folder.h"

#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { WALK_FILES_OPEN = 8 };

/* Gives a folder of mkdtemp(3), which is its owner's alone, the permissions that mkdir(2) leaves. */
static int open_up(const char *path)
{
    return chmod(path, files_new_mode(0777)) == 0 ? 0 : errno;
}

int folder_begin(struct folder *folder, const char *path)
{
    struct stat about;
    *folder = (struct folder){.path = path};
    if (strlen(path) >= PATH_MAX) {
        return ENAMETOOLONG;
    }
    if (lstat(path, &about) == 0) {
        return EEXIST;
    }
    char parent[PATH_MAX];
    memcpy(parent, path, strlen(path) + 1);
    snprintf(folder->beside, sizeof folder->beside, "%s/.cclb-XXXXXX", dirname(parent));
    if (mkdtemp(folder->beside) == NULL) {
        folder->beside[0] = '\0';
        return errno;
    }
    return open_up(folder->beside);
}

/* Makes the folders that a file is in, below the first `base` characters of its path. */
static int make_folders(char *path, size_t base)
{
    for (char *slash = strchr(path + base + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        int number = mkdir(path, 0777) == 0 || errno == EEXIST ? 0 : errno;
        *slash = '/';
        if (number != 0) {
            return number;
        }
    }
    return 0;
}

int folder_add(struct folder *folder, const char *name, cclb_bytes text)
{
    char path[2 * PATH_MAX];
    if ((size_t)snprintf(path, sizeof path, "%s/%s", folder->beside, name) >= sizeof path) {
        return ENAMETOOLONG;
    }
    int number = make_folders(path, strlen(folder->beside));
    if (number != 0) {
        return number;
    }
    int to = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (to < 0) {
        return errno;
    }
    number = files_put(to, text);
    return close(to) != 0 && number == 0 ? errno : number;
}

int folder_finish(struct folder *folder)
{
    /* What came to its place meanwhile stays: only an empty folder can be replaced by one. */
    if (rename(folder->beside, folder->path) != 0) {
        return errno;
    }
    folder->beside[0] = '\0';
    return 0;
}

static int take_away(const char *path, const struct stat *about, int type, struct FTW *place)
{
    (void)about;
    (void)type;
    (void)place;
    return remove(path);
}

void folder_abandon(struct folder *folder)
{
    if (folder->beside[0] != '\0') {
        nftw(folder->beside, take_away, WALK_FILES_OPEN, FTW_DEPTH | FTW_PHYS);
        folder->beside[0] = '\0';
    }
}
