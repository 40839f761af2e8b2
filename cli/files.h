/* SPDX-License-Identifier: Apache-2.0 */
/*
 * files.h - files in, whole and within a bound; files out, whole or not at all. "-" is standard input or output.
 */
#ifndef CLI_FILES_H
#define CLI_FILES_H

#include "session.h"

#include <sys/types.h>

/* The most that is read of anything but a module, whose bound is an option. */
#define FILE_BYTES_MAX (UINT64_C(1) << 30)

/* Bytes from malloc; free data. Zeroed: empty. */
struct file {
    uint8_t *data;
    size_t len;
};

/* Why a file cannot be read, safe to show. */
struct file_fault {
    int number; /* an errno; EFBIG: it is larger than asked for */
    char message[128];
};

/* Reads a file of at most `max` bytes, or says in *fault why it cannot; *file is empty then. */
bool files_load(const char *path, uint64_t max, struct file *file, struct file_fault *fault);

/* The same for a file that is to be there still when it is read again: no pipe and no device. */
bool files_load_regular(const char *path, struct file *file, struct file_fault *fault);

/* Whether there is a pipe or a device, which could be waited for without end. */
bool files_is_endless(const char *path);

/* What is said of one among files that the command picks by itself. */
#define FILES_NOT_REGULAR "a pipe or a device: what belongs to a case is a regular file"

/*
 * Whether a path leads to something in the folder `root`, whose own name is resolved; if it leads nowhere yet, whether
 * its folder is in there. Nobody may change links at the same time.
 */
bool files_is_within(const char *path, const char *root);

/* As files_load(), but tells why not, and returns the status; `raise` says how to raise the bound, or is NULL. */
enum exit_status files_read(struct session *session, const char *path, uint64_t max, const char *raise,
                            struct file *file);

/*
 * Writes a file in place of what was there, with that one's owner and permissions and if we may with its group, or leaves
 * that alone and tells why. To standard output only if that is no terminal.
 */
enum exit_status files_write(struct session *session, const char *path, cclb_bytes bytes);

/* The same for text of ours, which a terminal may have too; tells nothing. Returns 0 or an errno. */
int files_store(const char *path, cclb_bytes bytes);

/* Reads what there is, waiting for it; 0 at the end. Returns -1 with errno. */
ssize_t files_take(int from, void *bytes, size_t size);

/* Writes all of it, waiting where it takes that. Returns 0 or an errno. */
int files_put(int to, cclb_bytes bytes);

/* The permissions, of those, that a new file or folder gets from open(2) or mkdir(2). */
mode_t files_new_mode(mode_t most);

/*
 * Standard output or error, if that is what a path names, by its number; else -1. To open it again could overwrite what
 * others wrote to it.
 */
int files_stream_named(const char *path);

/* Whether this is standard input or output. */
bool files_is_standard(const char *path);

/* What to call it in messages. */
const char *files_input_name(const char *path);

#endif
