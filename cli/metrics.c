/* SPDX-License-Identifier: Apache-2.0 */
/* metrics.c - see metrics.h; every value of a label is safe to show. */

#include "metrics.h"

#include "cclb/metrics.h"

static bool is_asked_for(const struct session *session)
{
    return session_option(session, "metrics") != NULL;
}

enum exit_status metrics_print(struct session *session, cclb_runtime *runtime, FILE *out)
{
    cclb_buffer text = {0};
    cclb_error error;
    if (!is_asked_for(session)) {
        return EXIT_DONE;
    }
    if (cclb_metrics_to_prometheus(runtime, NULL, &text, &error) != CCLB_OK) {
        return session_fail(session, NULL, &error, NULL);
    }
    fwrite(text.data, 1, text.len, out);
    cclb_buffer_deinit(&text);
    return EXIT_DONE;
}

void metrics_emit(const struct session *session, cclb_runtime *runtime, struct emitter *emitter)
{
    cclb_buffer text = {0};
    if (!is_asked_for(session)) {
        emit_null(emitter, "metrics");
        return;
    }
    cclb_status status = cclb_metrics_to_prometheus(runtime, NULL, &text, NULL);
    cclb_buffer json = {0};
    if (status == CCLB_OK) {
        status = cclb_bytes_to_json(cclb_bytes_of(text.data, text.len), NULL, &json, NULL);
    }
    emit_made(emitter, "metrics", status, &json);
    cclb_buffer_deinit(&text);
}
