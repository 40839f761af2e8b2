/* SPDX-License-Identifier: Apache-2.0 */
/* page.c - see page.h. */

#include "page.h"

#include "text.h"

#include <sys/ioctl.h>
#include <unistd.h>

enum { WIDTH_MAX = 100 };

int page_width(void)
{
    struct winsize size;
    bool is_known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    return is_known && size.ws_col < WIDTH_MAX ? size.ws_col : WIDTH_MAX;
}

struct page page_of(const struct session *session)
{
    return (struct page){.out = session->out, .colour = session->colour, .width = page_width()};
}

void page_paint(const struct page *page, enum paint paint, const char *text)
{
    static const char *const codes[] = {[PAINT_GOOD] = "1;32", [PAINT_BAD] = "1;31", [PAINT_HEADING] = "1"};
    if (page->colour) {
        fprintf(page->out, "\x1b[%sm%s\x1b[0m", codes[paint], text);
    } else {
        fputs(text, page->out);
    }
}

void page_heading(const struct page *page, const char *text)
{
    fputc('\n', page->out);
    page_paint(page, PAINT_HEADING, text);
    fputc('\n', page->out);
}

void page_error(const struct page *page, const cclb_error *error, int column)
{
    char place[SESSION_PLACE_SIZE];
    char text[CCLB_MESSAGE_SIZE + sizeof place];
    snprintf(text, sizeof text, "%s%s", error->message, session_place(error, place));
    text_wrap_safe(page->out, text, column, page->width);
}
