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
    return outermost ? "the JSON of a message is for `cclb call --archive-json`" : NULL;
}

cclb_status document_parse(cclb_bytes text, struct document *document, cclb_error *error, const char **remedy)
{
    cclb_status status = cclb_host_document_read(text, NULL, &document->read, error);
    *remedy = status == CCLB_OK ? NULL : remedy_of(error);
    return status;
}

enum exit_status document_read(struct session *session, const char *path, struct document *document)
{
    struct file file;
    cclb_error error;
    const char *remedy;
    document->name = files_input_name(path);
    enum exit_status status = files_read(session, path, FILE_BYTES_MAX, NULL, &file);
    if (status != EXIT_DONE) {
        return status;
    }
    if (document_parse(cclb_bytes_of(file.data, file.len), document, &error, &remedy) != CCLB_OK) {
        status = session_fail(session, document->name, &error, remedy);
    }
    free(file.data);
    return status;
}

/* What a hook cannot do without, and what to add. */
struct lack {
    const char *member; /* NULL: nothing is missing */
    const char *remedy;
};

static struct lack method_lacking(const struct document *document)
{
    return cclb_host_document_request(document->read)->method.len > 0
               ? (struct lack){NULL, NULL}
               : (struct lack){"$.request.method", "add \"method\": \"POST\""};
}

static struct lack status_lacking(const struct document *document)
{
    return cclb_host_document_response(document->read)->status != 0
               ? (struct lack){NULL, NULL}
               : (struct lack){"$.response.status", "add \"status\": 200"};
}

static struct lack response_lacking(const struct document *document)
{
    return cclb_host_document_response(document->read) ? status_lacking(document)
                                                       : (struct lack){"$.response", RESPONSE_EXAMPLE};
}

static struct lack find_lack(const struct document *document, cclb_hook hook)
{
    if (hook == CCLB_HOOK_OBSERVE) {
        return cclb_host_document_observation(document->read)
                   ? (struct lack){NULL, NULL}
                   : (struct lack){"$.observation",
                                   "add \"observation\": {\"kind\": \"request_started\", \"request_id\": \"req-1\"}"};
    }
    if (cclb_host_document_request(document->read) == NULL) {
        return (struct lack){"$.request", "add \"request\": {\"method\": \"POST\", \"path\": \"/v1/messages\"}"};
    }
    struct lack lack = method_lacking(document);
    if (lack.member || hook == CCLB_HOOK_FILTER || hook == CCLB_HOOK_SHAPE) {
        return lack;
    }
    lack = response_lacking(document);
    bool has_event = hook != CCLB_HOOK_TRANSFORM_SSE_EVENT || cclb_host_document_event(document->read);
    return lack.member || has_event
               ? lack
               : (struct lack){"$.event", "add \"event\": {\"event\": \"ping\", \"data\": \"{}\"}"};
}

/* The same for a stream. */
static struct lack find_stream_lack(const struct document *document)
{
    struct lack lack = {NULL, NULL};
    if (document->read && cclb_host_document_request(document->read)) {
        lack = method_lacking(document);
    }
    if (lack.member == NULL && document->read && cclb_host_document_response(document->read)) {
        lack = status_lacking(document);
    }
    return lack;
}

static cclb_status say(struct lack lack, cclb_hook hook, cclb_error *error, const char **remedy)
{
    if (lack.member == NULL) {
        return CCLB_OK;
    }
    *error = (cclb_error){.status = CCLB_BAD_INPUT, .hook = hook, .offset = CCLB_NO_OFFSET};
    snprintf(error->message, sizeof error->message, "%s: missing, and %s needs it", lack.member, cclb_hook_name(hook));
    *remedy = lack.remedy;
    return error->status;
}

cclb_status document_examine(const struct document *document, cclb_hook hook, cclb_error *error, const char **remedy)
{
    return say(find_lack(document, hook), hook, error, remedy);
}

cclb_status document_examine_stream(const struct document *document, cclb_error *error, const char **remedy)
{
    return say(find_stream_lack(document), CCLB_HOOK_TRANSFORM_SSE_EVENT, error, remedy);
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
    cclb_error error;
    const char *remedy;
    if (document_examine(document, hook, &error, &remedy) != CCLB_OK) {
        return session_fail(session, document->name, &error, remedy);
    }
    if (hook == CCLB_HOOK_FILTER) {
        note_no_candidates(document);
    }
    return EXIT_DONE;
}

enum exit_status document_check_stream(struct session *session, const struct document *document)
{
    cclb_error error;
    const char *remedy;
    return document_examine_stream(document, &error, &remedy) == CCLB_OK
               ? EXIT_DONE
               : session_fail(session, document->name, &error, remedy);
}

void document_deinit(struct document *document)
{
    cclb_host_document_destroy(document->read);
    *document = (struct document){0};
}
