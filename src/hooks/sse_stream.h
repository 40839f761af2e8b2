/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sse_stream.h - a rewriter (sse_rewriter.h) whose judge is a plugin: what cclb/sse.h promises.
 */
#ifndef HOOKS_SSE_STREAM_H
#define HOOKS_SSE_STREAM_H

#include "cclb/sse.h"
#include "hooks/hooks.h"

/* `request`, `response` and `options` are whole; `options` may not be NULL. */
cclb_status sse_stream_create(const struct hooks *hooks, const cclb_target *target, const cclb_request *request,
                              const cclb_response *response, const cclb_sse_options *options,
                              cclb_sse_stream **stream, cclb_error *error);

#endif
