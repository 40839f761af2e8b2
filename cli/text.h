/* SPDX-License-Identifier: Apache-2.0 */
/* text.h - sizes, durations and foreign text, for people. */
#ifndef CLI_TEXT_H
#define CLI_TEXT_H

#include "cclb/bytes.h"

#include <stdio.h>

enum { TEXT_SIZE = 32 };

/* Room for one quantity. */
struct text {
    char text[TEXT_SIZE];
};

/* "1.1 MiB", "36 B". */
const char *text_size(struct text *text, uint64_t bytes);

/* "35.2 us", "1.20 s". */
const char *text_duration(struct text *text, uint64_t ns);

/* "1,234,567". */
const char *text_count(struct text *text, uint64_t count);

/* Reads "100ms", "2s", "500us" into *ns; false if it is none, or zero. */
bool text_parse_duration(const char *text, uint64_t *ns);

/* Reads seconds, "2", "0.25", into *ns; false if they are none, or zero, or more than an hour. */
bool text_parse_seconds(const char *text, uint64_t *ns);

/* Reads a whole number; false if it is none, or does not fit. */
bool text_parse_count(const char *text, uint64_t *count);

/* Reads "32M", "4096", "1GiB" into *bytes; false if it is none, or zero. */
bool text_parse_size(const char *text, uint64_t *bytes);

/*
 * Prints foreign text, escaped, with lines of its own broken at its newlines, at spaces of any kind before column `width`,
 * and in words that are longer than a line; lines after the first are indented by `column`, where the first begins. So
 * nothing of it stands farther to the left. Spaces become one. Ends with a newline.
 */
void text_wrap(FILE *out, cclb_bytes foreign, int column, int width);

/* The same for one line that was escaped before. */
void text_wrap_safe(FILE *out, const char *line, int column, int width);

/*
 * Prints foreign text line by line, each indented by `column`. Whatever could steer a terminal is escaped; a backslash
 * stays one, since JSON is full of them. Ends with a newline, unless there is nothing to print.
 */
void text_show(FILE *out, cclb_bytes foreign, int column);

/* The same for text that comes in any pieces, as it is: nothing is indented or added. */
void text_show_piece(FILE *out, cclb_bytes foreign);

/* The same on one line, within what is printed there. */
void text_show_line(FILE *out, cclb_bytes foreign);

/* How many bytes a page shows of a name or a reason, and of a body, data or a URL. */
enum { TEXT_NAME_BYTES = 256, TEXT_BODY_BYTES = 16384 };

/* The same of at most so many bytes; behind them, how many more there are. */
void text_show_line_cut(FILE *out, cclb_bytes foreign, size_t most);

/* The beginning of it that has at most so many bytes and does not end within a character. */
cclb_bytes text_beginning(cclb_bytes foreign, size_t most);

/* Whether it is text to look at: no control characters but tabs and line ends. */
bool text_is_plain(cclb_bytes foreign);

enum { TEXT_HEX_BYTES = 256 };

/* Prints the first TEXT_HEX_BYTES in hex, and how many more there are. */
void text_hex(FILE *out, cclb_bytes bytes, int column);

#endif
