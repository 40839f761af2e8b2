/* SPDX-License-Identifier: Apache-2.0 */
/*
 * constructors.h - a plugin with globals that are constructed: objects in C++, and in C what a constructor function
 * prepares. It answers how often that happened, how many events there were since, and what the memory that was taken
 * then still holds. What the two languages have each on their own is in constructors.c and constructors.cc.
 */
#define CCLB_PLUGIN_NAME "constructors"
#define CCLB_PLUGIN_VERSION "1.0.0"
#define CCLB_PLUGIN_DESCRIPTION "Counts constructions and events."
#define CCLB_PLUGIN_USAGE "For tests."
#define CCLB_PLUGIN_SHAPE "Passes on."
#define CCLB_PLUGIN_TRANSFORM_RESPONSE_NOOP
#define CCLB_PLUGIN_TRANSFORM_SSE_EVENT "Answers an event with what was counted."
#include "cclb_plugin.h"

static volatile uint64_t constructions; /* not for the compiler to work out */
static uint64_t *events;

/* The first event is number 100. */
static void construct(void)
{
    constructions++;
    events = (uint64_t *)cclb_alloc(sizeof *events, sizeof *events);
    *events = 100;
}

void plugin_shape(const cclb_shape_request *request, cclb_shape_response *answer)
{
    cclb_pass_on(request, answer);
    answer->url = CCLB_TEXT("https://example.test/");
}

static void count_event(const cclb_transform_sse_event_request *request, cclb_transform_sse_event_result *answer,
                        uint64_t objects)
{
    const cclb_bytes words[] = {cclb_decimal(constructions), CCLB_TEXT(" "), cclb_decimal((*events)++), CCLB_TEXT(" "),
                                cclb_decimal(objects)};
    cclb_replace_event(answer, request->event.event, cclb_join(words, 5));
}
