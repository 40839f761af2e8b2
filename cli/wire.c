/* SPDX-License-Identifier: Apache-2.0 */
/* wire.c - `cclb wire check`, `encode` and `decode`: the codec by itself. */

#include "choices.h"
#include "command.h"
#include "emit.h"
#include "progress.h"

#include "cclb/escape.h"
#include "cclb/vectors.h"

#include <stdlib.h>
#include <string.h>

/* Cases that fail are told as they are found. In JSON they stand last, so there they are gathered beside the object. */
struct check {
    struct session *session;
    bool quiet;
    char *gathered; /* the elements of the array `failures` */
    size_t gathered_len;
    struct emitter failures; /* their emitter, if session->json */
};

static void tell_case(void *context, const cclb_vector_result *result)
{
    struct check *check = context;
    if (result->passed) {
        return;
    }
    if (check->session->json) {
        emit_open(&check->failures, NULL, '{');
        emit_u64(&check->failures, "line", result->line);
        emit_bytes(&check->failures, "kind", result->kind);
        emit_bytes(&check->failures, "name", result->name);
        emit_bytes(&check->failures, "reason", cclb_text(result->reason));
        emit_close(&check->failures, '}');
    } else if (!check->quiet) {
        char kind[32];
        char name[128];
        cclb_escape(result->kind, kind, sizeof kind);
        cclb_escape(result->name, name, sizeof name);
        fprintf(check->session->out, "line %zu: %s %s: %s\n", result->line, kind, name,
                result->reason); /* which is escaped already */
    }
}

static void tell_json(const struct check *check, const cclb_vector_summary *summary, const cclb_error *error)
{
    struct emitter emitter = emit_begin(check->session->out, &check->session->lacks_memory);
    emit_verdict(&emitter, summary->failed > 0 ? error : NULL, false);
    emit_u64(&emitter, "passed", summary->passed);
    emit_u64(&emitter, "failed", summary->failed);
    emit_open(&emitter, "failures", '[');
    fwrite(check->gathered, 1, check->gathered_len, emitter.out);
    emitter.first = check->failures.first;
    emit_close(&emitter, ']');
    emit_end(&emitter);
}

static enum exit_status tell_summary(const struct check *check, const char *subject,
                                     const cclb_vector_summary *summary)
{
    cclb_error error = {.status = CCLB_DECODE, .hook = CCLB_HOOK_NONE, .offset = CCLB_NO_OFFSET};
    if (summary->failed > 0) {
        snprintf(error.message, sizeof error.message, "%zu of %zu cases failed", summary->failed,
                 summary->passed + summary->failed);
        session_complain(subject, &error, NULL);
    }
    if (check->session->json) {
        tell_json(check, summary, &error);
    } else {
        fprintf(check->session->out, "%zu passed, %zu failed\n", summary->passed, summary->failed);
    }
    return summary->failed == 0 ? EXIT_DONE : EXIT_FAULT;
}

static enum exit_status run_check(struct session *session)
{
    const char *path = session->arguments.operands[0];
    const char *subject = files_input_name(path);
    struct file vectors = {0};
    enum exit_status status = files_read(session, path, FILE_BYTES_MAX, NULL, &vectors);
    if (status != EXIT_DONE) {
        return status;
    }
    struct check check = {.session = session, .quiet = session_option(session, "quiet") != NULL};
    check.failures = (struct emitter){
        .out = open_memstream(&check.gathered, &check.gathered_len),
        .lacks_memory = &session->lacks_memory,
        .depth = 2, /* in an array in the object */
        .first = true,
    };
    cclb_vector_summary summary = {0};
    cclb_error error = {.status = CCLB_NO_MEMORY, .hook = CCLB_HOOK_NONE, .offset = CCLB_NO_OFFSET};
    snprintf(error.message, sizeof error.message, "no memory for the cases that fail");
    cclb_status ran = CCLB_NO_MEMORY;
    if (check.failures.out) {
        progress_start("cclb: running the vectors");
        ran = cclb_vectors_run(cclb_bytes_of(vectors.data, vectors.len), NULL, tell_case, &check, &summary, &error);
        progress_stop();
        ran = fclose(check.failures.out) == 0 ? ran : CCLB_NO_MEMORY;
    }
    status = ran == CCLB_OK ? tell_summary(&check, subject, &summary) : session_fail(session, subject, &error, NULL);
    free(check.gathered);
    free(vectors.data);
    return status;
}

/* Takes "FilterRequest@W9" apart. */
static enum exit_status parse_type(struct session *session, cclb_bytes *type, cclb_form *form)
{
    const char *text = session->arguments.operands[0];
    const char *at = strchr(text, '@');
    *form = at ? form_named(at + 1) : CCLB_FORM_NONE;
    if (*form != CCLB_FORM_NONE) {
        *type = cclb_bytes_of(text, (size_t)(at - text));
        return EXIT_DONE;
    }
    char shown[64];
    char names[64] = "";
    cclb_escape(cclb_text(text), shown, sizeof shown);
    for (cclb_form i = 0; i < CCLB_FORM_COUNT; i++) {
        size_t used = strlen(names);
        snprintf(names + used, sizeof names - used, "%s%s", i == 0 ? "" : ", ", cclb_form_name(i));
    }
    return session_fail_usage(session, "%s: expected TYPE@FORM, such as FilterRequest@W9; the forms are %s", shown,
                              names);
}

typedef cclb_status convert_function(cclb_bytes type, cclb_form form, cclb_bytes from, const cclb_allocator *allocator,
                                     cclb_buffer *to, cclb_error *error);

/* Reads the second operand and converts it. */
static enum exit_status convert(struct session *session, convert_function *function, cclb_buffer *made)
{
    cclb_bytes type;
    cclb_form form;
    enum exit_status status = parse_type(session, &type, &form);
    if (status != EXIT_DONE) {
        return status;
    }
    const char *path = session->arguments.operand_count > 1 ? session->arguments.operands[1] : "-";
    struct file input = {0};
    status = files_read(session, path, FILE_BYTES_MAX, NULL, &input);
    if (status != EXIT_DONE) {
        return status;
    }
    cclb_error error;
    cclb_status converted = function(type, form, cclb_bytes_of(input.data, input.len), NULL, made, &error);
    free(input.data);
    if (converted == CCLB_INVALID_ARGUMENT) {
        return session_fail_usage(session, "%s", error.message);
    }
    return converted == CCLB_OK ? EXIT_DONE : session_fail(session, files_input_name(path), &error, NULL);
}

static enum exit_status run_encode(struct session *session)
{
    cclb_buffer archive = {0};
    enum exit_status status = convert(session, cclb_archive_from_json, &archive);
    if (status == EXIT_DONE) {
        status = files_write(session, "-", cclb_bytes_of(archive.data, archive.len));
    }
    cclb_buffer_deinit(&archive);
    return status;
}

static enum exit_status run_decode(struct session *session)
{
    cclb_buffer json = {0};
    enum exit_status status = convert(session, cclb_archive_to_json, &json);
    if (status == EXIT_DONE) {
        fwrite(json.data, 1, json.len, session->out);
        fputc('\n', session->out);
    }
    cclb_buffer_deinit(&json);
    return status;
}

static const struct option_spec check_options[] = {
    {"quiet", 'q', NULL, "print the last line only"},
    JSON_OPTION,
    HELP_OPTION,
    {NULL, 0, NULL, NULL},
};

const struct command wire_check_command = {
    .name = "wire check",
    .synopsis = "wire check VECTORS.txt [OPTIONS]",
    .summary = "run a file of test vectors against the codec",
    .about = "Runs every case of a vector file (one a line) against the codec, fingerprints, metadata rules and\n"
             "header rules of this library. Prints the cases that fail, and at last `N passed, M failed`.\n",
    .examples = "  cclb wire check spec/vectors/wire-vectors.txt\n"
                "  cclb wire check -q my-vectors.txt\n",
    .line = {.options = check_options, .operands = {"VECTORS.txt"}, .operands_needed = 1},
    .run = run_check,
};

static const struct option_spec convert_options[] = {
    HELP_OPTION,
    {NULL, 0, NULL, NULL},
};

const struct command wire_encode_command = {
    .name = "wire encode",
    .synopsis = "wire encode TYPE@FORM [JSON]",
    .summary = "turn JSON into an archive",
    .about =
        "Reads a message as JSON (from standard input, if no file is named) and writes its archive to standard\n"
        "output, which must not be a terminal. TYPE is a message such as FilterRequest, ShapeResponse or\n"
        "ObserveEvent; FORM one of W2 to W6, W8, W9, that number alone, or the version of its wire crate (0.9.0).\n",
    .examples = "  cclb wire encode FilterRequest@W9 request.json > request.bin\n"
                "  cclb wire decode FilterRequest@W2 old.bin | cclb wire encode FilterRequest@W2 > same.bin\n",
    .line = {.options = convert_options, .operands = {"TYPE@FORM", "JSON"}, .operands_needed = 1},
    .run = run_encode,
};

const struct command wire_decode_command = {
    .name = "wire decode",
    .synopsis = "wire decode TYPE@FORM [ARCHIVE]",
    .summary = "turn an archive into JSON",
    .about = "Checks an archive (from standard input, if no file is named) and writes its message as JSON.\n"
             "TYPE and FORM are as for `cclb wire encode`.\n",
    .examples = "  cclb wire decode FilterRequest@W9 request.bin\n"
                "  cclb wire decode FilterResponse@0.9.0 < answer.bin\n",
    .line = {.options = convert_options, .operands = {"TYPE@FORM", "ARCHIVE"}, .operands_needed = 1},
    .run = run_decode,
};
