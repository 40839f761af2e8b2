/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mask_claim.c - a claim is JSON whose members have names, at any depth; what may have names but cannot be told is masked
 * whole.
 */

#include "capsule/masking.h"

#include "base/json_scan.h"

/* One JSON value, with its quotes left if it is a string. */
static void mask_value(const uint8_t *start, const uint8_t *end)
{
    bool is_string = *start == '"';
    mask_bytes(cclb_bytes_of(start + is_string, (size_t)(end - start) - 2 * is_string));
}

static bool is_json(cclb_bytes text)
{
    struct scan scan;
    scan_init(&scan, text, NULL);
    return scan_skip(&scan, SCAN_STRICT) && scan_finish(&scan);
}

/* The text of a string, whichever way it is written; false: no memory. */
static bool read_string(struct masking *masking, struct scan *scan, struct scan_string string, cclb_bytes *text)
{
    *text = string.raw;
    if (string.escaped && !scan_decode(scan, string, text)) {
        masking->no_memory = true;
        return false;
    }
    return true;
}

/* A string with a quotation mark in it may be JSON in its turn, with names of its own; without one it has none. */
static void mask_string(struct masking *masking, cclb_bytes raw, cclb_bytes text)
{
    if (text.len > 0 && memchr(text.data, '"', text.len)) {
        masking->met[MASKED_CLAIM_WITH_QUOTES] = true;
        mask_bytes(raw);
    }
}

/* The members at any depth of what is JSON. A string that a colon follows is a member's name, and nothing else is. */
static void mask_members(struct masking *masking, cclb_bytes json)
{
    struct scan scan;
    scan_init(&scan, json, masking->arena);
    for (uint8_t byte = scan_peek(&scan); byte != '\0'; byte = scan_peek(&scan)) {
        struct scan_string string;
        cclb_bytes text;
        if (byte != '"') {
            scan.at++;
            continue;
        }
        if (!scan_string(&scan, SCAN_STRICT, &string) || !read_string(masking, &scan, string, &text)) {
            return;
        }
        if (scan_peek(&scan) != ':') {
            mask_string(masking, string.raw, text);
            continue;
        }
        scan.at++;
        scan_peek(&scan);
        const uint8_t *start = scan.at;
        if (names_meet(&masking->claims, text) && scan_skip(&scan, SCAN_STRICT)) {
            mask_value(start, scan.at);
        }
    }
}

void mask_claim(struct masking *masking, const cclb_claim *claim)
{
    if (!is_json(claim->value)) {
        masking->met[MASKED_CLAIM_NO_JSON] = true;
        mask_bytes(claim->value);
    } else if (names_meet(&masking->claims, claim->key)) {
        const uint8_t *end = claim->value.data + claim->value.len;
        mask_value(claim->value.data, end);
    } else {
        mask_members(masking, claim->value);
    }
}
