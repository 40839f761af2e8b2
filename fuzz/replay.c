/* SPDX-License-Identifier: Apache-2.0 */
/*
 * replay.c - a fuzz target without libFuzzer: each file that is named, and each file in a folder that is named, goes
 * through it once. With it any compiler can replay what was found before.
 *
 * usage: fuzz_TARGET FILE|FOLDER...
 */

#include "target.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* What is being tried, for whoever looks at the core. */
static char path[4096];

static void give_up(void)
{
    perror(path);
    exit(2);
}

static void replay_file(size_t size)
{
    FILE *file = fopen(path, "rb");
    uint8_t *data = malloc(size > 0 ? size : 1);
    if (file == NULL || data == NULL || fread(data, 1, size, file) != size) {
        give_up();
    }
    fclose(file);
    /* Told before it is tried, so that the last line names the one that failed. */
    printf("%s\n", path);
    fflush(stdout);
    (void)LLVMFuzzerTestOneInput(data, size);
    free(data);
}

/* Replays what `path` names; returns how many files that was. */
static size_t replay(void)
{
    struct stat entry;
    if (stat(path, &entry) != 0) {
        give_up();
    }
    if (!S_ISDIR(entry.st_mode)) {
        replay_file((size_t)entry.st_size);
        return 1;
    }
    struct dirent **names;
    int count = scandir(path, &names, NULL, alphasort);
    if (count < 0) {
        give_up();
    }
    size_t len = strlen(path);
    size_t files = 0;
    for (int i = 0; i < count; i++) {
        if (names[i]->d_name[0] != '.') {
            snprintf(path + len, sizeof path - len, "/%s", names[i]->d_name);
            files += replay();
        }
        free(names[i]);
    }
    free(names);
    path[len] = '\0';
    return files;
}

int main(int argc, char **argv)
{
    size_t files = 0;
    for (int i = 1; i < argc; i++) {
        snprintf(path, sizeof path, "%s", argv[i]);
        files += replay();
    }
    printf("%zu inputs\n", files);
    return files > 0 ? 0 : 1;
}
