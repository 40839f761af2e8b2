/* SPDX-License-Identifier: Apache-2.0 */
/*
 * url.c - any text as a URL, and in two halves as the path and the query behind a base.
 *
 * Property: a refusal is in words; an accepted URL has its parts inside its text, is read from its own text as the same
 * again, and has the origin that it has; what goes below a base URL stays below it; all memory is given back.
 */

#include "hooks/url.h"
#include "counting_allocator.h"
#include "property.h"
#include "target.h"

static void parts_hold(const cclb_url *url)
{
    const cclb_bytes whole = url->text;
    HOLDS(is_printable(whole, false));
    HOLDS(url->scheme.len > 0 && lies_in(url->username, whole) && lies_in(url->path, whole));
    HOLDS(!url->password.present || lies_in(url->password.value, whole));
    HOLDS(!url->host.present || lies_in(url->host.value, whole));
    HOLDS(!url->query.present || lies_in(url->query.value, whole));
    HOLDS(!url->fragment.present || lies_in(url->fragment.value, whole));
    HOLDS(url->port >= -1 && url->port <= UINT16_MAX);
}

static void url_holds(cclb_bytes text, struct arena *arena)
{
    struct url_origin origin;
    struct url_origin same;
    cclb_url url;
    cclb_url again;
    cclb_bytes normal;
    cclb_error error;
    cclb_status status = url_read(text, arena, &url, &error);
    if (status != CCLB_OK) {
        HOLDS(status == CCLB_REJECTED && error.rule == 94);
        error_holds(&error, status, text.len);
        HOLDS(url_normalise(text, arena, &normal, &error) == CCLB_BAD_INPUT);
        error_holds(&error, CCLB_BAD_INPUT, text.len);
        return;
    }
    parts_hold(&url);
    HOLDS(url_read(url.text, arena, &again, &error) == CCLB_OK);
    HOLDS(cclb_bytes_equal(again.text, url.text));
    HOLDS(url_normalise(text, arena, &normal, &error) == CCLB_OK);
    HOLDS(cclb_bytes_equal(normal, url.text));
    bool has_origin = url_same_origin(text, url.text, &origin, &same);
    HOLDS(strcmp(origin.text, same.text) == 0);
    HOLDS(has_origin == (strcmp(origin.text, "null") != 0));
}

static void below_holds(cclb_bytes text, struct arena *arena)
{
    static const char base[] = "https://user@upstream.example.test:8443/base/?key=1";
    static const char start[] = "https://user@upstream.example.test:8443/base/";
    const size_t start_len = sizeof start - 1;
    const cclb_bytes path = cclb_bytes_of(text.data, text.len / 2);
    const cclb_optional_bytes query = {text.len % 2 == 1, cclb_bytes_of(text.data + path.len, text.len - path.len)};
    cclb_url url;
    cclb_error error;
    cclb_status status = url_below(cclb_text(base), path, query, arena, &url, &error);
    if (status == CCLB_OK) {
        parts_hold(&url);
        HOLDS(url.text.len >= start_len && memcmp(url.text.data, start, start_len) == 0);
    } else {
        HOLDS(status == CCLB_BAD_INPUT);
        error_holds(&error, status, text.len);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct counting_allocator counts = {0};
    cclb_allocator allocator = counting_allocator(&counts);
    struct arena arena;
    cclb_bytes text = exact_copy(cclb_bytes_of(data, size));
    arena_init(&arena, &allocator);
    url_holds(text, &arena);
    below_holds(text, &arena);
    arena_deinit(&arena);
    HOLDS(counts.live == 0);
    exact_free(text);
    return 0;
}
