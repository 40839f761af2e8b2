/* SPDX-License-Identifier: Apache-2.0 */
/*
 * document.h - a host document (docs/json.md): what is told to a plugin in the terms of a proxy.
 */
#ifndef CLI_DOCUMENT_H
#define CLI_DOCUMENT_H

#include "session.h"

#include "cclb/json.h"

/* Zeroed: none was given. */
struct document {
    const char *name; /* what to call its file */
    cclb_host_document *read;
};

/* Reads one; unless that is CCLB_OK, *error says why not, and *remedy what to do, or is NULL. */
cclb_status document_parse(cclb_bytes text, struct document *document, cclb_error *error, const char **remedy);

/* Whether it has what a hook needs; unless that is CCLB_OK, *error names the member and *remedy shows what to add. */
cclb_status document_examine(const struct document *document, cclb_hook hook, cclb_error *error, const char **remedy);

/* The same for a stream, which has defaults in place of a request and a response, and so of a whole document. */
cclb_status document_examine_stream(const struct document *document, cclb_error *error, const char **remedy);

/* Each of these with a file, or telling what is wrong. */
enum exit_status document_read(struct session *session, const char *path, struct document *document);
enum exit_status document_check(struct session *session, const struct document *document, cclb_hook hook);
enum exit_status document_check_stream(struct session *session, const struct document *document);

/* Frees it. */
void document_deinit(struct document *document);

#endif
