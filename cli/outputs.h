/* SPDX-License-Identifier: Apache-2.0 */
/* outputs.h - what a command writes replaces neither what it reads nor what else it writes. */
#ifndef CLI_OUTPUTS_H
#define CLI_OUTPUTS_H

#include "session.h"

#include <sys/types.h>

/* Which file a path leads to, links followed; of one that does not exist, which it would be. */
struct output_place {
    bool exists;
    dev_t device; /* of the file, or of the folder in which it would be */
    ino_t inode;
    const char *name; /* in that folder; NULL: the file exists */
};

/* False if it leads to no regular file and can lead to none: whatever that is, nothing can replace it. */
bool output_place_find(const char *path, struct output_place *place);

bool output_place_is(const struct output_place *a, const struct output_place *b);

/* Whether a path leads there. */
bool output_place_leads(const char *path, const struct output_place *place);

/* Refuses outputs that are the same file as an input, or as each other. */
enum exit_status outputs_check(struct session *session);

/* The same for the path that an option names in a roundabout way. */
enum exit_status outputs_check_path(struct session *session, const char *option, const char *path);

#endif
