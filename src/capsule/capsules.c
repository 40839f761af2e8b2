/* SPDX-License-Identifier: Apache-2.0 */
/* capsules.c - from a failed call to its capsule: bounds first, then the request once more, masked, as JSON, and out. */

#include "capsule/capsules.h"

#include "base/buffer.h"
#include "base/error.h"
#include "base/hex.h"
#include "capsule/mask.h"
#include "capsule/store.h"
#include "cclb/version.h"
#include "json/capsule.h"

#include <inttypes.h>
#include <stdio.h>

static const uint64_t bytes_max_default = UINT64_C(1) << 20;
static const uint64_t bytes_max_limit = UINT64_C(1) << 30;

enum { COUNT_MAX_DEFAULT = 16, NAMES_MAX = 256 };

/* ---- options ---- */

static cclb_status refuse(cclb_error *error, const char *field, const char *what)
{
    return error_set(error, CCLB_INVALID_ARGUMENT, 0, CCLB_PHASE_NONE, "option capsules.%s %s", field, what);
}

static cclb_status check_names(const char *field, const cclb_bytes *names, size_t count, cclb_error *error)
{
    if (count > NAMES_MAX) {
        return refuse(error, field, "has more than 256 names");
    }
    for (size_t i = 0; i < count; i++) {
        if (names[i].len == 0) {
            return refuse(error, field, "has an empty name");
        }
    }
    return CCLB_OK;
}

cclb_status capsules_resolve(cclb_capsule_options *options, cclb_error *error)
{
    options->bytes_max = options->bytes_max ? options->bytes_max : bytes_max_default;
    options->count_max = options->count_max ? options->count_max : COUNT_MAX_DEFAULT;
    if (options->bytes_max > bytes_max_limit) {
        return refuse(error, "bytes_max", "is above 1 GiB");
    }
    if (options->call && options->folder.len > 0) {
        return refuse(error, "folder", "is given, and a function too; it is one of them");
    }
    if (options->folder.len > STORE_FOLDER_MAX) {
        return refuse(error, "folder", "is longer than 3072 bytes");
    }
    if (options->folder.len > 0 && memchr(options->folder.data, '\0', options->folder.len)) {
        return refuse(error, "folder", "has a NUL in it");
    }
    cclb_status status = check_names("header_names", options->header_names, options->header_name_count, error);
    return status == CCLB_OK ? check_names("claim_names", options->claim_names, options->claim_name_count, error)
                             : status;
}

static bool copy_names(struct arena *arena, const cclb_bytes **names, size_t count)
{
    cclb_bytes *copies = arena_array(arena, count, sizeof *copies);
    bool whole = copies != NULL;
    for (size_t i = 0; i < count && whole; i++) {
        whole = arena_copy(arena, (*names)[i], &copies[i]);
    }
    *names = copies;
    return whole;
}

static bool copy_folder(struct capsules *capsules)
{
    cclb_bytes given = capsules->options.folder;
    if (given.len == 0) {
        return true;
    }
    char *copy = arena_alloc(&capsules->arena, given.len + 1); /* zeroed */
    if (copy) {
        memcpy(copy, given.data, given.len);
    }
    capsules->folder = copy;
    capsules->options.folder = cclb_text(copy);
    return copy != NULL;
}

cclb_status capsules_init(struct capsules *capsules, const cclb_capsule_options *options,
                          const cclb_capsule_info *settings, struct metrics *metrics, const cclb_allocator *allocator,
                          cclb_error *error)
{
    *capsules =
        (struct capsules){.allocator = allocator, .metrics = metrics, .options = *options, .settings = *settings};
    capsules->shares.most = options->count_max;
    arena_init(&capsules->arena, allocator);
    pthread_mutex_init(&capsules->mutex, NULL);
    if (options->call == NULL && options->folder.len == 0) {
        return CCLB_OK;
    }
    if (!copy_folder(capsules) ||
        !copy_names(&capsules->arena, &capsules->options.header_names, options->header_name_count) ||
        !copy_names(&capsules->arena, &capsules->options.claim_names, options->claim_name_count)) {
        capsules_deinit(capsules);
        return error_set(error, CCLB_NO_MEMORY, 0, CCLB_PHASE_NONE, "no memory for the options of capsules");
    }
    return CCLB_OK;
}

void capsules_deinit(struct capsules *capsules)
{
    pthread_mutex_destroy(&capsules->mutex);
    arena_deinit(&capsules->arena);
}

/* ---- one capsule ---- */

/* The base64 of so many bytes is longer than the capsule may be, whatever else stands in it. */
static bool is_too_long(const struct capsules *capsules, uint64_t input_bytes)
{
    return input_bytes / 3 > capsules->options.bytes_max / 4;
}

/* Whose share a capsule comes from: slot, module and hook. The cell is a new one each time a module is registered. */
static void hash_owner(const struct run *run, uint8_t owner[BLAKE3_SIZE])
{
    const uint64_t numbers[] = {run->hook, run->key.principal.len, run->key.plugin.len};
    const cclb_bytes parts[] = {
        cclb_bytes_of(numbers, sizeof numbers),
        run->key.principal,
        run->key.plugin,
        cclb_bytes_of(run->plugin->digest, sizeof run->plugin->digest),
    };
    rust_blake3(parts, sizeof parts / sizeof parts[0], owner);
}

static bool may_make(struct capsules *capsules, const uint8_t owner[BLAKE3_SIZE])
{
    pthread_mutex_lock(&capsules->mutex);
    bool may = shares_left(&capsules->shares, owner);
    pthread_mutex_unlock(&capsules->mutex);
    return may;
}

/* The number of a capsule, from 1; 0 if the owner has had its share, or the runtime. */
static uint32_t take_number(struct capsules *capsules, const uint8_t owner[BLAKE3_SIZE])
{
    pthread_mutex_lock(&capsules->mutex);
    uint32_t number = shares_take(&capsules->shares, owner);
    pthread_mutex_unlock(&capsules->mutex);
    return number;
}

static cclb_capsule_info describe(const struct capsules *capsules, const struct run *run, const cclb_error *error)
{
    const struct admitted *plugin = run->plugin;
    const struct call_deadline *deadline = &run->calls->dispatch->options.deadline[run->hook];
    cclb_capsule_info info = capsules->settings;
    info.struct_size = sizeof info;
    info.cclb_version = cclb_text(cclb_version());
    info.engine = cclb_text(engine_version());
    info.plugin = run->key.plugin;
    memcpy(info.digest, plugin->digest, sizeof info.digest);
    info.hook = run->hook;
    info.form = plugin->form;
    info.reference = plugin->callee.reference;
    info.deadline_base_ns = deadline->base_ns;
    info.deadline_per_mib_ns = deadline->per_mib_ns;
    info.fault = *error;
    if (error->phase == CCLB_PHASE_ANSWER) {
        mask_quoted(info.fault.message);
    }
    info.fuel = run->output.fuel;
    info.memory_bytes = run->output.memory_bytes;
    info.answer_bytes = run->output.bytes.len;
    info.input_bytes = run->input.len;
    return info;
}

/* The request once more, as far as it may be shown. CCLB_NO_MEMORY. */
static cclb_status add_input(const struct capsules *capsules, const struct run *run, struct arena *arena,
                             cclb_capsule_info *info)
{
    uint8_t *input = arena_array_unset(arena, run->input.len, 1);
    if (input == NULL) {
        return CCLB_NO_MEMORY;
    }
    run->input.write(run->input.context, input);
    struct masking_result masked = {0};
    cclb_status status = mask_request(&capsules->options, run->hook, info->form, input, run->input.len, arena, &masked);
    if (status == CCLB_NO_MEMORY) {
        return status;
    }
    info->readable = status == CCLB_OK;
    info->bodies_dropped = info->readable && capsules->options.drop_bodies;
    info->masked = masked.names;
    info->masked_count = masked.count;
    info->has_input = info->readable || capsules->options.keep_unreadable;
    info->input = info->has_input ? cclb_bytes_of(input, run->input.len) : (cclb_bytes){0};
    return CCLB_OK;
}

static enum metrics_capsule store(struct capsules *capsules, const cclb_capsule_info *info, uint32_t number,
                                  cclb_bytes json)
{
    enum { DIGEST_SHOWN = 6 };
    char digest[2 * DIGEST_SHOWN + 1] = "";
    char name[64];
    hex_encode(cclb_bytes_of(info->digest, DIGEST_SHOWN), digest);
    snprintf(name, sizeof name, "cclb-%s-%s", digest, cclb_hook_name(info->hook));
    int problem = store_file(capsules->folder, name, number, json);
    if (problem != 0) {
        atomic_store_explicit(&capsules->store_error, problem, memory_order_relaxed);
        return METRICS_CAPSULE_FAILED;
    }
    return METRICS_CAPSULE_WRITTEN;
}

static enum metrics_capsule hand_out(struct capsules *capsules, const uint8_t owner[BLAKE3_SIZE],
                                     const cclb_capsule_info *info)
{
    cclb_buffer json = {0};
    cclb_error untold;
    if (capsule_to_json(info, capsules->allocator, &json, &untold) != CCLB_OK) {
        return METRICS_CAPSULE_FAILED;
    }
    enum metrics_capsule outcome = METRICS_CAPSULE_WRITTEN;
    cclb_bytes text = cclb_bytes_of(json.data, json.len);
    uint32_t number = json.len > capsules->options.bytes_max ? 0 : take_number(capsules, owner);
    if (number == 0) {
        outcome = METRICS_CAPSULE_DROPPED;
    } else if (capsules->folder) {
        outcome = store(capsules, info, number, text);
    } else {
        capsules->options.call(capsules->options.context, text, info);
    }
    cclb_buffer_deinit(&json);
    return outcome;
}

static enum metrics_capsule make(struct capsules *capsules, const struct run *run, const cclb_error *error)
{
    uint8_t owner[BLAKE3_SIZE];
    hash_owner(run, owner);
    if (is_too_long(capsules, run->input.len) || !may_make(capsules, owner)) {
        return METRICS_CAPSULE_DROPPED;
    }
    struct arena arena;
    arena_init(&arena, capsules->allocator);
    cclb_capsule_info info = describe(capsules, run, error);
    enum metrics_capsule outcome = METRICS_CAPSULE_FAILED;
    if (add_input(capsules, run, &arena, &info) == CCLB_OK) {
        outcome = hand_out(capsules, owner, &info);
    }
    arena_deinit(&arena);
    return outcome;
}

static void take_failure(void *context, const struct run *run, const cclb_error *error)
{
    struct capsules *capsules = context;
    enum metrics_capsule outcome = make(capsules, run, error);
    metrics_count_capsule(capsules->metrics, run->lane ? lane_number(run->lane) : 0, outcome);
}

struct call_failures capsules_failures(struct capsules *capsules)
{
    bool wanted = capsules->options.call || capsules->folder;
    return wanted ? (struct call_failures){take_failure, capsules} : (struct call_failures){0};
}
