/* SPDX-License-Identifier: Apache-2.0 */
/* conformance_json.c - every figure of the page, with what is missing as null. */

#include "conformance_text.h"

static void emit_fault(struct emitter *emitter, cclb_status status, const cclb_error *error)
{
    if (status == CCLB_OK) {
        emit_null(emitter, "error");
    } else {
        emit_error(emitter, "error", error);
    }
}

static void emit_request(struct emitter *emitter, const struct request_result *request)
{
    emit_open(emitter, NULL, '{');
    emit_name(emitter, "name", request->name);
    emit_fault(emitter, request->status, &request->error);
    emit_bool(emitter, "same_after_other", request->same_after_other);
    emit_bool(emitter, "same_again", request->same_again);
    emit_u64(emitter, "answer_bytes", request->answer_bytes);
    emit_u64(emitter, "fuel", request->fuel);
    emit_u64(emitter, "memory_bytes", request->memory_bytes);
    emit_u64(emitter, "duration_ns", request->duration_ns);
    emit_close(emitter, '}');
}

static void emit_growth(struct emitter *emitter, const struct growth *growth)
{
    emit_open(emitter, "growth", '{');
    emit_name(emitter, "fuel", growth_kind_name(growth->fuel));
    emit_name(emitter, "memory", growth_kind_name(growth->memory));
    emit_open(emitter, "points", '[');
    for (size_t i = 0; i < growth->count; i++) {
        const struct growth_point *point = &growth->points[i];
        emit_open(emitter, NULL, '{');
        emit_u64(emitter, "payload_bytes", point->payload_bytes);
        emit_u64(emitter, "fuel", point->fuel);
        emit_u64(emitter, "memory_bytes", point->memory_bytes);
        emit_u64(emitter, "duration_ns", point->duration_ns);
        emit_close(emitter, '}');
    }
    emit_close(emitter, ']');
    if (!growth->refused) {
        emit_null(emitter, "refused_bytes");
        emit_null(emitter, "refusal");
    } else {
        emit_u64(emitter, "refused_bytes", growth->refused_bytes);
        emit_error(emitter, "refusal", &growth->refusal);
    }
    emit_close(emitter, '}');
}

static void emit_refusing(struct emitter *emitter, const cclb_report *report, const struct host_answers *answers)
{
    emit_open(emitter, "refused_by", '[');
    for (size_t i = 0; i < report->verdict_count; i++) {
        if (host_answers_refused_by(answers, report->verdicts[i].runtime)) {
            emit_name(emitter, NULL, report->verdicts[i].runtime);
        }
    }
    emit_close(emitter, ']');
}

static void emit_hook(struct emitter *emitter, const cclb_report *report, const struct hook_run *hook)
{
    bool asked = !hook->noop && hook->status == CCLB_OK;
    emit_open(emitter, NULL, '{');
    emit_name(emitter, "hook", cclb_hook_name(hook->hook));
    emit_name(emitter, "mode", hook->noop ? "noop" : "active");
    emit_name(emitter, "slot", cclb_slot_kind_name(hook->kind));
    emit_fault(emitter, hook->status, &hook->error);
    emit_open(emitter, "requests", '[');
    for (size_t i = 0; i < hook->request_count; i++) {
        emit_request(emitter, &hook->requests[i]);
    }
    emit_close(emitter, ']');
    emit_bool(emitter, "cut_short", hook->cut_short);
    if (asked && !hook->cut_short) {
        emit_growth(emitter, &hook->growth);
        const struct host_answer *refusal = host_answers_refusal(&hook->hosts);
        emit_open(emitter, "host", '{');
        emit_fault(emitter, refusal ? refusal->status : CCLB_OK, refusal ? &refusal->error : NULL);
        emit_refusing(emitter, report, &hook->hosts);
        emit_close(emitter, '}');
    } else {
        emit_null(emitter, "growth");
        emit_null(emitter, "host");
    }
    emit_close(emitter, '}');
}

void conformance_emit(struct emitter *emitter, const cclb_report *report, const struct conformance_run *run)
{
    const struct conformance_counts counts = conformance_count(run);
    emit_u64(emitter, "requests", counts.requests);
    emit_u64(emitter, "failed", counts.failed);
    emit_u64(emitter, "differing", counts.differing);
    emit_u64(emitter, "refused", counts.refused);
    emit_open(emitter, "hooks", '[');
    for (size_t i = 0; i < run->hook_count; i++) {
        emit_hook(emitter, report, &run->hooks[i]);
    }
    emit_close(emitter, ']');
}
