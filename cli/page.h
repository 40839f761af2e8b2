/* SPDX-License-Identifier: Apache-2.0 */
/* page.h - what the pages for people have in common: colours where there are any, headings, errors. */
#ifndef CLI_PAGE_H
#define CLI_PAGE_H

#include "session.h"

struct page {
    FILE *out;
    bool colour;
    int width; /* in columns */
};

enum paint { PAINT_GOOD, PAINT_BAD, PAINT_HEADING };

/* The page that goes to standard output. */
struct page page_of(const struct session *session);

/* How wide pages are: as the terminal that standard output is, up to what is easy to read. */
int page_width(void);

/* Prints text that is safe. */
void page_paint(const struct page *page, enum paint paint, const char *text);

/* Begins a section, with a line that has nothing else. */
void page_heading(const struct page *page, const char *text);

/* Prints what an error says and where, from `column` on, and ends the line. */
void page_error(const struct page *page, const cclb_error *error, int column);

#endif
