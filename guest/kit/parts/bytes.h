/* SPDX-License-Identifier: Apache-2.0 */
/* ---- Bytes and text ---- */

/* A borrowed run of bytes, of text if its comment says so; never NUL-terminated. data may be NULL when len is 0. */
typedef struct cclb_bytes {
    const uint8_t *data;
    size_t len;
} cclb_bytes;

/* Bytes that may be absent, which is something else than empty. */
typedef struct cclb_optional_bytes {
    bool present;
    cclb_bytes value; /* empty if absent */
} cclb_optional_bytes;

/* A number that may be absent. */
typedef struct cclb_optional_u64 {
    bool present;
    uint64_t value; /* 0 if absent */
} cclb_optional_u64;

/* The `len` bytes at `data`. */
static inline cclb_bytes cclb_bytes_of(const void *data, size_t len)
{
    cclb_bytes bytes;
    bytes.data = (const uint8_t *)data;
    bytes.len = len;
    return bytes;
}

/* The text of a string literal. */
#define CCLB_TEXT(literal) cclb_bytes_of("" literal, sizeof(literal) - 1)

/* The bytes from `start` on, fewer than there are if `start` is behind their end. */
static inline cclb_bytes cclb_bytes_from(cclb_bytes bytes, size_t start)
{
    size_t skipped = start < bytes.len ? start : bytes.len;
    return cclb_bytes_of(skipped > 0 ? bytes.data + skipped : bytes.data, bytes.len - skipped);
}

/* Whether two runs hold the same bytes. */
static inline bool cclb_bytes_equal(cclb_bytes a, cclb_bytes b)
{
    if (a.len != b.len) {
        return false;
    }
    for (size_t i = 0; i < a.len; i++) {
        if (a.data[i] != b.data[i]) {
            return false;
        }
    }
    return true;
}

static inline uint8_t cclb_lower_(uint8_t c)
{
    return c >= 'A' && c <= 'Z' ? (uint8_t)(c | 0x20) : c;
}

/* The same where the case of ASCII letters does not count, as in names of headers. */
static inline bool cclb_bytes_equal_ignoring_case(cclb_bytes a, cclb_bytes b)
{
    if (a.len != b.len) {
        return false;
    }
    for (size_t i = 0; i < a.len; i++) {
        if (cclb_lower_(a.data[i]) != cclb_lower_(b.data[i])) {
            return false;
        }
    }
    return true;
}

/* Where two runs of `len` bytes first differ, by eight bytes at a time; len if nowhere. */
static inline size_t cclb_first_difference_(const uint8_t *a, const uint8_t *b, size_t len)
{
    size_t at = 0;
    for (; len - at >= 8; at += 8) {
        uint64_t ours;
        uint64_t theirs;
        __builtin_memcpy(&ours, a + at, sizeof ours);
        __builtin_memcpy(&theirs, b + at, sizeof theirs);
        if (ours != theirs) {
            return at + (size_t)__builtin_ctzll(ours ^ theirs) / 8;
        }
    }
    while (at < len && a[at] == b[at]) {
        at++;
    }
    return at;
}

/* Below, at or above 0 as `a` comes before, is the same as, or comes behind `b`, byte by byte. */
static inline int cclb_bytes_compare(cclb_bytes a, cclb_bytes b)
{
    size_t shorter = a.len < b.len ? a.len : b.len;
    size_t at = cclb_first_difference_(a.data, b.data, shorter);
    if (at < shorter) {
        return a.data[at] < b.data[at] ? -1 : 1;
    }
    return a.len == b.len ? 0 : a.len < b.len ? -1 : 1;
}

static inline bool cclb_starts_with(cclb_bytes bytes, cclb_bytes start)
{
    return bytes.len >= start.len && cclb_bytes_equal(cclb_bytes_of(bytes.data, start.len), start);
}

static inline bool cclb_ends_with(cclb_bytes bytes, cclb_bytes end)
{
    return bytes.len >= end.len && cclb_bytes_equal(cclb_bytes_from(bytes, bytes.len - end.len), end);
}

/* Has its lowest bit that is set in the lowest byte of `word` that is `byte`; 0 if there is none. */
static inline uint64_t cclb_match_(uint64_t word, uint8_t byte)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t other = word ^ ones * byte;
    return (other - ones) & ~other & ones << 7;
}

/* Where `a` or `b` first stands at or behind `from`, by eight bytes at a time; bytes.len if nowhere. */
static inline size_t cclb_find_either(cclb_bytes bytes, uint8_t a, uint8_t b, size_t from)
{
    size_t at = from;
    for (; at < bytes.len && bytes.len - at >= 8; at += 8) {
        uint64_t word;
        __builtin_memcpy(&word, bytes.data + at, sizeof word);
        uint64_t found = cclb_match_(word, a) | cclb_match_(word, b);
        if (found != 0) {
            return at + (size_t)__builtin_ctzll(found) / 8;
        }
    }
    for (; at < bytes.len; at++) {
        if (bytes.data[at] == a || bytes.data[at] == b) {
            return at;
        }
    }
    return bytes.len;
}

/* Where `wanted` first stands in `bytes`, at or behind `from`; bytes.len if nowhere. Nothing stands nowhere. */
static inline size_t cclb_find(cclb_bytes bytes, cclb_bytes wanted, size_t from)
{
    if (wanted.len == 0) {
        return bytes.len;
    }
    size_t at = cclb_find_either(bytes, wanted.data[0], wanted.data[0], from);
    while (at < bytes.len && !cclb_starts_with(cclb_bytes_from(bytes, at), wanted)) {
        at = cclb_find_either(bytes, wanted.data[0], wanted.data[0], at + 1);
    }
    return at;
}

/* A request lies in the plugin's own memory, which it may change: what `bytes` of a request point to, to be written. */
static inline uint8_t *cclb_writable(cclb_bytes bytes)
{
    return (uint8_t *)(uintptr_t)bytes.data;
}

/* Bytes in several pieces, sent as if they were one; cclb_bytes_list_add adds one. */
typedef struct cclb_bytes_list {
    cclb_bytes *items;
    size_t count;
    size_t capacity;
} cclb_bytes_list;

/* ---- Messages ---- */
