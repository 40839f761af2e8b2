/* SPDX-License-Identifier: Apache-2.0 */
/*
 * emit.h - the one JSON object that a command prints with --json.
 *
 * The library makes the JSON of reports, messages and errors; this puts them and some plain values into an object.
 */
#ifndef CLI_EMIT_H
#define CLI_EMIT_H

#include "cclb/json.h"

#include <stdio.h>

/* Where the library has no memory for a value, null takes its place and what is gathered must not be used. */
struct emitter {
    FILE *out;
    bool *lacks_memory; /* set to true then */
    unsigned depth;
    bool first; /* of the members or elements at this depth */
};

/* Starts the outermost object, and ends it with a newline. */
struct emitter emit_begin(FILE *out, bool *lacks_memory);
void emit_end(struct emitter *emitter);

/* One member each; a key of NULL makes an element of the open array. */
void emit_bool(struct emitter *emitter, const char *key, bool value);
void emit_u64(struct emitter *emitter, const char *key, uint64_t value);
void emit_real(struct emitter *emitter, const char *key, double value, int decimals);
void emit_bytes(struct emitter *emitter, const char *key, cclb_bytes value); /* as cclb_bytes_to_json */
void emit_name(struct emitter *emitter, const char *key, const char *value); /* null if it is NULL or empty */
void emit_null(struct emitter *emitter, const char *key);
void emit_open(struct emitter *emitter, const char *key, char bracket); /* '{' or '[' */
void emit_close(struct emitter *emitter, char bracket);                 /* '}' or ']' */

/* JSON from the library, moved in to this depth. */
void emit_buffer(struct emitter *emitter, const char *key, const cclb_buffer *buffer);

/* The same for what the library was to make, and gives it back: null unless `status` is CCLB_OK. */
void emit_made(struct emitter *emitter, const char *key, cclb_status status, cclb_buffer *made);

/* An error of the library. */
void emit_error(struct emitter *emitter, const char *key, const cclb_error *error);

/* The members "ok" and "error": how the command ended. NULL: well. `of_file`: a file that cannot be read or written. */
void emit_verdict(struct emitter *emitter, const cclb_error *error, bool of_file);

/* An error that the library had no part in, with the keys of its errors. `status`: "usage" or "io". */
void emit_own_fault(struct emitter *emitter, const char *key, const char *status, const char *subject,
                    const char *message);

/*
 * What an object that was ended has behind its members "ok" and "error", if it says that all went well; else all its
 * members. Can stand behind others in an object.
 */
cclb_bytes emit_members(cclb_bytes object, bool *ok);

#endif
