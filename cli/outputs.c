/* SPDX-License-Identifier: Apache-2.0 */
/* outputs.c - see outputs.h; files are told apart by device and inode. */

#include "outputs.h"

#include "command.h"
#include "files.h"

#include "cclb/escape.h"

#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The options whose value is a file. */
static const char *const inputs[] = {"request", "archive-json", "raw-in"};
static const char *const outputs[] = {"raw-out", "capsule", "summary", "junit", "plot"};

enum { INPUTS = sizeof inputs / sizeof inputs[0], OUTPUTS = sizeof outputs / sizeof outputs[0] };

struct shown {
    char text[160];
};

static const char *show(struct shown *shown, const char *path)
{
    cclb_escape(cclb_text(path), shown->text, sizeof shown->text);
    return shown->text;
}

static bool place_of(const struct stat *about, struct output_place *place)
{
    *place = (struct output_place){.exists = true, .device = about->st_dev, .inode = about->st_ino};
    return S_ISREG(about->st_mode);
}

static bool place_of_stream(int stream, struct output_place *place)
{
    struct stat about;
    return fstat(stream, &about) == 0 && place_of(&about, place);
}

bool output_place_find(const char *path, struct output_place *place)
{
    struct stat about;
    char folder[PATH_MAX];
    if (stat(path, &about) == 0) {
        return place_of(&about, place);
    }
    if (errno != ENOENT || lstat(path, &about) == 0 || strlen(path) >= sizeof folder) {
        return false; /* also of a link that leads nowhere, which is not replaced */
    }
    memcpy(folder, path, strlen(path) + 1);
    if (stat(dirname(folder), &about) != 0) {
        return false;
    }
    const char *slash = strrchr(path, '/');
    *place = (struct output_place){.device = about.st_dev, .inode = about.st_ino, .name = slash ? slash + 1 : path};
    return true;
}

bool output_place_is(const struct output_place *a, const struct output_place *b)
{
    return a->exists == b->exists && a->device == b->device && a->inode == b->inode &&
           (a->exists || strcmp(a->name, b->name) == 0);
}

bool output_place_leads(const char *path, const struct output_place *place)
{
    struct output_place other;
    return output_place_find(path, &other) && output_place_is(place, &other);
}

/* The place of a path that a word of the command line names. */
static bool place_of_word(const char *word, struct output_place *place)
{
    return files_is_standard(word) ? place_of_stream(STDIN_FILENO, place) : output_place_find(word, place);
}

/* An output against everything that is read. */
static enum exit_status check_inputs(struct session *session, const char *option, const char *path,
                                     const struct output_place *place)
{
    struct output_place other;
    struct shown shown[2];
    for (size_t i = 0; i < INPUTS; i++) {
        const char *input = session_option(session, inputs[i]);
        if (input && place_of_word(input, &other) && output_place_is(place, &other)) {
            return session_fail_usage(session, "--%s %s is the same file as --%s %s, which it would replace", option,
                                      show(&shown[0], path), inputs[i], show(&shown[1], input));
        }
    }
    /* What a command that has outputs reads is its first operand. */
    const char *operand = session->arguments.operands[0];
    if (operand && place_of_word(operand, &other) && output_place_is(place, &other)) {
        return session_fail_usage(session, "--%s %s is the same file as the operand %s, which it would replace", option,
                                  show(&shown[0], path), show(&shown[1], operand));
    }
    if (place_of_stream(STDIN_FILENO, &other) && output_place_is(place, &other)) {
        return session_fail_usage(session, "--%s %s is the same file as standard input, which it would replace", option,
                                  show(&shown[0], path));
    }
    return EXIT_DONE;
}

/* An output against standard output, standard error, and those that stand behind it in the table. */
static enum exit_status check_outputs(struct session *session, size_t at, const char *path,
                                      const struct output_place *place)
{
    static const char *const streams[] = {[STDOUT_FILENO] = "standard output", [STDERR_FILENO] = "standard error"};
    struct output_place other;
    struct shown shown[2];
    for (int stream = STDOUT_FILENO; stream <= STDERR_FILENO; stream++) {
        if (place_of_stream(stream, &other) && output_place_is(place, &other)) {
            return session_fail_usage(session, "--%s %s is the same file as %s, which it would replace", outputs[at],
                                      show(&shown[0], path), streams[stream]);
        }
    }
    for (size_t i = at + 1; i < OUTPUTS; i++) {
        const char *output = session_option(session, outputs[i]);
        if (output && output_place_leads(output, place)) {
            return session_fail_usage(session, "--%s %s is the same file as --%s %s: one would replace the other",
                                      outputs[at], show(&shown[0], path), outputs[i], show(&shown[1], output));
        }
    }
    return EXIT_DONE;
}

enum exit_status outputs_check_path(struct session *session, const char *option, const char *path)
{
    struct output_place place;
    return output_place_find(path, &place) ? check_inputs(session, option, path, &place) : EXIT_DONE;
}

enum exit_status outputs_check(struct session *session)
{
    enum exit_status status = EXIT_DONE;
    for (size_t i = 0; i < OUTPUTS && status == EXIT_DONE; i++) {
        struct output_place place;
        const char *path = session_option(session, outputs[i]);
        /* What is written on into an open stream replaces nothing. */
        if (path && !files_is_standard(path) && files_stream_named(path) < 0 && output_place_find(path, &place)) {
            status = check_inputs(session, outputs[i], path, &place);
            status = status == EXIT_DONE ? check_outputs(session, i, path, &place) : status;
        }
    }
    return status;
}
