/* SPDX-License-Identifier: Apache-2.0 */
/* capsule_file.h - --capsule: the first call that fails by what its plugin did is kept in a file, for `cclb replay`. */
#ifndef CLI_CAPSULE_FILE_H
#define CLI_CAPSULE_FILE_H

#include "files.h"

#include "cclb/runtime.h"

#define CAPSULE_OPTION                                                                                                 \
    {                                                                                                                  \
        "capsule", 0, "FILE",                                                                                          \
            "if a call fails by what the plugin did, store it there, with its\n"                                       \
            "request, for `cclb replay`"                                                                               \
    }

/* Zeroed: none is wanted. */
struct capsule_file {
    const char *path;
    bool keep_unreadable; /* a request in which nothing can be masked */
    struct file capsule;
    bool readable; /* the request in it is */
    bool lacks_memory;
};

/* Has the runtime make one, if the option was given; must stay where it is for as long as there is that runtime. */
enum exit_status capsule_file_choose(struct session *session, struct capsule_file *file, cclb_runtime_options *options);

/* Writes it, if there is one, and frees it. Returns `status`, or that of a failure to write. */
enum exit_status capsule_file_write(struct session *session, struct capsule_file *file, enum exit_status status);

#endif
