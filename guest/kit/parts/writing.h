/* SPDX-License-Identifier: Apache-2.0 */
/* ---- Writing answers ---- */

/*
 * An archive is what its records point to, then the records, the one for the whole last. It is measured before it is
 * written. The order is that of the published kits, byte for byte.
 */

typedef struct cclb_writer_ {
    uint8_t *end;
} cclb_writer_;

/* What a box says: where something lies, and how long it is. */
typedef struct cclb_box_ {
    const uint8_t *target;
    size_t len;
} cclb_box_;

static inline cclb_box_ cclb_box_of_(const uint8_t *target, size_t len)
{
    cclb_box_ box;
    box.target = target;
    box.len = len;
    return box;
}

/* Where `end` moves to. Pieces may be named more than once, so that their sum may be anything. */
static inline size_t cclb_measure_bytes_(size_t end, cclb_bytes bytes)
{
    if (__builtin_add_overflow(end, bytes.len, &end) || end > INT32_MAX) {
        cclb_plugin_fail();
    }
    return end;
}

static inline size_t cclb_measure_bytes_list_(size_t end, const cclb_bytes_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        end = cclb_measure_bytes_(end, list->items[i]);
    }
    return end;
}

/* The items are in memory, and their records are not much larger. */
static inline size_t cclb_measure_records_(size_t end, size_t count, size_t size, size_t align)
{
    return ((end + align - 1) & ~(align - 1)) + count * size;
}

/* One copy of it in the module, since it stands in many places. */
__attribute__((noinline)) static inline cclb_box_ cclb_write_bytes_(cclb_writer_ *writer, cclb_bytes bytes)
{
    uint8_t *target = writer->end;
    cclb_copy(target, bytes.data, bytes.len);
    writer->end += bytes.len;
    return cclb_box_of_(target, bytes.len);
}

static inline cclb_box_ cclb_write_bytes_list_(cclb_writer_ *writer, const cclb_bytes_list *list)
{
    uint8_t *target = writer->end;
    for (size_t i = 0; i < list->count; i++) {
        cclb_write_bytes_(writer, list->items[i]);
    }
    return cclb_box_of_(target, (size_t)(writer->end - target));
}

/* Room for records, zeroed, and the padding before them. */
static inline uint8_t *cclb_write_records_(cclb_writer_ *writer, size_t count, size_t size, size_t align)
{
    uint8_t *start = writer->end;
    size_t padding = (0 - (size_t)(uintptr_t)start) & (align - 1);
    __builtin_memset(start, 0, padding + count * size);
    writer->end = start + padding + count * size;
    return start + padding;
}

static inline void cclb_store_u16_(uint8_t *at, uint16_t value)
{
    __builtin_memcpy(at, &value, sizeof value);
}

static inline void cclb_store_u32_(uint8_t *at, uint32_t value)
{
    __builtin_memcpy(at, &value, sizeof value);
}

static inline void cclb_store_box_(uint8_t *at, cclb_box_ box)
{
    cclb_store_u32_(at, (uint32_t)((uintptr_t)box.target - (uintptr_t)at));
    cclb_store_u32_(at + 4, (uint32_t)box.len);
}

/* The same for one of several that lie one behind the other; answers where the next one lies. */
static inline const uint8_t *cclb_store_target_(uint8_t *at, const uint8_t *target, size_t len)
{
    cclb_store_box_(at, cclb_box_of_(target, len));
    return target + len;
}
