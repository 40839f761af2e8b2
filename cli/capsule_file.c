/* SPDX-License-Identifier: Apache-2.0 */
/* capsule_file.c - the capsule is taken from the library during the call, and written when all else is told. */

#include "capsule_file.h"

#include "cclb/escape.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static void take(void *context, cclb_bytes json, const cclb_capsule_info *info)
{
    struct capsule_file *file = context;
    file->readable = info->readable;
    file->capsule.data = malloc(json.len + 1);
    if (file->capsule.data == NULL) {
        file->lacks_memory = true;
        return;
    }
    memcpy(file->capsule.data, json.data, json.len);
    file->capsule.data[json.len] = '\n';
    file->capsule.len = json.len + 1;
}

enum exit_status capsule_file_choose(struct session *session, struct capsule_file *file, cclb_runtime_options *options)
{
    bool keep_unreadable = session_option(session, "keep-unreadable") != NULL;
    file->path = session_option(session, "capsule");
    if (keep_unreadable && (file->path == NULL || session_option(session, "raw-in") == NULL)) {
        return session_fail_usage(session, "--keep-unreadable is for a call with --raw-in and --capsule");
    }
    if (file->path == NULL) {
        return EXIT_DONE;
    }
    file->keep_unreadable = keep_unreadable;
    if (files_is_standard(file->path)) {
        return session_fail_usage(session, "--capsule -: standard output is for the result; name a file");
    }
    options->capsules = (cclb_capsule_options){
        .call = take,
        .context = file,
        .bytes_max = FILE_BYTES_MAX,
        .count_max = 1,
        .keep_unreadable = keep_unreadable,
    };
    return EXIT_DONE;
}

/* For its owner alone: a request may hold what nobody else should read. */
static int store(const char *path, cclb_bytes bytes)
{
    mode_t mask = umask(077);
    int number = files_store(path, bytes);
    umask(mask);
    return number;
}

/* Where no name in the request is known, nothing of it is masked. */
static void note_stored(const struct capsule_file *file)
{
    char shown[256];
    cclb_escape(cclb_text(file->path), shown, sizeof shown);
    if (file->readable) {
        session_note("the failed call is kept in %s; `cclb replay` makes it once more", shown);
    } else if (file->keep_unreadable) {
        session_note("the failed call is kept in %s; `cclb replay` makes it once more; its request does not read, and "
                     "nothing is masked in it",
                     shown);
    } else {
        session_note(
            "the failed call is told of in %s, without its request, which does not read, so that nothing in it "
            "can be masked; --keep-unreadable keeps it all the same",
            shown);
    }
}

enum exit_status capsule_file_write(struct session *session, struct capsule_file *file, enum exit_status status)
{
    int number = file->lacks_memory ? ENOMEM : 0;
    if (file->capsule.data) {
        number = store(file->path, cclb_bytes_of(file->capsule.data, file->capsule.len));
    }
    if (number != 0) {
        status = session_fail_beside(session, "capsule_error", file->path, number);
    } else if (file->capsule.data) {
        note_stored(file);
    }
    free(file->capsule.data);
    *file = (struct capsule_file){0};
    return status;
}
