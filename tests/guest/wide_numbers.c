/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wide_numbers.c - a plugin that calculates in 128 bits, for which the compiler calls functions. A request's body has
 * tasks of 33 bytes: what to do, and two numbers, lowest byte first. The answer's body has a number for each.
 */
#define CCLB_PLUGIN_NAME "wide-numbers"
#define CCLB_PLUGIN_VERSION "1.0.0"
#define CCLB_PLUGIN_DESCRIPTION "Calculates in 128 bits."
#define CCLB_PLUGIN_USAGE "For tests."
#define CCLB_PLUGIN_SHAPE "Calculates."
#define CCLB_PLUGIN_TRANSFORM_RESPONSE_NOOP
#define CCLB_PLUGIN_TRANSFORM_SSE_EVENT_NOOP
#include "cclb_plugin.h"

__extension__ typedef unsigned __int128 wide;
__extension__ typedef __int128 signed_wide;

enum { WIDE_SIZE = sizeof(wide), TASK_SIZE = 1 + 2 * WIDE_SIZE };

static wide solve(uint8_t task, wide a, wide b)
{
    uint64_t product = 0;
    switch (task) {
    case '*':
        return a * b;
    case 'o': /* all ones where 64 bits are too few */
        return __builtin_mul_overflow((uint64_t)a, (uint64_t)b, &product) ? ~(wide)0 : product;
    case '/':
        return a / b;
    case '%':
        return a % b;
    case 'd':
        return (wide)((signed_wide)a / (signed_wide)b);
    case 'm':
        return (wide)((signed_wide)a % (signed_wide)b);
    case '<':
        return a << (b & 127);
    case '>':
        return a >> (b & 127);
    case 's':
        return (wide)((signed_wide)a >> (b & 127));
    default: /* as in the request of the trial call */
        return 0;
    }
}

void plugin_shape(const cclb_shape_request *request, cclb_shape_response *answer)
{
    size_t count = request->body.len / TASK_SIZE;
    uint8_t *solved = cclb_alloc(count * WIDE_SIZE, 1);
    for (size_t i = 0; i < count; i++) {
        const uint8_t *task = request->body.data + i * TASK_SIZE;
        wide a;
        wide b;
        __builtin_memcpy(&a, task + 1, WIDE_SIZE);
        __builtin_memcpy(&b, task + 1 + WIDE_SIZE, WIDE_SIZE);
        a = solve(task[0], a, b);
        __builtin_memcpy(solved + i * WIDE_SIZE, &a, WIDE_SIZE);
    }
    answer->url = CCLB_TEXT("https://example.test/");
    answer->method = request->method;
    cclb_bytes_list_add(&answer->body, cclb_bytes_of(solved, count * WIDE_SIZE));
}
