/* SPDX-License-Identifier: Apache-2.0 */
/* xml.c - what is safe to show has no controls and is UTF-8; two characters are left that XML cannot have. */

#include "xml.h"

#include "cclb/escape.h"

#include <string.h>

/* What XML has for itself, and those two. */
static const struct {
    const char *text;
    const char *written;
} replaced[] = {
    {"&", "&amp;"},
    {"<", "&lt;"},
    {">", "&gt;"},
    {"\"", "&quot;"},
    {"\xef\xbf\xbe", "\\u{fffe}"},
    {"\xef\xbf\xbf", "\\u{ffff}"},
};

void xml_put(FILE *out, const char *text)
{
    enum { REPLACED = sizeof replaced / sizeof replaced[0] };
    while (*text != '\0') {
        size_t i = 0;
        while (i < REPLACED && strncmp(text, replaced[i].text, strlen(replaced[i].text)) != 0) {
            i++;
        }
        if (i < REPLACED) {
            fputs(replaced[i].written, out);
            text += strlen(replaced[i].text);
        } else {
            fputc(*text++, out);
        }
    }
}

void xml_put_foreign(FILE *out, const char *foreign)
{
    char shown[1024];
    cclb_escape(cclb_text(foreign), shown, sizeof shown);
    xml_put(out, shown);
}
