/* SPDX-License-Identifier: Apache-2.0 */
/* verdict.c - see verdict.h. */

#include "verdict.h"

#include "choices.h"
#include "emit.h"
#include "report_text.h"

static enum exit_status tell_json(struct session *session, const cclb_report *report)
{
    cclb_buffer made = {0};
    cclb_error error;
    if (cclb_report_to_json(report, NULL, &made, &error) != CCLB_OK) {
        return session_fail(session, NULL, &error, NULL);
    }
    struct emitter emitter = emit_begin(session->out, &session->lacks_memory);
    bool ok = report->verdict.status == CCLB_OK;
    emit_bool(&emitter, "ok", ok);
    if (ok) {
        emit_null(&emitter, "error");
    } else {
        emit_error(&emitter, "error", &report->verdict);
    }
    emit_buffer(&emitter, "report", &made);
    emit_end(&emitter);
    cclb_buffer_deinit(&made);
    return session_status_of(report->verdict.status);
}

enum exit_status verdict_tell(struct session *session, const struct file *module, cclb_report *report, bool static_only)
{
    const char *subject = files_input_name(session->arguments.operands[0]);
    bool refused = report->verdict.status != CCLB_OK;
    const char *remedy = choose_remedy(module, report);
    if (refused) {
        session_explain(session, subject, &report->verdict, remedy);
    }
    enum exit_status status = session_status_of(report->verdict.status);
    if (session->json) {
        status = tell_json(session, report);
    } else {
        report_text_print(session, subject, report, remedy, static_only);
    }
    cclb_report_destroy(report);
    return status;
}
