/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json_scan.h - JSON text, one token at a time, for those who must read it as the published runtimes do or need its
 * tokens as they stand.
 *
 * A scan is a cursor over the text. Every function moves it past what it read and returns true, or notes the first
 * fault and returns false; after that the scan is of no further use. Nothing here recurses, and nesting costs one bit
 * a level. Names begin with scan_, because json_ is jansson's. Thread class: CONFINED.
 */
#ifndef BASE_JSON_SCAN_H
#define BASE_JSON_SCAN_H

#include "base/arena.h"

/* LOOSE asks for the grammar of RFC 8259 alone. STRICT also for UTF-8, paired surrogates and finite numbers. */
enum scan_rules { SCAN_LOOSE, SCAN_STRICT };

enum { SCAN_STRICT_NESTING = 127 };

struct scan {
    const uint8_t *start;
    const uint8_t *at;
    const uint8_t *end;
    struct arena *arena;     /* for decoded strings and the nesting of LOOSE values */
    uint8_t *nesting;        /* of LOOSE values: made once, since a text may hold many */
    size_t outer;            /* containers that the caller opened itself; a STRICT value counts them as its own */
    bool no_memory;          /* the fault is the arena's */
    const char *fault;       /* words, or NULL */
    const char *field;       /* the key that the words are about, or NULL */
    const uint8_t *fault_at;
};

/* A string as it stands in the text, between its quotes. */
struct scan_string {
    cclb_bytes raw;
    bool escaped; /* raw holds at least one backslash */
};

/* The next thing in an array or object. */
enum scan_next { SCAN_NEXT_ITEM, SCAN_NEXT_END, SCAN_NEXT_FAULT };

/* Starts at the first byte; `arena` may be NULL if only scan_skip() with SCAN_STRICT and scan_finish() follow. */
void scan_init(struct scan *scan, cclb_bytes text, struct arena *arena);

/* Notes a fault at a byte (or at the end) and returns false. `field` may be NULL; both texts must be static. */
bool scan_fault(struct scan *scan, const uint8_t *at, const char *words, const char *field);

/* Skips white space and returns the next byte, or 0 at the end, which no token starts with. */
uint8_t scan_peek(struct scan *scan);

/* Takes one byte, after white space, or faults with `words`. */
bool scan_expect(struct scan *scan, uint8_t byte, const char *words);

/* Takes `word`, one of true, false and null. */
bool scan_literal(struct scan *scan, const char *word);

/* Takes a string; the cursor stands at its quote. */
bool scan_string(struct scan *scan, enum scan_rules rules, struct scan_string *string);

/* The text of a string that was taken by SCAN_STRICT, in memory of the arena; false: no memory. */
bool scan_decode(struct scan *scan, struct scan_string string, cclb_bytes *text);

/* Takes any value whole; SCAN_STRICT also refuses nesting deeper than SCAN_STRICT_NESTING. */
bool scan_skip(struct scan *scan, enum scan_rules rules);

/* Moves to the next element of an array whose bracket was taken; *first is true before the first one. */
enum scan_next scan_next_element(struct scan *scan, bool *first);

/* Moves to the next member of an object whose brace was taken: takes its key, by SCAN_STRICT, and the colon. */
enum scan_next scan_next_member(struct scan *scan, bool *first, struct scan_string *key);

/*
 * How long a whole value is without the white space outside of its strings, every token as it stands. Written to `out`,
 * unless that is NULL.
 */
size_t scan_compact(cclb_bytes value, uint8_t *out);

/* Faults if anything but white space is left. */
bool scan_finish(struct scan *scan);

/*
 * Line and column of a byte, as the published parsers count: lines from 1, and how many bytes of the line are read, with
 * this one; at the end of the text that is the column of the last byte, or 0 where the line has none.
 */
void scan_place(const struct scan *scan, const uint8_t *at, size_t *line, size_t *column);

#endif
