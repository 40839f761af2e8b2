/* SPDX-License-Identifier: Apache-2.0 */
/* schema.c - `cclb schema`: what each hook is asked with and answers with, in each form. */

#include "choices.h"
#include "command.h"
#include "schema_text.h"

struct schema {
    cclb_hook hook; /* CCLB_HOOK_NONE: every one */
    cclb_form form; /* CCLB_FORM_NONE: every one */
};

static enum exit_status choose(struct session *session, struct schema *schema)
{
    const char *name = session->arguments.operands[0];
    enum exit_status status = choose_form(session, &schema->form);
    if (status == EXIT_DONE && name) {
        status = choose_hook(session, name, &schema->hook);
    }
    bool both = schema->hook != CCLB_HOOK_NONE && schema->form != CCLB_FORM_NONE;
    if (status == EXIT_DONE && both && !cclb_form_has_hook(schema->form, schema->hook)) {
        status = session_fail_usage(session, "form %s has no hook `%s`", cclb_form_name(schema->form),
                                    cclb_hook_name(schema->hook));
    }
    return status;
}

static bool is_wanted(const struct schema *schema, cclb_hook hook)
{
    bool in_form = schema->form == CCLB_FORM_NONE || cclb_form_has_hook(schema->form, hook);
    return in_form && (schema->hook == CCLB_HOOK_NONE || schema->hook == hook);
}

static void print(FILE *out, const struct schema *schema, schema_forms forms)
{
    bool first = true;
    for (cclb_hook hook = 0; hook < CCLB_HOOK_COUNT; hook++) {
        if (is_wanted(schema, hook)) {
            fputs(first ? "" : "\n", out);
            schema_print_hook(out, hook, forms);
            first = false;
        }
    }
}

static void emit(struct session *session, const struct schema *schema, schema_forms forms, bool with_types)
{
    struct emitter emitter = emit_begin(session->out, &session->lacks_memory);
    emit_bool(&emitter, "ok", true);
    emit_null(&emitter, "error");
    emit_open(&emitter, "hooks", '[');
    for (cclb_hook hook = 0; hook < CCLB_HOOK_COUNT; hook++) {
        if (is_wanted(schema, hook)) {
            schema_emit_hook(&emitter, hook, forms, with_types);
        }
    }
    emit_close(&emitter, ']');
    emit_end(&emitter);
}

static enum exit_status run(struct session *session)
{
    struct schema schema = {.hook = CCLB_HOOK_NONE};
    enum exit_status status = choose(session, &schema);
    if (status != EXIT_DONE) {
        return status;
    }
    bool overview = schema.hook == CCLB_HOOK_NONE && schema.form == CCLB_FORM_NONE;
    schema_forms forms = schema.form == CCLB_FORM_NONE ? SCHEMA_FORMS_ALL : UINT32_C(1) << schema.form;
    if (session->json) {
        emit(session, &schema, forms, !overview);
    } else if (overview) {
        schema_print_overview(session->out);
    } else {
        print(session->out, &schema, forms);
    }
    return EXIT_DONE;
}

static const struct option_spec options[] = {
    {"form", 0, "FORM",
     "of this form alone: W2, W3, W4, W5, W6, W8 or W9, the number\nalone, or the version of its wire crate"},
    JSON_OPTION,
    HELP_OPTION,
    {NULL, 0, NULL, NULL},
};

const struct command schema_command = {
    .name = "schema",
    .synopsis = "schema [HOOK] [--form FORM] [OPTIONS]",
    .summary = "layouts, descriptors and fingerprints of messages",
    .about = "Shows what HOOK (filter, shape, observe, transform_response or transform_sse_event) is asked with and\n"
             "answers with, in each form: the fingerprints that a module has for it, the descriptor texts of which\n"
             "they are the hash, and the types of the messages with their fields, sizes and offsets in archives.\n"
             "Without HOOK it is an overview of hooks and forms, or with --form every hook of that form.\n"
             "\n"
             "These are the tables from which the codec is made. Offsets are those in a record; text, bytes and\n"
             "arrays are boxes of 8 bytes there, whose content lies before it in the archive (spec/wire.md).\n",
    .examples = "  cclb schema\n"
                "  cclb schema filter\n"
                "  cclb schema transform_response --form W9 --json | jq '.hooks[0].forms[0].types[].name'\n",
    .line = {.options = options, .operands = {"HOOK"}},
    .run = run,
};
