/* SPDX-License-Identifier: Apache-2.0 */
/*
 * probes.h - probe_call_start(...) and so on: a function for each row of probes.def.
 *
 * Where nobody traces, a probe is one instruction that does nothing, and its arguments are what the caller has at hand
 * anyway. It is inlined even without optimisation, so that it stands where it was placed. Without CCLB_PROBES, and in
 * the model test, it is nothing.
 */
#ifndef METRICS_PROBES_H
#define METRICS_PROBES_H

#include <stddef.h>
#include <stdint.h>

#if defined(CCLB_PROBES) && !defined(CCLB_MODEL)
#define SDT_USE_VARIADIC
#include <sys/sdt.h>
#define PROBE_PLACE(name, ...) STAP_PROBEV(cclb, name, __VA_ARGS__)
#else
#define PROBE_PLACE(name, ...) ((void)0)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-parameter"
#endif

#define PROBE_BARE(...) __VA_ARGS__
#define PROBE_BODY(name, arguments) PROBE_PLACE(name, arguments)
#define PROBE(name, parameters, arguments, when)                                                                       \
    static inline __attribute__((always_inline)) void probe_##name parameters                                          \
    {                                                                                                                  \
        PROBE_BODY(name, PROBE_BARE arguments);                                                                        \
    }
#include "metrics/probes.def"
#undef PROBE

#undef PROBE_BARE
#undef PROBE_BODY
#undef PROBE_PLACE
#if !defined(CCLB_PROBES) || defined(CCLB_MODEL)
#pragma GCC diagnostic pop
#endif

#endif
