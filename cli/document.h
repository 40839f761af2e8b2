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

/* Reads one from a file. */
enum exit_status document_read(struct session *session, const char *path, struct document *document);

/* Whether it has what a hook needs; if not, names the member and shows what to add. */
enum exit_status document_check(struct session *session, const struct document *document, cclb_hook hook);

/* The same for a stream, which has defaults in place of a request and a response, and so of a whole document. */
enum exit_status document_check_stream(struct session *session, const struct document *document);

/* Frees it. */
void document_deinit(struct document *document);

#endif
