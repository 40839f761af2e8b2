/* SPDX-License-Identifier: Apache-2.0 */
/* utf8_repair.c - valid runs are copied, what stands between them is replaced. */

#include "base/utf8_repair.h"

#include "base/utf8.h"

/* How many bytes of a character that is none belong together: "UTF-8 decoder", step 4, of the Encoding standard. */
static size_t broken_len(const uint8_t *data, size_t len)
{
    uint8_t lead = data[0];
    if (lead < 0xc2 || lead > 0xf4) {
        return 1;
    }
    size_t wanted = lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
    /* Some leads leave less room to the byte behind them: no overlong forms, no surrogates, nothing above U+10FFFF. */
    uint8_t low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    uint8_t high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
    size_t at = 1;
    while (at <= wanted && at < len && data[at] >= low && data[at] <= high) {
        at++;
        low = 0x80;
        high = 0xbf;
    }
    return at;
}

size_t utf8_repair(cclb_bytes text, uint8_t *out)
{
    static const uint8_t replacement[UTF8_REPAIR_GROWTH] = {0xef, 0xbf, 0xbd};
    size_t written = 0;
    size_t at = 0;
    while (at < text.len) {
        size_t valid = utf8_valid_prefix(cclb_bytes_of(text.data + at, text.len - at));
        memcpy(out + written, text.data + at, valid);
        written += valid;
        at += valid;
        if (at < text.len) {
            at += broken_len(text.data + at, text.len - at);
            memcpy(out + written, replacement, sizeof replacement);
            written += sizeof replacement;
        }
    }
    return written;
}
