/* SPDX-License-Identifier: Apache-2.0 */
/* prepare_parts.h - pieces of messages; for the sources of prepare.h alone. */
#ifndef HOOKS_PREPARE_PARTS_H
#define HOOKS_PREPARE_PARTS_H

#include "hooks/hooks.h"

/* Rules R76 and R77: a kind as plugins of a reference know it. CCLB_INVALID_ARGUMENT. */
cclb_status prepare_principal_kind(cclb_principal_kind kind, cclb_reference reference, cclb_bytes *text,
                                   cclb_error *error);

/* Rule R83: the one variant of an upstream that there is, with its URL as the URL standard writes it. */
cclb_status prepare_upstream(cclb_optional_bytes base_url, struct arena *arena, cclb_upstream *upstream,
                             cclb_error *error);

/* Rules R79 to R81. */
cclb_status prepare_candidates(const cclb_request *request, struct arena *arena, cclb_upstream_candidates *candidates,
                               cclb_error *error);

#endif
