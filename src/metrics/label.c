/* SPDX-License-Identifier: Apache-2.0 */
/* label.c - a small table, searched from end to end: when a plugin is admitted, not when it is called. */

#include "metrics/label.h"

#include "base/rust_hash.h"
#include "base/utf8.h"
#include "cclb/escape.h"

#include <assert.h>

static_assert(LABEL_WORDS * sizeof(uint64_t) == LABEL_TEXT_MAX + 1, "a text is a whole number of words");

void label_name_set(struct label_name *label, cclb_bytes name)
{
    memset(label, 0, sizeof *label);
    label->len = cclb_escape(name, label->text, sizeof label->text);
    /* Names are chosen by strangers: by this hash none of them can be made to look like another. */
    uint8_t digest[BLAKE3_SIZE];
    cclb_bytes text = cclb_bytes_of(label->text, label->len);
    rust_blake3(&text, 1, digest);
    memcpy(&label->key, digest, sizeof label->key);
    label->key = label->key != 0 ? label->key : 1;
}

/* Whether the label is this name's, from now on if it was free. */
static bool take(struct label *label, uint64_t key)
{
    uint64_t found = atomic_load_explicit(&label->key, memory_order_relaxed);
    /* Relaxed, here and above: a key stands for itself; what readers read is ordered by `written`. */
    return (found == 0 && atomic_compare_exchange_strong_explicit(&label->key, &found, key, memory_order_relaxed,
                                                                  memory_order_relaxed)) ||
           found == key;
}

uint32_t label_take(struct region *region, uint32_t plugins_max, const struct label_name *name, bool trusted)
{
    for (uint32_t i = 0; i <= plugins_max; i++) {
        if (atomic_load_explicit(&region->label[i].key, memory_order_relaxed) == name->key) {
            return i;
        }
    }
    /* The two sorts come from the two ends, so that they meet only when there is no room left. */
    uint32_t count = trusted ? plugins_max : plugins_max / 2;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t at = trusted ? i : plugins_max - 1 - i;
        if (take(&region->label[at], name->key)) {
            return at;
        }
    }
    return plugins_max;
}

void label_write(struct label *label, const struct label_name *name)
{
    /* Another process may be writing it, the very same bytes. */
    for (size_t i = 0; i < LABEL_WORDS; i++) {
        uint64_t word;
        memcpy(&word, name->text + i * sizeof word, sizeof word);
        atomic_store_explicit(&label->text[i], word, memory_order_relaxed);
    }
    /* Release: who sees the length sees the text. */
    atomic_store_explicit(&label->written, (uint32_t)name->len + 1, memory_order_release);
}

bool label_read(const struct label *label, char out[LABEL_TEXT_MAX + 1])
{
    /* Acquire: the other side of label_write(). A length that cannot be is looked at as if it were none. */
    uint32_t written = atomic_load_explicit(&label->written, memory_order_acquire);
    size_t len = written == 0 || written > LABEL_TEXT_MAX + 1 ? 0 : written - 1;
    for (size_t i = 0; i < LABEL_WORDS; i++) {
        uint64_t word = atomic_load_explicit(&label->text[i], memory_order_relaxed);
        memcpy(out + i * sizeof word, &word, sizeof word);
    }
    out[len] = '\0';
    return written != 0;
}

bool label_is_sound(const struct label *label)
{
    char text[LABEL_TEXT_MAX + 1];
    return !label_read(label, text) ||
           (atomic_load_explicit(&label->written, memory_order_relaxed) == strlen(text) + 1 &&
            utf8_valid(cclb_text(text)));
}
