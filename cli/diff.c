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

/* The line that takes the place of this one, or whose place it takes; an empty one if there is none. */
static cclb_bytes counterpart(const struct script *script, size_t at)
{
    const struct step *steps = script->steps;
    char sign = steps[at].sign;
    size_t start = at; /* of the run of lines that are gone, or new */
    while (start > 0 && steps[start - 1].sign == sign) {
        start--;
    }
    size_t other = start; /* of the run of the others */
    if (sign == '-') {
        while (other < script->count && steps[other].sign == '-') {
            other++;
        }
    } else {
        while (other > 0 && steps[other - 1].sign == '-') {
            other--;
        }
    }
    size_t place = other + (at - start);
    bool exists = sign != ' ' && place < script->count && steps[place].sign == (sign == '-' ? '+' : '-');
    return exists ? steps[place].line : cclb_bytes_of(NULL, 0);
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

static void put_step(FILE *out, const struct script *script, size_t at)
{
    cclb_bytes line = script->steps[at].line;
    bool ended = line.len > 0 && line.data[line.len - 1] == '\n';
    line.len -= ended;
    size_t start = window_start(line, counterpart(script, at));
    size_t len = line.len - start;
    bool cut = len > WIDTH;
    len = cut ? WIDTH : len;
    fprintf(out, "%c %s", script->steps[at].sign, start > 0 ? "..." : "");
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

static void put_script(FILE *out, const struct script *script)
{
    bool left_out = false;
    for (size_t i = 0; i < script->count; i++) {
        if (is_near(script, i)) {
            put_step(out, script, i);
            left_out = false;
        } else if (!left_out) {
            fputs("...\n", out);
            left_out = true;
        }
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
