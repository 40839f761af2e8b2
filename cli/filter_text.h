/* SPDX-License-Identifier: Apache-2.0 */
/* filter_text.h - what a filter made of the candidates of a request, for a person. */
#ifndef CLI_FILTER_TEXT_H
#define CLI_FILTER_TEXT_H

#include "cclb/filter.h"

#include <stdio.h>

/* Prints the candidates that are kept, those that are rejected, and those of which nothing was said. */
void filter_text_print(FILE *out, const cclb_filter_result *result, const cclb_request *request);

#endif
