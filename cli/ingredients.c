/* SPDX-License-Identifier: Apache-2.0 */
/* ingredients.c - the same each time: a fault that was found once is found again. */

#include "ingredients.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

void ingredients_prose(char *text, size_t len)
{
    static const char before[] = "{\"messages\":[{\"role\":\"user\",\"content\":\"";
    static const char behind[] = "\"}]}";
    memset(text, 'a', len);
    memcpy(text, before, sizeof before - 1);
    memcpy(text + len - (sizeof behind - 1), behind, sizeof behind - 1);
}

static void fill_texts(struct ingredients *all)
{
    memset(all->long_text, 'x', sizeof all->long_text);
    for (unsigned i = 0; i < sizeof all->every_byte; i++) {
        all->every_byte[i] = (uint8_t)i;
    }
    memset(all->nested, '[', NESTED);
    memset(all->nested + NESTED, ']', NESTED);
    ingredients_prose(all->prose, sizeof all->prose);
}

static cclb_upstream_candidate candidate(const char *id, const char *name)
{
    return (cclb_upstream_candidate){
        .upstream_id = cclb_text(id),
        .name = cclb_text(name),
        .kind = cclb_text("anthropic_api_key"),
        .observed_at_unix_secs = UINT64_C(1700000000),
        .predicted_cache_read_tokens = 100,
        .plan_capacity_ratio = 0.5,
    };
}

static void fill_arrays(struct ingredients *all)
{
    for (unsigned i = 0; i < MANY; i++) {
        snprintf(all->names[i], sizeof all->names[i], "x-item-%u", i);
        snprintf(all->ids[i], sizeof all->ids[i], "00000000-0000-4000-8000-%012u", i);
        all->headers[i] = (cclb_header){cclb_text(all->names[i]), cclb_text(all->names[i])};
        all->claims[i] = (cclb_claim){cclb_text(all->names[i]), cclb_text("\"value\"")};
        all->candidates[i] = candidate(all->ids[i], all->names[i]);
    }
    for (unsigned i = 0; i < REPEATED; i++) {
        all->repeated_headers[i] = all->headers[0];
        all->repeated_candidates[i] = all->candidates[0];
    }
    all->strange_header = (cclb_header){cclb_text("x-strange"), cclb_bytes_of(all->every_byte, sizeof all->every_byte)};
}

static void fill_limits(struct ingredients *all)
{
    static const double ratios[LIMITS] = {NAN, INFINITY, -INFINITY, -0.0};
    for (unsigned i = 0; i < LIMITS; i++) {
        cclb_upstream_candidate *one = &all->limits[i];
        *one = all->candidates[i];
        one->observed_at_unix_secs = UINT64_MAX;
        one->predicted_cache_read_tokens = UINT32_MAX;
        one->predicted_cache_creation_tokens_5m = UINT32_MAX;
        one->predicted_cache_creation_tokens_1h = UINT32_MAX;
        one->predicted_uncached_input_tokens = UINT32_MAX;
        one->plan_capacity_ratio = ratios[i];
    }
}

void ingredients_fill(struct ingredients *ingredients)
{
    fill_texts(ingredients);
    fill_arrays(ingredients);
    fill_limits(ingredients);
}
