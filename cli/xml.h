/* SPDX-License-Identifier: Apache-2.0 */
/* xml.h - text in XML. */
#ifndef CLI_XML_H
#define CLI_XML_H

#include <stdio.h>

/* Writes text that is safe to show (cclb/escape.h), in an element or between the quotation marks of an attribute. */
void xml_put(FILE *out, const char *text);

/* The same for foreign text, made safe to show, and cut where it is very long. */
void xml_put_foreign(FILE *out, const char *foreign);

#endif
