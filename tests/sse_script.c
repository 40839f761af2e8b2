/* SPDX-License-Identifier: Apache-2.0 */
/* sse_script.c - what is odd about the events is what a plugin might try. */

#include "sse_script.h"

#define BYTES(text)                                                                                                    \
    {                                                                                                                  \
        (const uint8_t *)text, sizeof text - 1                                                                         \
    }

static const cclb_sse_event one[] = {
    {.event = BYTES("content_block_delta"), .data = BYTES("{\"text\":\"redacted\"}")},
};

static const cclb_sse_event several[SSE_SCRIPT_EVENTS] = {
    {.event = BYTES(""), .data = BYTES("")},
    {.event = BYTES("a\r\n\ndata: injected\r"), .data = BYTES("x\r\ny\rz\n\n")},
    {.event = BYTES(" Gr\xc3\xbc\xc3\x9f"), .data = BYTES("\n a: b\0c\xff\r")},
    {.event = BYTES("last"), .data = BYTES("\nid: 99\n\nretry: 99")},
};

char sse_script_letter(const char *verdicts, size_t place)
{
    size_t last = strlen(verdicts) - 1;
    return verdicts[place < last ? place : last];
}

size_t sse_script_events(char letter, const cclb_sse_event **events)
{
    *events = letter == 'm' ? several : one;
    return letter == 'm' ? SSE_SCRIPT_EVENTS : letter == 'r' ? 1 : 0;
}
