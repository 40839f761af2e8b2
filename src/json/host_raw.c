/* SPDX-License-Identifier: Apache-2.0 */
/* host_raw.c - goes down the paths of all parts at once; what lies beside them is skipped. */

#include "json/host_raw.h"

#include "base/arena.h"
#include "base/error.h"
#include "base/json_scan.h"
#include "json/fault.h"

enum { LEVELS = 3 };

static const char *const paths[HOST_RAW_COUNT][LEVELS] = {
    [HOST_RAW_CLAIMS] = {"request", "principal", "claims"},
    [HOST_RAW_REQUEST_BODY] = {"request", "body", "json"},
    [HOST_RAW_RESPONSE_BODY] = {"response", "body", "json"},
    [HOST_RAW_EVENT_DATA] = {"event", "data", "json"},
};

struct finding {
    struct scan scan;
    struct host_raw *raw;
    unsigned inside; /* the part whose value is being read, one bit; 0: none */
};

static size_t place_of(unsigned bit)
{
    return (size_t)__builtin_ctz(bit);
}

/* Takes the value of a part. */
static bool take_part(struct finding *finding, unsigned part)
{
    struct scan *scan = &finding->scan;
    if (scan_peek(scan) != '{' && place_of(part) == HOST_RAW_CLAIMS) {
        return scan_skip(scan, SCAN_LOOSE); /* no claims; whoever reads the document says so */
    }
    const uint8_t *start = scan->at;
    finding->inside = part;
    if (!scan_skip(scan, SCAN_STRICT)) {
        return false;
    }
    finding->inside = 0;
    finding->raw->text[place_of(part)] = cclb_bytes_of(start, (size_t)(scan->at - start));
    return true;
}

/* Takes a value below `level` names, which the paths in `parts`, one bit each, begin with. */
static bool find_in(struct finding *finding, unsigned level, unsigned parts)
{
    struct scan *scan = &finding->scan;
    if (level == LEVELS && parts != 0) {
        return take_part(finding, parts);
    }
    if (parts == 0 || scan_peek(scan) != '{') {
        return scan_skip(scan, SCAN_LOOSE);
    }
    scan->at++;
    bool first = true;
    for (;;) {
        struct scan_string key;
        enum scan_next next = scan_next_member(scan, &first, &key);
        if (next != SCAN_NEXT_ITEM) {
            return next == SCAN_NEXT_END;
        }
        cclb_bytes name = key.raw;
        if (key.escaped && !scan_decode(scan, key, &name)) {
            return false;
        }
        unsigned within = 0;
        for (unsigned place = 0; place < HOST_RAW_COUNT; place++) {
            if ((parts >> place & 1) != 0 && cclb_bytes_equal(name, cclb_text(paths[place][level]))) {
                within |= 1u << place;
            }
        }
        if (!find_in(finding, level + 1, within)) {
            return false;
        }
    }
}

static cclb_status refuse(const struct finding *finding, size_t len, cclb_error *error)
{
    const struct scan *scan = &finding->scan;
    if (scan->no_memory) {
        return error_no_memory(error, len);
    }
    size_t line;
    size_t column;
    scan_place(scan, scan->fault_at, &line, &column);
    if (finding->inside != 0) {
        const char *const *path = paths[place_of(finding->inside)];
        error_set(error, CCLB_BAD_INPUT, 0, CCLB_PHASE_NONE, "$.%s.%s.%s: %s, line %zu, column %zu", path[0], path[1],
                  path[2], scan->fault, line, column);
    } else {
        cclb_bytes text = cclb_bytes_of(scan->start, len);
        size_t offset = (size_t)(scan->fault_at - scan->start);
        error_set(error, CCLB_BAD_INPUT, 0, CCLB_PHASE_NONE, "not JSON: line %zu, column %zu: %s", line, column,
                  json_fault_words(text, offset, scan->fault));
    }
    error->offset = (uint64_t)(scan->fault_at - scan->start);
    return CCLB_BAD_INPUT;
}

cclb_status host_raw_find(cclb_bytes json, const cclb_allocator *allocator, struct host_raw *raw, cclb_error *error)
{
    struct arena arena;
    arena_init(&arena, allocator);
    *raw = (struct host_raw){0};
    struct finding finding = {.raw = raw};
    scan_init(&finding.scan, json, &arena);
    cclb_status status = CCLB_OK;
    if (!find_in(&finding, 0, (1u << HOST_RAW_COUNT) - 1) || !scan_finish(&finding.scan)) {
        status = refuse(&finding, json.len, error);
    }
    arena_deinit(&arena);
    return status;
}

void host_raw_blank(const struct host_raw *raw, cclb_bytes json, uint8_t *copy)
{
    for (size_t place = 0; place < HOST_RAW_COUNT; place++) {
        cclb_bytes text = raw->text[place];
        if (text.data == NULL) {
            continue;
        }
        uint8_t *start = copy + (text.data - json.data);
        for (size_t i = 0; i < text.len; i++) {
            start[i] = start[i] == '\n' ? '\n' : ' '; /* the lines stay what they are */
        }
        start[0] = place == HOST_RAW_CLAIMS ? '{' : '0';
        if (place == HOST_RAW_CLAIMS) {
            start[text.len - 1] = '}';
        }
    }
}
