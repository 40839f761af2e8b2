/* SPDX-License-Identifier: Apache-2.0 */
/* files.c - a new file is written beside the old one and takes its name at the end. */

#include "files.h"

#include "cclb/escape.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <libgen.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool files_is_standard(const char *path)
{
    return strcmp(path, "-") == 0;
}

const char *files_input_name(const char *path)
{
    return files_is_standard(path) ? "standard input" : path;
}

/* Reads up to `max` bytes and one, which says that there are more. Returns 0 or an errno. */
static int read_all(int from, uint64_t max, struct file *file)
{
    size_t room = 0;
    for (;;) {
        if (file->len == room) {
            room = room == 0 ? 1 << 16 : room * 2;
            uint8_t *larger = realloc(file->data, room);
            if (larger == NULL) {
                return ENOMEM;
            }
            file->data = larger;
        }
        ssize_t taken = files_take(from, file->data + file->len, room - file->len);
        if (taken < 0) {
            return errno;
        }
        file->len += (size_t)taken;
        if (taken == 0 || file->len > max) {
            return 0;
        }
    }
}

static bool fail_number(struct file_fault *fault, int number)
{
    *fault = (struct file_fault){.number = number};
    snprintf(fault->message, sizeof fault->message, "%s", strerror(number));
    return false;
}

/* `size` is what the file says it has; 0: it does not say. */
static bool fail_size(struct file_fault *fault, uint64_t size, uint64_t max)
{
    *fault = (struct file_fault){.number = EFBIG};
    if (size > 0) {
        snprintf(fault->message, sizeof fault->message, "%" PRIu64 " bytes, above the limit of %" PRIu64 " bytes", size,
                 max);
    } else {
        snprintf(fault->message, sizeof fault->message, "above the limit of %" PRIu64 " bytes", max);
    }
    return false;
}

/* Loads what is open. */
static bool load(int from, uint64_t max, struct file *file, struct file_fault *fault)
{
    struct stat about;
    if (from < 0 || fstat(from, &about) != 0) {
        return fail_number(fault, errno);
    }
    uint64_t size = S_ISREG(about.st_mode) ? (uint64_t)about.st_size : 0;
    if (size > max) {
        return fail_size(fault, size, max);
    }
    int number = read_all(from, max, file);
    if (number != 0) {
        return fail_number(fault, number);
    }
    return file->len <= max || fail_size(fault, 0, max);
}

bool files_load(const char *path, uint64_t max, struct file *file, struct file_fault *fault)
{
    int from = files_is_standard(path) ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    *file = (struct file){0};
    bool loaded = load(from, max, file, fault);
    if (from > STDIN_FILENO) {
        close(from);
    }
    if (!loaded) {
        free(file->data);
        *file = (struct file){0};
    }
    return loaded;
}

bool files_is_endless(const char *path)
{
    struct stat about;
    return stat(path, &about) == 0 && !S_ISREG(about.st_mode) && !S_ISDIR(about.st_mode);
}

bool files_load_regular(const char *path, struct file *file, struct file_fault *fault)
{
    if (files_is_endless(path)) {
        *file = (struct file){0};
        *fault = (struct file_fault){.number = EINVAL};
        snprintf(fault->message, sizeof fault->message, "%s", FILES_NOT_REGULAR);
        return false;
    }
    return files_load(path, FILE_BYTES_MAX, file, fault);
}

bool files_is_within(const char *path, const char *root)
{
    char folder[PATH_MAX];
    char resolved[PATH_MAX];
    size_t root_len = strcmp(root, "/") == 0 ? 0 : strlen(root);
    if (strlen(path) >= sizeof folder) {
        return false;
    }
    memcpy(folder, path, strlen(path) + 1);
    if (realpath(path, resolved) == NULL) {
        /* What is there and cannot be told where, such as a deleted file that is open, could be anywhere. */
        struct stat about;
        bool is_somewhere = lstat(path, &about) == 0 && (stat(path, &about) == 0 || errno != ENOENT);
        if (is_somewhere || realpath(dirname(folder), resolved) == NULL) {
            return false;
        }
    }
    return strncmp(resolved, root, root_len) == 0 && (resolved[root_len] == '/' || resolved[root_len] == '\0');
}

enum exit_status files_read(struct session *session, const char *path, uint64_t max, const char *raise,
                            struct file *file)
{
    struct file_fault fault;
    if (files_load(path, max, file, &fault)) {
        return EXIT_DONE;
    }
    if (fault.number != EFBIG) {
        return session_fail_io(session, files_input_name(path), fault.number);
    }
    cclb_error error = {.status = CCLB_LIMIT, .hook = CCLB_HOOK_NONE, .offset = CCLB_NO_OFFSET};
    snprintf(error.message, sizeof error.message, "%s", fault.message);
    return session_fail(session, files_input_name(path), &error, raise);
}

ssize_t files_take(int from, void *bytes, size_t size)
{
    for (;;) {
        ssize_t taken = read(from, bytes, size);
        if (taken >= 0 || (errno != EINTR && errno != EAGAIN)) {
            return taken;
        }
        if (errno == EAGAIN) { /* whoever opened it does not wait; we do */
            poll(&(struct pollfd){.fd = from, .events = POLLIN}, 1, -1);
        }
    }
}

int files_put(int to, cclb_bytes bytes)
{
    size_t at = 0;
    while (at < bytes.len) {
        ssize_t written = write(to, bytes.data + at, bytes.len - at);
        if (written == 0) {
            return EIO; /* it takes nothing, and does not say why */
        }
        if (written < 0 && errno == EAGAIN) {
            poll(&(struct pollfd){.fd = to, .events = POLLOUT}, 1, -1);
        } else if (written < 0 && errno != EINTR) {
            return errno;
        }
        at += written > 0 ? (size_t)written : 0;
    }
    return 0;
}

int files_stream_named(const char *path)
{
    static const char *const names[] = {[STDOUT_FILENO] = "/dev/stdout", [STDERR_FILENO] = "/dev/stderr"};
    for (int i = STDOUT_FILENO; i <= STDERR_FILENO; i++) {
        char by_number[] = "/dev/fd/0";
        by_number[sizeof by_number - 2] = (char)('0' + i);
        if (strcmp(path, names[i]) == 0 || strcmp(path, by_number) == 0) {
            return i;
        }
    }
    return -1;
}

/* What cannot be replaced is written to. Returns 0 or an errno; ENOTTY for what is no text on a terminal. */
static int write_in_place(const char *path, cclb_bytes bytes, bool is_text)
{
    int stream = files_stream_named(path);
    int to = stream < 0 ? open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY) : dup(stream);
    if (to < 0) {
        return errno;
    }
    int number = !is_text && isatty(to) ? ENOTTY : files_put(to, bytes);
    return close(to) != 0 && number == 0 ? errno : number;
}

mode_t files_new_mode(mode_t most)
{
    mode_t mask = umask(0);
    umask(mask);
    return most & ~mask;
}

/* A group that the file cannot be given has what others have: ours was not meant to have more. */
static mode_t without_group(mode_t mode)
{
    return (mode & ~(mode_t)0070) | (mode & 0007) << 3;
}

/*
 * Gives the new file the owner, the group and the permissions of the one it replaces, which is NULL if there is none.
 * Whoever is not in the group may write to the file all the same, and goes without. Set-user-ID and its like do not pass
 * to other contents. Returns 0 or an errno.
 */
static int take_over(int file, const struct stat *old)
{
    struct stat new;
    mode_t mode = old ? old->st_mode & 0777 : files_new_mode(0666);
    if (fstat(file, &new) != 0) {
        return errno;
    }
    if (old && old->st_uid != new.st_uid &&fchown(file, old->st_uid, (gid_t)-1) != 0) {
        return errno;
    }
    if (old && old->st_gid != new.st_gid &&fchown(file, (uid_t)-1, old->st_gid) != 0) {
        mode = without_group(mode);
    }
    return fchmod(file, mode) == 0 ? 0 : errno;
}

/* Writes a file beside `path` and renames it. Returns 0 or an errno. */
static int replace(const char *path, const struct stat *old, cclb_bytes bytes)
{
    char folder[PATH_MAX];
    char beside[PATH_MAX + 16];
    if (strlen(path) >= sizeof folder) {
        return ENAMETOOLONG;
    }
    memcpy(folder, path, strlen(path) + 1);
    snprintf(beside, sizeof beside, "%s/.cclb-XXXXXX", dirname(folder));
    int to = mkostemp(beside, O_CLOEXEC);
    if (to < 0) {
        return errno;
    }
    int number = files_put(to, bytes);
    if (number == 0) {
        number = take_over(to, old);
    }
    if (close(to) != 0 && number == 0) {
        number = errno;
    }
    if (number == 0 && rename(beside, path) != 0) {
        number = errno;
    }
    if (number != 0) {
        unlink(beside);
    }
    return number;
}

/* Returns 0 or an errno; ENOTTY for what is no text on a terminal. */
static int store(const char *path, cclb_bytes bytes, bool is_text)
{
    struct stat about;
    bool exists = stat(path, &about) == 0;
    if (exists && S_ISDIR(about.st_mode)) {
        return EISDIR;
    }
    if (exists && (!S_ISREG(about.st_mode) || files_stream_named(path) >= 0)) {
        return write_in_place(path, bytes, is_text);
    }
    if (exists && access(path, W_OK) != 0) {
        return errno;
    }
    /* A symbolic link keeps pointing where it does; one that points nowhere has no file that could be replaced. */
    char resolved[PATH_MAX];
    if (realpath(path, resolved)) {
        return replace(resolved, exists ? &about : NULL, bytes);
    }
    int reason = errno;
    struct stat link;
    return lstat(path, &link) == 0 ? reason : replace(path, NULL, bytes);
}

int files_store(const char *path, cclb_bytes bytes)
{
    return store(path, bytes, true);
}

enum exit_status files_write(struct session *session, const char *path, cclb_bytes bytes)
{
    if (files_is_standard(path)) {
        if (isatty(STDOUT_FILENO)) {
            return session_fail_usage(session, "standard output is a terminal, and this is no text: name a file or "
                                               "pipe it on");
        }
        fwrite(bytes.data, 1, bytes.len, session->out);
        return EXIT_DONE;
    }
    int number = store(path, bytes, false);
    if (number == ENOTTY) {
        return session_fail_usage(session, "%s is a terminal, and this is no text: name a file or pipe it on", path);
    }
    return number == 0 ? EXIT_DONE : session_fail_io(session, path, number);
}
