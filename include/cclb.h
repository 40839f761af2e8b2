/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cclb.h - cc-lb plugins inside C programs: all of the library, and its manual.
 *
 * WHAT IT IS
 *     cc-lb is a load balancer for LLM APIs; its policy lives in WebAssembly plugins with five hooks: filter (which
 *     upstreams may take a request), shape (the request for the chosen one), transform_response and transform_sse_event
 *     (rewrite what comes back), observe (watch). cclb admits such plugins, unchanged, and calls them: a fresh sandbox
 *     for every call, bounded in memory and time, with hot swap that disturbs nobody.
 *
 * BUILD
 *     cc host.c $(pkg-config --cflags --libs cclb)              shared
 *     cc host.c $(pkg-config --static --cflags --libs cclb)     static
 *     CMake: find_package(cclb), then link cclb::cclb or cclb::cclb_static.
 *     The library shows only names that begin with cclb_. It uses libjansson; a host that defines functions of jansson's
 *     names (json_null ...) of its own would have them called in their place.
 *
 * A PROGRAM
 *     #include <cclb.h>
 *     #include <stdio.h>
 *
 *     int ask(cclb_bytes wasm, const cclb_request *request)
 *     {
 *         cclb_error error;
 *         cclb_runtime *runtime = NULL;
 *         cclb_slot_key key = cclb_global_key("chooser");
 *         cclb_target chooser = cclb_by_key(key.principal, key.plugin);
 *         cclb_filter_result result;
 *
 *         if (cclb_runtime_create(NULL, &runtime, &error) == CCLB_OK &&
 *             cclb_slot_register(runtime, key, CCLB_SLOT_FILTER, wasm, NULL, NULL, &error) == CCLB_OK &&
 *             cclb_filter(runtime, &chooser, request, &result, &error) == CCLB_OK) {
 *             for (size_t i = 0; i < result.kept_count; i++) {
 *                 printf("candidate %zu may take it\n", result.kept[i].candidate);
 *             }
 *             cclb_lease_return(&result.lease);
 *         } else {
 *             fprintf(stderr, "%s\n", error.message);
 *         }
 *         return cclb_runtime_destroy(runtime, &error);
 *     }
 *
 * OWNERSHIP, in six verbs
 *     create/destroy    one owner                           init/deinit      the caller's storage
 *     ref/unref         shared, counted                     lease/return     on loan, must go home
 *     view              borrowed; its end is stated         copy             yours to free
 *     destroy, deinit and return accept NULL or zeroed objects. No call takes ownership on some paths only. Every cclb_bytes
 *     is borrowed. On failure outputs are untouched.
 *
 * THREADS, in one word a type
 *     SHARED: any threads at once. HANDOFF: one thread at a time. CONFINED: inside the callback or frame that got it.
 *     Calls run on the caller's thread and stack: it needs the guest's stack (1 MiB by default) and 256 KiB more.
 *
 * FORK
 *     A runtime works in the process that made it. In a forked child everything on it answers CCLB_FORKED, destroying
 *     it does nothing, and a new runtime works. Runtimes of forked workers can count in one mapping (metrics.h).
 *
 * ERRORS
 *     0 done; above 0 an outcome to handle (the plugin, the data, the moment); below 0 a fault to forward. The caller's
 *     cclb_error has the rule, the hook, the phase, the offset and a line for people.
 *
 * WHERE TO READ ON, one noun a header
 *     runtime.h    options, limits, budgets            admission.h  what can be said of a plugin before it serves
 *     slot.h       registering, swapping, handles      call.h       calling: raw archives, or structs in and views out
 *     message.h    the messages as structs             view.h       answers read in place
 *     request.h    a request, as a proxy has it        filter.h     which upstreams may take it
 *     shape.h      the request for the chosen one      transform.h  what comes back, rewritten
 *     observe.h    telling what happens                sse.h        streams of server-sent events
 *     uuid.h       the identifiers of candidates       metrics.h    what is counted
 *     json.h       all of these as JSON                vectors.h    test vectors of the wire
 *     hook.h       hooks, forms, references            error.h      statuses and errors
 *     isolation.h  sandboxes and their reset           allocator.h  the host's memory and clock
 *     bytes.h      runs of bytes, borrowed             buffer.h     bytes that the caller owns
 *     policy.h     what plugins may do, and failures   log.h        one record a call
 *     escape.h     foreign text on a terminal          breaker.h    hooks in quarantine
 *     capsule.h    what is kept of a failed call       replay.h     that call once more
 *     schema.h     what messages are made of           version.h    which cclb this is
 */
#ifndef CCLB_H
#define CCLB_H

#include "cclb/admission.h"
#include "cclb/allocator.h"
#include "cclb/breaker.h"
#include "cclb/buffer.h"
#include "cclb/bytes.h"
#include "cclb/call.h"
#include "cclb/capsule.h"
#include "cclb/error.h"
#include "cclb/escape.h"
#include "cclb/filter.h"
#include "cclb/hook.h"
#include "cclb/isolation.h"
#include "cclb/json.h"
#include "cclb/log.h"
#include "cclb/message.h"
#include "cclb/metrics.h"
#include "cclb/observe.h"
#include "cclb/policy.h"
#include "cclb/replay.h"
#include "cclb/request.h"
#include "cclb/runtime.h"
#include "cclb/schema.h"
#include "cclb/shape.h"
#include "cclb/slot.h"
#include "cclb/sse.h"
#include "cclb/transform.h"
#include "cclb/uuid.h"
#include "cclb/vectors.h"
#include "cclb/version.h"
#include "cclb/view.h"

#endif
