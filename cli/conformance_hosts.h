/* SPDX-License-Identifier: Apache-2.0 */
/*
 * conformance_hosts.h - what hosts make of an answer to an ordinary request, one by the rules of each published runtime
 * that admits the plugin (rules R64 to R105). It decides nothing, but an author wants to know.
 */
#ifndef CLI_CONFORMANCE_HOSTS_H
#define CLI_CONFORMANCE_HOSTS_H

#include "document.h"
#include "plugin.h"

/* One host. */
struct host_answer {
    cclb_reference reference;
    cclb_status status; /* CCLB_OK: it takes the answer */
    cclb_error error;   /* unless that is CCLB_OK */
};

/* All that were asked; zeroed: none was. */
struct host_answers {
    struct host_answer each[CCLB_REFERENCE_COUNT];
    size_t count;
};

/*
 * Asks the hook of an admitted plugin, with the document as a host has it. `handle` is that of a slot by the rules under
 * which it was admitted; for those of others a slot is registered. CCLB_OK fills *answers; else the library could not
 * call at all.
 */
cclb_status host_answers_ask(const struct plugin *plugin, cclb_handle *handle, const struct document *document,
                             cclb_hook hook, struct host_answers *answers, cclb_error *error);

/* The first host that refuses the answer, or NULL. */
const struct host_answer *host_answers_refusal(const struct host_answers *answers);

/* Whether a host by the rules of that runtime refuses it. */
bool host_answers_refused_by(const struct host_answers *answers, const char *runtime);

#endif
