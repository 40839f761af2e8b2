/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json_scan.c - a grammar without recursion: scan_skip() keeps one bit for each container that is open.
 *
 * Where the grammar leaves a choice it is made as serde_json makes it, since the published runtimes read with that
 * library: which numbers overflow, how deep values may nest, where a fault is said to be.
 */

#include "base/json_scan.h"

#include "base/hex.h"
#include "base/json_number.h"
#include "base/utf8.h"

void scan_init(struct scan *scan, cclb_bytes text, struct arena *arena)
{
    static const uint8_t nothing;
    const uint8_t *start = text.data ? text.data : &nothing;
    *scan = (struct scan){.start = start, .at = start, .end = start + text.len, .arena = arena};
}

bool scan_fault(struct scan *scan, const uint8_t *at, const char *words, const char *field)
{
    if (scan->fault == NULL) {
        scan->fault = words;
        scan->field = field;
        scan->fault_at = at;
    }
    return false;
}

static bool is_white_space(uint8_t byte)
{
    return byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t';
}

uint8_t scan_peek(struct scan *scan)
{
    while (scan->at < scan->end) {
        uint8_t byte = *scan->at;
        if (!is_white_space(byte)) {
            return byte;
        }
        scan->at++;
    }
    return 0;
}

static bool fault_here(struct scan *scan, const char *words)
{
    return scan_fault(scan, scan->at, scan->at < scan->end ? words : "unexpected end of text", NULL);
}

bool scan_expect(struct scan *scan, uint8_t byte, const char *words)
{
    if (scan_peek(scan) != byte) {
        return fault_here(scan, words);
    }
    scan->at++;
    return true;
}

bool scan_literal(struct scan *scan, const char *word)
{
    size_t len = strlen(word);
    for (size_t i = 0; i < len; i++) {
        if (scan->at == scan->end || *scan->at != (uint8_t)word[i]) {
            return fault_here(scan, "expected ident");
        }
        scan->at++;
    }
    return true;
}

/* ---- strings ---- */

static bool is_digit(uint8_t byte)
{
    return byte >= '0' && byte <= '9';
}

/* The value of four hexadecimal digits at `at`, or -1. */
static int32_t hex4(const uint8_t *at, const uint8_t *end)
{
    if (end - at < 4) {
        return -1;
    }
    int32_t value = 0;
    for (int i = 0; i < 4; i++) {
        int digit = hex_digit(at[i]);
        if (digit < 0) {
            return -1;
        }
        value = value * 16 + digit;
    }
    return value;
}

static bool is_high_surrogate(int32_t unit)
{
    return unit >= 0xd800 && unit <= 0xdbff;
}

static bool is_low_surrogate(int32_t unit)
{
    return unit >= 0xdc00 && unit <= 0xdfff;
}

/*
 * Reads the escape at `at` (its backslash). Returns the byte after it, or NULL if it is none; *code is the character.
 * A surrogate without its partner is a fault for SCAN_STRICT and a character of its own for SCAN_LOOSE.
 */
static const uint8_t *read_escape(const uint8_t *at, const uint8_t *end, enum scan_rules rules, uint32_t *code)
{
    static const char letters[] = "\"\\/bfnrt";
    static const char meanings[] = "\"\\/\b\f\n\r\t";
    if (end - at < 2) {
        return NULL;
    }
    if (at[1] != 'u') {
        const char *letter = at[1] ? strchr(letters, at[1]) : NULL;
        if (letter == NULL) {
            return NULL;
        }
        *code = (uint8_t)meanings[letter - letters];
        return at + 2;
    }
    int32_t unit = hex4(at + 2, end);
    if (unit < 0) {
        return NULL;
    }
    *code = (uint32_t)unit;
    at += 6;
    if (rules == SCAN_LOOSE || (!is_high_surrogate(unit) && !is_low_surrogate(unit))) {
        return at;
    }
    int32_t partner = end - at >= 2 && at[0] == '\\' && at[1] == 'u' ? hex4(at + 2, end) : -1;
    if (!is_high_surrogate(unit) || !is_low_surrogate(partner)) {
        return NULL;
    }
    *code = 0x10000u + ((uint32_t)(unit - 0xd800) << 10) + (uint32_t)(partner - 0xdc00);
    return at + 6;
}

bool scan_string(struct scan *scan, enum scan_rules rules, struct scan_string *string)
{
    const uint8_t *at = scan->at + 1;
    const uint8_t *start = at;
    bool escaped = false;
    while (at < scan->end && *at != '"') {
        uint32_t code;
        if (*at < 0x20) {
            return scan_fault(scan, at, "control character in a string", NULL);
        }
        if (*at == '\\') {
            const uint8_t *next = read_escape(at, scan->end, rules, &code);
            if (next == NULL) {
                return scan_fault(scan, at, "invalid escape", NULL);
            }
            escaped = true;
            at = next;
        } else if (*at < 0x80 || rules == SCAN_LOOSE) {
            at++;
        } else {
            size_t size = utf8_decode(at, (size_t)(scan->end - at), &code);
            if (size == 0) {
                return scan_fault(scan, at, "invalid unicode code point", NULL);
            }
            at += size;
        }
    }
    if (at == scan->end) {
        return scan_fault(scan, at, "unexpected end of text in a string", NULL);
    }
    string->raw = cclb_bytes_of(start, (size_t)(at - start));
    string->escaped = escaped;
    scan->at = at + 1;
    return true;
}

static size_t write_utf8(uint32_t code, uint8_t *out)
{
    if (code < 0x80) {
        out[0] = (uint8_t)code;
        return 1;
    }
    size_t size = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    for (size_t i = size - 1; i > 0; i--) {
        out[i] = (uint8_t)(0x80 | (code & 0x3f));
        code >>= 6;
    }
    static const uint8_t leads[] = {0, 0, 0xc0, 0xe0, 0xf0};
    out[0] = (uint8_t)(leads[size] | code);
    return size;
}

bool scan_decode(struct scan *scan, struct scan_string string, cclb_bytes *text)
{
    uint8_t *out = arena_alloc(scan->arena, string.raw.len); /* no escape is shorter than its character */
    if (out == NULL) {
        scan->no_memory = true;
        return scan_fault(scan, string.raw.data, "no memory", NULL);
    }
    const uint8_t *at = string.raw.data;
    const uint8_t *end = at + string.raw.len;
    size_t used = 0;
    while (at < end) {
        if (*at != '\\') {
            out[used++] = *at++;
            continue;
        }
        uint32_t code = 0;
        at = read_escape(at, end, SCAN_STRICT, &code);
        used += write_utf8(code, out + used);
    }
    *text = cclb_bytes_of(out, used);
    return true;
}

/* ---- numbers ---- */

static bool take_digits(struct scan *scan)
{
    if (scan->at == scan->end || !is_digit(*scan->at)) {
        return fault_here(scan, "invalid number");
    }
    while (scan->at < scan->end && is_digit(*scan->at)) {
        scan->at++;
    }
    return true;
}

static bool scan_number(struct scan *scan, enum scan_rules rules)
{
    const uint8_t *start = scan->at;
    scan->at += *scan->at == '-';
    const uint8_t *digits = scan->at;
    if (!take_digits(scan)) {
        return false;
    }
    if (*digits == '0' && scan->at - digits > 1) {
        return scan_fault(scan, digits + 1, "invalid number", NULL);
    }
    if (scan->at < scan->end && *scan->at == '.') {
        scan->at++;
        if (!take_digits(scan)) {
            return false;
        }
    }
    if (scan->at < scan->end && (*scan->at | 0x20) == 'e') {
        scan->at++;
        if (scan->at < scan->end && (*scan->at == '+' || *scan->at == '-')) {
            scan->at++;
        }
        if (!take_digits(scan)) {
            return false;
        }
    }
    if (rules == SCAN_STRICT && !number_is_finite(cclb_bytes_of(start, (size_t)(scan->at - start)))) {
        return scan_fault(scan, start, "number out of range", NULL);
    }
    return true;
}

/* ---- values ---- */

/* The containers that are open: one bit each, 1 for an object. */
struct nesting {
    uint8_t *bits;
    size_t depth;
    size_t max;
};

/*
 * A container takes two bytes at least, so half the text bounds the depth of any value that can still be closed.
 */
static bool loose_nesting(struct scan *scan, struct nesting *nesting)
{
    size_t levels = (size_t)(scan->end - scan->start) / 2;
    if (scan->nesting == NULL) {
        scan->nesting = arena_alloc(scan->arena, levels / 8 + 1);
    }
    if (scan->nesting == NULL) {
        scan->no_memory = true;
        return scan_fault(scan, scan->at, "no memory", NULL);
    }
    *nesting = (struct nesting){.bits = scan->nesting, .max = levels};
    return true;
}

static bool in_object(const struct nesting *nesting)
{
    size_t level = nesting->depth - 1;
    return nesting->bits[level / 8] >> (level % 8) & 1;
}

/* Takes the bracket or brace at the cursor. */
static bool open_container(struct scan *scan, struct nesting *nesting)
{
    if (nesting->depth >= nesting->max) {
        return scan_fault(scan, scan->at, "recursion limit exceeded", NULL);
    }
    uint8_t *bits = &nesting->bits[nesting->depth / 8];
    uint8_t bit = (uint8_t)(1u << (nesting->depth % 8));
    *bits = (uint8_t)(*scan->at == '{' ? *bits | bit : *bits & ~bit);
    nesting->depth++;
    scan->at++;
    return true;
}

static bool skip_key(struct scan *scan, enum scan_rules rules)
{
    struct scan_string key;
    if (scan_peek(scan) != '"') {
        return fault_here(scan, "key must be a string");
    }
    return scan_string(scan, rules, &key) && scan_expect(scan, ':', "expected `:`");
}

/* Takes a value, or only opens it if it is a container with something in it; *whole says which. */
static bool skip_start(struct scan *scan, enum scan_rules rules, struct nesting *nesting, bool *whole)
{
    struct scan_string string;
    *whole = true;
    uint8_t byte = scan_peek(scan);
    switch (byte) {
    case '"':
        return scan_string(scan, rules, &string);
    case 't':
        return scan_literal(scan, "true");
    case 'f':
        return scan_literal(scan, "false");
    case 'n':
        return scan_literal(scan, "null");
    case '[':
    case '{':
        if (!open_container(scan, nesting)) {
            return false;
        }
        if (scan_peek(scan) == (byte == '{' ? '}' : ']')) {
            scan->at++;
            nesting->depth--;
            return true;
        }
        *whole = false;
        return byte == '[' || skip_key(scan, rules);
    default:
        if (byte == '-' || is_digit(byte)) {
            return scan_number(scan, rules);
        }
        return fault_here(scan, "expected value");
    }
}

/* After a whole value: closes what ends here, up to the next value of what is still open. */
static bool skip_ends(struct scan *scan, enum scan_rules rules, struct nesting *nesting)
{
    while (nesting->depth > 0) {
        bool object = in_object(nesting);
        uint8_t byte = scan_peek(scan);
        if (byte == ',') {
            scan->at++;
            return !object || skip_key(scan, rules);
        }
        if (byte != (object ? '}' : ']')) {
            return fault_here(scan, object ? "expected `,` or `}`" : "expected `,` or `]`");
        }
        scan->at++;
        nesting->depth--;
    }
    return true;
}

bool scan_skip(struct scan *scan, enum scan_rules rules)
{
    uint8_t bits[(SCAN_STRICT_NESTING + 7) / 8] = {0};
    struct nesting nesting = {.bits = bits, .max = SCAN_STRICT_NESTING - scan->outer};
    if (rules == SCAN_LOOSE && !loose_nesting(scan, &nesting)) {
        return false;
    }
    do {
        bool whole;
        if (!skip_start(scan, rules, &nesting, &whole) || (whole && !skip_ends(scan, rules, &nesting))) {
            return false;
        }
    } while (nesting.depth > 0);
    return true;
}

enum scan_next scan_next_element(struct scan *scan, bool *first)
{
    uint8_t byte = scan_peek(scan);
    if (byte == ']') {
        scan->at++;
        return SCAN_NEXT_END;
    }
    if (!*first) {
        if (!scan_expect(scan, ',', "expected `,` or `]`")) {
            return SCAN_NEXT_FAULT;
        }
        if (scan_peek(scan) == ']') {
            fault_here(scan, "trailing comma");
            return SCAN_NEXT_FAULT;
        }
    }
    *first = false;
    return SCAN_NEXT_ITEM;
}

enum scan_next scan_next_member(struct scan *scan, bool *first, struct scan_string *key)
{
    uint8_t byte = scan_peek(scan);
    if (byte == '}') {
        scan->at++;
        return SCAN_NEXT_END;
    }
    if (!*first && !scan_expect(scan, ',', "expected `,` or `}`")) {
        return SCAN_NEXT_FAULT;
    }
    *first = false;
    byte = scan_peek(scan);
    if (byte != '"') {
        fault_here(scan, byte == '}' ? "trailing comma" : "key must be a string");
        return SCAN_NEXT_FAULT;
    }
    if (!scan_string(scan, SCAN_STRICT, key) || !scan_expect(scan, ':', "expected `:`")) {
        return SCAN_NEXT_FAULT;
    }
    return SCAN_NEXT_ITEM;
}

size_t scan_compact(cclb_bytes value, uint8_t *out)
{
    size_t used = 0;
    bool in_string = false;
    for (size_t i = 0; i < value.len; i++) {
        uint8_t byte = value.data[i];
        if (!in_string && is_white_space(byte)) {
            continue;
        }
        if (out) {
            out[used] = byte;
        }
        used++;
        if (byte == '"') {
            in_string = !in_string;
        } else if (byte == '\\' && i + 1 < value.len) { /* only in strings; what follows it ends none */
            i++;
            if (out) {
                out[used] = value.data[i];
            }
            used++;
        }
    }
    return used;
}

bool scan_finish(struct scan *scan)
{
    scan_peek(scan);
    return scan->at == scan->end || scan_fault(scan, scan->at, "trailing characters", NULL);
}

void scan_place(const struct scan *scan, const uint8_t *at, size_t *line, size_t *column)
{
    const uint8_t *stop = at < scan->end ? at + 1 : scan->end;
    *line = 1;
    *column = 0;
    for (const uint8_t *byte = scan->start; byte < stop; byte++) {
        (*column)++;
        if (*byte == '\n') {
            (*line)++;
            *column = 0;
        }
    }
}
