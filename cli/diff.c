/* SPDX-License-Identifier: Apache-2.0 */
/*
 * diff.c - lines at both ends that are the same are set aside; of the rest the longest sequence of lines that both have
 * is kept. Where that would be too much to work out, all of the rest is taken for different.
 */

#include "diff.h"

#include "text.h"

#include <stdlib.h>
#include <string.h>

enum {
    CELLS_MAX = 1 << 22, /* pairs of lines that are compared: 16 MiB of memory */
    CHANGES_MAX = 1000,  /* lines that differ and are shown: more of them nobody reads */
    CONTEXT = 3,         /* lines around */
    WIDTH = 160,         /* of a line, in bytes */
    LEAD = 40            /* of a long line, before the place where it differs */
};

/* Lines with their ends, so that the last one may lack its. */
struct lines {
    cclb_bytes *each;
    size_t count;
};

/* One line of what is written: of `from`, of `to`, or of both. */
struct step {
    char sign;
    cclb_bytes line;
};

struct script {
    struct step *steps;
    size_t count;
};

static size_t line_len(cclb_bytes text, size_t at)
{
    const uint8_t *newline = memchr(text.data + at, '\n', text.len - at);
    return newline ? (size_t)(newline - text.data) + 1 - at : text.len - at;
}

static bool split(cclb_bytes text, struct lines *lines)
{
    size_t count = 1; /* malloc(0) may be NULL */
    for (size_t at = 0; at < text.len; at += line_len(text, at)) {
        count++;
    }
    *lines = (struct lines){.each = malloc(count * sizeof *lines->each)};
    if (lines->each == NULL) {
        return false;
    }
    for (size_t at = 0; at < text.len; at += line_len(text, at)) {
        lines->each[lines->count++] = cclb_bytes_of(text.data + at, line_len(text, at));
    }
    return true;
}

static bool same(cclb_bytes a, cclb_bytes b)
{
    return a.len == b.len && memcmp(a.data, b.data, a.len) == 0;
}

static void add(struct script *script, char sign, cclb_bytes line)
{
    script->steps[script->count++] = (struct step){sign, line};
}

/*
 * table[i * (n + 1) + j]: how many lines the rest of `a` from i on and that of `b` from j on have in common, at most.
 * NULL: it would be too large, or there is no memory for it.
 */
static uint32_t *common_counts(const cclb_bytes *a, size_t m, const cclb_bytes *b, size_t n)
{
    if ((m + 1) > CELLS_MAX / (n + 1)) {
        return NULL;
    }
    uint32_t *table = calloc((m + 1) * (n + 1), sizeof *table);
    for (size_t i = m; table && i-- > 0;) {
        for (size_t j = n; j-- > 0;) {
            const uint32_t *next = &table[(i + 1) * (n + 1) + j];
            uint32_t right = table[i * (n + 1) + j + 1];
            table[i * (n + 1) + j] = same(a[i], b[j]) ? next[1] + 1 : next[0] >= right ? next[0] : right;
        }
    }
    return table;
}

/* The part in the middle, which begins and ends with lines that differ. */
static void compare_rest(const cclb_bytes *a, size_t m, const cclb_bytes *b, size_t n, struct script *script)
{
    uint32_t *table = common_counts(a, m, b, n);
    size_t i = 0;
    size_t j = 0;
    while (i < m || j < n) {
        bool both = i < m && j < n;
        if (both && table && same(a[i], b[j])) {
            add(script, ' ', a[i++]);
            j++;
        } else if (i < m && (!both || table == NULL || table[(i + 1) * (n + 1) + j] >= table[i * (n + 1) + j + 1])) {
            add(script, '-', a[i++]);
        } else {
            add(script, '+', b[j++]);
        }
    }
    free(table);
}

static void compare(const struct lines *a, const struct lines *b, struct script *script)
{
    size_t start = 0;
    while (start < a->count && start < b->count && same(a->each[start], b->each[start])) {
        add(script, ' ', a->each[start++]);
    }
    size_t end = 0;
    while (end < a->count - start && end < b->count - start &&
           same(a->each[a->count - 1 - end], b->each[b->count - 1 - end])) {
        end++;
    }
    compare_rest(a->each + start, a->count - start - end, b->each + start, b->count - start - end, script);
    for (size_t i = a->count - end; i < a->count; i++) {
        add(script, ' ', a->each[i]);
    }
}

/* Where to begin to show a line that is too long, so that the place is seen where it differs from another. */
static size_t window_start(cclb_bytes line, cclb_bytes other)
{
    size_t at = 0;
    while (at < line.len && at < other.len && line.data[at] == other.data[at]) {
        at++;
    }
    if (line.len <= WIDTH || at <= WIDTH / 2) {
        return 0;
    }
    at -= LEAD;
    while (at > 0 && (line.data[at] & 0xc0) == 0x80) {
        at--; /* a character is not cut in two */
    }
    return at;
}

/* Writes one line. `other` is the one that takes its place, or whose place it takes; empty if there is none. */
static void put_step(FILE *out, const struct step *step, cclb_bytes other)
{
    cclb_bytes line = step->line;
    bool ended = line.len > 0 && line.data[line.len - 1] == '\n';
    line.len -= ended;
    size_t start = window_start(line, other);
    size_t len = line.len - start;
    bool cut = len > WIDTH;
    len = cut ? WIDTH : len;
    fprintf(out, "%c %s", step->sign, start > 0 ? "..." : "");
    text_show_line(out, cclb_bytes_of(line.data + start, len));
    fprintf(out, "%s%s\n", cut ? "..." : "", ended ? "" : " (no newline at the end)");
}

/* Whether a line that is the same is near one that is not. */
static bool is_near(const struct script *script, size_t at)
{
    size_t first = at < CONTEXT ? 0 : at - CONTEXT;
    for (size_t i = first; i <= at + CONTEXT && i < script->count; i++) {
        if (script->steps[i].sign != ' ') {
            return true;
        }
    }
    return false;
}

static size_t run_len(const struct script *script, size_t at, char sign)
{
    size_t end = at;
    while (end < script->count && script->steps[end].sign == sign) {
        end++;
    }
    return end - at;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Lines that are gone, and those that take their place. */
struct change {
    const struct step *gone;
    size_t gone_count;
    const struct step *new;
    size_t new_count;
};

static struct change change_at(const struct script *script, size_t at)
{
    size_t gone_count = run_len(script, at, '-');
    size_t new_count = run_len(script, at + gone_count, '+');
    const struct step *gone = &script->steps[at];
    return (struct change){gone, gone_count, gone + gone_count, new_count};
}

/* Writes at most so many of them: where there are too many, some of both. Returns how many. */
static size_t put_change(FILE *out, const struct change *change, size_t most)
{
    size_t new_shown = least(change->new_count, most - least(change->gone_count, most / 2));
    size_t gone_shown = least(change->gone_count, most - new_shown);
    for (size_t i = 0; i < gone_shown; i++) {
        put_step(out, &change->gone[i], i < change->new_count ? change->new[i].line : cclb_bytes_of(NULL, 0));
    }
    for (size_t i = 0; i < new_shown; i++) {
        put_step(out, &change->new[i], i < change->gone_count ? change->gone[i].line : cclb_bytes_of(NULL, 0));
    }
    return gone_shown + new_shown;
}

static size_t count_changes(const struct script *script)
{
    size_t count = 0;
    for (size_t i = 0; i < script->count; i++) {
        count += script->steps[i].sign != ' ';
    }
    return count;
}

static void put_script(FILE *out, const struct script *script)
{
    bool left_out = false;
    size_t changes = count_changes(script);
    size_t shown = 0; /* of them */
    for (size_t at = 0; at < script->count && (shown < CHANGES_MAX || shown == changes);) {
        if (script->steps[at].sign != ' ') {
            const struct change change = change_at(script, at);
            shown += put_change(out, &change, CHANGES_MAX - shown);
            at += change.gone_count + change.new_count;
            left_out = false;
        } else if (is_near(script, at)) {
            put_step(out, &script->steps[at++], cclb_bytes_of(NULL, 0));
            left_out = false;
        } else {
            fputs(left_out ? "" : "...\n", out);
            left_out = true;
            at++;
        }
    }
    if (shown < changes) {
        fprintf(out, "... and %zu more lines that differ\n", changes - shown);
    }
}

void diff_write(FILE *out, cclb_bytes from, cclb_bytes to)
{
    struct lines a = {0};
    struct lines b = {0};
    struct script script = {0};
    if (split(from, &a) && split(to, &b)) {
        script.steps = malloc((a.count + b.count + 1) * sizeof *script.steps);
    }
    if (script.steps) {
        compare(&a, &b, &script);
        put_script(out, &script);
    } else {
        fputs("(no memory to compare them)\n", out);
    }
    free(script.steps);
    free(a.each);
    free(b.each);
}
