/* SPDX-License-Identifier: Apache-2.0 */
/*
 * claims.c - members are collected in the order of the text, then sorted by merging, which keeps those of one name in
 * that order, so that the last of each run is the one that counts. (The C library's qsort() promises no order of equals
 * and may allocate.) Claims that come sorted, as many issuers write them, are left alone.
 */

#include "hooks/claims.h"

#include "base/error.h"
#include "base/json_scan.h"

#include <inttypes.h>

enum { FIRST_ROOM = 8 };

struct reading {
    struct scan scan;
    cclb_claim *items;
    size_t count;
    size_t room;
    bool sorted;     /* and no name twice */
    cclb_bytes name; /* of the member whose value is being read, for faults; data NULL: none */
};

static int compare(cclb_bytes a, cclb_bytes b)
{
    size_t len = a.len < b.len ? a.len : b.len;
    int order = len > 0 ? memcmp(a.data, b.data, len) : 0;
    return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

static bool no_memory(struct reading *reading)
{
    reading->scan.no_memory = true;
    return scan_fault(&reading->scan, reading->scan.at, "no memory", NULL);
}

static bool append(struct reading *reading, cclb_claim claim)
{
    if (reading->count == reading->room) {
        size_t room = reading->room > 0 ? reading->room * 2 : FIRST_ROOM;
        cclb_claim *items = arena_array(reading->scan.arena, room, sizeof *items);
        if (items == NULL) {
            return no_memory(reading);
        }
        if (reading->count > 0) {
            memcpy(items, reading->items, reading->count * sizeof *items);
        }
        reading->items = items;
        reading->room = room;
    }
    if (reading->count > 0 && compare(reading->items[reading->count - 1].key, claim.key) >= 0) {
        reading->sorted = false;
    }
    reading->items[reading->count++] = claim;
    return true;
}

static bool read_value(struct reading *reading, cclb_bytes *value)
{
    struct scan *scan = &reading->scan;
    scan_peek(scan);
    const uint8_t *start = scan->at;
    if (!scan_skip(scan, SCAN_STRICT)) {
        return false;
    }
    *value = cclb_bytes_of(start, (size_t)(scan->at - start));
    size_t len = scan_compact(*value, NULL);
    if (len < value->len) {
        uint8_t *compact = arena_alloc(scan->arena, len);
        if (compact == NULL) {
            return no_memory(reading);
        }
        scan_compact(*value, compact);
        *value = cclb_bytes_of(compact, len);
    }
    return true;
}

static bool read_members(struct reading *reading)
{
    struct scan *scan = &reading->scan;
    if (!scan_expect(scan, '{', "expected an object")) {
        return false;
    }
    scan->outer = 1;
    bool first = true;
    for (;;) {
        struct scan_string key;
        enum scan_next next = scan_next_member(scan, &first, &key);
        if (next != SCAN_NEXT_ITEM) {
            return next == SCAN_NEXT_END && scan_finish(scan);
        }
        cclb_claim claim = {.key = key.raw};
        if (key.escaped && !scan_decode(scan, key, &claim.key)) {
            return false;
        }
        reading->name = claim.key;
        if (!read_value(reading, &claim.value) || !append(reading, claim)) {
            return false;
        }
        reading->name = (cclb_bytes){0};
    }
}

/* Merges the sorted runs from[start, middle) and from[middle, end) into to[start, end). */
static void merge(const cclb_claim *from, cclb_claim *to, size_t start, size_t middle, size_t end)
{
    size_t left = start;
    size_t right = middle;
    for (size_t i = start; i < end; i++) {
        bool take_left = right == end || (left < middle && compare(from[left].key, from[right].key) <= 0);
        to[i] = from[take_left ? left++ : right++];
    }
}

static bool sort(struct reading *reading)
{
    cclb_claim *from = reading->items;
    cclb_claim *to = arena_array(reading->scan.arena, reading->count, sizeof *to);
    if (to == NULL) {
        return no_memory(reading);
    }
    for (size_t width = 1; width < reading->count; width *= 2) {
        for (size_t start = 0; start < reading->count; start += 2 * width) {
            size_t left = reading->count - start;
            size_t middle = start + (left < width ? left : width);
            size_t end = start + (left < 2 * width ? left : 2 * width);
            merge(from, to, start, middle, end);
        }
        cclb_claim *swapped = from;
        from = to;
        to = swapped;
    }
    reading->items = from;
    return true;
}

/* Keeps the last of each run of one name. */
static void drop_repeated(struct reading *reading)
{
    size_t kept = 0;
    for (size_t i = 0; i < reading->count; i++) {
        if (i + 1 == reading->count || compare(reading->items[i].key, reading->items[i + 1].key) != 0) {
            reading->items[kept++] = reading->items[i];
        }
    }
    reading->count = kept;
}

static cclb_status refuse(const struct reading *reading, cclb_bytes json, cclb_error *error)
{
    const struct scan *scan = &reading->scan;
    if (scan->no_memory) {
        return error_no_memory(error, json.len);
    }
    uint64_t offset = (uint64_t)(scan->fault_at - scan->start);
    struct error_text name;
    if (reading->name.data) {
        error_set(error, CCLB_BAD_INPUT, 78, CCLB_PHASE_NONE, "claims: %s at byte %" PRIu64 ", in the claim `%s`",
                  scan->fault, offset, error_text(&name, reading->name));
    } else {
        error_set(error, CCLB_BAD_INPUT, 78, CCLB_PHASE_NONE, "claims: %s at byte %" PRIu64, scan->fault, offset);
    }
    error->offset = offset;
    return CCLB_BAD_INPUT;
}

cclb_status claims_read(cclb_bytes json, struct arena *arena, cclb_claims *claims, cclb_error *error)
{
    struct reading reading = {.sorted = true};
    scan_init(&reading.scan, json, arena);
    scan_peek(&reading.scan);
    if (reading.scan.at == reading.scan.end) {
        *claims = (cclb_claims){0};
        return CCLB_OK;
    }
    if (!read_members(&reading) || (!reading.sorted && !sort(&reading))) {
        return refuse(&reading, json, error);
    }
    if (!reading.sorted) {
        drop_repeated(&reading);
    }
    *claims = (cclb_claims){.items = reading.items, .count = reading.count};
    return CCLB_OK;
}
