/* SPDX-License-Identifier: Apache-2.0 */
/* text.c - quantities with as many digits as matter. */

#include "text.h"

#include "cclb/escape.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Three digits that count. */
static const char *scaled(struct text *text, double value, const char *unit)
{
    int decimals = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
    snprintf(text->text, sizeof text->text, "%.*f %s", decimals, value, unit);
    return text->text;
}

const char *text_size(struct text *text, uint64_t bytes)
{
    static const char *const units[] = {"KiB", "MiB", "GiB", "TiB"};
    if (bytes < 1024) {
        snprintf(text->text, sizeof text->text, "%" PRIu64 " B", bytes);
        return text->text;
    }
    double value = (double)bytes / 1024;
    size_t unit = 0;
    while (value >= 1023.5 && unit + 1 < sizeof units / sizeof units[0]) {
        value /= 1024;
        unit++;
    }
    return scaled(text, value, units[unit]);
}

const char *text_duration(struct text *text, uint64_t ns)
{
    static const char *const units[] = {"us", "ms", "s"};
    double value = (double)ns / 1000;
    size_t unit = 0;
    while (value >= 999.5 && unit + 1 < sizeof units / sizeof units[0]) {
        value /= 1000;
        unit++;
    }
    return scaled(text, value, units[unit]);
}

const char *text_count(struct text *text, uint64_t count)
{
    char digits[24];
    int len = snprintf(digits, sizeof digits, "%" PRIu64, count);
    char *to = text->text;
    for (int i = 0; i < len; i++) {
        if (i > 0 && (len - i) % 3 == 0) {
            *to++ = ',';
        }
        *to++ = digits[i];
    }
    *to = '\0';
    return text->text;
}

/* A whole number, and where it ends; NULL if it is none or too large. */
static const char *parse_number(const char *text, uint64_t *number)
{
    const char *at = text;
    *number = 0;
    for (; *at >= '0' && *at <= '9'; at++) {
        if (__builtin_mul_overflow(*number, 10, number) ||
            __builtin_add_overflow(*number, (uint64_t)(*at - '0'), number)) {
            return NULL;
        }
    }
    return at > text ? at : NULL;
}

bool text_parse_size(const char *text, uint64_t *bytes)
{
    static const struct {
        const char *suffix;
        unsigned shift;
    } suffixes[] = {{"", 0}, {"B", 0}, {"K", 10}, {"KiB", 10}, {"M", 20}, {"MiB", 20}, {"G", 30}, {"GiB", 30}};
    uint64_t value;
    const char *suffix = parse_number(text, &value);
    for (size_t i = 0; suffix && i < sizeof suffixes / sizeof suffixes[0]; i++) {
        if (value > 0 && strcasecmp(suffix, suffixes[i].suffix) == 0 && value <= UINT64_MAX >> suffixes[i].shift) {
            *bytes = value << suffixes[i].shift;
            return true;
        }
    }
    return false;
}

bool text_parse_count(const char *text, uint64_t *count)
{
    uint64_t number;
    const char *end = parse_number(text, &number);
    if (end == NULL || *end != '\0') {
        return false;
    }
    *count = number;
    return true;
}

bool text_parse_seconds(const char *text, uint64_t *ns)
{
    static const double most = 3600;
    if (text[strspn(text, "0123456789.")] != '\0') {
        return false; /* a sign, an exponent, a word: none of these is wanted */
    }
    char *end;
    double seconds = strtod(text, &end);
    if (end == text || *end != '\0' || seconds > most || seconds * 1e9 < 1) {
        return false;
    }
    *ns = (uint64_t)(seconds * 1e9);
    return true;
}

bool text_parse_duration(const char *text, uint64_t *ns)
{
    static const struct {
        const char *suffix;
        uint64_t ns;
    } suffixes[] = {{"us", 1000}, {"ms", 1000000}, {"s", 1000000000}};
    uint64_t value;
    const char *suffix = parse_number(text, &value);
    for (size_t i = 0; suffix && i < sizeof suffixes / sizeof suffixes[0]; i++) {
        if (value > 0 && strcmp(suffix, suffixes[i].suffix) == 0) {
            return !__builtin_mul_overflow(value, suffixes[i].ns, ns);
        }
    }
    return false;
}

void text_wrap_safe(FILE *out, const char *line, int column, int width)
{
    int at = column;
    while (*line != '\0') {
        size_t len = strcspn(line, " ");
        int columns = 0;
        for (size_t i = 0; i < len; i++) {
            columns += ((unsigned char)line[i] & 0xc0) != 0x80; /* the rest of a character takes none */
        }
        if (at > column && at + 1 + columns > width) {
            fprintf(out, "\n%*s", column, "");
            at = column;
        } else if (at > column) {
            fputc(' ', out);
            at++;
        }
        fwrite(line, 1, len, out);
        at += columns;
        line += len;
        line += strspn(line, " ");
    }
    fputc('\n', out);
}

void text_wrap(FILE *out, cclb_bytes foreign, int column, int width)
{
    size_t at = 0;
    do {
        const uint8_t *newline = at < foreign.len ? memchr(foreign.data + at, '\n', foreign.len - at) : NULL;
        size_t len = newline ? (size_t)(newline - foreign.data) - at : foreign.len - at;
        char *line = malloc(4 * len + 4);
        if (at > 0) {
            fprintf(out, "%*s", column, "");
        }
        if (line) {
            cclb_escape(cclb_bytes_of(foreign.len > 0 ? foreign.data + at : NULL, len), line, 4 * len + 4);
            text_wrap_safe(out, line, column, width);
            free(line);
        } else {
            fputs("(no memory to show it)\n", out);
        }
        at += len + 1;
    } while (at < foreign.len);
}

/* Escapes a run that has neither newlines nor tabs nor backslashes. */
static void put_escaped(FILE *out, const uint8_t *run, size_t len)
{
    enum { PIECE = 64 };
    char escaped[4 * PIECE + 4];
    while (len > 0) {
        size_t piece = len < PIECE ? len : PIECE;
        while (piece < len && piece > PIECE - 4 && (run[piece] & 0xc0) == 0x80) {
            piece--; /* a character is not cut in two */
        }
        cclb_escape(cclb_bytes_of(run, piece), escaped, sizeof escaped);
        fputs(escaped, out);
        run += piece;
        len -= piece;
    }
}

void text_show_piece(FILE *out, cclb_bytes foreign)
{
    size_t start = 0;
    for (size_t at = 0; at < foreign.len; at++) {
        uint8_t byte = foreign.data[at];
        if (byte == '\n' || byte == '\t' || byte == '\\') {
            put_escaped(out, foreign.data + start, at - start);
            fputc(byte, out);
            start = at + 1;
        }
    }
    if (start < foreign.len) {
        put_escaped(out, foreign.data + start, foreign.len - start);
    }
}

void text_show(FILE *out, cclb_bytes foreign, int column)
{
    for (size_t at = 0; at < foreign.len;) {
        const uint8_t *newline = memchr(foreign.data + at, '\n', foreign.len - at);
        size_t len = newline ? (size_t)(newline - foreign.data) - at : foreign.len - at;
        fprintf(out, "%*s", len > 0 ? column : 0, "");
        text_show_piece(out, cclb_bytes_of(foreign.data + at, len));
        fputc('\n', out);
        at += len + 1;
    }
}

void text_show_line(FILE *out, cclb_bytes foreign)
{
    for (size_t at = 0; at < foreign.len;) {
        const uint8_t *newline = memchr(foreign.data + at, '\n', foreign.len - at);
        size_t len = newline ? (size_t)(newline - foreign.data) - at : foreign.len - at;
        text_show_piece(out, cclb_bytes_of(foreign.data + at, len));
        fputs(newline ? "\\x0a" : "", out);
        at += len + (newline ? 1 : 0);
    }
}

cclb_bytes text_beginning(cclb_bytes foreign, size_t most)
{
    if (foreign.len <= most) {
        return foreign;
    }
    size_t len = most;
    while (len > 0 && len > most - 4 && (foreign.data[len] & 0xc0) == 0x80) {
        len--;
    }
    return cclb_bytes_of(foreign.data, len);
}

void text_show_line_cut(FILE *out, cclb_bytes foreign, size_t most)
{
    cclb_bytes shown = text_beginning(foreign, most);
    text_show_line(out, shown);
    if (shown.len < foreign.len) {
        struct text rest;
        fprintf(out, "... (and %s bytes more)", text_count(&rest, foreign.len - shown.len));
    }
}

bool text_is_plain(cclb_bytes foreign)
{
    for (size_t at = 0; at < foreign.len; at++) {
        uint8_t byte = foreign.data[at];
        if (byte == 0x7f || (byte < 0x20 && byte != '\n' && byte != '\r' && byte != '\t')) {
            return false;
        }
    }
    return true;
}

void text_hex(FILE *out, cclb_bytes bytes, int column)
{
    enum { ROW = 16 };
    size_t shown = bytes.len < TEXT_HEX_BYTES ? bytes.len : TEXT_HEX_BYTES;
    for (size_t at = 0; at < shown; at++) {
        if (at % ROW == 0) {
            fprintf(out, "%s%*s%08zx ", at == 0 ? "" : "\n", column, "", at);
        }
        fprintf(out, " %02x", bytes.data[at]);
    }
    if (shown > 0) {
        fputc('\n', out);
    }
    if (shown < bytes.len) {
        struct text rest;
        fprintf(out, "%*s... and %s bytes more\n", column, "", text_count(&rest, bytes.len - shown));
    }
}
