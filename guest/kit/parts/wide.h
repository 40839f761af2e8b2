/* SPDX-License-Identifier: Apache-2.0 */
/* ---- Numbers of 128 bits ---- */

/*
 * What the compiler calls for them, and for a product of 64-bit numbers whose overflow is checked: no library is linked
 * that has it. The linker drops what is not called; where a library is linked all the same, one of the two serves.
 * They are made of 64-bit operations and of shifts by constants, for which the compiler calls nothing.
 */
__extension__ typedef unsigned __int128 cclb_u128_;
__extension__ typedef __int128 cclb_i128_;

#define CCLB_COMPILER_CALLS_ __attribute__((weak))

static inline cclb_u128_ cclb_u128_of_(uint64_t high, uint64_t low)
{
    return (cclb_u128_)high << 64 | low;
}

/* Of two 64-bit numbers, by their halves of 32 bits. */
static inline cclb_u128_ cclb_product_(uint64_t a, uint64_t b)
{
    uint64_t low = (a & UINT32_MAX) * (b & UINT32_MAX);
    uint64_t middle = (a >> 32) * (b & UINT32_MAX) + (low >> 32);
    uint64_t other = (a & UINT32_MAX) * (b >> 32) + (middle & UINT32_MAX);
    return cclb_u128_of_((a >> 32) * (b >> 32) + (middle >> 32) + (other >> 32), other << 32 | (low & UINT32_MAX));
}

CCLB_COMPILER_CALLS_ cclb_i128_ __multi3(cclb_i128_ a, cclb_i128_ b)
{
    uint64_t a_low = (uint64_t)a;
    uint64_t b_low = (uint64_t)b;
    uint64_t a_high = (uint64_t)((cclb_u128_)a >> 64);
    uint64_t b_high = (uint64_t)((cclb_u128_)b >> 64);
    return (cclb_i128_)(cclb_product_(a_low, b_low) + cclb_u128_of_(a_high * b_low + a_low * b_high, 0));
}

/* By less than 128, as all three. */
CCLB_COMPILER_CALLS_ cclb_i128_ __ashlti3(cclb_i128_ value, int by)
{
    uint64_t low = (uint64_t)value;
    uint64_t high = (uint64_t)((cclb_u128_)value >> 64);
    if (by >= 64) {
        return (cclb_i128_)cclb_u128_of_(low << (by - 64), 0);
    }
    return by == 0 ? value : (cclb_i128_)cclb_u128_of_(high << by | low >> (64 - by), low << by);
}

CCLB_COMPILER_CALLS_ cclb_i128_ __lshrti3(cclb_i128_ value, int by)
{
    uint64_t low = (uint64_t)value;
    uint64_t high = (uint64_t)((cclb_u128_)value >> 64);
    if (by >= 64) {
        return (cclb_i128_)cclb_u128_of_(0, high >> (by - 64));
    }
    return by == 0 ? value : (cclb_i128_)cclb_u128_of_(high >> by, high << (64 - by) | low >> by);
}

CCLB_COMPILER_CALLS_ cclb_i128_ __ashrti3(cclb_i128_ value, int by)
{
    uint64_t low = (uint64_t)value;
    int64_t high = (int64_t)(value >> 64);
    if (by >= 64) {
        return (cclb_i128_)cclb_u128_of_((uint64_t)(high >> 63), (uint64_t)(high >> (by - 64)));
    }
    return by == 0 ? value : (cclb_i128_)cclb_u128_of_((uint64_t)(high >> by), (uint64_t)high << (64 - by) | low >> by);
}

/* Bit by bit, unless 64 bits hold both; a division by zero is a trap, as of other numbers. */
__attribute__((noinline)) static inline cclb_u128_ cclb_divide_(cclb_u128_ dividend, cclb_u128_ divisor,
                                                                cclb_u128_ *remainder)
{
    cclb_u128_ quotient = 0;
    cclb_u128_ rest = 0;
    if (divisor == 0) {
        cclb_plugin_fail();
    }
    if (dividend >> 64 == 0 && divisor >> 64 == 0) {
        *remainder = (uint64_t)dividend % (uint64_t)divisor;
        return (uint64_t)dividend / (uint64_t)divisor;
    }
    for (int i = 0; i < 128; i++) {
        bool is_above = rest >> 127 != 0;
        rest = rest << 1 | dividend >> 127;
        dividend <<= 1;
        is_above = is_above || rest >= divisor;
        rest -= is_above ? divisor : 0;
        quotient = quotient << 1 | is_above;
    }
    *remainder = rest;
    return quotient;
}

static inline cclb_u128_ cclb_magnitude_(cclb_i128_ value)
{
    return value < 0 ? 0 - (cclb_u128_)value : (cclb_u128_)value;
}

CCLB_COMPILER_CALLS_ cclb_u128_ __udivti3(cclb_u128_ dividend, cclb_u128_ divisor)
{
    cclb_u128_ remainder;
    return cclb_divide_(dividend, divisor, &remainder);
}

CCLB_COMPILER_CALLS_ cclb_u128_ __umodti3(cclb_u128_ dividend, cclb_u128_ divisor)
{
    cclb_u128_ remainder;
    cclb_divide_(dividend, divisor, &remainder);
    return remainder;
}

CCLB_COMPILER_CALLS_ cclb_i128_ __divti3(cclb_i128_ dividend, cclb_i128_ divisor)
{
    cclb_u128_ remainder;
    cclb_u128_ quotient = cclb_divide_(cclb_magnitude_(dividend), cclb_magnitude_(divisor), &remainder);
    return (cclb_i128_)((dividend < 0) == (divisor < 0) ? quotient : 0 - quotient);
}

/* The remainder has the sign of the dividend. */
CCLB_COMPILER_CALLS_ cclb_i128_ __modti3(cclb_i128_ dividend, cclb_i128_ divisor)
{
    cclb_u128_ remainder;
    cclb_divide_(cclb_magnitude_(dividend), cclb_magnitude_(divisor), &remainder);
    return (cclb_i128_)(dividend < 0 ? 0 - remainder : remainder);
}
