/* SPDX-License-Identifier: Apache-2.0 */
/*
 * own_allocator.c - a plugin whose memory is its own: blocks from one array, counted. It answers how many are taken when
 * it begins, so that a leak of what the kit and the plugin take in a call shows in a stream session. Its answers are alike,
 * which is how a host sees that it may give them back.
 */
#define CCLB_PLUGIN_NAME "own-allocator"
#define CCLB_PLUGIN_VERSION "1.0.0"
#define CCLB_PLUGIN_DESCRIPTION "Takes memory from an array of its own."
#define CCLB_PLUGIN_USAGE "For tests."
#define CCLB_PLUGIN_SHAPE "Passes on."
#define CCLB_PLUGIN_TRANSFORM_RESPONSE_NOOP
#define CCLB_PLUGIN_TRANSFORM_SSE_EVENT "Answers an event with the number of blocks that are taken."
#define CCLB_PLUGIN_ALLOCATOR
#include "cclb_plugin.h"

enum { BLOCKS = 16, BLOCK_SIZE = 8192 };

static _Alignas(32) uint8_t memory[BLOCKS][BLOCK_SIZE];
static size_t sizes[BLOCKS];
static size_t aligns[BLOCKS];
static size_t taken;

void *plugin_alloc(size_t size, size_t align)
{
    for (size_t i = 0; i < BLOCKS && size <= BLOCK_SIZE && align <= 32; i++) {
        if (sizes[i] == 0) {
            sizes[i] = size;
            aligns[i] = align;
            taken++;
            return memory[i];
        }
    }
    return NULL;
}

/* What is given back has to be what was taken. */
void plugin_free(void *block, size_t size, size_t align)
{
    for (size_t i = 0; i < BLOCKS; i++) {
        if (block == memory[i] && sizes[i] == size && aligns[i] == align) {
            sizes[i] = 0;
            taken--;
            return;
        }
    }
    cclb_plugin_fail();
}

/* What is taken before the first call stays. */
static uint8_t *kept;

__attribute__((constructor)) static void take(void)
{
    kept = (uint8_t *)cclb_alloc(1, 1);
    *kept = 1;
}

void plugin_shape(const cclb_shape_request *request, cclb_shape_response *answer)
{
    cclb_pass_on(request, answer);
    answer->url = CCLB_TEXT("https://example.test/");
}

void plugin_transform_sse_event(const cclb_transform_sse_event_request *request,
                                cclb_transform_sse_event_result *answer)
{
    const size_t at_start = taken;
    uint8_t *first = (uint8_t *)cclb_alloc(100, 32);
    uint8_t *second = (uint8_t *)cclb_alloc(1, 1);
    const cclb_bytes words[] = {cclb_decimal(at_start), CCLB_TEXT(" of "), cclb_decimal(BLOCKS)};
    const cclb_bytes answered = cclb_join(words, 3);
    if ((uintptr_t)first % 32 != 0 || *kept != 1) {
        cclb_plugin_fail();
    }
    for (size_t i = 0; i < 100; i++) {
        first[i] = 0xff; /* what is before and behind is not the plugin's */
    }
    cclb_free(first, 100, 32); /* neither the first nor the last that was taken */
    cclb_replace_event(answer, request->event.event, answered);
    cclb_free(second, 1, 1);
    for (size_t i = 0; i < 10; i++) { /* the list grows: the one before is given back */
        cclb_replace_event(answer, request->event.event, cclb_bytes_of("", 0));
    }
    answer->events.count = 1;
}
