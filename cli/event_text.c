/* SPDX-License-Identifier: Apache-2.0 */
/* event_text.c - see event_text.h. */

#include "event_text.h"

#include <stdio.h>
#include <string.h>

/* Data as the lines that a stream has it in. */
static void put_data(FILE *out, cclb_bytes data)
{
    size_t at = 0;
    do {
        const uint8_t *newline = at < data.len ? memchr(data.data + at, '\n', data.len - at) : NULL;
        size_t len = newline ? (size_t)(newline - data.data) - at : data.len - at;
        fputs("data: ", out);
        fwrite(data.data + at, 1, len, out);
        fputc('\n', out);
        at += len + 1;
    } while (at <= data.len);
}

/* Whether text can stand in one line of a stream, or in several. */
static bool is_streamable(cclb_bytes text, bool in_one_line)
{
    return text.len == 0 ||
           (memchr(text.data, '\r', text.len) == NULL && !(in_one_line && memchr(text.data, '\n', text.len) != NULL));
}

bool event_text_write(const cclb_sse_event *event, struct file *text)
{
    if (event->data.len == 0 || !is_streamable(event->event, true) || !is_streamable(event->data, false)) {
        return true;
    }
    char *written = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&written, &len);
    if (out == NULL) {
        return false;
    }
    if (event->event.len > 0) {
        fputs("event: ", out);
        fwrite(event->event.data, 1, event->event.len, out);
        fputc('\n', out);
    }
    put_data(out, event->data);
    fputc('\n', out);
    bool whole = fclose(out) == 0;
    *text = (struct file){.data = (uint8_t *)written, .len = len};
    return whole;
}
