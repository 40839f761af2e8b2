/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cclb_plugin.h - write cc-lb plugins in C or C++. This header is all there is: no library, no libc, no link step of
 * its own.
 *
 *     #define CCLB_PLUGIN_NAME "keep-all"
 *     #define CCLB_PLUGIN_VERSION "1.0.0"
 *     #define CCLB_PLUGIN_DESCRIPTION "Keeps every candidate."
 *     #define CCLB_PLUGIN_USAGE "Put it into a filter slot; there is nothing to set."
 *     #define CCLB_PLUGIN_FILTER "Keeps every candidate."
 *     #include "cclb_plugin.h"
 *
 *     void plugin_filter(const cclb_filter_request *request, cclb_filter_response *answer)
 *     {
 *         for (size_t i = 0; i < request->candidates.count; i++) {
 *             cclb_accept(answer, cclb_upstream_candidate_at(request->candidates, i).upstream_id);
 *         }
 *     }
 *
 * What a plugin says of itself is defined before this header is included, each as one string literal, "...", without a
 * prefix and in UTF-8, which begins with no white space. It becomes JSON as it is spelt, so that its escapes are those
 * that C and JSON have in common: \" \\ \n \t \r \uXXXX.
 *
 *     CCLB_PLUGIN_NAME, _VERSION, _DESCRIPTION, _USAGE       the plugin
 *     CCLB_PLUGIN_FILTER, CCLB_PLUGIN_SHAPE,                 the hooks that it has, each with what it does there
 *     CCLB_PLUGIN_TRANSFORM_RESPONSE,
 *     CCLB_PLUGIN_TRANSFORM_SSE_EVENT, CCLB_PLUGIN_OBSERVE
 *     CCLB_PLUGIN_FILTER_USAGE and its like                  how a hook is used; else CCLB_PLUGIN_USAGE
 *     CCLB_PLUGIN_TRANSFORM_RESPONSE_NOOP,                   a shape plugin leaves responses or events alone: hosts do
 *     CCLB_PLUGIN_TRANSFORM_SSE_EVENT_NOOP                   not call the hook, and there is no function to write
 *     CCLB_PLUGIN_FORM                                       the runtimes that it is for: 2, 6, 8 or 9 (the default)
 *     CCLB_PLUGIN_ALLOCATOR                                  memory comes from functions of the plugin ("Memory")
 *
 * A plugin is one source file, which may include others. It defines a function for each of its hooks ("Hooks"), and for
 * no other. A hook that a form lacks is left out of it, so that one source can be built for all of them:
 *
 *     form    built for runtimes    hooks
 *     2       0.1.0, 0.1.1          filter, shape, observe
 *     6       0.1.2, 0.1.3          all five
 *     8       0.1.4                 all five
 *     9       0.2.0, 0.3.0          all but observe
 *
 * Requests are read where the host put them: every cclb_bytes of a request points into it. An answer is written once
 * the function has returned, so that what it points to has to be there still: the request is, and so are memory of
 * cclb_alloc and constants; local variables are not. Text in requests is UTF-8; text in answers has to be, or the host
 * refuses the answer.
 *
 * What a form lacks of a request ("from W6 on") is absent, empty or 0 in it, and such an array has no elements.
 *
 * Every call begins in a fresh instance, with globals as they were compiled; in a stream session, which a host may
 * grant to transform_sse_event, the events of one response share one. Nothing else is shared, nothing runs in parallel.
 * Globals of C++ are constructed once in an instance, before its first call, and what they take of cclb_alloc then stays
 * as long as the instance; they are never destroyed. A static object within a function is constructed in the call that
 * first comes to it, and memory of cclb_alloc goes when that call does: what such an object keeps has to be in itself.
 *
 * The guide for authors is docs/plugin-author-guide.md, installed share/doc/cclb/docs/plugin-author-guide.md, with
 * plugins to begin from in guest/examples beside docs. cclb-build compiles (guest/build in the sources), and `cclb new`
 * begins a plugin.
 *
 * Names that end in an underscore are this header's own.
 */
#ifndef CCLB_PLUGIN_H
#define CCLB_PLUGIN_H

/* What a host calls is declared nowhere else. */
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wmissing-prototypes"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if !defined(__wasm32__) || !defined(__wasm_bulk_memory__)
#error "cclb_plugin.h: compile with cclb-build (guest/build in the sources), which has the options that clang needs"
#endif

/* ---- What the plugin says of itself ---- */

/* Behind each error stands what lets the compiler go on, so that the error is all that it says. */

#ifndef CCLB_PLUGIN_FORM
#define CCLB_PLUGIN_FORM 9
#endif
#if CCLB_PLUGIN_FORM != 2 && CCLB_PLUGIN_FORM != 6 && CCLB_PLUGIN_FORM != 8 && CCLB_PLUGIN_FORM != 9
#error "cclb_plugin.h: CCLB_PLUGIN_FORM is a form that runtimes were published for: 2, 6, 8 or 9"
#undef CCLB_PLUGIN_FORM
#define CCLB_PLUGIN_FORM 9
#endif

#ifndef CCLB_PLUGIN_NAME
#error "cclb_plugin.h: before the #include, write: #define CCLB_PLUGIN_NAME \"the name of the plugin\""
#define CCLB_PLUGIN_NAME "-"
#endif
#ifndef CCLB_PLUGIN_VERSION
#error "cclb_plugin.h: before the #include, write: #define CCLB_PLUGIN_VERSION \"1.0.0\""
#define CCLB_PLUGIN_VERSION "-"
#endif
#ifndef CCLB_PLUGIN_DESCRIPTION
#error "cclb_plugin.h: before the #include, write: #define CCLB_PLUGIN_DESCRIPTION \"what the plugin does\""
#define CCLB_PLUGIN_DESCRIPTION "-"
#endif
#ifndef CCLB_PLUGIN_USAGE
#error "cclb_plugin.h: before the #include, write: #define CCLB_PLUGIN_USAGE \"how an operator uses the plugin\""
#define CCLB_PLUGIN_USAGE "-"
#endif

#if defined(CCLB_PLUGIN_TRANSFORM_RESPONSE_NOOP) && !defined(CCLB_PLUGIN_TRANSFORM_RESPONSE)
#define CCLB_PLUGIN_TRANSFORM_RESPONSE "Leaves responses as they are."
#endif
#if defined(CCLB_PLUGIN_TRANSFORM_SSE_EVENT_NOOP) && !defined(CCLB_PLUGIN_TRANSFORM_SSE_EVENT)
#define CCLB_PLUGIN_TRANSFORM_SSE_EVENT "Leaves events as they are."
#endif

/* The hooks that the plugin has in its form. */
