/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sse.c - any bytes as a stream of server-sent events. In front of them: which verdicts the judge gives, the limit on
 * events, how many cuts there are, and a byte for each cut.
 *
 * Property: whole, byte by byte and cut anywhere, the same events are judged and the same bytes come out, which are those
 * of the slow reader of the standard (tests/slow_sse.h); and all memory is given back (tests/sse_run.c).
 */

#include "property.h"
#include "sse_run.h"
#include "target.h"

enum { CUTS_MAX = 15 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const verdicts[] = {"u", "ru", "udu", "r",  "m",  "d", "z", "umdrzu",
                                           "p", "pr", "ue",  "rp", "dp", "e", "du"};
    cclb_bytes input = cclb_bytes_of(data, size);
    struct sse_run run = {.verdicts = verdicts[input_byte(&input) % (sizeof verdicts / sizeof verdicts[0])]};
    uint8_t limit = input_byte(&input);
    /* Two bytes that may become a byte order mark are held, and pass at the end, whatever the limit. */
    run.limit = limit < 2 ? UINT64_MAX : limit;
    uint8_t cuts = input_byte(&input);
    size_t steps[CUTS_MAX];
    size_t count = cuts % (CUTS_MAX + 1);
    for (size_t i = 0; i < count; i++) {
        steps[i] = input_byte(&input);
    }
    size_t places[CUTS_MAX];
    size_t place = 0;
    for (size_t i = 0; i < count; i++) {
        place += steps[i];
        places[i] = place < input.len ? place : input.len;
    }
    run.stream = input;
    sse_run_prepare(&run);
    sse_run_steps(&run, input.len + 1);
    sse_run_steps(&run, 1);
    sse_run_cut(&run, places, count);
    sse_run_free(&run);
    return 0;
}
