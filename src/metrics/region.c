/* SPDX-License-Identifier: Apache-2.0 */
/* region.c - made once, and looked at with distrust by everybody who is handed one. */

#include "metrics/region.h"

#include "base/error.h"
#include "base/rust_hash.h"
#include "metrics/label.h"

#include <inttypes.h>

/* "cclbmtrx" as a number, so that a mapping of the other byte order is none. */
static const uint64_t region_magic = UINT64_C(0x78727374626c6363);

/* Goes up when the structs change; the tables look after themselves. */
enum { REGION_VERSION = 3 };

#define DECADE(ns) UINT64_C(ns), UINT64_C(ns) * 2, UINT64_C(ns) * 5
const uint64_t bucket_bound_ns[BUCKETS - 1] = {
    DECADE(1000),      DECADE(10000),      DECADE(100000),      DECADE(1000000),
    DECADE(10000000),  DECADE(100000000),  DECADE(1000000000),  UINT64_C(10000000000),
};

/* A hash of all that says which counter means what, so that two builds of the library do not mix them up. */
static uint64_t hash_tables(void)
{
    const uint64_t numbers[] = {
        sizeof(struct counters), sizeof(struct common_counters), sizeof(struct label), REGION_STRIPES,
        BUCKETS,                 TRAP_PHASES,                    POLICIES,             USAGE_COUNT,
    };
    const cclb_bytes parts[] = {
        cclb_bytes_of(numbers, sizeof numbers),
        cclb_bytes_of(bucket_bound_ns, sizeof bucket_bound_ns),
#define HOOK(NAME, name) cclb_text(#name " "),
#include "cclb/hook.def"
#undef HOOK
#define STATUS(NAME, value, name, meaning) cclb_text(name " "),
#include "cclb/status.def"
#undef STATUS
#define PRINCIPAL(NAME, name, old_name) cclb_text(name " "),
#include "cclb/principal.def"
#undef PRINCIPAL
    };
    uint8_t digest[BLAKE3_SIZE];
    rust_blake3(parts, sizeof parts / sizeof parts[0], digest);
    uint64_t hash;
    memcpy(&hash, digest, sizeof hash);
    return hash;
}

size_t region_bytes(uint32_t plugins_max)
{
    return region_counters_at(plugins_max, plugins_max + 1, (cclb_hook)0, 0);
}

void region_make(struct region *region, uint32_t plugins_max)
{
    struct label_name other;
    label_name_set(&other, cclb_text("other"));
    region->version = REGION_VERSION;
    region->plugins_max = plugins_max;
    region->bytes = region_bytes(plugins_max);
    region->tables = hash_tables();
    atomic_store_explicit(&region->label[plugins_max].key, other.key, memory_order_relaxed);
    label_write(&region->label[plugins_max], &other);
    /* Release: who sees that it is one sees all of it. */
    atomic_store_explicit(&region->magic, region_magic, memory_order_release);
}

static cclb_status refuse(cclb_error *error, const char *why)
{
    return error_set(error, CCLB_INVALID_ARGUMENT, 0, CCLB_PHASE_NONE, "the shared metrics mapping %s", why);
}

static cclb_status refuse_size(cclb_error *error, size_t bytes, uint64_t needed)
{
    return error_set(error, CCLB_INVALID_ARGUMENT, 0, CCLB_PHASE_NONE,
                     "the shared metrics mapping is too small: %zu bytes, of which it needs %" PRIu64, bytes, needed);
}

static bool labels_are_sound(const struct region *region, uint32_t plugins_max)
{
    for (uint32_t i = 0; i <= plugins_max; i++) {
        if (!label_is_sound(&region->label[i])) {
            return false;
        }
    }
    return true;
}

cclb_status region_check(const void *memory, size_t bytes, uint32_t *plugins_max, cclb_error *error)
{
    const struct region *region = memory;
    if (memory == NULL) {
        return refuse(error, "has a size and no address");
    }
    if ((uintptr_t)memory % REGION_PAGE_BYTES != 0) {
        return refuse(error, "is not aligned to a page");
    }
    if (bytes < sizeof *region) {
        return refuse_size(error, bytes, region_bytes(1));
    }
    uint64_t magic = atomic_load_explicit(&region->magic, memory_order_acquire);
    if (magic != region_magic) {
        return refuse(error, magic == 0 ? "was not prepared by cclb_metrics_shared_init" : "holds something else");
    }
    if (region->version != REGION_VERSION) {
        return error_set(error, CCLB_INVALID_ARGUMENT, 0, CCLB_PHASE_NONE,
                         "the shared metrics mapping has layout %" PRIu32 "; this version of cclb has %d",
                         region->version, REGION_VERSION);
    }
    if (region->tables != hash_tables()) {
        return refuse(error, "is of another version of cclb: the tables of hooks, statuses or principals differ");
    }
    /* Read once. */
    uint32_t count = *(const volatile uint32_t *)&region->plugins_max;
    if (count < 1 || count > REGION_PLUGINS_LIMIT || region->bytes != region_bytes(count)) {
        return refuse(error, "is damaged: its sizes cannot be");
    }
    if (bytes < region_bytes(count)) {
        return refuse_size(error, bytes, region_bytes(count));
    }
    if (!labels_are_sound(region, count)) {
        return refuse(error, "is damaged: a label is no text");
    }
    *plugins_max = count;
    return CCLB_OK;
}
