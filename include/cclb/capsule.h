/* SPDX-License-Identifier: Apache-2.0 */
/*
 * capsule.h - what is kept of a call that failed by what its plugin did, so that it can be replayed
 * (docs/adr/0017-capsules.md).
 *
 * A host that wants capsules says in cclb_runtime_options.capsules where they go: to a function, or into a folder. One is
 * made at the end of a call that came to CCLB_TRAP, CCLB_DEADLINE, CCLB_FUEL, CCLB_INSTANTIATE, CCLB_DECODE or
 * CCLB_REJECTED of an answer, whatever the failure policy made of it, on the thread of that call; it takes memory and, with
 * a folder, waits for the disk. Calls that succeed pay nothing. What became of capsules is counted
 * (cclb_capsules_total), and changes no outcome.
 *
 * A capsule is one JSON object (docs/json.md, "Capsules"). It holds the request as the guest got it, but for what is
 * masked: every byte of the value is `*`, so that all else lies where it lay. Masked are
 *
 * - the values of headers, claims and parameters by their names, those of parameters in queries, in the upstream's URL and
 *   behind a question mark in paths; a parameter whose name has a `%` in it could have any, and is masked;
 * - a claim that is no JSON, and in claims every string that has a quotation mark in it: it may be JSON with names of its own;
 * - user and password in the upstream's URL, and the principal's id, always;
 * - with `drop_bodies` bodies and the data of events.
 *
 * Bytes of the archive that no field reaches, as raw calls may have them, are 0. Where an answer was refused, all that the
 * fault's message quotes of it is masked, from the first backquote to the last; hosts have the whole of it from the call and
 * from the log. Nothing else is masked: paths, bodies, and values with names that nobody told may hold secrets, and
 * whoever gets a capsule gets those.
 *
 * cclb/replay.h reads capsules and replays them; so does `cclb replay`.
 */
#ifndef CCLB_CAPSULE_H
#define CCLB_CAPSULE_H

#include "cclb/error.h"
#include "cclb/isolation.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The version of the format, which is its member "capsule". */
enum { CCLB_CAPSULE_VERSION = 1 };

/* What stands in a capsule. Thread class: CONFINED to whoever has the capsule; all texts and bytes are borrowed from it. */
typedef struct cclb_capsule_info {
    size_t struct_size;      /* of what follows, as the library knows it */
    cclb_bytes cclb_version; /* text, like the next two; neither escaped nor cut */
    cclb_bytes engine;       /* "wasmtime 48.0.8" */
    cclb_bytes plugin;       /* of the slot's key; its principal is not told */
    uint8_t digest[32];      /* BLAKE3 of the module */
    cclb_hook hook;
    cclb_form form;           /* in which the plugin was called */
    cclb_reference reference; /* by whose rules */
    /* Settings of the runtime: */
    cclb_isolation isolation;
    cclb_reset reset; /* as decided */
    bool metering;
    uint64_t memory_max_bytes;
    uint64_t stack_max_bytes;
    uint64_t table_elements_max;
    uint64_t fuel_max;
    uint64_t deadline_base_ns; /* of this hook, like the next */
    uint64_t deadline_per_mib_ns;
    /* What happened: */
    cclb_error fault;      /* status, phase, trap, rule, offset, message (masked); the rest is that of no error */
    uint64_t fuel;         /* used, with metering */
    uint64_t memory_bytes; /* size of the sandbox's memory at the end; 0: it was not reached */
    uint64_t answer_bytes; /* of the answer that was refused; 0: there was none */
    /* The request's archive: */
    bool readable;            /* it is one; else no name in it is known, and nothing of it masked */
    bool bodies_dropped;      /* bodies and data of events are masked */
    const cclb_bytes *masked; /* what else is: "header authorization", "claim token", "principal id"; text */
    size_t masked_count;
    uint64_t input_bytes; /* its length, also of one that was left out */
    bool has_input;
    cclb_bytes input;
} cclb_capsule_info;

/*
 * Where capsules go and what they may hold; zeroed: there are none. At most one of `call` and `folder` is given. Texts,
 * names and the lists of them are copied when the runtime is made. Thread class: SHARED.
 */
typedef struct cclb_capsule_options {
    /*
     * Takes a capsule: `json` is its text, NUL-terminated, *info what stands in it; both end with the callback. Runs on the
     * thread of the call with no lock held; may call any function but cclb_runtime_destroy; what it takes, the call takes.
     */
    void (*call)(void *context, cclb_bytes json, const cclb_capsule_info *info);
    void *context;
    /*
     * A folder in which each becomes a file of mode 0600, whole or not at all, synced before it is counted as written (the
     * folder has to be readable for that); no file there is replaced or removed. The name is
     * cclb-DIGEST-HOOK-NUMBER.json, the digest by its first twelve digits. At most 3,072 bytes; empty: none.
     */
    cclb_bytes folder;
    uint64_t bytes_max; /* the longest capsule, and none of a request that is longer; default 1 MiB, at most 1 GiB */
    /*
     * As many are made by this runtime, those that could not be stored included; default 16. A hook of one module in one
     * slot gets half of those that others have left, so that one that fails again and again, however often it is registered,
     * does not use up all.
     */
    uint32_t count_max;
    bool drop_bodies;   /* mask bodies and the data of events */
    bool keep_unreadable; /* of a raw call, a request that is no archive, unmasked; else it is left out */
    /*
     * More names of headers and of claims to mask; at most 256 of each, and each a name of parameters too. Compared
     * without case, `-` and `_`. These are masked always: the headers api-key, authorization, cookie, proxy-authorization,
     * set-cookie, x-access-token, x-amz-security-token, x-api-key, x-auth-token, x-csrf-token, x-goog-api-key,
     * openai-api-key, private-token, x-forwarded-access-token; the claims, in claims at any depth, access_token, api_key,
     * authorization, client_secret, cookie, credential, credentials, email, id_token, jwt, name, password, phone_number,
     * preferred_username, private_key, refresh_token, secret, session, sub, token; the parameters access_token, api_key,
     * auth, auth_token, client_secret, credential, id_token, jwt, key, password, refresh_token, secret, session, sig,
     * signature, subscription_key, token, x-amz-credential, x-amz-security-token, x-amz-signature, x-goog-credential,
     * x-goog-signature.
     */
    const cclb_bytes *header_names;
    size_t header_name_count;
    const cclb_bytes *claim_names;
    size_t claim_name_count;
} cclb_capsule_options;

#ifdef __cplusplus
}
#endif

#endif
