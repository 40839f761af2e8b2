/* SPDX-License-Identifier: Apache-2.0 */
/*
 * session.h - one run of the command: what was asked, what goes to standard output, and how it ends.
 *
 * Standard output is gathered in memory and written once, at the end: a run that fails leaves nothing half said, and
 * with --json there is one object or the other. Where standard output is a stream that goes out as it comes
 * (outlet.h), what is gathered is the object of a file, if one was asked for. Errors and notes go to standard error at
 * once, one line each, with every foreign text in them escaped.
 */
#ifndef CLI_SESSION_H
#define CLI_SESSION_H

#include "cclb/error.h"
#include "options.h"

#include <stdio.h>

/* How the program ends (cclb(1), EXIT STATUS). */
enum exit_status {
    EXIT_DONE = 0,
    EXIT_FAULT = 1,   /* the plugin or the input is at fault */
    EXIT_USAGE = 2,   /* the command line, a file, or standard output */
    EXIT_INTERNAL = 3 /* cclb, or a machine that cannot run it */
};

/* A reason is a subject, and after it another (where a link leads), or a message with its place and a remedy. */
enum { SESSION_SUBJECT_SIZE = 1024, SESSION_REASON_SIZE = 2 * SESSION_SUBJECT_SIZE + CCLB_MESSAGE_SIZE };

struct session {
    const struct command *command; /* NULL until one is known */
    struct arguments arguments;
    bool json;
    bool colour;      /* of standard output */
    FILE *out;        /* standard output to be, or the file's content */
    const char *file; /* that takes what was gathered; NULL: standard output does */
    char *text;       /* what `out` has gathered, after session_finish() flushed it */
    size_t len;
    bool lacks_memory;                /* for a part of what was gathered, which is not written then */
    char reason[SESSION_REASON_SIZE]; /* the line that told why the run failed, safe to show; "" if it has not */
};

/* Starts a run. False if there is no memory for it. */
bool session_init(struct session *session, bool json);

/* From now on one JSON object is gathered, as with --json, and goes to a file; whole, or not at all. */
void session_divert(struct session *session, const char *file);

/* Writes what was gathered, unless it cannot be written, and frees everything. Returns the status to exit with. */
enum exit_status session_finish(struct session *session, enum exit_status status);

/* The value of an option of this command; "" for a flag; NULL if it was not given. */
const char *session_option(const struct session *session, const char *name);

/*
 * How a run fails. Each writes the line to standard error and, with --json, makes {"ok": false, "error": ...} all that
 * goes to standard output, and returns the status to exit with. `subject` is the file or operand concerned, or NULL.
 */

/* The command line is wrong; ends with where to read on. */
__attribute__((format(printf, 2, 3))) enum exit_status session_fail_usage(struct session *session, const char *format,
                                                                          ...);

/* A file or stream cannot be read or written; `number` is an errno. */
enum exit_status session_fail_io(struct session *session, const char *subject, int number);

/* The library said no; `remedy`, unless NULL or "", says what to do about it. The status follows from the error. */
enum exit_status session_fail(struct session *session, const char *subject, const cclb_error *error,
                              const char *remedy);

/*
 * A file beside an object that was told already cannot be written. The object stays what it is and gets a member of that
 * name, with the error; if all went well until then, that is its `error` too.
 */
enum exit_status session_fail_beside(struct session *session, const char *key, const char *path, int number);

/* There is no memory for `what`. */
enum exit_status session_fail_memory(struct session *session, const char *what);

/* The same as an error of a call: says so in *error, and returns CCLB_NO_MEMORY. */
cclb_status session_lacks_memory(cclb_error *error, const char *what);

enum { SESSION_PLACE_SIZE = 64 };

/* " (rule R16, offset 123)", as far as the error has them. Returns place. */
const char *session_place(const cclb_error *error, char place[SESSION_PLACE_SIZE]);

/* The line alone, for a command that writes its own object. */
void session_explain(struct session *session, const char *subject, const cclb_error *error, const char *remedy);

/* The same for what does not end the run. */
void session_complain(const char *subject, const cclb_error *error, const char *remedy);

/* The status that a failure of the library means. */
enum exit_status session_status_of(cclb_status status);

/*
 * A file beside standard output cannot be written; `number` is an errno. Tells it and says it in *error, and what was
 * gathered goes out all the same.
 */
void session_lose(struct session *session, const char *path, int number, cclb_error *error);

/* A line on standard error that is no failure. */
__attribute__((format(printf, 1, 2))) void session_note(const char *format, ...);

#endif
