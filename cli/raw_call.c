/* SPDX-License-Identifier: Apache-2.0 */
/* raw_call.c - see raw_call.h; answer.c shows what comes back. */

#include "raw_call.h"

#include "answer.h"

#include "cclb/json.h"

#include <stdlib.h>
#include <string.h>

enum exit_status raw_call_read(struct session *session, struct raw_call *call)
{
    return files_read(session, call->raw_in ? call->raw_in : call->archive_json, FILE_BYTES_MAX, NULL, &call->request);
}

static cclb_bytes request_bytes(const struct raw_call *call)
{
    return cclb_bytes_of(call->request.data, call->request.len);
}

/* A note, if a request that was sent as it is does not read in the plugin's form: that is why many a guest traps. */
static void note_unreadable_request(const struct raw_call *call, cclb_hook hook, cclb_form form)
{
    cclb_buffer json = {0};
    const char *type = cclb_request_type(hook);
    if (call->raw_in &&
        cclb_archive_to_json(cclb_text(type), form, request_bytes(call), NULL, &json, NULL) == CCLB_DECODE) {
        session_note("the request does not read as %s@%s, which is what this plugin takes", type, cclb_form_name(form));
    }
    cclb_buffer_deinit(&json);
}

/* The request in the plugin's own form, which is `archive` if it was JSON. */
static enum exit_status encode(struct session *session, const struct raw_call *call, cclb_hook hook, cclb_form form,
                               cclb_buffer *archive, cclb_bytes *request)
{
    cclb_error error;
    *request = request_bytes(call);
    if (call->raw_in) {
        return EXIT_DONE;
    }
    if (cclb_archive_from_json(cclb_text(cclb_request_type(hook)), form, *request, NULL, archive, &error) != CCLB_OK) {
        bool is_document = strncmp(error.message, "$.request:", strlen("$.request:")) == 0;
        return session_fail(session, files_input_name(call->archive_json), &error,
                            is_document ? "a host document is for --request" : NULL);
    }
    *request = cclb_bytes_of(archive->data, archive->len);
    return EXIT_DONE;
}

enum exit_status raw_call_make(struct session *session, const struct raw_call *call, const struct plugin *plugin,
                               cclb_hook hook, const char *raw_out, struct emitter *emitter)
{
    cclb_buffer archive = {0};
    cclb_bytes request;
    cclb_lease lease;
    cclb_error error;
    cclb_target target = cclb_by_handle(plugin->handle);
    enum exit_status status = encode(session, call, hook, plugin->report->form, &archive, &request);
    if (status != EXIT_DONE) {
        return status;
    }
    if (cclb_call_raw(plugin->runtime, &target, hook, &request, 1, &lease, &error) == CCLB_OK) {
        status = answer_tell(session, hook, &lease, raw_out, emitter);
        cclb_lease_return(&lease);
    } else {
        status = session_fail(session, plugin->name, &error, NULL);
        note_unreadable_request(call, hook, plugin->report->form);
    }
    cclb_buffer_deinit(&archive);
    return status;
}

void raw_call_deinit(struct raw_call *call)
{
    free(call->request.data);
    *call = (struct raw_call){0};
}
