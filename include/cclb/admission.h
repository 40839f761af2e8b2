/* SPDX-License-Identifier: Apache-2.0 */
/*
 * admission.h - what can be said of a plugin before it serves anyone.
 *
 * cclb_inspect() reads a module's bytes and runs nothing. cclb_admit() is the whole gate, trial calls included, without
 * registering the module. Both give a report, also and above all for a module that is refused: the verdict, what the
 * module declares, and what each published runtime would say to it.
 */
#ifndef CCLB_ADMISSION_H
#define CCLB_ADMISSION_H

#include "cclb/runtime.h"
#include "cclb/slot.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Sizes in bytes; that of an explanation with its NUL. */
enum { CCLB_FINGERPRINT_SIZE = 32, CCLB_DIGEST_SIZE = 32, CCLB_EXPLANATION_SIZE = 512 };

/* One declared hook. */
typedef struct cclb_hook_report {
    cclb_hook hook;
    unsigned wire_version;
    bool noop;             /* declared with the mode "noop" */
    bool mode_written;     /* the key "mode" is in the metadata */
    cclb_bytes description;
    cclb_bytes usage;
    bool has_fingerprint;
    uint8_t fingerprint[CCLB_FINGERPRINT_SIZE];
    uint32_t forms;        /* bit N set: form N of enum cclb_form has this fingerprint */
    bool probed;           /* a trial call was made and succeeded; the rest is its cost */
    uint64_t probe_ns;
    uint64_t probe_fuel;   /* with metering */
    uint64_t probe_memory_bytes;
    bool frees_answers;    /* of transform_sse_event: cc_lb_free proved safe, so that stream sessions last (cclb/sse.h) */
} cclb_hook_report;

/* What one published runtime says to the module. */
typedef struct cclb_verdict {
    const char *runtime;   /* "0.1.4"; static */
    const char *kit;       /* the guest kit whose plugins it takes; static */
    bool admits;
    cclb_error error;      /* why not, if it does not */
} cclb_verdict;

/* What was found out. Thread class: HANDOFF. All texts belong to the report and have been neither escaped nor cut. */
typedef struct cclb_report {
    cclb_error verdict;    /* .status CCLB_OK: admitted (or, from cclb_inspect, nothing stands against it) */
    cclb_reference reference; /* effective; CCLB_REFERENCE_ANY if none takes it */
    cclb_form form;           /* in which it is called; CCLB_FORM_NONE if it is refused */
    uint8_t digest[CCLB_DIGEST_SIZE]; /* BLAKE3 of the module's bytes */
    uint64_t module_bytes;
    bool has_metadata;     /* the next six are meaningful */
    cclb_bytes name;
    cclb_bytes version;
    cclb_bytes description;
    cclb_bytes usage;
    size_t hook_count;
    cclb_hook_report hooks[CCLB_HOOKS_MAX]; /* bytewise by name */
    uint64_t functions;
    uint64_t exports;
    bool exports_memory, exports_alloc, exports_free;
    uint64_t memory_initial_bytes;
    uint64_t table_initial_elements; /* of the largest table */
    bool compiled;         /* the next two are meaningful */
    uint64_t compile_ns;   /* 0 if the compiled code was there already */
    uint64_t code_bytes;
    const cclb_runtime_info *sandbox; /* the runtime that it was tried in, from cclb_admit; else NULL; the report's own */
    size_t verdict_count;
    cclb_verdict verdicts[8]; /* every published runtime, oldest first */
    /* Where a fingerprint is that of another form than the wanted one: which fields set the two apart, one line; or "". */
    char differences[CCLB_EXPLANATION_SIZE];
    char explanation[CCLB_EXPLANATION_SIZE]; /* what to do about a refusal, one line; "" if there is nothing to say */
} cclb_report;

/*
 * Reads a module and judges it by the static rules (R1 to R18) and the limits; nothing is compiled or run. `wasm` is
 * borrowed for the call. `kind` may be CCLB_SLOT_ANY. `limits` and `allocator` may be NULL (the defaults, malloc).
 * CCLB_OK whenever a report was made: the verdict is in it. Free it with cclb_report_destroy. CCLB_NO_MEMORY,
 * CCLB_INVALID_ARGUMENT (what is none of an enum, half an allocator). Any thread with 64 KiB of stack; allocates; does
 * not block.
 */
CCLB_API CCLB_MUST_CHECK cclb_status cclb_inspect(cclb_bytes wasm, cclb_slot_kind kind, cclb_reference reference,
                                                  const cclb_module_limits *limits, const cclb_allocator *allocator,
                                                  cclb_report **report, cclb_error *error);

/*
 * Judges a module by every rule of admission (R1 to R30), compiles it and makes the trial calls, under `reference` (the
 * runtime's, if CCLB_REFERENCE_ANY) for the verdict and under each published runtime for the table. Registers nothing;
 * compiled code stays in the runtime's cache. `wasm` is borrowed for the call.
 *
 * CCLB_OK whenever a report was made: the verdict is in it. Free it with cclb_report_destroy. CCLB_FORKED,
 * CCLB_STACK_TOO_SMALL, CCLB_NO_MEMORY, CCLB_INVALID_ARGUMENT, CCLB_INTERNAL.
 *
 * Any thread; blocks for as long as that takes: trial calls within their deadlines, compiling as long as the limits on
 * modules let it be. Allocates.
 */
CCLB_API CCLB_MUST_CHECK cclb_status cclb_admit(cclb_runtime *runtime, cclb_bytes wasm, cclb_slot_kind kind,
                                                cclb_reference reference, cclb_report **report, cclb_error *error);

/* Frees a report, which may outlive its runtime, not its allocator; NULL is fine. Any thread; does not block; allocates
 * nothing; cannot fail. */
CCLB_API void cclb_report_destroy(cclb_report *report);

#ifdef __cplusplus
}
#endif

#endif
