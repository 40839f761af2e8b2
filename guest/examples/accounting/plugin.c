/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plugin.c - one line of JSON for everything that is worth a line in an account: who asked, where it went, what it took,
 * how it failed. The line is the record that the host is given.
 */

#define CCLB_PLUGIN_NAME "accounting"
#define CCLB_PLUGIN_VERSION "1.0.0"
#define CCLB_PLUGIN_DESCRIPTION "Makes a line of JSON of each event that an account needs."
#define CCLB_PLUGIN_USAGE                                                                                              \
    "The host keeps what the hook returns: nothing, or one line of JSON, which ends with a newline."
#define CCLB_PLUGIN_OBSERVE "Returns a line of JSON for all events but chunks."
#include "cclb_plugin.h"

#include "json_text.h"

#if CCLB_PLUGIN_FORM > 8
#error "accounting: runtimes from 0.2.0 on have no observe hook; build it for form 2, 6 or 8"
#endif

/* A record on its way: pieces of one line, the first of which opens the object. */
static void add(cclb_bytes_list *line, cclb_bytes piece)
{
    cclb_bytes_list_add(line, piece);
}

/* `name` is `, "name": ` as it goes into the line. */
static void add_text(cclb_bytes_list *line, cclb_bytes name, cclb_bytes text)
{
    add(line, name);
    add(line, CCLB_TEXT("\""));
    add(line, json_escape(text));
    add(line, CCLB_TEXT("\""));
}

static void add_optional_text(cclb_bytes_list *line, cclb_bytes name, cclb_optional_bytes text)
{
    if (text.present) {
        add_text(line, name, text.value);
    }
}

static void add_number(cclb_bytes_list *line, cclb_bytes name, uint64_t number)
{
    add(line, name);
    add(line, cclb_decimal(number));
}

/* What nobody knows is left out: it is something else than 0. */
static void add_optional_number(cclb_bytes_list *line, cclb_bytes name, cclb_optional_u64 number)
{
    if (number.present) {
        add_number(line, name, number.value);
    }
}

static void add_event(cclb_bytes_list *line, const cclb_observe_event *event)
{
    switch (event->kind) {
    case CCLB_OBSERVE_REQUEST_STARTED:
        add(line, CCLB_TEXT("{\"event\":\"request_started\""));
        add_text(line, CCLB_TEXT(",\"request_id\":"), event->as.request_started.request_id);
        add_optional_text(line, CCLB_TEXT(",\"user_agent\":"), event->as.request_started.downstream_user_agent);
        break;
    case CCLB_OBSERVE_AUTHN_COMPLETE:
        add(line, CCLB_TEXT("{\"event\":\"authn_complete\""));
        add_text(line, CCLB_TEXT(",\"principal_id\":"), event->as.authn_complete.principal_id);
        add_text(line, CCLB_TEXT(",\"principal_kind\":"), event->as.authn_complete.principal_kind);
        break;
    case CCLB_OBSERVE_UPSTREAM_CHOSEN:
        add(line, CCLB_TEXT("{\"event\":\"upstream_chosen\""));
        add_optional_text(line, CCLB_TEXT(",\"base_url\":"), event->as.upstream_chosen.upstream.base_url);
        break;
    case CCLB_OBSERVE_REQUEST_FINISHED:
        add(line, CCLB_TEXT("{\"event\":\"request_finished\""));
        add_number(line, CCLB_TEXT(",\"status\":"), event->as.request_finished.status);
        add_number(line, CCLB_TEXT(",\"duration_ms\":"), event->as.request_finished.duration_ms);
        add_optional_number(line, CCLB_TEXT(",\"input_tokens\":"), event->as.request_finished.input_tokens);
        add_optional_number(line, CCLB_TEXT(",\"output_tokens\":"), event->as.request_finished.output_tokens);
        add_optional_number(line, CCLB_TEXT(",\"cache_creation_input_tokens\":"),
                            event->as.request_finished.cache_creation_input_tokens);
        add_optional_number(line, CCLB_TEXT(",\"cache_read_input_tokens\":"),
                            event->as.request_finished.cache_read_input_tokens);
        break;
    case CCLB_OBSERVE_ERROR:
        add(line, CCLB_TEXT("{\"event\":\"error\""));
        add_text(line, CCLB_TEXT(",\"code\":"), event->as.error.code);
        add_text(line, CCLB_TEXT(",\"message\":"), event->as.error.message);
        add_text(line, CCLB_TEXT(",\"source\":"), event->as.error.source);
        break;
    default: /* chunks: there are many, and the end says how much it was */
        return;
    }
    add(line, CCLB_TEXT("}\n"));
}

void plugin_observe(const cclb_observe_event *event, cclb_bytes *record)
{
    cclb_bytes_list line = {NULL, 0, 0};
    add_event(&line, event);
    *record = cclb_join(line.items, line.count);
}
