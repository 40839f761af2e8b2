/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vectors.c - any text as a file of test vectors, which the command reads from whoever has one.
 *
 * Property: every case is reported once, in order, with a reason in printable words where it failed; what is reported
 * lies in the text; the counts add up; all memory is given back.
 */

#include "cclb/vectors.h"
#include "counting_allocator.h"
#include "property.h"
#include "target.h"

struct seen {
    cclb_bytes text;
    size_t line;
    size_t passed;
    size_t failed;
};

static void see(void *context, const cclb_vector_result *result)
{
    struct seen *seen = context;
    HOLDS(result->line > seen->line);
    HOLDS(lies_in(result->kind, seen->text) && lies_in(result->name, seen->text));
    HOLDS(result->passed == (result->reason[0] == '\0'));
    HOLDS(is_printable(cclb_text(result->reason), false));
    seen->line = result->line;
    seen->passed += result->passed ? 1 : 0;
    seen->failed += result->passed ? 0 : 1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct counting_allocator counts = {0};
    cclb_allocator allocator = counting_allocator(&counts);
    struct seen seen = {.text = exact_copy(cclb_bytes_of(data, size))};
    cclb_vector_summary summary = {0};
    cclb_error error;
    cclb_status status = cclb_vectors_run(seen.text, &allocator, see, &seen, &summary, &error);
    if (status == CCLB_OK) {
        HOLDS(summary.passed == seen.passed && summary.failed == seen.failed);
        HOLDS(summary.passed + summary.failed > 0);
    } else {
        HOLDS(status == CCLB_BAD_INPUT);
        error_holds(&error, status, size);
    }
    HOLDS(counts.live == 0);
    exact_free(seen.text);
    return 0;
}
