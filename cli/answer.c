/* SPDX-License-Identifier: Apache-2.0 */
/*
 * answer.c - a call that succeeded is a success, whatever its bytes are (spec rule R59); so what does not read is told
 * and shown, and changes nothing in how the command ends.
 */

#include "answer.h"

#include "files.h"
#include "text.h"

struct answer {
    cclb_bytes bytes;
    const char *type;      /* NULL: answers of this hook have none */
    cclb_status status;    /* of reading it; CCLB_OK where there is no type */
    cclb_error unreadable; /* unless that is CCLB_OK */
    cclb_buffer value;     /* if there is a type and it reads */
};

static void put_text(FILE *out, const struct answer *answer)
{
    if (answer->value.data) {
        fwrite(answer->value.data, 1, answer->value.len, out);
        fputc('\n', out);
    } else if (answer->bytes.len > 0) {
        struct text count;
        fprintf(out, "%s bytes%s%s:\n", text_count(&count, answer->bytes.len),
                answer->type ? " that do not read as " : "", answer->type ? answer->type : "");
        text_hex(out, answer->bytes, 0);
    }
}

void answer_facts(cclb_hook hook, const cclb_lease *lease)
{
    struct text duration;
    struct text memory;
    struct text count;
    session_note("%s: form %s, rules of runtime %s; %s, %s of memory, %s bytes of answer", cclb_hook_name(hook),
                 cclb_form_name(lease->form), cclb_reference_name(lease->reference),
                 text_duration(&duration, lease->duration_ns), text_size(&memory, lease->memory_bytes),
                 text_count(&count, lease->output.len));
}

static void put_hex(struct emitter *emitter, cclb_bytes bytes)
{
    char digits[2 * TEXT_HEX_BYTES + 1] = "";
    size_t shown = bytes.len < TEXT_HEX_BYTES ? bytes.len : TEXT_HEX_BYTES;
    for (size_t at = 0; at < shown; at++) {
        snprintf(digits + 2 * at, 3, "%02x", bytes.data[at]);
    }
    emit_bytes(emitter, "hex", cclb_text(digits));
}

static void put_json(struct emitter *emitter, cclb_hook hook, const cclb_lease *lease, const struct answer *answer,
                     const char *raw_out)
{
    emit_name(emitter, "hook", cclb_hook_name(hook));
    emit_name(emitter, "form", cclb_form_name(lease->form));
    emit_name(emitter, "reference", cclb_reference_name(lease->reference));
    emit_u64(emitter, "duration_ns", lease->duration_ns);
    emit_u64(emitter, "memory_bytes", lease->memory_bytes);
    emit_open(emitter, "answer", '{');
    emit_u64(emitter, "bytes", answer->bytes.len);
    emit_name(emitter, "type", answer->type);
    if (answer->value.data) {
        emit_buffer(emitter, "value", &answer->value);
        emit_null(emitter, "unreadable");
        emit_null(emitter, "hex");
    } else {
        emit_null(emitter, "value");
        if (answer->status == CCLB_OK) {
            emit_null(emitter, "unreadable");
        } else {
            emit_error(emitter, "unreadable", &answer->unreadable);
        }
        put_hex(emitter, answer->bytes);
    }
    emit_close(emitter, '}');
    emit_name(emitter, "raw_out", raw_out);
}

enum exit_status answer_tell(struct session *session, cclb_hook hook, const cclb_lease *lease, const char *raw_out,
                             struct emitter *emitter)
{
    struct answer answer = {.bytes = lease->output, .type = cclb_answer_type(hook)};
    if (raw_out) {
        enum exit_status status = files_write(session, raw_out, lease->output);
        if (status != EXIT_DONE) {
            return status;
        }
    }
    if (answer.type) {
        answer.status = cclb_archive_to_json(cclb_text(answer.type), lease->form, lease->output, NULL, &answer.value,
                                             &answer.unreadable);
    }
    if (answer.status != CCLB_OK && answer.status != CCLB_DECODE) {
        return session_fail(session, NULL, &answer.unreadable, NULL);
    }
    answer_facts(hook, lease);
    if (answer.status == CCLB_DECODE) {
        session_complain("note: the answer does not read", &answer.unreadable, NULL);
    }
    if (session->json) {
        put_json(emitter, hook, lease, &answer, raw_out);
    } else if (raw_out == NULL) {
        put_text(session->out, &answer);
    }
    cclb_buffer_deinit(&answer.value);
    return EXIT_DONE;
}
