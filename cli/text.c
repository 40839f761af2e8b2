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

/* Reads one character; what is no UTF-8 is one of its first byte. Returns its length. */
static size_t read_character(const char *text, uint32_t *character)
{
    unsigned char first = (unsigned char)text[0];
    size_t len = first < 0xc0 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    uint32_t value = len == 1 ? first : first & (0x7fU >> len);
    for (size_t i = 1; i < len; i++) {
        if (((unsigned char)text[i] & 0xc0) != 0x80) {
            *character = first;
            return 1;
        }
        value = value << 6 | ((unsigned char)text[i] & 0x3f);
    }
    *character = value;
    return len;
}

struct range {
    uint32_t first;
    uint32_t last;
};

static bool is_in(const struct range *ranges, size_t count, uint32_t character)
{
    for (size_t i = 0; i < count; i++) {
        if (character >= ranges[i].first && character <= ranges[i].last) {
            return true;
        }
    }
    return false;
}

/* What shows as nothing but room: words that it joins are words all the same. */
static bool is_blank(uint32_t character)
{
    static const struct range blanks[] = {
        {' ', ' '},       {0xa0, 0xa0},     {0x1680, 0x1680}, {0x180e, 0x180e}, {0x2000, 0x200b}, {0x202f, 0x202f},
        {0x205f, 0x205f}, {0x2800, 0x2800}, {0x3000, 0x3000}, {0x3164, 0x3164}, {0xffa0, 0xffa0},
    };
    return is_in(blanks, sizeof blanks / sizeof blanks[0], character);
}

/* How many columns a character may take: two of those that terminals show wide, and one of all others. */
static int columns_of(uint32_t character)
{
    static const struct range wide[] = {
        {0x1100, 0x115f},   {0x231a, 0x23ff},   {0x25fd, 0x27bf},   {0x2b1b, 0x2b55},   {0x2e80, 0xa4cf},
        {0xa960, 0xa97f},   {0xac00, 0xd7a3},   {0xf900, 0xfaff},   {0xfe10, 0xfe6f},   {0xff00, 0xffe6},
        {0x16fe0, 0x18fff}, {0x1b000, 0x1b2ff}, {0x1f000, 0x1faff}, {0x20000, 0x3fffd},
    };
    return is_in(wide, sizeof wide / sizeof wide[0], character) ? 2 : 1;
}

/* How long the escape is that begins here; 1 if there is none. */
static size_t escape_len(const char *text)
{
    size_t len = strncmp(text, "\\x", 2) == 0 ? 4 : strncmp(text, "\\u{", 3) == 0 ? strcspn(text, "}") + 1 : 1;
    return strnlen(text, len) == len ? len : 1;
}

/* Reads what is not broken: a character, or an escape of one. Returns its length. */
static size_t read_piece(const char *text, uint32_t *character, int *columns)
{
    size_t escaped = escape_len(text);
    size_t len = read_character(text, character);
    *columns = escaped > 1 ? (int)escaped : columns_of(*character);
    return escaped > 1 ? escaped : len;
}

/* The word that begins here: its length, and how many columns it takes. */
static size_t measure_word(const char *text, int *columns)
{
    size_t len = 0;
    *columns = 0;
    while (text[len] != '\0') {
        uint32_t character;
        int taken;
        size_t next = read_piece(text + len, &character, &taken);
        if (is_blank(character)) {
            break;
        }
        *columns += taken;
        len += next;
    }
    return len;
}

/* Prints a word from column `at` on, and goes on in the next line where it is too long for one. Returns its end. */
static int put_word(FILE *out, const char *word, size_t len, int at, int column, int width)
{
    for (size_t i = 0; i < len;) {
        uint32_t character;
        int taken;
        size_t next = read_piece(word + i, &character, &taken);
        if (at + taken > width && at > column) {
            fprintf(out, "\n%*s", column, "");
            at = column;
        }
        fwrite(word + i, 1, next, out);
        at += taken;
        i += next;
    }
    return at;
}

void text_wrap_safe(FILE *out, const char *line, int column, int width)
{
    enum { NARROWEST = 16 }; /* what is left of a line, on the narrowest of terminals */
    int at = column;
    if (width < column + NARROWEST) {
        width = column + NARROWEST;
    }
    while (*line != '\0') {
        int columns;
        size_t len = measure_word(line, &columns);
        if (len == 0) {
            uint32_t blank;
            line += read_character(line, &blank);
            continue;
        }
        if (at > column && at + 1 + columns > width) {
            fprintf(out, "\n%*s", column, "");
            at = column;
        } else if (at > column) {
            fputc(' ', out);
            at++;
        }
        at = put_word(out, line, len, at, column, width);
        line += len;
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
