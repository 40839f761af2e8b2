/* SPDX-License-Identifier: Apache-2.0 */
/*
 * label.h - the names under which plugins are counted: taken once, by whichever process comes first, and never freed.
 *
 * A label is taken by one compare-and-swap of the hash of its text, and only then written. So whoever looks for a name
 * that is being taken finds it, and writes the same bytes once more instead of waiting: a process that dies in between
 * holds up nobody. At worst it leaves a label without text, which nothing is counted under and which is not shown.
 */
#ifndef METRICS_LABEL_H
#define METRICS_LABEL_H

#include "metrics/region.h"

/* A plugin's name as it is shown. */
struct label_name {
    size_t len;
    uint64_t key; /* never 0 */
    char text[LABEL_TEXT_MAX + 1]; /* zeros behind it */
};

/* Escapes and cuts what may be any bytes. */
void label_name_set(struct label_name *label, cclb_bytes name);

/*
 * The label of a name: the one that has it, or else a free one, which is then taken. plugins_max, which is `other`, if
 * none is free. An untrusted name takes labels from the upper half alone. Two processes that come with one name at the
 * same moment may take two labels, if one of them trusts it and the other does not. Never waits; any thread.
 */
uint32_t label_take(struct region *region, uint32_t plugins_max, const struct label_name *name, bool trusted);

/* Writes the text of a label that was taken for it. */
void label_write(struct label *label, const struct label_name *name);

/* Copies the text to out, with a NUL; it has none inside. False, and out is empty, if it is not written yet. */
bool label_read(const struct label *label, char out[LABEL_TEXT_MAX + 1]);

/* Whether its text, if it has one, can be a label's. */
bool label_is_sound(const struct label *label);

#endif
