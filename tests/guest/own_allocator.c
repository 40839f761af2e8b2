/* SPDX-License-Identifier: Apache-2.0 */
/*
 * own_allocator.c - a plugin whose memory is its own: blocks from one array, counted. It answers how many are taken
 * while it runs, so that a leak shows in a stream session.
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

enum { BLOCKS = 8, BLOCK_SIZE = 16384 };

static _Alignas(16) uint8_t memory[BLOCKS][BLOCK_SIZE];
static size_t sizes[BLOCKS];
static size_t taken;

void *plugin_alloc(size_t size, size_t align)
{
    for (size_t i = 0; i < BLOCKS && size <= BLOCK_SIZE && align <= 16; i++) {
        if (sizes[i] == 0) {
            sizes[i] = size;
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
        if (block == memory[i] && sizes[i] == size && align <= 16) {
            sizes[i] = 0;
            taken--;
            return;
        }
    }
    cclb_plugin_fail();
}

void plugin_shape(const cclb_shape_request *request, cclb_shape_response *answer)
{
    cclb_pass_on(request, answer);
    answer->url = CCLB_TEXT("https://example.test/");
}

void plugin_transform_sse_event(const cclb_transform_sse_event_request *request,
                                cclb_transform_sse_event_result *answer)
{
    static const char digits[] = "0123456789";
    cclb_replace_event(answer, request->event.event, cclb_bytes_of(taken < 10 ? &digits[taken] : "many", 1));
}
