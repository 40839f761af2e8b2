/* SPDX-License-Identifier: Apache-2.0 */
/* usual.h - a host document of a usual size, for whoever has none at hand. */
#ifndef CLI_USUAL_H
#define CLI_USUAL_H

#include "document.h"

/* Makes it: it has what every hook needs, and serves every form. */
enum exit_status usual_document(struct session *session, struct document *document);

/* What it has for a hook, in words. */
const char *usual_words(cclb_hook hook);

#endif
