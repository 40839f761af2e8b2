/* SPDX-License-Identifier: Apache-2.0 */
/* ---- Reading requests ---- */

/*
 * The host wrote the request and checked it, so that it is believed. Held against the memory are only the length of the
 * whole and of each array: then whoever walks an array comes to an end.
 *
 * `at` is a field's offset in its record, below 0 if the form lacks it.
 */

static inline const uint8_t *cclb_root_(const uint8_t *input, size_t size, size_t root_size)
{
    if (size < root_size) {
        cclb_plugin_fail();
    }
    return input + (size - root_size);
}

#define CCLB_READ_NUMBER_(kind, type)                                                                                  \
    static inline type cclb_read_##kind##_(const uint8_t *record, int at)                                              \
    {                                                                                                                  \
        type value = 0;                                                                                                \
        if (at >= 0) {                                                                                                 \
            __builtin_memcpy(&value, record + at, sizeof value);                                                       \
        }                                                                                                              \
        return value;                                                                                                  \
    }

CCLB_READ_NUMBER_(u16, uint16_t)
CCLB_READ_NUMBER_(u32, uint32_t)
CCLB_READ_NUMBER_(u64, uint64_t)
CCLB_READ_NUMBER_(f64, double)

/* A box: how far from it its target lies, and how long that is. */
static inline cclb_bytes cclb_read_bytes_(const uint8_t *record, int at)
{
    cclb_bytes value = CCLB_ZERO_;
    if (at >= 0) {
        value.data = record + at + (int32_t)cclb_read_u32_(record, at);
        value.len = cclb_read_u32_(record, at + 4);
    }
    return value;
}

/* An optional is a byte that is 1 if it is there, and the value at the next place that suits its alignment. */
static inline cclb_optional_bytes cclb_read_optional_bytes_(const uint8_t *record, int at)
{
    cclb_optional_bytes optional = CCLB_ZERO_;
    if (at >= 0 && record[at] != 0) {
        optional.present = true;
        optional.value = cclb_read_bytes_(record, at + 4);
    }
    return optional;
}

static inline cclb_optional_u64 cclb_read_optional_u64_(const uint8_t *record, int at)
{
    cclb_optional_u64 optional = CCLB_ZERO_;
    if (at >= 0 && record[at] != 0) {
        optional.present = true;
        optional.value = cclb_read_u64_(record, at + 8);
    }
    return optional;
}

static inline const uint8_t *cclb_read_array_(const uint8_t *box, size_t record_size, size_t *count)
{
    cclb_bytes target = cclb_read_bytes_(box, 0);
    uint64_t end = (uint64_t)(uintptr_t)target.data + (uint64_t)target.len * record_size;
    if (end > (uint64_t)__builtin_wasm_memory_size(0) * CCLB_PAGE_) {
        cclb_plugin_fail();
    }
    *count = target.len;
    return target.data;
}
