/* SPDX-License-Identifier: Apache-2.0 */
/* document.c - the library reads the document; what a hook cannot do without is looked for here, ahead of any call. */

#include "document.h"

#include "files.h"

#include <stdlib.h>
#include <string.h>

#define RESPONSE_EXAMPLE                                                                                               \
    "add \"response\": {\"status\": 200, \"headers\": {\"content-type\": \"application/json\"}, \"body\": \"{}\"}"

/* For the JSON of a message, which is the other kind that `cclb call` takes. */
static const char *remedy_of(const cclb_error *error)
{
    static const char unknown[] = ": no such member";
    size_t len = strcspn(error->message, ":.["); /* "$" */
    size_t name = len + 1 + strcspn(error->message + len + 1, ":.[");
    bool outermost = error->message[len] == '.' && strncmp(error->message + name, unknown, sizeof unknown - 1) == 0;
    return outermost ? "the JSON of a message is for --archive-json" : NULL;
}

enum exit_status document_read(struct session *session, const char *path, struct document *document)
{
    struct file file;
    cclb_error error;
    document->name = files_input_name(path);
    enum exit_status status = files_read(session, path, FILE_BYTES_MAX, NULL, &file);
    if (status != EXIT_DONE) {
        return status;
    }
    if (cclb_host_document_read(cclb_bytes_of(file.data, file.len), NULL, &document->read, &error) != CCLB_OK) {
        status = session_fail(session, document->name, &error, remedy_of(&error));
    }
    free(file.data);
    return status;
}

static enum exit_status fail_missing(struct session *session, const struct document *document, cclb_hook hook,
                                     const char *member, const char *remedy)
{
    cclb_error error = {.status = CCLB_BAD_INPUT, .hook = hook, .offset = CCLB_NO_OFFSET};
    snprintf(error.message, sizeof error.message, "%s: missing, and %s needs it", member, cclb_hook_name(hook));
    return session_fail(session, document->name, &error, remedy);
}

static enum exit_status check_method(struct session *session, const struct document *document, cclb_hook hook)
{
    return cclb_host_document_request(document->read)->method.len > 0
               ? EXIT_DONE
               : fail_missing(session, document, hook, "$.request.method", "add \"method\": \"POST\"");
}

static enum exit_status check_status(struct session *session, const struct document *document, cclb_hook hook)
{
    return cclb_host_document_response(document->read)->status != 0
               ? EXIT_DONE
               : fail_missing(session, document, hook, "$.response.status", "add \"status\": 200");
}

static enum exit_status check_both(struct session *session, const struct document *document, cclb_hook hook)
{
    enum exit_status status = check_method(session, document, hook);
    if (status != EXIT_DONE || hook == CCLB_HOOK_FILTER || hook == CCLB_HOOK_SHAPE) {
        return status;
    }
    if (cclb_host_document_response(document->read) == NULL) {
        return fail_missing(session, document, hook, "$.response", RESPONSE_EXAMPLE);
    }
    return check_status(session, document, hook);
}

/* Nothing is wrong with such a request, but nothing can come of it either. */
static void note_no_candidates(const struct document *document)
{
    if (cclb_host_document_request(document->read)->candidate_count == 0) {
        session_note("note: the request has no candidates to choose from; add \"candidates\": [{\"name\": \"east\"}]");
    }
}

enum exit_status document_check(struct session *session, const struct document *document, cclb_hook hook)
{
    if (hook == CCLB_HOOK_OBSERVE) {
        return cclb_host_document_observation(document->read)
                   ? EXIT_DONE
                   : fail_missing(session, document, hook, "$.observation",
                                  "add \"observation\": {\"kind\": \"request_started\", \"request_id\": \"req-1\"}");
    }
    if (cclb_host_document_request(document->read) == NULL) {
        return fail_missing(session, document, hook, "$.request",
                            "add \"request\": {\"method\": \"POST\", \"path\": \"/v1/messages\"}");
    }
    enum exit_status status = check_both(session, document, hook);
    if (status == EXIT_DONE && hook == CCLB_HOOK_FILTER) {
        note_no_candidates(document);
    }
    if (status == EXIT_DONE && hook == CCLB_HOOK_TRANSFORM_SSE_EVENT &&
        cclb_host_document_event(document->read) == NULL) {
        status =
            fail_missing(session, document, hook, "$.event", "add \"event\": {\"event\": \"ping\", \"data\": \"{}\"}");
    }
    return status;
}

enum exit_status document_check_stream(struct session *session, const struct document *document)
{
    enum exit_status status = EXIT_DONE;
    if (document->read && cclb_host_document_request(document->read)) {
        status = check_method(session, document, CCLB_HOOK_TRANSFORM_SSE_EVENT);
    }
    if (status == EXIT_DONE && document->read && cclb_host_document_response(document->read)) {
        status = check_status(session, document, CCLB_HOOK_TRANSFORM_SSE_EVENT);
    }
    return status;
}

void document_deinit(struct document *document)
{
    cclb_host_document_destroy(document->read);
    *document = (struct document){0};
}
