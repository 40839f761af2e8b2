/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wire_random.c - chance with a preference for edges.
 *
 * Damage does not know the schema. It finds boxes by position: they stand at multiples of four, counted from the end,
 * where the root is. What is no box is damaged all the same.
 */

#include "wire_random.h"

#include <string.h>

/* A number of so many bytes of the choices, little-endian. */
static uint64_t next_choice(struct wire_random *random, size_t size)
{
    uint64_t number = 0;
    for (size_t i = 0; i < size && random->choices_left > 0; i++) {
        number |= (uint64_t)*random->choices++ << (8 * i);
        random->choices_left--;
    }
    return number;
}

uint64_t wire_random_next(struct wire_random *random)
{
    if (random->choices != NULL) {
        return next_choice(random, sizeof(uint64_t));
    }
    random->state += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t z = random->state;
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

size_t wire_random_below(struct wire_random *random, size_t limit)
{
    if (random->choices != NULL) {
        return next_choice(random, limit <= UINT8_MAX + 1 ? 1 : sizeof(uint32_t)) % limit;
    }
    return wire_random_next(random) % limit;
}

static bool one_in(struct wire_random *random, size_t chances)
{
    return wire_random_below(random, chances) == 0;
}

/* Mostly a few, at times none, seldom many. */
static size_t random_count(struct wire_random *random, size_t few, size_t many)
{
    return wire_random_below(random, one_in(random, 24) ? many : few);
}

/* ---- Messages */

static void append_number(struct wire_random *random, size_t size, struct slow_buffer *value)
{
    static const uint64_t edges[] = {0, 1, INT32_MAX, UINT32_MAX, INT64_MAX, UINT64_MAX, UINT64_C(0x7ff0000000000001)};
    uint64_t number = wire_random_next(random);
    if (one_in(random, 2)) {
        number = edges[wire_random_below(random, sizeof edges / sizeof edges[0])];
    }
    uint8_t bytes[8];
    slow_put_u32(bytes, (uint32_t)number);
    slow_put_u32(bytes + 4, (uint32_t)(number >> 32));
    slow_append(value, bytes, size);
}

static void append_character(struct wire_random *random, struct slow_buffer *text)
{
    static const char *const edges[] = {"\x7f",         "\xc2\x80",         "\xdf\xbf",         "\xe0\xa0\x80",
                                        "\xed\x9f\xbf", "\xee\x80\x80",     "\xef\xbf\xbf",     "\xe2\x82\xac",
                                        "\xf0\x90\x80\x80", "\xf1\x80\x80\x80", "\xf4\x8f\xbf\xbf"};
    if (one_in(random, 12)) {
        const char *edge = edges[wire_random_below(random, sizeof edges / sizeof edges[0])];
        slow_append(text, edge, strlen(edge));
    } else {
        uint8_t ascii = (uint8_t)wire_random_below(random, 0x80);
        slow_append(text, &ascii, 1);
    }
}

static void append_u32(struct slow_buffer *value, size_t number)
{
    uint8_t bytes[4];
    slow_put_u32(bytes, (uint32_t)number);
    slow_append(value, bytes, sizeof bytes);
}

static void append_text(struct wire_random *random, struct slow_buffer *value)
{
    size_t start = value->len;
    append_u32(value, 0);
    for (size_t left = random_count(random, 20, 400); left > 0; left--) {
        append_character(random, value);
    }
    slow_put_u32(value->data + start, (uint32_t)(value->len - start - 4));
}

static void append_bytes(struct wire_random *random, struct slow_buffer *value)
{
    size_t len = random_count(random, 24, 900);
    append_u32(value, len);
    for (size_t i = 0; i < len; i++) {
        uint8_t byte = (uint8_t)wire_random_next(random);
        slow_append(value, &byte, 1);
    }
}

static void append_fields(struct wire_random *random, const struct slow_record *record, int form,
                          struct slow_buffer *value)
{
    for (size_t i = 0; i < record->count; i++) {
        wire_random_value(random, record->places[i].type, form, value);
    }
}

void wire_random_value(struct wire_random *random, const struct slow_type *type, int form, struct slow_buffer *value)
{
    struct slow_record record;
    size_t count;
    uint8_t tag;
    switch (type->kind) {
    case SLOW_U16:
    case SLOW_U32:
    case SLOW_U64:
    case SLOW_F64:
        append_number(random, slow_size(type, form), value);
        return;
    case SLOW_TEXT:
        append_text(random, value);
        return;
    case SLOW_BYTES:
        append_bytes(random, value);
        return;
    case SLOW_ARRAY:
        count = random_count(random, 4, 12);
        append_u32(value, count);
        for (size_t i = 0; i < count; i++) {
            wire_random_value(random, type->of, form, value);
        }
        return;
    case SLOW_OPTIONAL:
        tag = (uint8_t)wire_random_below(random, 2);
        slow_append(value, &tag, 1);
        if (tag == 1) {
            wire_random_value(random, type->of, form, value);
        }
        return;
    case SLOW_ENUM:
        tag = (uint8_t)wire_random_below(random, slow_variant_count(type));
        slow_append(value, &tag, 1);
        record = slow_variant_record(type, tag, form);
        append_fields(random, &record, form, value);
        return;
    case SLOW_STRUCT:
        record = slow_struct_record(type, form);
        append_fields(random, &record, form, value);
        return;
    }
}

/* ---- Damage */

/* A place for `size` bytes that is a multiple of four away from the end; most often near it. *at is the offset. */
static bool random_place(struct wire_random *random, const struct slow_buffer *archive, size_t size, size_t *at)
{
    if (archive->len < size) {
        return false;
    }
    size_t places = (archive->len - size) / 4 + 1;
    if (places > 50 && !one_in(random, 4)) {
        places = 50;
    }
    *at = archive->len - size - 4 * wire_random_below(random, places);
    return true;
}

static void add_i32(uint8_t *at, int64_t delta)
{
    slow_put_u32(at, (uint32_t)(slow_get_i32(at) + delta));
}

/* -reach to reach. */
static int64_t random_delta(struct wire_random *random, size_t reach)
{
    return (int64_t)wire_random_below(random, 2 * reach + 1) - (int64_t)reach;
}

static void damage_bytes(struct wire_random *random, struct slow_buffer *archive)
{
    static const char *const sequences[] = {"\x80",         "\xc0\x80", "\xc2",             "\xe0\x9f\xbf",
                                            "\xed\xa0\x80", "\xe2\x82", "\xf4\x90\x80\x80", "\xf0\x8f\xbf\xbf",
                                            "\xff",         "\xc3\xa9"};
    static const uint8_t edges[] = {0x00, 0x01, 0x02, 0x03, 0x06, 0x7f, 0x80, 0xbf, 0xc2, 0xff};
    size_t at = wire_random_below(random, archive->len);
    if (one_in(random, 3)) {
        archive->data[at] ^= (uint8_t)(1u << wire_random_below(random, 8));
    } else if (one_in(random, 2)) {
        archive->data[at] = edges[wire_random_below(random, sizeof edges)];
    } else {
        const char *sequence = sequences[wire_random_below(random, sizeof sequences / sizeof sequences[0])];
        for (size_t i = 0; sequence[i] && at + i < archive->len; i++) {
            archive->data[at + i] = (uint8_t)sequence[i];
        }
    }
}

/* A byte that is small enough to be a tag gets another number. */
static void damage_tag(struct wire_random *random, struct slow_buffer *archive)
{
    static const uint8_t tags[] = {0, 1, 2, 3, 4, 5, 6, 255};
    size_t reach = archive->len < 200 ? archive->len : 200;
    for (int attempt = 0; attempt < 16; attempt++) {
        size_t at = archive->len - 1 - wire_random_below(random, reach);
        if (archive->data[at] < 6) {
            archive->data[at] = tags[wire_random_below(random, sizeof tags)];
            return;
        }
    }
}

static void damage_number(struct wire_random *random, struct slow_buffer *archive)
{
    static const uint32_t edges[] = {0, 1, 4, 8, 0x7ffffffc, INT32_MAX, 0x80000000, 0x80000004, UINT32_MAX, 0xfffffff8};
    size_t at;
    if (!random_place(random, archive, 4, &at)) {
        return;
    }
    if (one_in(random, 4)) {
        slow_put_u32(archive->data + at, edges[wire_random_below(random, sizeof edges / sizeof edges[0])]);
    } else if (one_in(random, 8)) {
        add_i32(archive->data + at, random_delta(random, archive->len));
    } else if (one_in(random, 8)) {
        /* So many elements of 8, 16, 24 ... bytes are as good as none in 32 bits. */
        add_i32(archive->data + at, INT64_C(1) << (28 + wire_random_below(random, 4)));
    } else {
        add_i32(archive->data + at, random_delta(random, 16));
    }
}

/* The target begins elsewhere but ends where it did. */
static void damage_box_start(struct wire_random *random, struct slow_buffer *archive)
{
    size_t at;
    if (random_place(random, archive, 8, &at)) {
        int64_t delta = random_delta(random, 8);
        add_i32(archive->data + at, delta);
        add_i32(archive->data + at + 4, -delta);
    }
}

/* One box gets the target of another (sharing), or they change targets (wrong order). */
static void damage_box_pair(struct wire_random *random, struct slow_buffer *archive)
{
    size_t a;
    size_t b;
    if (!random_place(random, archive, 8, &a) || !random_place(random, archive, 8, &b) || a == b) {
        return;
    }
    uint8_t *data = archive->data;
    int64_t a_target = (int64_t)a + slow_get_i32(data + a);
    int64_t b_target = (int64_t)b + slow_get_i32(data + b);
    uint32_t a_len = slow_get_u32(data + a + 4);
    uint32_t b_len = slow_get_u32(data + b + 4);
    slow_put_u32(data + a, (uint32_t)(b_target - (int64_t)a));
    slow_put_u32(data + a + 4, b_len);
    if (one_in(random, 2)) {
        slow_put_u32(data + b, (uint32_t)(a_target - (int64_t)b));
        slow_put_u32(data + b + 4, a_len);
    }
}

/* Mostly a multiple of the alignment, so that not everything behind it is misaligned. */
static size_t random_shift(struct wire_random *random, size_t limit)
{
    size_t shift = wire_random_below(random, limit + 1);
    return one_in(random, 3) ? shift : shift / 8 * 8;
}

static void cut_out(struct slow_buffer *archive, size_t at, size_t len)
{
    memmove(archive->data + at, archive->data + at + len, archive->len - at - len);
    archive->len -= len;
}

static void put_in(struct wire_random *random, struct slow_buffer *archive, size_t at, size_t len)
{
    slow_append(archive, NULL, len);
    memmove(archive->data + at + len, archive->data + at, archive->len - at - len);
    for (size_t i = 0; i < len; i++) {
        archive->data[at + i] = (uint8_t)wire_random_next(random);
    }
}

/* Shorter or longer: at the front, at the back, or somewhere between. */
static void damage_length(struct wire_random *random, struct slow_buffer *archive)
{
    size_t limit = one_in(random, 8) ? archive->len : 32;
    size_t len = random_shift(random, limit);
    size_t where = wire_random_below(random, 4);
    if (one_in(random, 2)) {
        size_t at = where < 2 ? 0 : where == 2 ? archive->len : wire_random_below(random, archive->len + 1);
        put_in(random, archive, at, len);
    } else if (len <= archive->len) {
        size_t last = archive->len - len;
        size_t at = where < 2 ? 0 : where == 2 ? last : wire_random_below(random, last + 1);
        cut_out(archive, at, len);
    }
}

/*
 * A gap, which a reader must not mind: every box behind it that points before it is led across. A box is known by
 * pointing back and inside the archive.
 */
static void damage_gap(struct wire_random *random, struct slow_buffer *archive)
{
    size_t at;
    if (!random_place(random, archive, 8, &at)) {
        return;
    }
    size_t gap = 4 * (1 + wire_random_below(random, 4));
    put_in(random, archive, at, gap);
    for (size_t place = at + gap; place + 8 <= archive->len; place += 4) {
        int64_t target = (int64_t)place + slow_get_i32(archive->data + place);
        if (target >= (int64_t)gap && target <= (int64_t)(at + gap)) {
            add_i32(archive->data + place, -(int64_t)gap);
        }
    }
}

/* A piece of another archive lands here. */
static void damage_splice(struct wire_random *random, struct slow_buffer *archive, const uint8_t *other,
                          size_t other_len)
{
    size_t limit = archive->len < other_len ? archive->len : other_len;
    size_t len = 4 * wire_random_below(random, limit / 4 + 1);
    size_t from = 4 * wire_random_below(random, (other_len - len) / 4 + 1);
    size_t to = 4 * wire_random_below(random, (archive->len - len) / 4 + 1);
    if (len > 0) {
        memcpy(archive->data + to, other + from, len);
    }
}

void wire_random_damage(struct wire_random *random, struct slow_buffer *archive, const uint8_t *other,
                        size_t other_len)
{
    if (archive->len == 0) {
        put_in(random, archive, 0, 1 + random_shift(random, 200));
        return;
    }
    switch (wire_random_below(random, 11)) {
    case 0:
    case 1:
        damage_bytes(random, archive);
        return;
    case 2:
        damage_tag(random, archive);
        return;
    case 3:
    case 4:
    case 5:
        damage_number(random, archive);
        return;
    case 6:
        damage_box_start(random, archive);
        return;
    case 7:
        damage_box_pair(random, archive);
        return;
    case 8:
        damage_length(random, archive);
        return;
    case 9:
        damage_gap(random, archive);
        return;
    default:
        damage_splice(random, archive, other, other_len);
        return;
    }
}
